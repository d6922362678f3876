"""What was observed becomes a finding once, within the job that follows it, and is counted on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from governance.core import clock
from governance.core.models import Job
from governance.ledger.models import Entry
from governance.policy.models import DataClass
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint
from registry.findings import actions, drawing, following, rules
from registry.findings.models import Finding, FindingKind, FindingPath
from registry.surfaces.models import Surface
from registry.usage import following as new_paths
from registry.usage.models import UsagePath, UsageSource
from tests.registry.usage.observing import call, deliver


def look() -> None:
    """Run the job that follows new paths, as a worker does."""
    new_paths.look(Job(kind=new_paths.JOB), lambda *told: None)


def follow() -> dict[str, int]:
    """Run the schedule, as a worker does."""
    return following.follow(Job(kind=following.JOB), lambda *told: None)


def seen(*calls: Any, **given: Any) -> list[Finding]:
    """Deliver calls and return the findings that there are then, in their order."""
    deliver(list(calls), **given)
    look()
    return list(Finding.objects.order_by("pk").select_related("tally"))


def test_a_model_that_was_not_approved_is_one_finding_however_often(world: Any, live: Surface) -> None:
    endpoint = Endpoint.objects.get()
    Endpoint.objects.bulk_create(
        [Endpoint(key="meridian-small", name="Meridian small", vendor=endpoint.vendor, model="meridian-small", region="us-east")]
    )
    assert seen(call(claim=live.key)) == []  # what is approved is no finding
    wrong: dict[str, Any] = {"claim": live.key, "model": "meridian-small", "region": "us-east"}
    [finding] = seen(call(**wrong), call(**wrong, feature="letters"))
    assert (finding.kind, finding.surface, finding.owner) == (FindingKind.MODEL_NOT_APPROVED, live, world.noor)
    assert finding.title == "Claims triage calls meridian-small, which was not approved for it"
    assert (finding.tally.calls, FindingPath.objects.count()) == (2, 2)
    deliver([call(**wrong)])
    follow()
    finding.tally.refresh_from_db()
    assert finding.tally.calls == 3 and Finding.objects.count() == 1
    opened = Entry.objects.get(kind="finding.opened")
    assert opened.subject_key == finding.key


def test_each_way_of_not_being_approved_is_told_apart(world: Any, live: Surface) -> None:
    found = seen(
        call(claim=live.key, region="us-east"),
        call(claim=live.key, model="unheard-of", region=""),
        call(claim=live.key, classes=("personal",)),
        call(claim=live.key, tool="payments.release"),
        call(service="grammar-helper"),
        call(service="(other)"),
    )
    assert FindingKind.TOO_MANY_NAMES in {each.kind for each in found}
    assert {(each.kind, each.title) for each in found} >= {
        ("region_not_approved", "Claims triage calls meridian-2.1-large in us-east, which was not approved"),
        ("unknown_endpoint", "Claims triage calls unheard-of, which the catalogue does not know"),
        ("data_class", "Claims triage sends personal data, which was not approved"),
        ("tool", "Claims triage calls the tool payments.release, which was not approved"),
        ("unknown_surface", "“grammar-helper” calls models and is not registered"),
    }


def test_a_finding_waits_for_as_many_calls_as_policy_says(world: Any, live: Surface) -> None:
    deliver([call(claim=live.key, said=frozenset({"model"})) for _ in range(19)])
    look()
    assert not Finding.objects.filter(kind=FindingKind.LOGGING_FIELD).exists()
    deliver([call(claim=live.key, said=frozenset({"model"}))])
    follow()
    found = Finding.objects.filter(kind=FindingKind.LOGGING_FIELD).order_by("title")
    assert [each.title for each in found] == ["Claims triage does not log the output fingerprint",
                                              "Claims triage does not log the prompt version"]  # fmt: skip


def test_an_endpoint_that_ends_soon_is_a_finding_for_who_still_calls_it(world: Any, live: Surface) -> None:
    Endpoint.objects.update(deprecates_on=clock.today() + timedelta(days=30))
    [finding] = seen(call(claim=live.key))
    assert finding.kind == FindingKind.ENDPOINT_DEPRECATED and finding.title.endswith("which its vendor ends")


def test_nobody_answers_for_an_unknown_program_but_the_lead_of_its_sources_team(world: Any, live: Surface) -> None:
    source = UsageSource(name="Gateway", kind="gateway", owner=world.noor)
    team = world.team("claims")
    of_team = UsageSource(name="Of a team", kind="team", team=team, owner=world.noor)
    UsageSource.objects.bulk_create([source, of_team])
    first, second = seen(call(service="a")), None
    deliver([call(service="b")], source=UsageSource.objects.get(name="Of a team"))
    look()
    second = Finding.objects.get(title__startswith="“b”")
    assert first[0].owner is None
    assert second.owner == team.lead


def test_drawing_twice_changes_nothing_and_asks_as_much_for_three_as_for_one(
    world: Any, live: Surface, django_assert_max_num_queries: Any
) -> None:
    seen(call(claim=live.key, tool="one"))
    before = Entry.objects.count()
    with django_assert_max_num_queries(9) as one:
        drawing.draw(list(UsagePath.objects.values_list("pk", flat=True)))
    seen(call(claim=live.key, tool="two"), call(claim=live.key, tool="three"))
    told = Entry.objects.count()
    with django_assert_max_num_queries(len(one)):
        drawing.draw(list(UsagePath.objects.values_list("pk", flat=True)))
    assert told == Entry.objects.count() > before


def test_what_money_finds_is_opened_the_same_way(world: Any, live: Surface) -> None:
    told: dict[str, Any] = {"title": "Claims triage is beyond its budget", "surface": live, "at": clock.now()}
    first = actions.open_finding("budget_passed", identity="SL-1 2026-11", calls=1, **told)
    again = actions.open_finding("budget_passed", identity="SL-1 2026-11", calls=5, **told)
    assert again.pk == first.pk and again.tally.calls == 5
    settled = actions.settle_same("budget_passed", "SL-1 2026-11", resolution="gone", reason="The month is over.")
    assert settled is not None and settled.state == "accepted"
    back = actions.open_finding("budget_passed", identity="SL-1 2026-11", calls=6, **{**told, "at": clock.now()})
    assert (back.pk, back.state, back.resolution) == (first.pk, "open", "")
    assert Entry.objects.filter(kind="finding.reopened").count() == 1


def test_what_was_left_alone_stays_so_and_is_counted_on(world: Any, live: Surface) -> None:
    first, second = sorted(seen(call(claim=live.key, tool="one"), call(claim=live.key, tool="two")), key=str)
    actions.dismiss(first, actor=world.noor, reason="A test.")
    actions.snooze(second, actor=world.noor, until=clock.today() + timedelta(days=3), reason="Soon.")
    found = sorted(seen(call(claim=live.key, tool="one"), call(claim=live.key, tool="two")), key=str)
    follow()
    for same, state in zip(found, ("dismissed", "snoozed"), strict=True):
        same.tally.refresh_from_db()
        assert same.state == state and same.tally.calls == 2


def test_data_that_may_never_go_somewhere_is_one_finding_that_no_change_allows(world: Any, live: Surface) -> None:
    endpoint = Endpoint.objects.get()
    classes = DataClass.objects.filter(key__in=("customer", "personal"))
    catalog.set_rules([catalog.RuleChange(endpoint, each, "never") for each in classes], actor=world.rosa, reason="Ours alone.")
    found = seen(call(claim=live.key, classes=("customer", "personal")))
    [never] = [each for each in found if each.endpoint is not None]
    assert never.title == "Claims triage sends customer and personal data to Meridian large, EU, where that may never go"
    assert not rules.may_propose(never) and len(found) == 3
    assert "never let this class go to this endpoint: customer and personal." in never.detail


def test_a_finding_that_was_put_off_comes_back_on_its_day(
    world: Any, live: Surface, approve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    [finding] = seen(call(claim=live.key, tool="one"))
    until = clock.today() + timedelta(days=3)
    actions.snooze(finding, actor=world.noor, until=until, reason="Soon.")
    assert follow()["woken"] == 0
    monkeypatch.setattr(clock, "today", lambda: until)
    assert follow()["woken"] == 1
    finding.refresh_from_db()
    assert (finding.state, finding.reason, finding.snoozed_until) == ("open", "", None)
