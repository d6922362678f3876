"""Notices follow the ledger: everybody concerned is told, once, whatever dies in between."""

from typing import Any

import pytest
from django.core import mail

from governance.approvals import actions as approvals
from governance.comments import actions as comments
from governance.notifications import actions
from governance.notifications.models import Notice, Tail
from registry.changes import actions as changes
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface


def silent(*args: Any) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def change(world: Any) -> Any:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    return changes.propose(
        surface, actor=world.noor, title="First", why="Time.", contract=contract_for(world.noor), record=RECORD
    )


def told(person: Any) -> list[str]:
    return list(Notice.objects.filter(person=person).values_list("text", flat=True))


def test_deciders_are_told_and_the_requester_is_answered(world: Any, change: Any) -> None:
    actions.follow(silent)
    assert told(world.sam) == ["Your approval is asked for: Claims triage: First"]
    assert told(world.noor) == []
    approvals.decide(change.request, actor=world.sam, verdict="approve")
    actions.follow(silent)
    assert told(world.noor) == ["Claims triage: First was approved"]


def test_reading_twice_tells_once(world: Any, change: Any) -> None:
    actions.follow(silent)
    Tail.objects.update(seq=0)
    actions.follow(silent)
    assert len(told(world.sam)) == 1


def test_a_mention_is_told_with_the_way_there(world: Any, change: Any) -> None:
    comments.comment(change, actor=world.sam, text="@Priya Raman, and @ben@example.org: does this see cards?")
    actions.follow(silent)
    assert told(world.priya) == [f"You were mentioned about {change.key}"]
    assert Notice.objects.get(person=world.ben).url == f"/changes/{change.key}/"


def test_mail_goes_out_once_and_a_failure_is_kept(world: Any, change: Any, settings: Any, monkeypatch: Any) -> None:
    settings.MAIL_IS_SET_UP = True
    actions.follow(silent)
    assert actions.mail_pending(silent) == {"sent": 1, "failed": 0}
    assert actions.mail_pending(silent) == {"sent": 0, "failed": 0}
    assert mail.outbox[0].to == [world.sam.email]

    approvals.decide(change.request, actor=world.sam, verdict="approve")
    actions.follow(silent)

    def refuse(self: Any) -> None:
        raise OSError("connection refused")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert actions.mail_pending(silent) == {"sent": 0, "failed": 1}
    assert "refused" in Notice.objects.get(person=world.noor).mail_error


def test_the_page_shows_and_marks_read(world: Any, change: Any, client_as: Any) -> None:
    actions.follow(silent)
    client = client_as(world.sam)
    assert b"Your approval is asked for" in client.get("/notices/").content
    client.post("/notices/")
    assert not Notice.objects.filter(person=world.sam, read_at__isnull=True).exists()
