"""A span read as a call: what its attributes say in any dialect, whether it is a call at all, when, how long and how it ended."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from registry.usage.calls import Call
from registry.usage.content import fingerprints
from registry.usage.models import Outcome
from registry.usage.otlp.dialects import BIT, LOGGING, Dialects, Meaning, Operation
from registry.usage.otlp.values import BadSpan, cost, count, keys, name, words

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
"""Before this no span was ever measured: the sender's clock is not set."""
MOST_MS = 2**31 - 1
FROM_RESOURCE = 1000
"""What a span says itself goes before what its resource says, however late in the order."""
ERROR = 2  # STATUS_CODE_ERROR
PROMPT, VERSION, MODEL = BIT["prompt"], BIT["prompt_version"], BIT["model"]
OUTPUT, TRACE, EDIT = BIT["output_fingerprint"], BIT["trace"], BIT["human_edit"]
NEITHER, A_MODEL, A_TOOL = Operation("", "neither"), Operation("", "model"), Operation("execute_tool", "tool")
HEX = re.compile(r"^[0-9a-fA-F]{1,64}$")
_said: dict[int, frozenset[str]] = {}
_regions: dict[str, str] = {}


@dataclass(slots=True)
class Found:
    """What the attributes of one span or resource say."""

    values: dict[str, Any] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    bits: int = 0
    texts: list[tuple[str, int, Any]] = field(default_factory=list)

    def below(self) -> "Found":
        """Return a copy for a span of this resource."""
        return Found(self.values.copy(), dict.fromkeys(self.values, FROM_RESOURCE), self.bits)

    def take(self, pairs: Iterable[tuple[Meaning, Any]]) -> None:
        """Add what attributes say; the better source of a field stays."""
        values, ranks = self.values, self.ranks
        for meaning, value in pairs:
            if value is None or value == "":
                continue
            self.bits |= meaning.bits
            key = meaning.field
            if key is not None:
                rank = meaning.rank
                if key not in ranks or rank < ranks[key]:
                    values[key], ranks[key] = value, rank
            elif meaning.text:
                self.texts.append((meaning.text, meaning.rank, value))


def identity(trace: bytes, span: bytes) -> UUID:
    """Return what makes a span the same when it is delivered again. Raises BadSpan for ids that are none."""
    if len(trace) != 16 or not any(trace):
        raise BadSpan("trace_id", "The trace id must be 16 bytes that are not all zero.")
    if len(span) != 8 or not any(span):
        raise BadSpan("span_id", "The span id must be 8 bytes that are not all zero.")
    return UUID(bytes=sha256(trace + span).digest()[:16])


def moment(nanoseconds: int) -> datetime:
    """Return when a span began. Raises BadSpan where its clock was not set."""
    at = EPOCH + timedelta(microseconds=nanoseconds // 1000)
    if at < EARLIEST:
        raise BadSpan("clock", f"The span began at {at:%Y-%m-%d %H:%M:%S} UTC. Set the sender's clock.")
    return at


def operation_of(found: Found, held: Dialects) -> Operation:
    """Return what the span did. Where it does not say, a model's name makes it a call of a model, a tool's one of a tool."""
    said = found.values.get("operation")
    if said is not None:
        known = held.operations.get(said if type(said) is str else "") or held.operations.get(name(said, 60).lower())
        if known is not None:
            return known
    if "model" in found.values:
        return A_MODEL
    return A_TOOL if "tool" in found.values else NEITHER


def call_of(
    found: Found,
    operation: Operation,
    held: Dialects,
    *,
    trace: bytes,
    span: bytes,
    began: int,
    ended: int,
    status: int,
    title: str,
) -> Call:
    """Return the call that a span tells of. Times are nanoseconds since 1970. Raises BadSpan for what cannot be true."""
    get = found.values.get
    call = Call(at=moment(began), uid=identity(trace, span), trace=UUID(bytes=trace), span=span.hex())
    call.claim, call.service, call.agent = name(get("claim"), 300), name(get("service"), 300), name(get("agent"), 300)
    call.feature, call.environment = name(get("feature"), 300), name(get("environment"), 60)
    call.operation, call.provider = operation.name, name(get("provider"), 120)
    call.model, call.endpoint = name(get("model"), 300), name(get("endpoint"), 100)
    call.region = name(get("region"), 120) or _region(get("server"), held)
    if operation.call == "tool":
        call.tool = name(get("tool") or get("entity"), 200) or name(title.removeprefix("execute_tool "), 200)
    prompt, version = name(get("prompt"), 200), name(get("prompt_version"), 90)
    call.prompt = f"{prompt}@{version}" if version and "@" not in prompt else prompt
    if (classes := get("classes")) is not None:
        call.classes = keys(classes)
    call.tokens_in = count(get("tokens_in"), "Input tokens") or 0
    call.tokens_out = count(get("tokens_out"), "Output tokens") or 0
    call.tokens_cached = count(get("tokens_cached"), "Cached tokens") or 0
    call.cost_said = cost(get("cost_said"))
    if began <= ended:
        call.latency_ms = min((ended - began) // 1_000_000, MOST_MS)
    call.outcome = _outcome(found, held, status)
    if call.outcome == Outcome.ERROR:
        call.error = name(get("error"), 120) or "error"
    call.task = _task(get("task"), held)
    call.override_reason = name(get("override_reason"), 400)
    if found.texts:
        call.texts = _texts(found.texts)
    output = call.texts.get("output")
    call.fingerprint = name(get("fingerprint"), 64) or (fingerprints.of(output) if output else "")
    call.said = _logged(found.bits, call)
    return call


def _outcome(found: Found, held: Dialects, status: int) -> int:
    said = found.values.get("outcome")
    if said is not None and (known := held.outcomes.get(words(said).lower())) is not None:
        return known
    finish = found.values.get("finish")
    if finish is not None and any(each.strip(" []\"'") in held.refusals for each in words(finish).lower().split(",")):
        return int(Outcome.REFUSED)
    return int(Outcome.ERROR) if status == ERROR else int(Outcome.OK)


def _task(said: Any, held: Dialects) -> int:
    """Return 1 for a task that ended well, 2 for one that did not, 0 where none ended."""
    if said is None:
        return 0
    if isinstance(said, bool):
        return 1 if said else 2
    known = held.outcomes.get(words(said).lower())
    return 0 if known is None else 1 if known == Outcome.OK else 2


def _texts(found: list[tuple[str, int, Any]]) -> dict[str, str]:
    """Return the prompt and the output, each from the best attribute that holds one, its parts in their order."""
    best: dict[str, int] = {}
    for kind, rank, _ in found:
        best[kind] = min(rank, best.get(kind, rank))
    return {
        kind: "\n".join(words(value) for each, at, value in found if (each, at) == (kind, rank)) for kind, rank in best.items()
    }


def _logged(bits: int, call: Call) -> frozenset[str]:
    bits |= TRACE
    if call.prompt or "prompt" in call.texts:
        bits |= PROMPT
    if "@" in call.prompt:
        bits |= VERSION
    if call.model:
        bits |= MODEL
    if call.fingerprint:
        bits |= OUTPUT
    if call.outcome == Outcome.OVERRIDDEN:
        bits |= EDIT
    held = _said.get(bits)
    if held is None:
        held = _said[bits] = frozenset(key for key in LOGGING if bits & BIT[key])
    return held


def _region(server: Any, held: Dialects) -> str:
    if type(server) is not str:
        return ""
    region = _regions.get(server)
    if region is None:
        if len(_regions) > 10_000:
            _regions.clear()
        matched = next((found for pattern in held.servers if (found := pattern.match(server.lower()))), None)
        region = _regions[server[:300]] = name(matched.group(1), 120) if matched else ""
    return region
