"""The week by mail: once, by each reader's own clock, of what they may see, and only to those who wish it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail

from governance.core.contributions import Forgotten, PersonalStore, contribution
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.usagerules import DigestRules
from governance.scorecard import digest, digesting
from governance.scorecard.briefingmodels import BriefingDay, DigestMail
from tests.registry.building import make_surface

MONDAY = datetime(2026, 3, 2, 8, 5, tzinfo=UTC)


def work() -> dict[str, int]:
    return digesting.work(None, lambda *said: None)


@pytest.fixture
def mailing(world: Any, settings: Any, freeze: Any) -> Any:
    """Mail is set up, and it is Monday, five past eight: when policy wants the week to be read in UTC."""
    settings.MAIL_IS_SET_UP, settings.BASE_URL = True, "https://plumb.example.org"
    rules = policy.usage_rules().digest
    assert rules == DigestRules(0, 8)
    return freeze(MONDAY)


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("UTC", "2026-03-02T07:00", "2026-03-02T07:00"),
        ("UTC", "2026-03-02T06:59", "2026-02-23T07:00"),
        ("Asia/Tokyo", "2026-03-01T23:30", "2026-03-01T22:00"),
        ("America/Los_Angeles", "2026-03-02T07:30", "2026-02-23T15:00"),
        ("Europe/Oslo", "2026-04-01T00:00", "2026-03-30T05:00"),
        ("Nowhere/At all", "2026-03-04T00:00", "2026-03-02T07:00"),
    ],
)
def test_it_falls_due_by_the_readers_own_clock(zone: str, now: str, due: str) -> None:
    person: Any = SimpleNamespace(time_zone=zone)
    found = digest.due_at(person, DigestRules(0, 7), datetime.fromisoformat(f"{now}+00:00"))
    assert found == datetime.fromisoformat(f"{due}+00:00")


def test_leaders_get_it_once_in_text_and_html(world: Any, mailing: Any) -> None:
    make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Claims <b>triage</b>")
    assert work()["sent"] == 2
    assert work() == {"kept": 0, "sent": 0, "failed": 0}
    assert {each.to[0] for each in mail.outbox} == {world.ingrid.email, world.rosa.email}
    letter: Any = next(each for each in mail.outbox if each.to == [world.ingrid.email])
    assert letter.subject.startswith("Plumbline: Your week: ")
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    for part in (letter.body, html):
        assert "surface without an approved contract" in part
        assert "https://plumb.example.org/surfaces/?approved=false" in part
        assert "What is burning?".lower() in part.lower()
    assert "<script" not in html and "http://" not in html
    mailing.shift(timedelta(days=7))
    assert work()["sent"] == 2


def test_what_moved_in_a_week_is_told(world: Any, mailing: Any) -> None:
    work()
    make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    mailing.shift(timedelta(days=7))
    mail.outbox.clear()
    work()
    letter = next(each for each in mail.outbox if each.to == [world.ingrid.email])
    assert "(+1 in a week)" in letter.body and "1 more than last Monday" in letter.body


def test_who_turns_it_off_gets_none_and_a_member_gets_only_what_they_see(world: Any, mailing: Any, client_as: Any) -> None:
    make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Claims triage")
    assert client_as(world.ingrid).post("/inbox/week/", {"wanted": "no"}).status_code == 302
    assert client_as(world.ben).put("/api/v1/home/digest-choice", {"wanted": True}, "application/json").json()["wanted"] is True
    assert work()["sent"] == 2
    told = {each.to[0]: each.body for each in mail.outbox}
    assert set(told) == {world.rosa.email, world.ben.email}
    assert "without an approved contract" in told[world.rosa.email]
    assert "without an approved contract" not in told[world.ben.email]


def test_a_mail_server_that_refuses_is_asked_again_and_not_for_ever(world: Any, mailing: Any, monkeypatch: Any) -> None:
    def refuse(self: Any) -> int:
        raise OSError("greylisted")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
    assert [work()["failed"] for _ in range(2)] == [2, 0]
    assert DigestMail.objects.get(person=world.ingrid).error == "greylisted"
    tried = []
    for _ in range(4):
        mailing.shift(timedelta(minutes=10))
        tried.append(work()["failed"])
    assert tried == [2, 2, 0, 0]


def test_late_is_better_than_never_but_not_a_day_late_and_newcomers_wait_for_their_hour(world: Any, mailing: Any) -> None:
    mailing.shift(timedelta(hours=3))
    assert work()["sent"] == 0
    mailing.move_to(MONDAY + timedelta(days=7))
    assert work()["sent"] == 2
    mailing.move_to(MONDAY + timedelta(days=14, hours=20))
    assert work()["sent"] == 2
    mailing.move_to(MONDAY + timedelta(days=22, hours=1))
    assert work()["sent"] == 0


def test_days_are_kept_for_comparison_and_let_go(world: Any, mailing: Any) -> None:
    for _ in range(3):
        work()
        mailing.shift(timedelta(days=21))
    work()
    assert BriefingDay.objects.filter(person=world.ingrid).count() == 2
    assert not BriefingDay.objects.filter(person=world.ben).exists()


def test_who_is_forgotten_leaves_no_letters_behind(world: Any, mailing: Any) -> None:
    work()
    digesting.choose(world.ingrid, True)
    who = Forgotten(world.ingrid, world.ingrid.email, world.ingrid.name, "ER-1")
    store = contribution(PersonalStore, "briefings")
    held: Any = store.find(who)
    assert sum(rows.count() for rows in held) == store.erase(who) == 3
    assert not any(rows.exists() for rows in held)


def test_the_page_shows_todays_letter_and_refuses_guests(world: Any, mailing: Any, client_as: Any) -> None:
    page = client_as(world.noor).get("/inbox/week/").content.decode()
    assert "You do not get it" in page and "on Monday at 08:00" in page and "What is burning?" in page
    assert client_as(world.noor).post("/inbox/week/", {"wanted": "perhaps"}).status_code == 422
    assert client_as(world.gus).get("/inbox/week/").status_code == 403
    assert client_as(world.gus).get("/api/v1/home/digest").status_code == 403
    assert User.objects.get(pk=world.noor.pk).version == world.noor.version
