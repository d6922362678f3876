"""One observed call as plain data: what every way in produces, and what the store takes."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(slots=True)
class Call:
    """One call of a model or a tool, as a program told it. Empty strings and None mean that it was not said.

    `at` is its beginning (aware, UTC); `uid` makes it the same call when it is delivered again. `classes` are keys of data
    classes as the span said them, None where it said nothing. `said` are the logging fields of policy that the span
    carries. `cost_said` is what the gateway reckoned, in US dollars. `texts` are prompt and output, only to be refused,
    counted or, where policy lets them, kept redacted.
    """

    at: datetime
    uid: UUID
    trace: UUID | None = None
    span: str = ""
    claim: str = ""
    service: str = ""
    agent: str = ""
    feature: str = ""
    environment: str = ""
    operation: str = ""
    provider: str = ""
    model: str = ""
    region: str = ""
    prompt: str = ""
    tool: str = ""
    endpoint: str = ""
    classes: tuple[str, ...] | None = None
    said: frozenset[str] = frozenset()
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0
    cost_said: float | None = None
    latency_ms: int | None = None
    outcome: int = 0
    task: int = 0
    error: str = ""
    override_reason: str = ""
    fingerprint: str = ""
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Refusal:
    """One span that was not stored: its place in the delivery, and what to do about it."""

    place: int
    reason: str
    message: str


@dataclass(slots=True)
class Stored:
    """What became of a delivery, once it is durable."""

    batch: int
    stored: int
    duplicates: int
    refused: list[Refusal]
    texts_refused: int = 0
    texts_kept: int = 0
