"""The fixed cast stands as described, and is cheap to put up."""

import time

import pytest
from django.db import IntegrityError, transaction

from governance.ledger import appendonly
from governance.ledger.models import Entry
from governance.people.models import Role, User
from governance.people.queries import deciders, holders_of, positions_of, system_actor
from tests.world import POSITIONS, World


def test_everybody_has_their_part(world: World) -> None:
    assert world.ada.role == Role.ADMINISTRATOR
    assert [person.email for person in holders_of("security")] == ["priya@example.org"]
    assert positions_of(world.ingrid).get().position.key == "executive-sponsor"
    assert world.noor.team.key == "claims"
    assert world.bot.kind == User.Kind.SERVICE
    assert set(POSITIONS) <= {seat.position.key for seat in world.position("legal").holdings.model.objects.all()}


def test_the_ledger_tells_how_it_came_about_without_a_gap(world: World) -> None:
    numbers = list(Entry.objects.order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert world.ada.history.get().history_user_id == world.ada.ref


def test_each_test_starts_from_the_same_state(world: World) -> None:
    assert not User.objects.filter(name="Somebody else").exists()
    from governance.people import actions

    actions.add_person("Somebody else", actor=world.ada, email="else@example.org")


def test_and_again(world: World) -> None:
    assert not User.objects.filter(name="Somebody else").exists()


def test_it_takes_few_milliseconds(world_snapshot, db) -> None:
    began = time.perf_counter()
    world_snapshot.restore()
    assert time.perf_counter() - began < 1


@pytest.mark.django_db(transaction=True)
def test_transactional_tests_start_from_it_as_well(world: World) -> None:
    assert not appendonly.missing()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.all().delete()
    assert deciders(world.position("team-lead"), world.team("claims"))[0].person == world.sam


@pytest.mark.django_db(transaction=True)
def test_and_leave_nothing_behind() -> None:
    assert not Entry.objects.exists()
    assert system_actor().name == "Plumbline"
