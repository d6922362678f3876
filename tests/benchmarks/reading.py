"""Reading: REST list and detail, the list page, any other page; each against its bare twin."""

from collections.abc import Iterator
from typing import Any

from django.test import Client, override_settings
from rest_framework.test import APIClient

from governance.people.models import User
from tests.benchmarks.measuring import Figure, Timing, in_turns, measure

OTHER_PAGES = ("/", "/inbox/", "/approvals/", "/changes/", "/ledger/", "/people/", "/policy/", "/catalog/vendors/", "/documents/")
QUERY = "?tier=1&tier=2&sort=name&limit=50"


def figures(company: dict[str, Any]) -> Iterator[Figure]:
    """Measure and yield the figures of reading."""
    with override_settings(ROOT_URLCONF="tests.benchmarks.bare"):
        yield from _rest(company)
        yield from _pages(company)


def _api(user: User) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


def _got(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.content[:300])
    return answer


def _rest(company: dict[str, Any]) -> Iterator[Figure]:
    admin, restricted = User.objects.get(email="ada@example.org"), company["people"][0]
    everyone, mine = _api(admin), _api(restricted)
    key = f"S-{company['surfaces'][0].pk:04d}"
    found = in_turns(
        {
            "bare list": lambda: _got(everyone, "/bare/surfaces/"),
            "list": lambda: _got(everyone, f"/api/v1/surfaces{QUERY}"),
            "restricted": lambda: _got(mine, f"/api/v1/surfaces{QUERY}"),
            "one row": lambda: _got(everyone, f"/api/v1/surfaces{QUERY.replace('50', '1')}"),
            "bare detail": lambda: _got(everyone, f"/bare/surfaces/{company['surfaces'][0].pk}/"),
            "detail": lambda: _got(everyone, f"/api/v1/surfaces/{key}"),
        }
    )
    yield _ratio("REST list, 50 rows", found["list"], found["bare list"], 1.5)
    yield _ratio("REST list, restricted reader against administrator", found["restricted"], found["list"], 1.2)
    queries = found["restricted"].queries
    yield Figure("REST list, queries", queries, "queries", target="<= 8", holds=queries <= 8)
    same = found["list"].queries == found["one row"].queries
    yield Figure("REST list, queries at 1 row", found["one row"].queries, "queries", target="the same as at 50", holds=same)
    steady = found["list"].p95 / found["list"].median
    yield Figure("REST list, p95 against p50", steady, "x", target="<= 1.6x", holds=steady <= 1.6)
    yield _ratio("REST detail", found["detail"], found["bare detail"], 3.0)


def _pages(company: dict[str, Any]) -> Iterator[Figure]:
    admin = User.objects.get(email="ada@example.org")
    client = _api(admin)
    found = in_turns(
        {"bare": lambda: _got(client, "/bare-page/"), "list": lambda: _got(client, "/surfaces/")},
    )
    yield _ratio("List page, 50 rows", found["list"], found["bare"], 5.0)
    yield _page("List page", found["list"])
    key = f"S-{company['surfaces'][0].pk:04d}"
    for address in (*OTHER_PAGES, f"/surfaces/{key}/", f"/surfaces/{key}/activity/"):
        yield _page(f"Page {address.replace(key, 'S-...')}", measure(lambda a=address: _got(client, a), runs=25))


def _ratio(what: str, ours: Timing, bare: Timing, most: float) -> Figure:
    ratio = ours.median / bare.median
    return Figure(what, ours.median, "ms", bare.median, f"<= {most:g}x", ratio <= most, f"{ours.queries} queries")


def _page(what: str, timing: Timing) -> Figure:
    holds = timing.median <= 50 and timing.queries <= 15
    note = f"{timing.queries} queries"
    return Figure(what, timing.median, "ms", target="<= 50 ms, <= 15 queries", holds=holds, note=note)
