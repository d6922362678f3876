"""A whole delivery read, protobuf or JSON: its calls, what of it is refused and why, and how many spans are no calls."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from registry.usage.calls import Call, Refusal
from registry.usage.otlp.dialects import Dialects, Meaning
from registry.usage.otlp.reading import HEX, MISSING, Found, call_of, operation_of
from registry.usage.otlp.values import BadSpan, from_json, from_proto, listed, words

EXCEPTION = "exception"
CARRIERS = frozenset({"content", "message", "body", "gen_ai.event.content"})
"""Names under which events carry a text."""


@dataclass
class Delivery:
    """What was read. `given` counts all spans; places in refusals count them in the order in which they were sent.

    `places` tells for each call at which place it was sent.
    """

    calls: list[Call] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    others: int = 0
    given: int = 0

    def refuse(self, error: BadSpan) -> None:
        """Note that the span at hand is refused."""
        self.refused.append(Refusal(self.given - 1, error.reason, error.message))

    def take(self, call: Call) -> None:
        """Note the call that the span at hand is."""
        self.calls.append(call)
        self.places.append(self.given - 1)

    def all_refused(self, refused: Sequence[Refusal]) -> list[Refusal]:
        """Return what the store refused (by place among `calls`) and what was refused here, by place in the delivery."""
        own = {id(each) for each in self.refused}
        others = [replace(each, place=self.places[each.place]) for each in refused if id(each) not in own]
        return sorted([*self.refused, *others], key=lambda each: each.place)


def read_protobuf(request: Any, held: Dialects) -> Delivery:
    """Read an ExportTraceServiceRequest."""
    read = Delivery()
    for resource_spans in request.resource_spans:
        base = Found()
        base.take_proto(resource_spans.resource.attributes, held)
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                read.given += 1
                found = base.below()
                found.take_proto(span.attributes, held)
                operation = operation_of(found, held)
                if operation.call == "neither":
                    read.others += 1
                    continue
                if events := span.events:
                    for event in events:
                        _event(found, event.name, [(each.key, from_proto(each.value)) for each in event.attributes], held)
                try:
                    read.take(
                        call_of(
                            found,
                            operation,
                            held,
                            trace=span.trace_id,
                            span=span.span_id,
                            began=span.start_time_unix_nano,
                            ended=span.end_time_unix_nano,
                            status=span.status.code,
                            title=span.name,
                        )
                    )
                except BadSpan as error:
                    read.refuse(error)
    return read


def read_json(request: Mapping[str, Any], held: Dialects) -> Delivery:
    """Read the JSON form of it: lower camel case, ids in hexadecimal, numbers of 64 bits as text or numbers.

    Raises BadSpan where the frame around the spans is not one.
    """
    read = Delivery()
    for resource_spans in listed(request, "resourceSpans"):
        base = Found()
        base.take(_json_pairs(_inside(resource_spans, "resource"), held))
        for scope_spans in listed(resource_spans, "scopeSpans"):
            for span in listed(scope_spans, "spans"):
                read.given += 1
                try:
                    _json_span(span, base, read, held)
                except BadSpan as error:
                    read.refuse(error)
    return read


def _json_span(span: Any, base: Found, read: Delivery, held: Dialects) -> None:
    found = base.below()
    found.take(_json_pairs(span, held))
    operation = operation_of(found, held)
    if operation.call == "neither":
        read.others += 1
        return
    for event in listed(span, "events"):
        pairs = [(str(each.get("key", "")), from_json(each.get("value"))) for each in _objects(event)]
        _event(found, words(event.get("name")), pairs, held)
    status = span.get("status")
    read.take(
        call_of(
            found,
            operation,
            held,
            trace=_id(span, "traceId"),
            span=_id(span, "spanId"),
            began=_nano(span, "startTimeUnixNano"),
            ended=_nano(span, "endTimeUnixNano"),
            status=_code(status),
            title=words(span.get("name")),
        )
    )


def _json_pairs(holder: Any, held: Dialects) -> Iterator[tuple[Meaning, Any]]:
    for each in _objects(holder):
        key = each.get("key")
        if not isinstance(key, str):
            continue
        meaning = held.kept.get(key, MISSING)
        if meaning is MISSING:
            meaning = held.meaning(key)
        if meaning is not None:
            yield meaning, from_json(each.get("value"))


def _event(found: Found, title: str, pairs: list[tuple[str, Any]], held: Dialects) -> None:
    """Add what an event says: texts under their own names, texts of messages, and the type of an exception."""
    kind = held.events.get(title)
    for key, value in pairs:
        meaning = held.kept.get(key, MISSING)
        if meaning is MISSING:
            meaning = held.meaning(key)
        if meaning is not None and (meaning.text or title == EXCEPTION):
            found.take([(meaning, value)])
        elif kind is not None and key in CARRIERS:
            found.take([(Meaning(text=kind, rank=len(held.texts[kind])), value)])


def _objects(holder: Any) -> list[dict[str, Any]]:
    return [each for each in listed(holder, "attributes") if isinstance(each, dict)]


def _inside(holder: Any, key: str) -> Any:
    return holder.get(key) if isinstance(holder, dict) else None


def _id(span: Mapping[str, Any], key: str) -> bytes:
    held = span.get(key)
    if not isinstance(held, str) or len(held) % 2 or not HEX.match(held):
        raise BadSpan("trace_id" if key == "traceId" else "span_id", f"{key} must be hexadecimal digits.")
    return bytes.fromhex(held)


def _nano(span: Mapping[str, Any], key: str) -> int:
    held = span.get(key, 0)
    if isinstance(held, str) and held.isdecimal() and len(held) <= 20:
        held = int(held)
    if not isinstance(held, int) or isinstance(held, bool) or not 0 <= held < 2**64:
        raise BadSpan("clock", f"{key} must be nanoseconds since 1970 as a whole number of 64 bits.")
    return held


def _code(status: Any) -> int:
    code = status.get("code", 0) if isinstance(status, dict) else 0
    return code if isinstance(code, int) else 0
