"""Twenty writers at once: nothing lost, nothing doubled, no gap."""

import threading
from typing import Any

import pytest
from django.db import connection

from governance.core.errors import StaleState
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.people.models import Team

WRITERS, EACH = 20, 5


@action
def rename(team: Team, *, actor: Any, name: str) -> Team:
    return transitions.change(team, actor=actor, kind="team.changed", changes={"name": name}, payload={"name": name})


def at_once(work: Any, many: int) -> list[BaseException]:
    failures: list[BaseException] = []
    start = threading.Barrier(many)

    def run(number: int) -> None:
        try:
            start.wait()
            work(number)
        except BaseException as error:  # collected for the assertion below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return failures


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_lose_nothing(world: Any) -> None:
    actor = world.ada
    teams = list(Team.objects.order_by("pk"))
    before = Entry.objects.count()

    def write(number: int) -> None:
        for turn in range(EACH):
            team = Team(key=f"crew-{number}-{turn}", name=f"Crew {number} {turn}")
            make(team, actor=actor)

    @action
    def make(team: Team, *, actor: Any) -> Team:
        return transitions.create(team, actor=actor, kind="team.created", payload={"name": team.name})

    assert at_once(write, WRITERS) == []
    assert Team.objects.count() == len(teams) + WRITERS * EACH
    numbers = list(Entry.objects.order_by("seq").values_list("seq", flat=True))
    assert numbers == list(range(1, before + WRITERS * EACH + 1))


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_saw_the_same_version_one_wins(world: Any) -> None:
    team = Team.objects.get(key="claims")
    outcomes: list[str] = []

    def write(number: int) -> None:
        mine = Team.objects.get(pk=team.pk)
        mine.version = team.version
        try:
            rename(mine, actor=world.ada, name=f"Claims {number}")
            outcomes.append("won")
        except StaleState:
            outcomes.append("stale")

    assert at_once(write, WRITERS) == []
    assert sorted(outcomes) == ["stale"] * (WRITERS - 1) + ["won"]
    assert team.history.count() == 2
