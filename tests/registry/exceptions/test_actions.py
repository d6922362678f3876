"""Asking, approving, extending, ending: who may, until when, and that it ends by itself at the very moment."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from governance.approvals import actions as approvals
from governance.core import clock, digest
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.core.models import Company
from governance.ledger.models import Entry
from governance.notifications import actions as notifications
from governance.notifications.models import Notice
from governance.people.actions import reassign
from registry.exceptions import actions, queries
from registry.exceptions.models import ControlException
from registry.exceptions.shown import keep_time, to_do, to_do_rows
from registry.surfaces import actions as surfaces
from tests.registry.building import make_surface
from tests.registry.exceptions.conftest import approve, in_days

NOTHING: Any = lambda *args: None  # noqa: E731 - a progress that nobody reads


def test_it_holds_once_it_is_approved_and_not_before(world, surface, ask):
    exception = ask()
    assert exception.state == "requested" and queries.active_for([surface]) == {}
    assert (exception.tier, exception.latest_on) == (2, in_days(90))

    held = approve(exception, world.priya)

    assert held.state == "active"
    assert queries.active_for([surface])[surface.pk]["rate_limits"] == held
    assert digest.digest(held.terms) == held.digest == held.request.subject_digest
    about = Entry.objects.filter(mentions__subject_type="registry.surface", mentions__subject_id=str(surface.pk))
    assert {"exception.requested", "exception.in_force"} <= set(about.values_list("kind", flat=True))


def test_it_ends_at_the_last_moment_of_its_day_where_the_company_is(world, surface, ask):
    Company.objects.update(time_zone="Pacific/Auckland")
    held = approve(ask(), world.priya)
    assert timezone.localtime(held.ends_at, timezone.get_fixed_timezone(13 * 60)).strftime("%H:%M:%S") in {"23:59:59", "00:59:59"}
    assert queries.active_for([surface], held.ends_at) != {}
    # Nothing has run, and it is over all the same.
    assert queries.active_for([surface], held.ends_at + timedelta(microseconds=1)) == {}
    assert queries.active_for([surface], held.active_at - timedelta(seconds=1)) == {}


def test_whoever_asks_never_approves_and_only_who_may_edit_asks(world, ask):
    with pytest.raises(Denied, match="Whoever asks"):
        approvals.decide(ask().request, actor=world.noor, verdict="approve")
    for stranger in (world.ben, world.aud):
        with pytest.raises(Denied):
            ask(actor=stranger)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": 91}, "expires_on"),
        ({"days": 0}, "expires_on"),
        ({"controls": []}, "controls"),
        ({"controls": ["no_such_control"]}, "controls"),
        ({"surfaces": []}, "surfaces"),
        ({"reason": "  "}, "reason"),
        ({"measures": ""}, "measures"),
    ],
)
def test_what_is_missing_or_too_long_is_said_beside_its_field(ask, change, field):
    said = {"expires_on": in_days(change["days"])} if "days" in change else change
    with pytest.raises(Invalid) as refused:
        ask(**said)
    assert field in refused.value.fields
    assert not ControlException.objects.exists()


def test_the_strictest_tier_counts_and_says_who_decides(world, surface, ask):
    acts = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Payouts", tier=4)
    with pytest.raises(Invalid, match="30 days"):
        ask(surfaces=[surface, acts], expires_on=in_days(31))
    both = ask(surfaces=[surface, acts], expires_on=in_days(30))
    assert (both.tier, both.title) == (4, "Rate limits on 2 surfaces")
    assert sorted(both.request.steps.values_list("position__key", flat=True)) == ["executive-sponsor", "security"]
    assert approve(both, world.priya).state == "requested"
    assert approve(both, world.ingrid).state == "active"


def test_a_second_one_over_the_same_is_sent_to_the_first(ask, held):
    with pytest.raises(Conflict, match=held.key):
        ask(controls=["safety_filter", "rate_limits"])
    assert ask(controls=["safety_filter"]).state == "requested"


def test_rejecting_and_withdrawing_close_it_for_good(world, ask):
    refused = ask()
    approvals.decide(refused.request, actor=world.priya, verdict="reject", comment="The cap is too high.")
    assert ControlException.objects.get(pk=refused.pk).state == "rejected"
    taken_back = actions.withdraw(ask(), actor=world.noor, reason="Not needed.")
    assert taken_back.state == "withdrawn"
    with pytest.raises(StaleState):
        actions.withdraw(taken_back, actor=world.noor)


def test_an_unanswered_request_never_outlives_its_own_end(world, ask):
    soon = ask(expires_on=in_days(2))
    assert soon.request.expires_at == soon.ends_at
    with time_machine.travel(soon.ends_at + timedelta(minutes=1)):
        approvals.expire(soon.request, actor=world.system)
    assert ControlException.objects.get(pk=soon.pk).state == "unanswered"


def test_more_time_is_a_new_exception_with_its_own_approval(world, surface, held):
    with pytest.raises(Denied):
        actions.extend(held, actor=world.ben, reason="x", measures="y", expires_on=in_days(40))
    with time_machine.travel(clock.now() + timedelta(days=10)):
        more = actions.extend(held, actor=world.noor, reason="A week late.", measures="The cap stays.", expires_on=in_days(40))
        assert (more.extends, more.state, more.controls) == (held, "requested", held.controls)
        assert queries.active_for([surface])[surface.pk]["rate_limits"] == held
        approve(more, world.priya)
        assert queries.active_for([surface])[surface.pk]["rate_limits"] == more  # the longer of the two
        assert not queries.ending().exists()


def test_ending_early_needs_a_reason_and_holds_at_once(world, surface, held):
    with pytest.raises(Invalid):
        actions.end(held, actor=world.noor, reason=" ")
    with pytest.raises(Denied):
        actions.end(held, actor=world.ben, reason="I do not like it.")
    with pytest.raises(StaleState):
        actions.end(held, actor=world.noor, reason="Late", expected_version=held.version - 1)
    over = actions.end(held, actor=world.priya, reason="The cap was never set.")
    assert over.state == "ended" and queries.active_for([surface]) == {}
    assert queries.active_for([surface], over.active_at)  # what held at a moment stays known
    with pytest.raises(StaleState):
        actions.end(over, actor=world.priya, reason="Twice")


def test_the_job_ends_it_tells_the_people_and_is_harmless_twice(world, held):
    with time_machine.travel(held.ends_at + timedelta(minutes=3)):
        assert keep_time(None, NOTHING)["expired"] == 1
        assert keep_time(None, NOTHING)["expired"] == 0
        notifications.follow(NOTHING)
    over = ControlException.objects.get(pk=held.pk)
    assert (over.state, over.ended_at) == ("expired", held.ends_at)
    told = Notice.objects.filter(key__startswith="exception.expired").values_list("person__name", flat=True)
    assert sorted(told) == sorted([world.noor.name, world.priya.name])
    with pytest.raises(StaleState):
        actions.expire(over, actor=world.system)


def test_its_owner_is_reminded_once_before_it_ends(world, held):
    assert list(to_do(world.noor)) == [] and sum(rows.count() for rows in to_do_rows(world.noor)) == 0
    with time_machine.travel(clock.now() + timedelta(days=10)):
        assert [keep_time(None, NOTHING)["reminded"] for _ in range(2)] == [1, 0]
        lines = list(to_do(world.noor))
        assert len(lines) == sum(rows.count() for rows in to_do_rows(world.noor)) == 1 and lines[0].due == held.ends_at


def test_a_tier_raised_before_the_decision_stops_what_became_too_long(world, surface, ask):
    long = ask(expires_on=in_days(80))
    surfaces.set_tier(surface, actor=world.noor, tier=3)
    with pytest.raises(Conflict, match="60 days"):
        approve(long, world.priya)
    assert ControlException.objects.get(pk=long.pk).state == "requested"


def test_what_its_owner_leaves_is_given_to_somebody_else(world, held):
    with pytest.raises(Denied):
        actions.give_owner(held, actor=world.ben, owner=world.ben)
    assert reassign(world.noor, actor=world.ada, to=world.sam, things=[("exceptions", str(held.pk))]) == 1
    moved = ControlException.objects.get(pk=held.pk)
    assert moved.owner == world.sam and moved.terms["owner"] == world.noor.ref and moved.digest == held.digest


def test_nobody_sees_more_surfaces_of_it_than_their_own(world, surface, ask):
    others = make_surface(actor=world.ada, owner=world.ben, team=world.team("support"), name="Replies", tier=1)
    both = ask(actor=world.rosa, surfaces=[surface, others], owner=world.rosa)
    seen, hidden = queries.covers_of(world.ben, both)
    assert ([each.name for each in seen], hidden) == (["Replies"], 1)
    assert queries.covers_of(world.priya, both)[1] == 0  # she is asked to agree to the whole list
    assert queries.get(world.ben, both.key) == both
    with pytest.raises(ObjectDoesNotExist):
        queries.visible_to(world.gus).get(pk=both.pk)
