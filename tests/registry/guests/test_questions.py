"""An auditor's question is a task of an owner until the asker accepts the answer."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.core.contributions import InboxSource, contribution
from governance.core.errors import Denied, Invalid, NotVisible, StaleState
from governance.ledger.models import Entry, PersonalPayload
from governance.people.models import User
from registry.guests import actions, queries
from registry.guests.models import AuditQuestion
from registry.surfaces.models import Surface

API = "/api/v1/audit-questions"


@pytest.fixture
def asked(world: Any, today: Any, surface: Surface) -> AuditQuestion:
    return actions.ask(surface, actor=world.aud, text="Who approved revision 7?")


def told() -> list[str]:
    return list(Entry.objects.filter(kind__startswith="audit_question.").order_by("seq").values_list("kind", flat=True))


def test_a_question_is_asked_answered_asked_again_and_accepted(world: Any, asked: AuditQuestion) -> None:
    assert (asked.owner, asked.due_on, asked.key) == (world.noor, date(2026, 4, 8), f"AQ-{asked.pk}")
    inbox = contribution(InboxSource, "audit-questions")
    assert [line.verb for line in inbox.lines(world.noor)] == ["Do"]
    answered = actions.answer(asked, actor=world.noor, text="Legal did.")
    assert [line.verb for line in inbox.lines(world.aud)] == ["Review"]
    again = actions.reopen(answered, actor=world.aud, text="On which evals?")
    done = actions.accept(actions.answer(again, actor=world.rosa, text="Those of 2 March."), actor=world.aud)
    assert done.state == "accepted"
    assert [reply.verb for reply in done.replies.all()] == ["answer", "reopen", "answer", "accept"]
    assert told() == [f"audit_question.{each}" for each in ("asked", "answered", "reopened", "answered", "accepted")]
    entry = Entry.objects.get(kind="audit_question.asked")
    assert "revision 7" not in entry.body
    assert PersonalPayload.objects.filter(entry=entry, name="text").exists()


def test_who_may_what(world: Any, asked: AuditQuestion, surface: Surface) -> None:
    for person in (world.noor, world.rosa, world.ada):
        with pytest.raises(Denied):
            actions.ask(surface, actor=person, text="Why?")
    with pytest.raises(NotVisible):
        actions.answer(asked, actor=world.ben, text="I know.")
    with pytest.raises(Denied):
        actions.answer(asked, actor=world.aud, text="I know.")
    with pytest.raises(Denied):
        actions.accept(asked, actor=world.aud)
    answered = actions.answer(asked, actor=world.noor, text="Legal did.")
    with pytest.raises(Denied):
        actions.accept(answered, actor=world.noor)
    with pytest.raises(Invalid):
        actions.reopen(answered, actor=world.aud, text=" ")
    with pytest.raises(StaleState):
        actions.accept(answered, actor=world.aud, expected_version=1)


def test_it_is_given_to_somebody_who_can_answer(world: Any, asked: AuditQuestion) -> None:
    with pytest.raises(Invalid) as refused:
        actions.hand_over(asked, actor=world.noor, owner=world.aud, due_on=date(2026, 3, 1))
    assert set(refused.value.fields) == {"owner", "due_on"}
    given = actions.hand_over(asked, actor=world.noor, owner=world.sam, due_on=date(2026, 4, 20))
    assert queries.owed(world.sam).get() == given
    assert not queries.questions(world.noor).exists()


def test_what_was_asked_never_changes(world: Any, asked: AuditQuestion) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE registry_auditquestion SET text = 'Nothing' WHERE id = %s", [asked.pk])


def test_a_guest_asks_about_what_they_see(
    world: Any, let_in: Any, surface: Surface, other: Surface, client_as: Callable[..., Client], api_as: Any
) -> None:
    let_in()
    guest = User.objects.get(pk=world.gus.pk)
    browser, program = client_as(guest), api_as(guest)
    ask = f"/audit-questions/ask/registry.surface/{surface.pk}/"
    assert ask in browser.get(f"/surfaces/{surface.key}/").content.decode()
    assert browser.post(ask, {"text": "Who tests the kill switch?"}).status_code == 302
    assert browser.get(f"/audit-questions/ask/registry.surface/{other.pk}/").status_code == 404
    body = {"subject_type": "registry.surface", "subject_id": str(surface.pk), "text": "And how often?"}
    made = program.post(API, body, format="json")
    assert made.status_code == 201
    assert program.post(API, {**body, "subject_id": str(other.pk)}, format="json").status_code == 404
    assert program.post(f"{API}/{made.json()['key']}/answers", {"text": "Daily."}, format="json").status_code == 403
    mine = browser.get(f"/audit-questions/{made.json()['key']}/activity/").content.decode()
    assert "asked about" in mine
    actions.ask(surface, actor=world.aud, text="Another's.")
    assert len(program.get(API).json()["results"]) == 2
    owner = api_as(world.noor)
    answered = owner.post(f"{API}/{made.json()['key']}/answers", {"text": "Daily."}, format="json")
    assert answered.json()["state"] == "answered"
    assert program.post(f"{API}/{made.json()['key']}/acceptance", {}, format="json").json()["state"] == "accepted"


def test_pages_of_questions(world: Any, asked: AuditQuestion, surface: Surface, client_as: Callable[..., Client]) -> None:
    owner, auditor = client_as(world.noor), client_as(world.aud)
    assert "Answer" in owner.get(asked.get_absolute_url()).content.decode()
    assert owner.post(f"{asked.get_absolute_url()}answer/", {"text": "Legal did."}).status_code == 302
    assert "Legal did." in auditor.get(asked.get_absolute_url()).content.decode()
    assert auditor.post(f"{asked.get_absolute_url()}accept/").status_code == 302
    assert client_as(world.ben).get(asked.get_absolute_url()).status_code == 404
    assert "/audit-questions/ask/" not in owner.get(f"/surfaces/{surface.key}/").content.decode()


def test_a_list_takes_as_many_queries_for_three_as_for_one(
    world: Any, asked: AuditQuestion, surface: Surface, client_as: Callable[..., Client]
) -> None:
    browser = client_as(world.aud)
    browser.get("/audit-questions/")
    with CaptureQueriesContext(connection) as one:
        browser.get("/audit-questions/")
    for text in ("Why?", "Since when?"):
        actions.ask(surface, actor=world.aud, text=text)
    with CaptureQueriesContext(connection) as three:
        browser.get("/audit-questions/")
    assert len(three) == len(one)
