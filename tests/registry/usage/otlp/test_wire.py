"""The wire: what is acknowledged, what is refused and how, in the form in which it was sent."""

import gzip
import json
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from governance.core import clock
from registry.usage import storing
from registry.usage.models import Observation, UsageBatch, UsagePath
from registry.usage.otlp import answers, bodies
from registry.usage.sources import actions, doors
from tests.registry.usage.spans import CHAT, as_json, as_protobuf, nanoseconds, span

Send = Callable[..., Any]
PROTOBUF = answers.PROTOBUF


def test_a_span_is_stored_matched_and_acknowledged_in_both_forms(send: Send) -> None:
    plain = {"plumbline.surface": "Claims triage"}
    for kind, pack in (("application/json", as_json), (PROTOBUF, as_protobuf)):
        answer = send(body=pack(span({**CHAT, **plain})), kind=kind)
        assert (answer.status_code, answer["Content-Type"], answer.content) == (200, kind, b"{}" if kind != PROTOBUF else b"")
    one, two = Observation.objects.order_by("at")
    assert one.path_id == two.path_id
    path = UsagePath.objects.get()
    assert (path.service, path.model, path.provider, path.region) == ("claims", "meridian-2.1-large", "meridian", "eu-central")
    assert (one.tokens_in, one.tokens_out, one.latency_ms, one.outcome) == (1200, 80, 350, 1)


def test_the_same_span_again_changes_nothing(send: Send) -> None:
    body = as_json(span())
    assert [send(body=body).status_code for _ in range(2)] == [200, 200]
    assert Observation.objects.count() == 1
    assert [batch.duplicates for batch in UsageBatch.objects.order_by("pk")] == [0, 1]


def test_nothing_sent_is_a_success(send: Send) -> None:
    for body, kind in ((b"{}", answers.JSON), (b"", PROTOBUF), (b"", answers.JSON), (b'{"resourceSpans": []}', answers.JSON)):
        assert send(body=body, kind=kind, CONTENT_TYPE=kind).status_code == 200
    assert not UsageBatch.objects.exists()


def test_packed_bodies_are_unpacked_and_bombs_are_not(send: Send, settings: Any) -> None:
    packed = gzip.compress(as_json(span()))
    assert send(body=packed, HTTP_CONTENT_ENCODING="gzip").status_code == 200
    assert send(body=packed[:-9], HTTP_CONTENT_ENCODING="gzip").status_code == 400
    assert send(body=as_json(span()), HTTP_CONTENT_ENCODING="gzip").status_code == 400
    assert send(body=packed, HTTP_CONTENT_ENCODING="br").status_code == 415
    settings.OTLP_MAX_BYTES = 400_000
    bomb = gzip.compress(b" " * 10_000_000)
    assert len(bomb) < 100_000
    answer = send(body=bomb, HTTP_CONTENT_ENCODING="gzip")
    assert (answer.status_code, answer.json()["code"]) == (413, 8)
    assert send(body=b" " * 400_001, kind=PROTOBUF).status_code == 413
    assert Observation.objects.count() == 1


def test_members_of_a_packed_body_follow_each_other(send: Send) -> None:
    body = as_json(span())
    assert send(body=gzip.compress(body[:40]) + gzip.compress(body[40:]), HTTP_CONTENT_ENCODING="gzip").status_code == 200
    assert Observation.objects.count() == 1


def test_a_chunked_body_is_read_though_no_length_is_said(send: Send) -> None:
    from io import BytesIO

    more = {"wsgi.input": BytesIO(as_json(span())), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    assert send(body=b"", HTTP_TRANSFER_ENCODING="chunked", **more).status_code == 200
    assert Observation.objects.count() == 1


BROKEN = {
    "cut": as_protobuf(span())[:-3],
    "no protobuf": b"\xff\xff\xff\xff",
    "wrong wire type": b"\x08\x01" + b"\x0d",
    "not UTF-8": as_protobuf(span()).replace(b"meridian-2.1", b"\xffridian-2.1"),
    "no JSON": b'{"resourceSpans": [',
    "a list": b"[]",
    "deep": b'{"resourceSpans":' + b"[" * 100_000,
    "a long number": b'{"resourceSpans": ' + b"9" * 5000 + b"}",
    "not a list": b'{"resourceSpans": {"a": 1}}',
    "spans of nothing": b'{"resourceSpans": [1]}',
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_read_is_refused_whole_and_never_asked_for_again(name: str, send: Send) -> None:
    kind = PROTOBUF if name in ("cut", "no protobuf", "wrong wire type", "not UTF-8") else "application/json"
    answer = send(body=BROKEN[name], kind=kind)
    assert answer.status_code in (400, 413) and "Retry-After" not in answer
    assert answer["Content-Type"] == kind
    assert b"spans" in answer.content.lower() or b"exporttrace" in answer.content.lower() or b"json" in answer.content.lower()
    assert not Observation.objects.exists()


def test_one_bad_span_costs_only_itself(send: Send) -> None:
    now = clock.now()
    bad = [
        span(traceId="xyz"),
        span(traceId="0" * 32),
        span(spanId="ab"),
        span(startTimeUnixNano="0"),
        span(startTimeUnixNano=str(2**63 + 2**60)),
        span(startTimeUnixNano=str(nanoseconds(now + timedelta(hours=1)))),
        span({**CHAT, "gen_ai.usage.input_tokens": -5}),
        span({**CHAT, "gen_ai.usage.input_tokens": 10**17}),
        span(startTimeUnixNano="soon"),
        span(attributes={"key": "x"}) | {"attributes": "none"},
    ]
    answer = send(span(), *bad, span())
    told = answer.json()["partialSuccess"]
    assert (answer.status_code, told["rejectedSpans"]) == (200, str(len(bad)))
    for said in ("trace_id (2, first at span 2)", "clock (2, first at span 5)", "tokens (2, first at span 8)", "10 of 12 spans"):
        assert said in told["errorMessage"]
    assert Observation.objects.count() == 2
    batch = UsageBatch.objects.get()
    assert (batch.given, batch.stored, batch.refused) == (12, 2, 10)


def test_partial_success_in_protobuf_tells_the_same(send: Send) -> None:
    answer = send(body=as_protobuf(span(), span(startTimeUnixNano="0")), kind=PROTOBUF)
    told = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, told.rejected_spans) == (200, 1)
    assert "clock (1, first at span 2)" in told.error_message


def test_characters_that_no_database_holds_are_replaced(send: Send) -> None:
    odd = span({**CHAT, "plumbline.feature": "a\x00b\ud800c", "gen_ai.request.model": "m" * 4000})
    assert send(odd).content == b"{}"
    path = UsagePath.objects.get()
    assert path.feature == "a\ufffdb?c" and len(path.model) == 300


def test_who_may_send(send: Send, world: Any, api_as: Callable[..., Any], gateway: actions.MadeSource) -> None:
    assert send(span(), token="plumb_nobody").status_code == 401
    assert Client().post("/v1/traces", as_protobuf(span()), content_type=PROTOBUF).status_code == 401
    assert Client().get("/v1/traces").status_code == 405
    assert send(body=b"", kind="text/plain").status_code == 415
    person = api_as(world.noor)._credentials["HTTP_AUTHORIZATION"].partition(" ")[2]
    refused = send(span(), token=person)
    assert (refused.status_code, "belongs to no source" in refused.json()["message"]) == (403, True)
    reader = api_as(world.noor, "usage:read")._credentials["HTTP_AUTHORIZATION"].partition(" ")[2]
    assert send(span(), token=reader).status_code == 403
    actions.retire(gateway.source, actor=world.rosa)
    assert send(span()).status_code == 401  # its tokens ended with it


def test_a_token_revoked_elsewhere_is_refused_within_seconds(
    send: Send, world: Any, gateway: actions.MadeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(span()).status_code == 200
    token = gateway.source.token
    assert token is not None
    type(token).objects.filter(pk=token.pk).update(revoked_at=clock.now())  # as another process would have
    assert send(span()).status_code == 200  # held
    later = time.monotonic() + 5
    monkeypatch.setattr(doors.time, "monotonic", lambda: later)
    assert send(span()).status_code == 401


def test_a_rate_is_kept_and_told(send: Send, freeze: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.usage.otlp import views

    freeze(clock.now())
    monkeypatch.setattr(views, "limit_for", lambda kind: 1)
    assert send(span()).status_code == 200
    answer = send(span())
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")


def test_a_database_that_is_away_is_told_as_retryable(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(storing, "store", away)
    answer = send(span())
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    protobuf = send(body=as_protobuf(span()), kind=PROTOBUF)
    assert protobuf.content.startswith(b"\x08\x0e\x12") and b"Send them again" in protobuf.content


def test_no_more_than_some_are_taken_at_a_time(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    from registry.usage.otlp import views

    monkeypatch.setattr(views, "PATIENCE", 0.0)
    with views._Turn(), views._Turn():
        answer = send(span())
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert send(span()).status_code == 200


def test_json_may_be_a_quarter_as_large() -> None:
    assert bodies.limit(is_json=True) * 4 == bodies.limit(is_json=False)
    assert zlib.MAX_WBITS + 16 == bodies.GZIP
    assert json.loads(answers.failed(400, "é", kind=answers.JSON).content) == {"code": 3, "message": "é"}
