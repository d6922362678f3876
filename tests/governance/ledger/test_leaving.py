"""Whatever leaves as a file is told in the ledger, with the hash of what really went out."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from governance.core.leaving import leaves
from governance.ledger.leaving import LeavingMiddleware
from governance.ledger.models import Entry, PersonalPayload
from tests.world import World

Enter = Callable[..., Client]
FILE = 'attachment; filename="all.csv"'


def told() -> list[dict[str, Any]]:
    return [json.loads(entry.body)["payload"] for entry in Entry.objects.filter(kind="export.made").order_by("seq")]


@pytest.fixture
def send(world: World, rf: RequestFactory) -> Callable[..., Any]:
    """Answer a response through the middleware, to Noor."""

    def run(response: Any, method: str = "get", user: Any = None) -> Any:
        request = getattr(rf, method)("/things/-/export.csv?q=Ida")
        request.user = user or world.noor
        return LeavingMiddleware(lambda given: response)(request)

    return run


def test_an_exported_list_is_told_with_its_rows_its_filter_and_its_hash(world: World, client_as: Enter) -> None:
    answer = client_as(world.noor).get("/people/-/export.csv?q=noor")
    assert told() == []
    sent = b"".join(answer.streaming_content)
    (said,) = told()
    assert said["file"] == hashlib.sha256(sent).hexdigest() and said["bytes"] == len(sent)
    assert (said["rows"], said["whole"], said["form"]) == (sent.count(b"\n") - 1, True, "text/csv")
    assert PersonalPayload.objects.get(name="filter").value == "q=noor"
    entry = Entry.objects.get(kind="export.made")
    assert entry.subject_id == str(world.noor.pk) and "noor" not in entry.body


def test_the_last_piece_goes_when_the_ledger_knows(send: Callable[..., Any]) -> None:
    pieces = iter(send(StreamingHttpResponse([b"a", b"b", b"c"], headers={"Content-Disposition": FILE})).streaming_content)
    assert [next(pieces), next(pieces)] == [b"a", b"b"] and told() == []
    assert next(pieces) == b"c" and told()[0]["bytes"] == 3


def test_what_is_broken_off_is_told_as_such(send: Callable[..., Any]) -> None:
    response = send(StreamingHttpResponse((b"x" for _ in range(9)), headers={"Content-Disposition": FILE}))
    pieces = response.streaming_content
    next(pieces)
    next(pieces)
    for close in response._resource_closers:  # what a server does when the reader has gone
        close()
    (said,) = told()
    assert said["whole"] is False and said["bytes"] == 2


def test_a_whole_answer_and_a_file_are_told_under_their_names(send: Callable[..., Any], world: World, tmp_path: Any) -> None:
    send(HttpResponse(b"a: 1", headers={"Content-Disposition": 'attachment; filename="company.yaml"'}))
    path = tmp_path / "sheet.pdf"
    path.write_bytes(b"%PDF-" + b"x" * 10_000)
    b"".join(send(leaves(FileResponse(path.open("rb")), "The sheet", about=(world.ada,))).streaming_content)
    first, second = told()
    assert first["what"] == "company.yaml" and second["what"] == "The sheet"
    assert second["file"] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_is_no_file_or_told_elsewhere_is_not_told(send: Callable[..., Any], world: World) -> None:
    from django.contrib.auth.models import AnonymousUser

    send(HttpResponse(b"a page"))
    send(HttpResponse(b"refused", status=403, headers={"Content-Disposition": FILE}))
    send(HttpResponse(b"", headers={"Content-Disposition": FILE}), method="head")
    send(HttpResponse(b"calendar", headers={"Content-Disposition": 'inline; filename="on-call.ics"'}))
    send(leaves(HttpResponse(b"x", headers={"Content-Disposition": FILE}), "a room's file", told=True))
    send(HttpResponse(b"public", headers={"Content-Disposition": FILE}), user=AnonymousUser())
    assert told() == []
