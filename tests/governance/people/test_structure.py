"""Teams, positions, holders, deputies and delegates: who may decide, when, and why."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.people import actions, queries
from governance.people.models import Holding, Position, Team
from tests.governance.people.told import said
from tests.world import World

DAY = timedelta(days=1)


def who(world: World, position: str, team: str = "", at=None) -> list[tuple[str, str]]:
    found = queries.deciders(world.position(position), world.team(team) if team else None, at)
    return [(seat.person.email.partition("@")[0], seat.why) for seat in found]


def test_keepers_make_teams_and_each_gets_a_group(world: World) -> None:
    team = actions.create_team("Fraud & loss", actor=world.rosa, parent=world.team("claims"), lead=world.noor)
    assert (team.key, team.group.name) == ("fraud-loss", "team:fraud-loss")
    assert said() == ("team.created", world.rosa.ref, {"name": "Fraud & loss"})
    assert actions.create_team("Fraud-Loss", actor=world.ada).key == "fraud-loss-2"
    with pytest.raises(Conflict):
        actions.create_team("Claims", actor=world.ada)


@pytest.mark.parametrize("nick", ["ingrid", "noor", "aud", "gus", "bot"])
def test_others_do_not(world: World, nick: str) -> None:
    actor = getattr(world, nick)
    with pytest.raises(Denied):
        actions.create_team("Fraud", actor=actor)
    with pytest.raises(Denied):
        actions.change_team(world.team("claims"), actor=actor, changes={"name": "Fraud"})
    with pytest.raises(Denied):
        actions.remove_team(world.team("platform"), actor=actor)
    with pytest.raises(Denied):
        actions.create_position("Chief", actor=actor)
    with pytest.raises(Denied):
        actions.name_holder(world.position("legal"), actor=actor, person=world.noor)


def test_a_team_moves_with_its_people_but_never_below_itself(world: World) -> None:
    actions.change_person(world.noor, actor=world.ada, changes={"team": world.team("platform")})
    actions.change_team(world.team("engineering"), actor=world.ada, changes={"parent": world.team("product")})
    assert {group.name for group in world.noor.groups.all()} == {"team:platform", "team:engineering", "team:product"}
    for below in ("engineering", "platform"):
        with pytest.raises(Invalid, match="itself"):
            actions.change_team(world.team("engineering"), actor=world.ada, changes={"parent": world.team(below)})


def test_teams_are_changed_against_what_was_seen(world: World) -> None:
    seen = world.team("claims")
    actions.change_team(world.team("claims"), actor=world.ada, changes={"cost_centre": "CC-99"})
    with pytest.raises(StaleState):
        actions.change_team(seen, actor=world.ada, changes={"name": "Losses"}, expected_version=seen.version)
    with pytest.raises(Invalid, match="no such field"):
        actions.change_team(world.team("claims"), actor=world.ada, changes={"group": None})


def test_only_an_empty_team_is_removed(world: World) -> None:
    with pytest.raises(Conflict, match="still has"):
        actions.remove_team(world.team("claims"), actor=world.ada)
    actions.remove_team(world.team("platform"), actor=world.ada)
    assert not Team.objects.filter(key="platform").exists()
    assert said()[0] == "team.removed"


@pytest.mark.parametrize("nick", ["gus", "bot"])
def test_only_an_active_insider_leads(world: World, nick: str) -> None:
    with pytest.raises(Invalid):
        actions.change_team(world.team("claims"), actor=world.ada, changes={"lead": getattr(world, nick)})


def test_holders_come_before_deputies_and_deputies_before_delegates(world: World) -> None:
    security, now = world.position("security"), clock.now()
    actions.name_holder(security, actor=world.ada, person=world.rosa, is_deputy=True)
    delegation = {"starts_at": now, "ends_at": now + DAY, "reason": "Away"}
    actions.give_delegation(world.priya, actor=world.priya, receiver=world.daniel, position=security, **delegation)
    assert who(world, "security") == [("priya", "holder"), ("rosa", "deputy"), ("daniel", "delegate")]
    seat = queries.bench().seat_of(world.daniel, security)
    assert seat is not None and seat.giver == world.priya and seat.reason == "delegated by Priya Raman"


def test_a_holding_counts_on_its_first_and_last_day_only(world: World) -> None:
    legal = world.position("legal")
    first, last = date(2027, 3, 1), date(2027, 3, 10)
    actions.name_holder(legal, actor=world.ada, person=world.noor, starts_on=first, ends_on=last)
    names = [
        [user.email.partition("@")[0] for user in queries.holders_of(legal, on=day)]
        for day in (first - DAY, first, last, last + DAY)
    ]
    assert names == [["marta"], ["marta", "noor"], ["marta", "noor"], ["marta"]]


def test_days_are_the_companys(world: World, freeze) -> None:
    actions.change_company(
        actor=world.ada, name="Halden", time_zone="America/Los_Angeles", classification="Internal", public_titles=False
    )
    legal = world.position("legal")
    actions.name_holder(legal, actor=world.ada, person=world.noor, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 1))
    cache.clear()  # as the commit does, which this test never reaches
    freeze("2027-03-02T06:00:00")  # still the first of March in Los Angeles
    assert ("noor", "holder") in who(world, "legal")
    freeze("2027-03-02T09:00:00")
    assert ("noor", "holder") not in who(world, "legal")


def test_a_position_held_team_by_team_is_looked_up_from_the_team_upwards(world: World) -> None:
    assert who(world, "team-lead", "claims") == [("sam", "holder")]
    assert who(world, "team-lead", "platform") == []
    actions.change_team(world.team("engineering"), actor=world.ada, changes={"lead": world.daniel})
    assert who(world, "team-lead", "platform") == [("daniel", "holder")]
    assert who(world, "team-lead", "engineering") == [("daniel", "holder")]
    actions.change_team(world.team("platform"), actor=world.ada, changes={"lead": world.ben})
    assert who(world, "team-lead", "platform") == [("ben", "holder")]


def test_who_left_or_audits_decides_nothing(world: World) -> None:
    actions.deactivate(world.marta, actor=world.ada)
    assert who(world, "legal") == []
    actions.change_role(world.priya, actor=world.ada, role="auditor")
    assert who(world, "security") == []
    for nick in ("aud", "gus", "bot"):
        with pytest.raises(Invalid):
            actions.name_holder(world.position("legal"), actor=world.ada, person=getattr(world, nick))


def test_a_holding_ends_at_once_or_with_a_day(world: World) -> None:
    holding = Holding.objects.get(position__key="security")
    actions.end_holding(holding, actor=world.ada, reason="Moved on")
    assert said()[0] == "position.holder_ended"
    assert who(world, "security") == []
    today = actions.name_holder(world.position("security"), actor=world.ada, person=world.daniel)
    actions.end_holding(today, actor=world.ada)
    assert who(world, "security") == []
    assert today.history.filter(history_type="-").exists() or Holding.history.filter(history_type="-").exists()


def test_nobody_has_two_parts_in_a_position_at_a_time(world: World) -> None:
    with pytest.raises(Conflict, match="already has a part"):
        actions.name_holder(world.position("security"), actor=world.ada, person=world.priya, is_deputy=True)
    with pytest.raises(Invalid, match="whole company"):
        actions.name_holder(world.position("security"), actor=world.ada, person=world.ben, team=world.team("claims"))
    with pytest.raises((Invalid, Conflict), match="before the first"):
        actions.name_holder(
            world.position("legal"), actor=world.ada, person=world.ben, starts_on=date(2027, 1, 2), ends_on=date(2027, 1, 1)
        )


def test_a_delegation_is_dated_recorded_and_revocable(world: World, freeze) -> None:
    held = freeze("2026-11-02T08:00:00")
    now = clock.now()
    delegation = actions.give_delegation(
        world.priya, actor=world.priya, receiver=world.noor, starts_at=now + DAY, ends_at=now + 3 * DAY, reason="Leave"
    )
    assert said()[0::2] == (
        "delegation.given",
        {"until": "2026-11-05T08:00:00.000000Z", "to": world.noor.ref, "position": "", "reason": "Leave"},
    )
    assert [who(world, "security", at=now + days * DAY) for days in (0, 1, 2, 3)] == [
        [("priya", "holder")],
        [("priya", "holder"), ("noor", "delegate")],
        [("priya", "holder"), ("noor", "delegate")],
        [("priya", "holder")],
    ]
    held.move_to(now + 2 * DAY)
    actions.revoke_delegation(delegation, actor=world.priya)
    assert who(world, "security") == [("priya", "holder")]
    with pytest.raises(StaleState):
        actions.revoke_delegation(delegation, actor=world.priya)


def test_delegates_do_not_delegate_further(world: World) -> None:
    now = clock.now()
    span = {"starts_at": now, "ends_at": now + DAY, "reason": "Away"}
    actions.give_delegation(world.priya, actor=world.priya, receiver=world.noor, **span)
    actions.give_delegation(world.noor, actor=world.noor, receiver=world.ben, **span)
    assert who(world, "security") == [("priya", "holder"), ("noor", "delegate")]


def test_delegation_ends_with_the_givers_part(world: World) -> None:
    now = clock.now()
    actions.give_delegation(world.priya, actor=world.priya, receiver=world.noor, starts_at=now, ends_at=now + DAY, reason="x")
    actions.end_holding(Holding.objects.get(position__key="security"), actor=world.ada)
    assert who(world, "security") == []


def test_nobody_gives_away_what_is_anothers(world: World) -> None:
    now = clock.now()
    span = {"starts_at": now, "ends_at": now + DAY, "reason": "Away"}
    for nick in ("noor", "rosa", "aud", "bot"):
        with pytest.raises(Denied):
            actions.give_delegation(world.priya, actor=getattr(world, nick), receiver=world.noor, **span)
    actions.give_delegation(world.priya, actor=world.ada, receiver=world.noor, **span)
    for receiver in (world.aud, world.gus, world.bot, world.priya):
        with pytest.raises(Invalid):
            actions.give_delegation(world.priya, actor=world.priya, receiver=receiver, **span)


@pytest.mark.parametrize(("start", "end", "reason"), [(1, 0, "x"), (-3, -1, "x"), (0, 400, "x"), (0, 1, "  ")])
def test_impossible_delegations_are_refused(world: World, start: int, end: int, reason: str) -> None:
    now = clock.now()
    with pytest.raises(Invalid):
        actions.give_delegation(
            world.priya,
            actor=world.priya,
            receiver=world.noor,
            starts_at=now + start * DAY,
            ends_at=now + end * DAY,
            reason=reason,
        )


def test_positions_are_changed_against_what_was_seen(world: World) -> None:
    seen = world.position("legal")
    actions.change_position(world.position("legal"), actor=world.rosa, changes={"description": "Decides on law."})
    with pytest.raises(StaleState):
        actions.change_position(seen, actor=world.rosa, changes={"name": "Law"}, expected_version=seen.version)
    with pytest.raises(Conflict):
        actions.create_position("Legal", actor=world.rosa)
    assert Position.objects.get(key="legal").description == "Decides on law."


def test_the_bench_asks_the_database_the_same_whatever_is_on_it(world: World, django_assert_num_queries) -> None:
    asked = world.position("legal"), world.position("security")

    def ask() -> None:
        bench = queries.bench()
        for position in asked:
            bench.deciders(position)

    ask()  # the company's time zone is remembered from here on
    with django_assert_num_queries(2):
        ask()
    for nick in ("noor", "ben", "sam"):
        actions.name_holder(world.position("legal"), actor=world.ada, person=getattr(world, nick), is_deputy=True)
    with django_assert_num_queries(2):
        ask()
