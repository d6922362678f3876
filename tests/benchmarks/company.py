"""The company that is measured: 5,000 surfaces, 200 people with object grants, 200,000 history rows."""

import itertools
import random
from typing import Any

from django.contrib.auth.models import Permission

from governance.core import clock
from governance.people.models import Team, User
from registry.surfaces.models import Pattern, Surface, SurfaceUserObjectPermission
from tests import world

SURFACES, PEOPLE, GRANTS_EACH, HISTORY = 5_000, 200, 100, 200_000
WORDS = "claims triage support reply draft policy search ledger summary intake voice route coach review plan letter".split()


def build(*, surfaces: int = SURFACES, history: int = HISTORY) -> dict[str, Any]:
    """Fill the database by plain bulk inserts (what is measured is reading and writing later, not this)."""
    world.build()
    dice = random.Random(7)
    teams = list(Team.objects.all())
    people = _people(teams, dice)
    rows = _surfaces(surfaces, teams, people, dice)
    _grants(rows, people, dice)
    _history(rows, history)
    return {"teams": teams, "people": people, "surfaces": rows}


def _people(teams: list[Team], dice: random.Random) -> list[User]:
    made = [
        User(email=f"person{n}@example.org", name=f"Person {n}", role="member", team=dice.choice(teams), password="!")
        for n in range(PEOPLE)
    ]
    return User.objects.bulk_create(made)


def _surfaces(count: int, teams: list[Team], people: list[User], dice: random.Random) -> list[Surface]:
    made = [
        Surface(
            name=f"{dice.choice(WORDS)} {dice.choice(WORDS)} {n}".capitalize(),
            purpose=" ".join(dice.choices(WORDS, k=40)),
            team=dice.choice(teams),
            owner=dice.choice(people),
            pattern=dice.choice(Pattern.values),
            tier=dice.randrange(5),
            state=dice.choice(["idea", "building", "in_review"]),
        )
        for n in range(count)
    ]
    return Surface.objects.bulk_create(made, batch_size=1000)


def _grants(rows: list[Surface], people: list[User], dice: random.Random) -> None:
    view = Permission.objects.get(codename="view_surface")
    SurfaceUserObjectPermission.objects.bulk_create(
        [
            SurfaceUserObjectPermission(user=person, permission=view, content_object=surface)
            for person in people
            for surface in dice.sample(rows, GRANTS_EACH)
        ],
        batch_size=2000,
    )


def _history(rows: list[Surface], count: int) -> None:
    model = Surface.history.model
    now, names = clock.now(), [f.attname for f in model.tracked_fields]
    source = itertools.islice(itertools.cycle(rows), count)
    batch: list[Any] = []
    for surface in source:
        batch.append(
            model(history_date=now, history_type="~", history_user_id="p_0", **{name: getattr(surface, name) for name in names})
        )
        if len(batch) == 5000:
            model.objects.bulk_create(batch, batch_size=500)
            batch.clear()
    if batch:
        model.objects.bulk_create(batch, batch_size=500)
