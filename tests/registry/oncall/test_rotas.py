"""Rotas: who may keep them, who is on call, overrides, and what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger.models import Entry
from governance.notifications import actions as notifications
from governance.notifications.models import Notice
from governance.people import actions as people
from registry.oncall import actions, queries
from registry.oncall.models import LayerPerson, Rota, RotaOverride
from tests.registry.oncall.conftest import weekly

NIGHTS = {"weekdays": list(range(7)), "from": "18:00", "to": "08:00"}


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def kinds() -> list[str]:
    return list(Entry.objects.order_by("-seq").values_list("kind", flat=True)[:3])


def test_turns_pass_from_one_to_the_next_and_come_round_again(world, rota):
    assert queries.on_call(rota, at(3)) == [world.noor]
    assert queries.on_call(rota, at(8, 6)) == [world.noor]  # 08:00 in Berlin
    assert queries.on_call(rota, at(8, 7)) == [world.sam]
    assert queries.on_call(rota, at(15)) == [world.noor]
    assert queries.on_call_now(world.noor) and not queries.on_call_now(world.sam)


def test_a_rota_and_its_layers_are_on_record(world, rota):
    assert kinds()[:2] == ["rota.layer_set", "rota.made"]
    assert rota.history.count() == 2 and LayerPerson.history.filter(person=world.sam).count() == 1


def test_a_higher_layer_answers_in_its_hours_and_may_be_taken_out(world, rota, lead):
    actions.set_layer(rota, weekly(world.daniel, name="Nights", restriction=NIGHTS), actor=lead)
    assert queries.on_call(rota, at(3, 20)) == [world.daniel] and queries.on_call(rota, at(3)) == [world.noor]
    layer = rota.layers.get(name="Nights")
    assert layer.order == 2
    actions.remove_layer(Rota.objects.get(pk=rota.pk), layer, actor=world.rosa)
    assert queries.on_call(rota, at(3, 20)) == [world.noor] and kinds()[0] == "rota.layer_removed"


def test_the_next_one_takes_the_turn_of_somebody_who_left(world, rota):
    people.deactivate(world.noor, actor=world.ada, reason="Left.")
    assert queries.on_call(rota, at(3)) == [world.sam] and queries.on_call(rota, at(9)) == [world.sam]
    people.deactivate(world.sam, actor=world.ada, reason="Left.")
    assert queries.on_call(rota, at(3)) == []


def test_an_override_wins_and_ends_when_it_is_called_off(world, rota, june):
    made = actions.cover(rota, actor=world.noor, person=world.ben, starts_at=at(3, 10), ends_at=at(4, 10), reason="Dentist.")
    assert queries.on_call(rota, at(3)) == [world.ben] and queries.on_call(rota, at(4, 10)) == [world.noor]
    june.shift(timedelta(hours=1))
    actions.cancel_cover(made, actor=world.noor)
    assert queries.on_call(rota, clock.now()) == [world.noor]
    assert queries.on_call(rota, at(3)) == [world.ben]  # what it was stays known
    later = actions.cover(rota, actor=world.noor, person=world.ben, starts_at=at(5), ends_at=at(6))
    actions.cancel_cover(later, actor=world.noor)
    assert queries.on_call(rota, at(5, 13)) == [world.noor] and kinds()[0] == "rota.cover_cancelled"
    with pytest.raises(Denied, match="called off already"):
        actions.cancel_cover(later, actor=world.noor)


def test_two_overrides_never_cover_the_same_moment(world, rota):
    made = actions.cover(rota, actor=world.noor, person=world.ben, starts_at=at(4), ends_at=at(5))
    with pytest.raises(Conflict, match="Ben Okafor covers a part"):
        actions.cover(rota, actor=world.sam, person=world.sam, starts_at=at(4, 13), ends_at=at(6))
    with pytest.raises(IntegrityError, match="same moment"), transaction.atomic():
        RotaOverride.objects.bulk_create([RotaOverride(rota=rota, person=world.sam, starts_at=at(3), ends_at=made.ends_at)])


def test_who_may_keep_a_rota_and_who_may_cover(world, rota, lead):
    for person in (world.ben, world.noor, world.aud):
        with pytest.raises(Denied):
            actions.make_rota(actor=person, name="Another", team=world.team("claims"))
        with pytest.raises(Denied):
            actions.set_layer(rota, weekly(world.noor), actor=person)
    with pytest.raises(Denied):
        actions.cover(rota, actor=world.ben, person=world.ben, starts_at=at(4), ends_at=at(5))
    assert actions.make_rota(actor=lead, name="Of the lead", team=world.team("claims")).time_zone == "UTC"


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"people": ()}, "people"),
        ({"restriction": {"weekdays": [], "from": "18:00", "to": "08:00"}}, "restriction"),
        ({"restriction": {"weekdays": [1, 7], "from": "18:00", "to": "08:00"}}, "restriction"),
        ({"restriction": {"weekdays": [1], "from": "25:00", "to": "08:00"}}, "restriction"),
        ({"restriction": {"hours": 8}}, "restriction"),
        ({"every": 13}, "every"),
    ],
)
def test_a_layer_that_cannot_be_says_where(world, rota, terms, field):
    with pytest.raises(Invalid) as refused:
        actions.set_layer(rota, weekly(*terms.pop("people", (world.noor,)), **terms), actor=world.rosa)
    assert list(refused.value.fields) == [field]


def test_nobody_is_called_who_could_not_act(world, rota):
    for person in (world.aud, world.bot):
        with pytest.raises(Invalid):
            actions.set_layer(rota, weekly(person), actor=world.rosa)
    with pytest.raises(Invalid, match="cannot be kept"):
        actions.cover(rota, actor=world.noor, person=world.ben, starts_at=at(1), ends_at=at(2))
    with pytest.raises(Invalid, match="time zone"):
        actions.make_rota(actor=world.rosa, name="Moon", team=world.team("claims"), time_zone="Moon/Tranquility")
    with pytest.raises(Conflict, match="of this name"):
        actions.make_rota(actor=world.rosa, name="Claims on call", team=world.team("claims"))


def test_whoever_saw_an_older_state_is_told(world, rota):
    for act in (
        lambda: actions.set_layer(rota, weekly(world.noor), actor=world.rosa, expected_version=1),
        lambda: actions.set_layers(rota, [weekly(world.noor)], actor=world.rosa, expected_version=1),
        lambda: actions.retire_rota(rota, actor=world.rosa, expected_version=1),
    ):
        with pytest.raises(StaleState):
            act()


def test_layers_are_replaced_as_a_whole(world, rota):
    actions.set_layer(rota, weekly(world.daniel, name="Nights", restriction=NIGHTS), actor=world.rosa)
    actions.set_layers(rota, [weekly(world.sam, name="Only", starts_on=date(2026, 5, 1))], actor=world.rosa)
    assert [(layer.order, layer.name) for layer in rota.layers.all()] == [(1, "Only")]
    assert queries.on_call(rota, at(3)) == [world.sam]


def test_a_rota_that_a_path_calls_stays(world, rota, path):
    with pytest.raises(Conflict, match="Claims calls this rota"):
        actions.retire_rota(rota, actor=world.rosa)
    with pytest.raises(IntegrityError, match="escalation path calls"), transaction.atomic():
        Rota.objects.filter(pk=rota.pk).update(state="retired")
    actions.set_steps(path, [actions.StepTerms([world.noor])], actor=world.rosa)
    assert actions.retire_rota(rota, actor=world.rosa).state == "retired"
    with pytest.raises(Denied, match="retired"):
        actions.set_layer(rota, weekly(world.noor), actor=world.rosa)


def test_whoever_is_put_on_call_by_somebody_else_is_told(world, rota):
    actions.cover(rota, actor=world.noor, person=world.ben, starts_at=at(4), ends_at=at(5))
    actions.cover(rota, actor=world.noor, person=world.noor, starts_at=at(6), ends_at=at(7))
    notifications.follow(lambda *seen: None)
    told = {(notice.person, notice.text) for notice in Notice.objects.filter(text__contains="Claims on call")}
    assert told == {
        (world.ben, "You are put on call for a while: Claims on call"),
        (world.noor, "The turns you take have changed: Claims on call"),
        (world.sam, "The turns you take have changed: Claims on call"),
    }
