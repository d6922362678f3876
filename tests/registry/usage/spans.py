"""Spans as programs send them, for tests of what comes in."""

import itertools
import json
from datetime import datetime
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from governance.core import clock

_numbers = itertools.count(1)
CHAT: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "meridian",
    "gen_ai.request.model": "meridian-2.1-large",
    "gen_ai.usage.input_tokens": 1200,
    "gen_ai.usage.output_tokens": 80,
    "plumbline.region": "eu-central",
}


def nanoseconds(at: datetime) -> int:
    """Return a moment as OTLP writes it."""
    return int(at.timestamp()) * 10**9 + at.microsecond * 1000


def span(attributes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Return a span as the JSON form of OTLP has it; `more` replaces its fields."""
    number = next(_numbers)
    began = nanoseconds(clock.now())
    made = {
        "traceId": f"{number:032x}",
        "spanId": f"{number:016x}",
        "name": "chat",
        "kind": 3,
        "startTimeUnixNano": str(began),
        "endTimeUnixNano": str(began + 350_000_000),
        "attributes": pairs(CHAT if attributes is None else attributes),
    }
    return {key: value for key, value in {**made, **more}.items() if value is not None}


def pairs(attributes: dict[str, Any]) -> list[dict[str, Any]]:
    """Return attributes in the JSON form."""
    return [{"key": key, "value": any_value(value)} for key, value in attributes.items()]


def any_value(value: Any) -> dict[str, Any]:
    """Return a value in the JSON form."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [any_value(each) for each in value]}}
    return {"stringValue": value}


def request(*spans: dict[str, Any], resource: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a delivery in the JSON form."""
    held = {"attributes": pairs({"service.name": "claims", **(resource or {})})}
    return {"resourceSpans": [{"resource": held, "scopeSpans": [{"spans": list(spans)}]}]}


def as_json(*spans: dict[str, Any], **more: Any) -> bytes:
    """Return a delivery as JSON bytes."""
    return json.dumps(request(*spans, **more)).encode()


def as_protobuf(*spans: dict[str, Any], **more: Any) -> bytes:
    """Return the same delivery as protobuf."""
    made = ExportTraceServiceRequest()
    for held in request(*spans, **more)["resourceSpans"]:
        resource_spans = made.resource_spans.add()
        _fill(resource_spans.resource.attributes, held["resource"]["attributes"])
        target = resource_spans.scope_spans.add()
        for one in held["scopeSpans"][0]["spans"]:
            _span(target.spans.add(), one)
    return made.SerializeToString()


def _span(target: Any, one: dict[str, Any]) -> None:
    target.trace_id, target.span_id = bytes.fromhex(one["traceId"]), bytes.fromhex(one["spanId"])
    target.name = one["name"]
    target.start_time_unix_nano, target.end_time_unix_nano = int(one["startTimeUnixNano"]), int(one["endTimeUnixNano"])
    _fill(target.attributes, one["attributes"])
    if "status" in one:
        target.status.code = one["status"]["code"]
    for event in one.get("events", ()):
        made = target.events.add()
        made.name = event["name"]
        _fill(made.attributes, event["attributes"])


def _fill(target: Any, given: list[dict[str, Any]]) -> None:
    for each in given:
        made = target.add()
        made.key = each["key"]
        _value(made.value, each["value"])


def _value(target: Any, value: dict[str, Any]) -> None:
    ((kind, held),) = value.items()
    if kind == "arrayValue":
        for each in held["values"]:
            _value(target.array_value.values.add(), each)
    else:
        field = {"stringValue": "string_value", "boolValue": "bool_value", "intValue": "int_value", "doubleValue": "double_value"}
        setattr(target, field[kind], int(held) if kind == "intValue" else held)
