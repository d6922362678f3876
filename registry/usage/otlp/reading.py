"""A span read as a call: what its attributes say in any dialect, whether it is a call at all, when, how long and how it ended."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, SafeUUID

from registry.usage.calls import Call
from registry.usage.content import fingerprints
from registry.usage.models import Outcome
from registry.usage.otlp.dialects import BIT, LOGGING, Dialects, Meaning, Operation
from registry.usage.otlp.values import BadSpan, cost, count, from_proto, keys, name, words

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
WELL, FAILED, REFUSED, OVERRIDDEN = (int(one) for one in (Outcome.OK, Outcome.ERROR, Outcome.REFUSED, Outcome.OVERRIDDEN))
NAMES = (
    ("claim", 300), ("service", 300), ("agent", 300), ("feature", 300), ("environment", 60), ("provider", 120), ("model", 300),
    ("region", 120), ("endpoint", 100), ("override_reason", 400), ("fingerprint", 64),
)  # fmt: skip
"""Fields that are names as they stand, and how long they may be."""
COUNTS = (("tokens_in", "Input tokens"), ("tokens_out", "Output tokens"), ("tokens_cached", "Cached tokens"))
HEX = re.compile(r"^[0-9a-fA-F]{1,64}$")
MISSING = Meaning()
_said: dict[int, frozenset[str]] = {}
_refusing: dict[str, bool] = {}
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
        for meaning, value in pairs:
            if value is not None and value != "":
                self.add(meaning, value)

    def add(self, meaning: Meaning, value: Any) -> None:
        """Add what one attribute says."""
        key, rank, bits, text = meaning
        self.bits |= bits
        if key is not None:
            ranks = self.ranks
            if key not in ranks or rank < ranks[key]:
                self.values[key], ranks[key] = value, rank
        elif text:
            self.texts.append((text, rank, value))

    def take_proto(self, attributes: Iterable[Any], held: Dialects) -> None:
        """Add what protobuf attributes say: what `take` does, in the one loop that every span goes through."""
        kept, values, ranks, bits = held.kept, self.values, self.ranks, self.bits
        for each in attributes:
            name_ = each.key
            meaning = kept.get(name_, MISSING)
            if meaning is MISSING:
                meaning = held.meaning(name_)
            if meaning is None:
                continue
            holder = each.value
            value = holder.string_value or from_proto(holder)
            if value is None or value == "":
                continue
            key, rank, more, text = meaning
            bits |= more
            if key is not None:
                if key not in ranks or rank < ranks[key]:
                    values[key], ranks[key] = value, rank
            elif text:
                self.texts.append((text, rank, value))
        self.bits = bits


def identity(trace: bytes, span: bytes) -> UUID:
    """Return what makes a span the same when it is delivered again. Raises BadSpan for ids that are none."""
    if len(trace) != 16 or not any(trace):
        raise BadSpan("trace_id", "The trace id must be 16 bytes that are not all zero.")
    if len(span) != 8 or not any(span):
        raise BadSpan("span_id", "The span id must be 8 bytes that are not all zero.")
    return uuid_of(sha256(trace + span).digest()[:16])


def uuid_of(held: bytes) -> UUID:
    """Return 16 bytes as a UUID: what `UUID(bytes=...)` does without trying the other ways in which one can be given."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", int.from_bytes(held, "big"))
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


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
    values = found.values
    call = Call(at=moment(began), uid=identity(trace, span), trace=uuid_of(trace), span=span.hex(), operation=operation.name)
    _say_names(call, values, held)
    _say_figures(call, values)
    if operation.call == "tool":
        said = name(values.get("tool") or values.get("entity"), 200)
        call.tool = said or name(title.removeprefix("execute_tool "), 200)
    if began <= ended:
        call.latency_ms = min((ended - began) // 1_000_000, MOST_MS)
    call.outcome = _outcome(found, held, status)
    if call.outcome == FAILED:
        call.error = name(values.get("error"), 120) or "error"
    if "task" in values:
        call.task = _task(values["task"], held)
    if found.texts:
        call.texts = _texts(found.texts)
        if (output := call.texts.get("output")) and not call.fingerprint:
            call.fingerprint = fingerprints.of(output)
    call.said = _logged(found.bits, call)
    return call


def _say_names(call: Call, values: dict[str, Any], held: Dialects) -> None:
    for key, longest in NAMES:
        if key in values:
            setattr(call, key, name(values[key], longest))
    if not call.region and "server" in values:
        call.region = _region(values["server"], held)
    if "prompt" in values or "prompt_version" in values:
        prompt, version = name(values.get("prompt"), 200), name(values.get("prompt_version"), 90)
        call.prompt = f"{prompt}@{version}" if version and "@" not in prompt else prompt
    if "classes" in values:
        call.classes = keys(values["classes"])


def _say_figures(call: Call, values: dict[str, Any]) -> None:
    for key, what in COUNTS:
        if key in values:
            setattr(call, key, count(values[key], what) or 0)
    if "cost_said" in values:
        call.cost_said = cost(values["cost_said"])


def _outcome(found: Found, held: Dialects, status: int) -> int:
    said = found.values.get("outcome")
    if said is not None and (known := held.outcomes.get(words(said).lower())) is not None:
        return known
    finish = found.values.get("finish")
    if finish is not None and _is_refusal(words(finish), held):
        return REFUSED
    return FAILED if status == ERROR else WELL


def _is_refusal(finish: str, held: Dialects) -> bool:
    known = _refusing.get(finish)
    if known is None:
        if len(_refusing) > 1_000:
            _refusing.clear()
        known = any(each.strip(" []\"'") in held.refusals for each in finish.lower().split(","))
        _refusing[finish[:200]] = known
    return known


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
    if call.outcome == OVERRIDDEN:
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
