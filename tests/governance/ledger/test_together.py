"""Rows of many models read together are what they are when read one model at a time, in one query."""

import json
from typing import Any

from django.apps import apps
from django.db import connection

from governance.ledger import diffs, queries, transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.ledger.together import named, read_together
from governance.people.models import Team, User


def histories() -> list[Any]:
    return [model for model in apps.get_models() if hasattr(model, "tracked_fields") and model._default_manager.exists()]


def fields_of(model: Any) -> list[Any]:
    return list(model._meta.concrete_fields)


def test_what_is_read_together_equals_what_is_read_alone(world: Any, django_assert_num_queries: Any) -> None:
    found = histories()
    assert len(found) > 5
    alone = {(model, row.pk): row for model in found for row in model._default_manager.all()}
    assert connection.features.supports_json_field  # Django asks the database once in a process
    with django_assert_num_queries(1):
        together = read_together((model._default_manager.all(), fields_of(model)) for model in found)
    assert {(type(row), row.pk) for row in together} == set(alone)
    for row in together:
        for field in fields_of(type(row)):
            expected = getattr(alone[type(row), row.pk], field.attname)
            assert (getattr(row, field.attname), field) == (expected, field)
            assert type(getattr(row, field.attname)) is type(expected)


def test_names_of_many_models_cost_two_queries(world: Any, django_assert_max_num_queries: Any) -> None:
    team, person = world.team("claims"), world.ada
    with django_assert_max_num_queries(2):
        assert named({Team: {team.pk}, User: {person.pk}}) == {Team: {team.pk: str(team)}, User: {person.pk: str(person)}}


@action
def reorganise(team: Team, person: User, *, actor: Any) -> None:
    transitions.change(team, actor=actor, kind="team.changed", changes={"lead": person}, payload={"name": team.name})
    transitions.change(person, actor=actor, kind="person.changed", changes={"role": "auditor"}, payload={})


def test_differences_of_several_models_cost_three_queries(world: Any, django_assert_max_num_queries: Any) -> None:
    team = world.team("claims")
    before = str(team.lead) if team.lead else "nothing"
    newest = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    reorganise(team, world.ben, actor=world.ada)
    lines = queries.lines(Entry.objects.filter(seq__gt=newest).order_by("seq"))
    told = [[(each.label, each.before, each.after) for each in line.changes] for line in lines]
    assert told[0] == [("Lead", before, str(world.ben))]
    assert ("Role", "Auditor") in [(label, after) for label, _, after in told[1]]
    bodies = {entry.seq: json.loads(entry.body) for entry in Entry.objects.order_by("-seq")[:50]}
    with django_assert_max_num_queries(3):
        diffs.of_entries(bodies)
