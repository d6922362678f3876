"""One item of a batch, or one row of a table, as a call: strict, with a reason for each one that is refused. Pure.

An item says when (`at`) and is the same item again by its `key` (the sender's own, of any shape) or by its trace and span id.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from registry.usage.calls import Call
from registry.usage.models import Outcome
from registry.usage.otlp.dialects import LOGGING, dialects
from registry.usage.otlp.reading import EARLIEST, MOST_MS, identity
from registry.usage.otlp.values import BadSpan, cost, count, keys, name, words

TEXT: Mapping[str, tuple[str, int]] = {
    "surface": ("claim", 300),
    "service": ("service", 300),
    "agent": ("agent", 300),
    "feature": ("feature", 300),
    "environment": ("environment", 60),
    "provider": ("provider", 120),
    "model": ("model", 300),
    "region": ("region", 120),
    "endpoint": ("endpoint", 100),
    "prompt": ("prompt", 300),
    "tool": ("tool", 200),
    "error": ("error", 120),
    "override_reason": ("override_reason", 400),
    "output_fingerprint": ("fingerprint", 64),
}
"""Names of an item -> field of a call, and how long it may be."""
COUNTS = ("tokens_in", "tokens_out", "tokens_cached")
OTHERS = ("at", "key", "trace_id", "span_id", "operation", "data_classes", "logged", "cost_usd", "latency_ms", "outcome", "task")
KNOWN = frozenset({*TEXT, *COUNTS, *OTHERS})
TASKS = {"": 0, "ok": 1, "failed": 2}
_HEX = re.compile(r"^[0-9a-fA-F]+$")


def call_of(item: Any, *, sender: str) -> Call:
    """Return the call that an item tells of; `sender` keeps keys of different senders apart. Raises BadSpan."""
    if not isinstance(item, Mapping):
        raise BadSpan("shape", "Each observation is an object.")
    if unknown := sorted(set(item) - KNOWN):
        raise BadSpan("unknown_field", f"There is no field {str(unknown[0])[:60]!r}. Fields are: {', '.join(sorted(KNOWN))}.")
    trace, span = _ids(item)
    call = Call(at=_moment(item.get("at")), uid=_uid(item, trace, span, sender), trace=UUID(bytes=trace) if trace else None)
    call.span = span.hex()
    for key, (attribute, longest) in TEXT.items():
        setattr(call, attribute, _text(item, key, longest))
    if not call.model and not call.tool:
        raise BadSpan("no_call", "Say which model or which tool was called.")
    call.operation = _operation(item, call)
    for key in COUNTS:
        setattr(call, key, _count(item, key) or 0)
    if (latency := _count(item, "latency_ms")) is not None:
        call.latency_ms = min(latency, MOST_MS)
    call.cost_said = cost(item.get("cost_usd"))
    call.classes = keys(item["data_classes"]) if item.get("data_classes") not in (None, "") else None
    call.outcome = _outcome(item)
    call.task = _task(item)
    call.said = _logged(item, call)
    return call


def _ids(item: Mapping[str, Any]) -> tuple[bytes, bytes]:
    found = []
    for key, digits in (("trace_id", 32), ("span_id", 16)):
        said = words(item.get(key))
        if said and not (len(said) == digits and _HEX.match(said)):
            raise BadSpan(key, f"{key} must be {digits} hexadecimal digits.")
        found.append(bytes.fromhex(said))
    return found[0], found[1]


def _uid(item: Mapping[str, Any], trace: bytes, span: bytes, sender: str) -> UUID:
    if key := words(item.get("key")):
        return UUID(bytes=sha256(f"{sender}\x1f{key}".encode("utf-8", "replace")).digest()[:16])
    if trace and span:
        return identity(trace, span)
    raise BadSpan("key", "Give a key of your own, or trace_id and span_id, so that it is stored once.")


def _moment(said: Any) -> datetime:
    try:
        at = said if isinstance(said, datetime) else parse_datetime(words(said).strip())
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise BadSpan("at", "Say when, with an offset, such as 2026-03-14T09:30:00Z.")
    at = at.astimezone(UTC)
    if at < EARLIEST:
        raise BadSpan("clock", f"It is of {at:%Y-%m-%d}. Give the moment of the call.")
    return at


def _text(item: Mapping[str, Any], key: str, longest: int) -> str:
    said = item.get(key)
    if said is None:
        return ""
    if not isinstance(said, str):
        raise BadSpan(key, f"{key} must be text.")
    if len(said) > longest:
        raise BadSpan(key, f"{key} has {len(said):,} characters; at most {longest} are kept.")
    return name(said, longest)


def _count(item: Mapping[str, Any], key: str) -> int | None:
    said = item.get(key)
    found = None if said in (None, "") else count(said, key)
    if found is None and said not in (None, ""):
        raise BadSpan(key, f"{key} must be a whole number.")
    return found


def _operation(item: Mapping[str, Any], call: Call) -> str:
    said = words(item.get("operation")).strip().lower()
    if not said:
        return "execute_tool" if call.tool else ""
    known = dialects().operations.get(said)
    if known is None or known.call == "neither":
        raise BadSpan(
            "operation", f"{said[:60]!r} is no call of a model or a tool. Leave it out, or say chat, embeddings, execute_tool."
        )
    return known.name


def _outcome(item: Mapping[str, Any]) -> int:
    said = words(item.get("outcome")).strip().lower()
    if not said:
        return int(Outcome.UNKNOWN)
    known = dialects().outcomes.get(said)
    if known is None:
        raise BadSpan("outcome", "outcome is ok, error, overridden or refused.")
    return known


def _task(item: Mapping[str, Any]) -> int:
    said = words(item.get("task")).strip().lower()
    if said not in TASKS:
        raise BadSpan("task", "task is ok or failed, and left out where no task ended with the call.")
    return TASKS[said]


def _logged(item: Mapping[str, Any], call: Call) -> frozenset[str]:
    said = set(keys(item["logged"])) if item.get("logged") else set()
    if wrong := sorted(said - set(LOGGING)):
        raise BadSpan("logged", f"There is no logging field {wrong[0]!r}. Fields are: {', '.join(LOGGING)}.")
    shown = {"model": call.model, "prompt": call.prompt, "output_fingerprint": call.fingerprint, "trace": call.trace}
    said |= {key for key, value in shown.items() if value}
    if "@" in call.prompt:
        said.add("prompt_version")
    return frozenset(said)
