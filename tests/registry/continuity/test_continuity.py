"""Without a vendor: a plan with an owner and a fallback, and drills that say which surfaces go on and which would stop."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from governance.core import clock
from governance.core.contributions import BriefingLine, OwnedSource, contribution
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.policy.models import DataClass
from registry.catalog.models import DataRule, Endpoint, Vendor
from registry.continuity import actions, queries
from registry.continuity.foresee import Candidate, judge
from registry.continuity.models import ContinuityPlan, VendorDrill
from registry.quarantine import actions as quarantine
from registry.surfaces.models import Surface
from tests.registry.building import make_catalog, make_surface
from tests.registry.modes.conftest import bring_live

WORDS = {"if_down": "Claims on call switches over within the hour.", "fallback": "The second vendor, then the general queue."}


@action
def second_vendor(*, actor: Any, owner: Any) -> Endpoint:
    """Another vendor with one endpoint to which internal data may go."""
    vendor = transitions.create(
        Vendor(key="harbour", name="Harbour", owner=owner, state="approved"), actor=actor, kind="test.made"
    )
    other = Endpoint(key="harbour-eu", name="Harbour, EU", vendor=vendor, model="harbour-1", owner=owner, state="approved")
    transitions.create(other, actor=actor, kind="test.made")
    internal = DataClass.objects.get(key="internal")
    rule = DataRule(data_class=internal, endpoint=other, rule="allowed")
    return transitions.create(rule, actor=actor, kind="test.made").endpoint


@pytest.fixture
def vendor(world: Any) -> Vendor:
    return make_catalog(actor=world.ada, owner=world.noor)["vendor"]


@pytest.fixture
def live(world: Any, vendor: Vendor) -> Surface:
    """A surface with a fallback at another vendor."""
    second_vendor(actor=world.ada, owner=world.noor)
    made = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    routes = [{"endpoint": "meridian-large-eu", "role": "primary"}, {"endpoint": "harbour-eu", "role": "fallback"}]
    return bring_live(world, made, routes=routes)


@pytest.fixture
def plan(world: Any, vendor: Vendor) -> ContinuityPlan:
    return actions.add_plan(vendor, actor=world.noor, **WORDS)


OTHER = Candidate("b", "B", "other", "approved", "approved", "", {"internal": "allowed", "medical": "redacted"})
CONTRACT = {
    "routes": [{"endpoint": "a", "role": "primary"}, {"endpoint": "b", "role": "fallback"}],
    "inputs": {"data_classes": [{"key": "internal", "handling": "plain"}, {"key": "medical", "handling": "redacted"}]},
    "fallback": {"vendor_down": {"action": "queue", "detail": "It waits."}},
}


@pytest.mark.parametrize(
    ("changed", "why"),
    [({}, ""), ({"vendor": "gone"}, "same vendor"), ({"state": "suspended"}, "suspended, not approved"),
     ({"vendor_state": "proposed"}, "vendor of B is proposed"), ({"quarantine": "Q-3"}, "in quarantine (Q-3)"),
     ({"rules": {"internal": "allowed"}}, "medical data may go to B never"),
     ({"rules": {"internal": "redacted", "medical": "redacted"}}, "internal data may go to B only redacted")],
)  # fmt: skip
def test_a_route_takes_over_only_where_nothing_speaks_against_it(changed: dict[str, Any], why: str) -> None:
    held = {name: getattr(OTHER, name) for name in OTHER.__slots__} | changed
    line = judge(("S-0001", "Triage", 2), CONTRACT, {"a"}, set(), {"b": Candidate(**held)}, "gone")
    assert (line.works, list(line.takes_over)) == ((True, ["B"]) if not why else (False, []))
    assert why in " ".join(line.why) and line.instead == "It waits."


def test_what_loses_only_its_fallback_or_a_tool_goes_on():
    contract = CONTRACT | {"authority": {"tools": [{"key": "t"}]}}
    line = judge(("S-0001", "Triage", 2), contract, {"b"}, {"t"}, {"a": Candidate(**{**_plain(), "key": "a", "name": "A"})}, "x")
    assert line.works and list(line.gone) == ["b", "t"]
    alone = judge(("S-0001", "Triage", 2), {"routes": CONTRACT["routes"][:1]}, {"a"}, set(), {}, "x")
    assert not alone.works and alone.why == ["Its contract names no other route."]
    unknown = judge(("S-0001", "Triage", 2), CONTRACT, {"a"}, set(), {}, "x")
    assert not unknown.works and "not in the catalogue" in unknown.why[0]


def _plain() -> dict[str, Any]:
    return {name: getattr(OTHER, name) for name in OTHER.__slots__}


def test_a_drill_says_who_goes_on_and_puts_the_next_one_off(world: Any, live: Surface, plan: ContinuityPlan) -> None:
    done = actions.drill_now(plan, actor=world.noor, outcome="passed", seconds=240, lesson="A page for the queue.")
    assert (done.state, done.going_on, done.stopping, done.seconds) == ("done", 1, 0, 240)
    (row,) = done.rows
    assert (row["surface"], row["works"], row["takes_over"], row["gone"]) == (
        live.key,
        True,
        ["Harbour, EU"],
        ["meridian-large-eu"],
    )
    plan.refresh_from_db()
    assert plan.next_drill_on == clock.today() + timedelta(days=plan.drill_every_days)
    assert '"going_on":1' in Entry.objects.get(kind="continuity.drilled").body
    harbour = Endpoint.objects.get(key="harbour-eu")
    quarantine.place(actor=world.rosa, kind="endpoint", thing=harbour, reason="It leaks.")
    (line,) = queries.outlook(plan.thing)
    assert not line.works and "in quarantine" in line.why[0]
    (line,) = queries.outlook(harbour)
    assert line.works and line.gone == ["harbour-eu"]


def test_where_surfaces_would_stop_the_record_says_why_or_what_follows(world: Any, live: Surface, plan: ContinuityPlan) -> None:
    quarantine.place(actor=world.rosa, kind="vendor", thing=Vendor.objects.get(key="harbour"), reason="It leaks.")
    for outcome in ("passed", "failed", "other"):
        with pytest.raises(Invalid):
            actions.drill_now(plan, actor=world.noor, outcome=outcome)
    done = actions.drill_now(plan, actor=world.noor, outcome="failed", note="The fallback is held.")
    assert (done.stopping, done.outcome) == (1, "failed")


def test_a_plan_is_kept_by_whoever_answers_for_the_thing(world: Any, vendor: Vendor) -> None:
    for who in (world.ben, world.aud, world.gus):
        with pytest.raises(Denied):
            actions.add_plan(vendor, actor=who, **WORDS)
    with pytest.raises(Invalid) as lacks:
        actions.add_plan(vendor, actor=world.noor, if_down=" ", fallback="", drill_every_days=1)
    assert set(lacks.value.fields) == {"if_down", "fallback", "drill_every_days"}
    plan = actions.add_plan(vendor, actor=world.noor, **WORDS)
    with pytest.raises(Conflict):
        actions.add_plan(vendor, actor=world.rosa, **WORDS)
    seen = plan.version
    changed = actions.change_plan(plan, actor=world.rosa, fallback="People.", expected_version=seen)
    assert changed.fallback == "People." and changed.history.count() == 2
    with pytest.raises(StaleState):
        actions.change_plan(plan, actor=world.noor, fallback="Rules.", expected_version=seen)
    with pytest.raises(Conflict):
        actions.change_plan(plan, actor=world.noor, fallback="People.")
    with pytest.raises(Denied):
        actions.change_plan(plan, actor=world.ben, fallback="Rules.")
    assert Entry.objects.filter(kind__startswith="continuity.").count() == 2


def test_a_drill_is_planned_run_or_called_off_once(world: Any, plan: ContinuityPlan) -> None:
    with pytest.raises(Invalid):
        actions.plan_drill(plan, actor=world.noor, planned_on=clock.today() - timedelta(days=1), scenario="flood")
    drill = actions.plan_drill(plan, actor=world.noor, planned_on=clock.today(), led_by=world.ben)
    with pytest.raises(Conflict):
        actions.plan_drill(plan, actor=world.noor, planned_on=clock.today())
    with pytest.raises(Denied):
        actions.run_drill(drill, actor=world.priya, outcome="passed")
    done = actions.run_drill(drill, actor=world.ben, outcome="passed")  # whoever leads it
    with pytest.raises(StaleState):
        actions.cancel_drill(done, actor=world.noor)
    again = actions.plan_drill(plan, actor=world.noor, planned_on=clock.today())
    assert actions.retire_plan(plan, actor=world.noor, reason="The vendor went.").state == "retired"
    again.refresh_from_db()
    assert again.state == VendorDrill.State.CANCELLED


def test_overdue_plans_are_red_and_vendors_without_one_are_named(world: Any, plan: ContinuityPlan, client_as: Any) -> None:
    assert not queries.overdue(world.noor).exists() and not queries.uncovered(world.noor).exists()
    ContinuityPlan.objects.filter(pk=plan.pk).update(next_drill_on=clock.today() - timedelta(days=1))
    assert contribution(BriefingLine, "continuity.overdue").rows(world.noor).count() == 1
    client = client_as(world.noor)
    assert "overdue" in client.get(reverse("continuity")).content.decode()
    assert "Its drill is overdue" in client.get(plan.get_absolute_url()).content.decode()
    actions.retire_plan(plan, actor=world.noor)
    assert "Meridian AI" in client.get(reverse("continuity-missing")).content.decode()


def test_a_plan_goes_to_another_person_when_its_owner_leaves(world: Any, plan: ContinuityPlan) -> None:
    source = contribution(OwnedSource, "continuity")
    (held,) = source.owned(world.noor)
    assert source.reassign(held, world.ada, world.ben, "She left.").owner == world.ben


def test_on_pages_a_plan_is_written_and_drilled_and_what_is_not_seen_is_counted(
    world: Any, live: Surface, vendor: Vendor, client_as: Callable[..., Client]
) -> None:
    client = client_as(world.noor)
    tab = reverse("vendor-continuity", args=["meridian"])
    assert "Write the plan" in client.get(tab).content.decode()
    sent = {**WORDS, "owner": world.noor.pk, "drill_every_days": 90, "next_drill_on": clock.today().isoformat()}
    add = reverse("continuity-add", args=["vendor", "meridian"])
    assert client.post(add, {**sent, "if_down": ""}).status_code == 422
    assert client.post(add, sent).status_code == 302
    plan = ContinuityPlan.objects.get()
    page = client.get(reverse("vendor-drill-now", args=[plan.key])).content.decode()
    assert live.name in page and "Harbour, EU takes over" in page
    answer = client.post(reverse("vendor-drill-now", args=[plan.key]), {"outcome": "passed", "scenario": "degraded"})
    assert answer.status_code == 302 and live.name in client.get(answer["Location"]).content.decode()
    stranger = client_as(world.ben)
    for address in (answer["Location"], plan.get_absolute_url(), tab):
        page = stranger.get(address).content.decode()
        assert live.name not in page and "And 1 that you do not see" in page
    assert client.get(reverse("endpoint-continuity", args=["harbour-eu"])).status_code == 200
    for address in (plan.get_absolute_url(), tab, answer["Location"], reverse("continuity")):
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) <= 15, (address, [each["sql"][:150] for each in asked.captured_queries])


def test_over_rest_plans_are_written_drilled_and_read(world: Any, live: Surface, api_as: Callable[..., APIClient]) -> None:
    api = api_as(world.noor, "registry:read", "registry:write")
    assert api.post("/api/v1/continuity-plans", {**WORDS}, format="json").status_code == 400
    made = api.post("/api/v1/continuity-plans", {**WORDS, "vendor": "meridian"}, format="json").json()
    assert (made["key"][:3], made["vendor"], made["endpoint"], made["owner"]) == ("CP-", "meridian", None, world.noor.ref)
    seen = api.get(f"/api/v1/continuity-plans/{made['key']}/outlook").json()
    assert (seen["going_on"], seen["stopping"], seen["surfaces"][0]["surface"]) == (1, 0, live.key)
    sent = {"plan": made["key"], "planned_on": clock.today().isoformat()}
    drill = api.post("/api/v1/vendor-drills", sent, format="json").json()
    done = api.post(f"/api/v1/vendor-drills/{drill['key']}/result", {"outcome": "passed"}, format="json")
    assert done.status_code == 200 and done.json()["going_on"] == 1
    assert api.get(f"/api/v1/vendor-drills/{drill['key']}/outlook").json()["surfaces"][0]["takes_over"] == ["Harbour, EU"]
    changed = api.patch(
        f"/api/v1/continuity-plans/{made['key']}", {"drill_every_days": 30}, format="json", headers={"If-Match": '"v2"'}
    )
    assert changed.status_code == 200 and changed.json()["drill_every_days"] == 30
