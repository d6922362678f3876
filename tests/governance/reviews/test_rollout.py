"""The thirty-day rollout: policy's steps tick themselves from what exists; what nothing can show is ticked by hand."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from governance.core import clock, contributions
from governance.core.contributions import RolloutCheck
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ledger.models import Entry
from governance.people.models import User
from governance.reviews import actions, rollout, scheduling
from governance.scorecard import queries as home

API = "/api/v1/rollout"


@pytest.fixture(autouse=True)
def there(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What exists for the only two checks: keys of steps that are done."""
    found: set[str] = set()
    checks = {
        key: RolloutCheck(
            key,
            "Something exists.",
            lambda: "/there/",
            lambda key=key: (User.objects.all() if key in found else User.objects.none(),),  # type: ignore[misc]
        )
        for key in ("risk_owner", "budgets")
    }
    monkeypatch.setitem(contributions._items, RolloutCheck, checks)
    return found


def step(key: str) -> rollout.Step:
    return next(each for each in rollout.steps() if each.key == key)


def test_each_step_ticks_itself_and_has_its_day(world: Any, there: set[str], freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    assert step("risk_owner").due_on is None and not step("risk_owner").done
    held = actions.start_rollout(actor=world.rosa, starts_on=clock.today())
    assert [str(week.ends_on) for week in rollout.weeks(rollout.steps(), held)] == [
        "2026-03-08",
        "2026-03-15",
        "2026-03-22",
        "2026-03-31",
    ]
    there.add("risk_owner")
    assert step("risk_owner").done and step("budgets").url == "/there/"
    traveller.shift(timedelta(days=7))
    assert step("surfaces_mapped").late and not step("risk_owner").late and not step("budgets").late
    with pytest.raises(Conflict, match="begun already"):
        actions.start_rollout(actor=world.rosa, starts_on=clock.today())


def test_steps_are_given_and_wait_for_people(world: Any, there: set[str]) -> None:
    with pytest.raises(Conflict, match="not begun"):
        actions.give_step("budgets", actor=world.rosa, owner=world.noor)
    actions.start_rollout(actor=world.rosa, starts_on=clock.today())
    with pytest.raises(Denied):
        actions.give_step("budgets", actor=world.noor, owner=world.noor)
    with pytest.raises(Invalid):
        actions.give_step("budgets", actor=world.rosa, owner=world.bot)
    with pytest.raises(NotVisible):
        actions.give_step("nothing", actor=world.rosa, owner=world.noor)
    row = actions.give_step("budgets", actor=world.rosa, owner=world.noor)
    assert [each.title for each in home.inbox(world.noor) if "Rollout" in each.detail] == ["Budgets"]
    again = actions.give_step("budgets", actor=world.rosa, owner=world.noor, due_on=clock.today())
    assert (again.pk, again.due_on) == (row.pk, clock.today())
    with pytest.raises(StaleState):
        actions.give_step("budgets", actor=world.rosa, owner=world.jun, expected_version=1)
    there.add("budgets")
    run = lambda: scheduling.tick(None, lambda *said: None)["steps"]  # noqa: E731 - called many times below
    assert run() == ["budgets"] and run() == []
    assert not [each for each in home.inbox(world.noor) if "Rollout" in each.detail]
    there.clear()
    assert run() == ["budgets"] and rollout.to_do(world.noor).exists()
    with pytest.raises(Denied, match="by Plumbline itself"):
        actions.tick_step("budgets", actor=world.rosa, done=True)


def test_what_nothing_can_show_is_ticked_by_hand(world: Any) -> None:
    held = actions.start_rollout(actor=world.rosa, starts_on=clock.today())
    with pytest.raises(Denied, match="ticks itself"):
        actions.finish_step("budgets", actor=world.rosa, note="Really.")
    actions.give_step("raci", actor=world.rosa, owner=world.noor)
    with pytest.raises(Denied):
        actions.finish_step("raci", actor=world.jun, note="Agreed.")
    with pytest.raises(Invalid):
        actions.finish_step("raci", actor=world.noor, note=" ")
    actions.finish_step("raci", actor=world.noor, note="Agreed by all leads.")
    assert step("raci").done
    with pytest.raises(StaleState):
        actions.finish_step("raci", actor=world.noor, note="Twice.")
    actions.reopen_step("raci", actor=world.noor, reason="One lead was missing.")
    assert not step("raci").done
    moved = actions.move_rollout(held, actor=world.rosa, starts_on=clock.today() + timedelta(days=7), owner=world.ingrid)
    assert (moved.owner, moved.version) == (world.ingrid, 2)
    kinds = Entry.objects.filter(kind__startswith="rollout.").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == [f"rollout.{what}" for what in ("started", "given", "done", "undone", "moved")]


def test_page_and_rest_say_it(world: Any, there: set[str], client_as: Any, api_as: Any) -> None:
    rosa, noor = client_as(world.rosa), client_as(world.noor)
    assert "Begin the thirty days" in rosa.get(reverse("rollout")).content.decode()
    assert "Begin the thirty days" not in noor.get(reverse("rollout")).content.decode()
    assert rosa.get(reverse("rollout-move")).status_code == 404
    assert rosa.post(reverse("rollout-start"), {"starts_on": clock.today(), "owner": world.rosa.pk}).status_code == 302
    there.add("budgets")
    assert "1 of 15 steps are done" in rosa.get(reverse("rollout")).content.decode()
    give = reverse("rollout-give", args=["raci"])
    assert rosa.post(give, {"owner": world.noor.pk, "due_on": clock.today()}).status_code == 302
    assert noor.get(give).status_code == 403 and noor.get(reverse("rollout-done", args=["budgets"])).status_code == 403
    assert noor.post(reverse("rollout-done", args=["raci"]), {"note": "Agreed."}).status_code == 302
    assert client_as(world.gus).get(reverse("rollout")).status_code == 403
    api = api_as(world.noor)
    said = {each["step"]: each for each in api.get(f"{API}/steps").json()}
    assert said["raci"]["done"] and said["raci"]["owner"] == world.noor.ref and said["budgets"]["checked"]
    assert api.post(f"{API}/reopenings", {"step": "raci", "note": "Not all."}, format="json").json()["done"] is False
    assert api.post(f"{API}/assignments", {"step": "raci", "owner": world.jun.ref}, format="json").status_code == 403
    assert api.get(API).json()["results"][0]["owner"] == world.rosa.ref
    assert api_as(world.gus).get(f"{API}/steps").status_code == 403 and api_as(world.gus).get(API).json()["results"] == []
