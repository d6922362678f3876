"""Incidents: their list, one page, the clocks, the figures and REST, with 10,000 incidents and 80,000 timeline entries."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.test import Client
from rest_framework.test import APIClient

from governance.core import clock
from governance.people.models import User
from incidents.cases.models import Incident, IncidentState, TimelineEntry
from tests.benchmarks.company import WORDS
from tests.benchmarks.measuring import Figure, Timing, in_turns, measure

INCIDENTS, ENTRIES_EACH, OPEN_ONES = 10_000, 8, 60
CATEGORIES = ("hallucination", "prompt_injection", "data_exposure", "regression", "vendor_change", "runaway_cost")
LISTS = (
    "/incidents/",
    "/incidents/?severity=SEV1&sort=-reported_at",
    "/incidents/?q=wrong+policy+voice",
    "/clocks/",
    "/incident-figures/",
)


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Fill in the past, then measure the pages as an administrator and as somebody who sees a part of it."""
    made = _incidents(company)
    _entries(made, company["people"])
    everyone, mine = _signed_in(User.objects.get(email="ada@example.org")), _signed_in(company["people"][0])
    for address in LISTS:
        yield _page(f"Page {address}", _timed(everyone, address))
    yield _page("Page /incidents/, restricted reader", _timed(mine, "/incidents/"))
    for name, incident in {"open": made[-1], "closed": made[0]}.items():
        yield _page(f"Page /incidents/INC-.../, {name}", _timed(everyone, f"/incidents/INC-{incident.pk}/"))
    yield _page("REST list of incidents, 50 rows", _timed(everyone, "/api/v1/incidents?limit=50"))
    found = in_turns({n: lambda n=n: _got(everyone, f"/api/v1/incidents?limit={n}") for n in (1, 50)})
    same = found[1].queries == found[50].queries
    yield Figure("REST list of incidents, queries at 1 row", found[1].queries, "queries", target="the same as at 50", holds=same)


def _incidents(company: dict[str, Any]) -> list[Incident]:
    dice, now = random.Random(11), clock.now()
    made = [_incident(number, company, dice, now) for number in range(INCIDENTS)]
    stored = Incident.objects.bulk_create(made, batch_size=1000)
    burning = Incident.objects.filter(pk__in=[incident.pk for incident in stored[-OPEN_ONES:]])
    burning.update(state=IncidentState.MITIGATING, severity="SEV2", triaged_at=now)
    return stored


def _incident(number: int, company: dict[str, Any], dice: random.Random, now: Any) -> Incident:
    at = now - timedelta(hours=2 * (INCIDENTS - number))
    past = {
        "source": Incident.Source.IMPORT,
        "state": IncidentState.CLOSED,
        "severity": dice.choice(("SEV1", "SEV2", "SEV3", "SEV4")),
        "triaged_at": at + timedelta(minutes=95),
        "mitigated_at": at + timedelta(hours=2),
        "resolved_at": at + timedelta(hours=5),
        "closed_at": at + timedelta(days=6),
    }
    return Incident(
        title=f"{dice.choice(WORDS)} gave wrong {dice.choice(WORDS)} {number}".capitalize(),
        what=" ".join(dice.choices(WORDS, k=40)),
        surface=dice.choice(company["surfaces"]),
        category=dice.choice(CATEGORIES),
        owner=dice.choice(company["people"]),
        reporter=dice.choice(company["people"]),
        near_miss=dice.random() < 0.2,
        user_harm=dice.randrange(5),
        blast_radius=dice.randrange(5),
        tier=dice.randrange(5),
        reported_at=at,
        acknowledged_at=at + timedelta(minutes=dice.randrange(1, 90)),
        **({} if number >= INCIDENTS - OPEN_ONES else past),
    )


def _entries(made: list[Incident], people: list[User]) -> None:
    dice = random.Random(12)
    rows = [
        TimelineEntry(
            incident=incident,
            at=incident.reported_at + timedelta(minutes=7 * number),
            author=dice.choice(people) if number % 3 else None,
            text=" ".join(dice.choices(WORDS, k=12)),
        )
        for incident in made
        for number in range(ENTRIES_EACH)
    ]
    QuerySet(TimelineEntry).bulk_create(rows, batch_size=2000)


def _signed_in(user: User) -> Client:
    client = APIClient()
    client.force_login(user)
    return client


def _got(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.content[:300])
    return answer


def _timed(client: Client, address: str) -> Timing:
    return measure(lambda: _got(client, address), runs=25)


def _page(what: str, timing: Timing) -> Figure:
    holds = timing.median <= 50 and timing.queries <= 15
    return Figure(what, timing.median, "ms", target="<= 50 ms, <= 15 queries", holds=holds, note=f"{timing.queries} queries")
