"""Paths and routes: which one answers, whom a step tells, and that somebody is always called."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from governance.channels.models import Channel, Delivery
from governance.core import clock, contributions
from governance.core.errors import Conflict, Denied, Invalid, StaleState, Unavailable
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.people.offers import FoundingStep
from registry.apps import _keep_fallback
from registry.oncall import actions, board, queries
from registry.oncall.actions import StepTerms
from registry.oncall.models import EscalationPath, EscalationStep, Route


def told(path: EscalationPath, number: int = 1) -> list[str]:
    found = queries.targets(path, number, clock.now())
    return [str(each) for each in (*found.people, *found.channels)]


def answering(category="", tier=None, team=None, surface=None) -> str:
    pks = {"team_id": team.pk if team else None, "surface_id": surface.pk if surface else None}
    return queries.path_for(category=category, tier=tier, **pks).name


def test_the_company_has_a_fallback_from_its_first_day(world):
    route = queries.fallback()
    assert route.is_fallback and answering("bias", 3) == "Fallback" and told(route.path) == ["Ada Holm"]
    assert Entry.objects.filter(kind="on_call_route.made").count() == 1


@pytest.mark.django_db
def test_a_company_founded_before_is_given_one_once(monkeypatch):
    _keep_fallback()  # nobody has set it up yet
    steps = {key: step for key, step in contributions._items[FoundingStep].items() if key != "on-call"}
    monkeypatch.setitem(contributions._items, FoundingStep, steps)
    people.found_company(
        "Halden Mutual", admin_name="Ada Holm", admin_email="ada@example.org", password="a plumb line hangs true"
    )
    with pytest.raises(Unavailable, match="no on-call route"):
        queries.fallback()
    _keep_fallback()
    _keep_fallback()
    assert Route.objects.count() == 1 and told(queries.fallback().path) == ["Ada Holm"]


def test_no_statement_takes_the_fallback_away(world, path):
    route = queries.fallback()
    empty = EscalationPath(key="empty", name="Empty")
    for refuse, said in (
        (lambda: Route.objects.filter(pk=route.pk)._raw_delete("default"), "cannot be removed"),
        (lambda: Route.objects.filter(pk=route.pk).update(tier=3), "answers everything"),
        (lambda: EscalationStep.objects.filter(path=route.path)._raw_delete("default"), "keeps a step"),
        (lambda: EscalationStep.objects.filter(path=route.path).update(path=path), "stays in its path"),
        (lambda: EscalationPath.objects.filter(pk=route.path_id).update(state="retired"), "not retired"),
        (lambda: EscalationPath.objects.bulk_create([empty]) and Route.objects.update(path=empty), "active path"),
    ):
        with pytest.raises(IntegrityError, match=said), transaction.atomic():
            refuse()


def test_the_fallback_tells_every_administrator_where_its_step_reaches_nobody(world):
    path = queries.fallback().path
    actions.set_steps(path, [StepTerms([world.noor]), StepTerms([world.ben])], actor=world.rosa)
    assert (told(path, 1), told(path, 2)) == (["Noor Haddad"], ["Ben Okafor"])
    people.deactivate(world.noor, actor=world.ada, reason="Left.")
    assert told(path, 1) == ["Ada Holm"] and told(path, 3) == ["Ada Holm"]


def test_the_closest_route_answers(world, path, surface):
    claims = world.team("claims")
    named = [
        ("surface", {"surface": surface}),
        ("team", {"team": claims}),
        ("category", {"category": "bias"}),
        ("tier", {"tier": 2}),
    ]
    for name, words in reversed(named):
        made = actions.make_path(actor=world.rosa, name=f"By {name}", steps=[StepTerms([world.ben])])
        actions.make_route(actor=world.rosa, path=made, **words)
        assert answering("bias", 2, claims, surface) == f"By {name}"
    assert answering("bias", 2) == "By category" and answering("regression", 2) == "By tier"
    both = actions.make_path(actor=world.rosa, name="By both", steps=[StepTerms([world.ben])])
    actions.make_route(actor=world.rosa, path=both, category="bias", tier=2)
    assert answering("bias", 2) == "By both" and answering("bias", 3) == "By category" and answering("", 3) == "Fallback"


def test_the_board_takes_the_way_that_the_query_takes(world, path, surface):
    claims = world.team("claims")
    for words in ({"surface": surface}, {"team": claims, "tier": 2}, {"category": "bias"}, {"tier": 2, "category": "bias"}):
        actions.make_route(actor=world.rosa, path=path, **words)
    held = board.read(clock.now(), [surface.pk])
    for category, tier, team, of in product(("bias", "regression"), (2, 3), (claims.pk, None), (surface.pk, None)):
        route = queries.route_for(category=category, tier=tier, team_id=team, surface_id=of)
        found = held.call(category, tier, team, of)
        assert found == board.Call(route.path.key, route.path.name, route.path.team_id, route.is_fallback)


def test_a_step_tells_rota_position_person_and_channel_each_once(world, rota, path):
    @action
    def add(*, actor):
        from governance.ledger import transitions

        row = Channel(name="Claims mail", kind="email", address="claims@example.org")
        return transitions.create(row, actor=actor, kind="test.made")

    channel = add(actor=world.rosa)
    actions.set_steps(path, [StepTerms([rota, world.noor, world.position("security"), channel])], actor=world.rosa)
    assert told(path) == ["Noor Haddad", "Priya Raman", "Claims mail"]
    Channel.objects.filter(pk=channel.pk).update(state="paused")
    assert told(path) == ["Noor Haddad", "Priya Raman"]


def test_a_position_tells_its_holder_else_the_deputy(world, path):
    actions.set_steps(path, [StepTerms([world.position("team-lead")])], actor=world.rosa)
    assert told(path) == ["Sam Carter"]
    held = board.read(clock.now())
    actions.make_route(actor=world.rosa, path=path, tier=0)
    held = board.read(clock.now())
    call = held.call("", 0, None, None)
    assert held.empty_step(call, None, lambda key, team: team == world.team("claims").pk) == 0
    assert held.empty_step(call, None, lambda key, team: False) == 1
    people.name_holder(
        world.position("security"), actor=world.ada, person=world.ben, is_deputy=True, starts_on=world.system.created_at.date()
    )
    actions.set_steps(path, [StepTerms([world.position("security")])], actor=world.rosa)
    assert told(path) == ["Priya Raman"]
    people.deactivate(world.priya, actor=world.ada, reason="Left.")
    assert told(path) == ["Ben Okafor"]


@pytest.mark.parametrize("steps", [[], [StepTerms([])], "twice", "late"])
def test_steps_that_cannot_be_are_refused(world, path, steps):
    wrong = {"twice": [StepTerms([world.noor, world.noor])], "late": [StepTerms([world.noor], 0)]}
    with pytest.raises(Invalid):
        actions.set_steps(path, wrong.get(steps, steps) if isinstance(steps, str) else steps, actor=world.rosa)


def test_who_may_keep_paths_and_routes(world, path, surface, lead):
    for person in (world.ben, world.aud):
        with pytest.raises(Denied):
            actions.make_path(actor=person, name="Mine", steps=[StepTerms([person])])
        with pytest.raises(Denied):
            actions.make_route(actor=person, path=path, tier=1)
        with pytest.raises(Denied):
            actions.make_route(actor=person, path=path, surface=surface)
    with pytest.raises(Denied):
        actions.lead_route(queries.fallback(), actor=lead, path=path)
    with pytest.raises(Denied):
        actions.remove_route(queries.fallback(), actor=world.rosa)
    assert actions.make_route(actor=world.noor, path=path, surface=surface).key.startswith("RT-")  # she owns it
    made = actions.make_route(actor=lead, path=path, team=world.team("claims"))
    actions.remove_route(made, actor=lead)
    assert Entry.objects.order_by("-seq").first().kind == "on_call_route.removed"


def test_what_cannot_be_routed_and_what_is_in_use(world, path, surface):
    for words in ({"category": "nonsense"}, {"tier": 7}, {"surface": surface, "team": world.team("claims")}):
        with pytest.raises(Invalid):
            actions.make_route(actor=world.rosa, path=path, **words)
    made = actions.make_route(actor=world.rosa, path=path, tier=3)
    with pytest.raises(Conflict, match="just this already"):
        actions.make_route(actor=world.rosa, path=path, tier=3)
    with pytest.raises(Conflict, match="leads to this path"):
        actions.retire_path(path, actor=world.rosa)
    other = actions.make_path(actor=world.rosa, name="Other", steps=[StepTerms([world.ben])])
    with pytest.raises(StaleState):
        actions.lead_route(made, actor=world.rosa, path=other, expected_version=7)
    actions.lead_route(made, actor=world.rosa, path=other)
    assert actions.retire_path(path, actor=world.rosa).state == "retired"
    with pytest.raises(Invalid, match="retired"):
        actions.lead_route(made, actor=world.rosa, path=path)
    with pytest.raises(StaleState):
        actions.change_path(other, actor=world.rosa, name="New", team=None, repeat=1, expected_version=9)


def test_a_path_is_tried_by_a_message_to_each_whom_it_tells(world, path):
    assert actions.try_path(path, actor=world.rosa) == 2
    assert {str(row.person) for row in Delivery.objects.all()} == {"Noor Haddad", "Daniel Weiss"}
    assert all("nothing is to be done" in row.message["body"] for row in Delivery.objects.all())
    assert Entry.objects.order_by("-seq").first().kind == "escalation_path.tried"
    with pytest.raises(Denied):
        actions.try_path(path, actor=world.ben)
    people.deactivate(world.noor, actor=world.ada, reason="Left.")
    people.deactivate(world.sam, actor=world.ada, reason="Left.")
    people.deactivate(world.daniel, actor=world.ada, reason="Left.")
    with pytest.raises(Conflict, match="reaches anybody"):
        actions.try_path(path, actor=world.rosa)
