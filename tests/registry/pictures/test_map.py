"""The map: what contracts allow over what was seen, of what the reader sees, the same on page, file, paper and over REST."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.core.errors import NotVisible
from governance.ui import pictures
from registry.catalog.models import Vendor
from registry.pictures import documents, drawing, queries
from registry.pictures.asking import Asked, named
from registry.pictures.ways import NO_VENDOR, NOBODY, Allowed, Seen, Ways
from registry.surfaces.models import Surface
from tests.registry.building import make_surface

Enter = Callable[..., Client]


def laid(**more: Any) -> Ways:
    ways = Ways(lambda pk: f"surface:{pk or ''}", lambda key: f"vendor:{key[0]}", **more)
    ways.allow(Allowed(1, ("m-eu", "k-eu"), ("customer", "internal")))
    ways.allow(Allowed(2, ("k-eu",), ("internal",)))
    return ways


def kinds(ways: Ways) -> dict[tuple[str, str], list[tuple[str, int]]]:
    return {(each.start, each.end): each.tally.kinds for each in ways.drawn({}).streams}


def test_what_is_allowed_and_was_not_seen_waits_and_what_was_seen_without_is_not_approved() -> None:
    ways = laid()
    ways.see(Seen(1, "m-eu", "m", "approved", 5))
    ways.see(Seen(1, "m-us", "m", "not_approved", 2))
    ways.see(Seen(None, "", "their-model", "unknown", 1))
    ways.see_class(Seen(1, "m-us", "m", "not_approved", 2), "customer")
    found = kinds(ways)
    assert found["surface:1", "endpoint:m-eu"] == [("", 5)]
    assert found["surface:1", "endpoint:k-eu"] == [("wait", 0)]
    assert found["surface:1", "endpoint:m-us"] == [("stop", 2)]
    assert found[NOBODY, "model:their-model"] == [("warn", 1)]
    assert found["model:their-model", NO_VENDOR] == [("warn", 1)]
    assert found["vendor:m", "class:customer"] == [("wait", 0), ("stop", 2)]
    assert ways.drawn({}).columns[0][0].key == "surface:1", "what is not approved stands first"
    assert ways.drawn({}).calls("not_approved") == 2


def test_one_data_class_or_one_vendor_leaves_only_the_ways_over_it() -> None:
    assert set(kinds(laid(only="customer"))) == {
        ("surface:1", "endpoint:m-eu"), ("surface:1", "endpoint:k-eu"), ("endpoint:m-eu", "vendor:m"),
        ("endpoint:k-eu", "vendor:k"), ("vendor:m", "class:customer"), ("vendor:k", "class:customer"),
    }  # fmt: skip
    assert ("surface:1", "endpoint:k-eu") not in kinds(laid(over=frozenset({"m-eu"})))


def test_what_is_too_much_to_read_stands_together_and_nothing_is_lost() -> None:
    ways = Ways(lambda pk: f"surface:{pk}", lambda key: "vendor:1")
    for pk in range(1, 101):
        ways.allow(Allowed(pk, ("m-eu",), ("internal",)))
        ways.see(Seen(pk, "m-eu", "m", "approved", pk))
    drawn = ways.drawn({}, most=10)
    first = drawn.columns[0]
    assert [len(first), first[-1].key, len(first[-1].tally.members)] == [10, "more:0", 91]
    assert sum(box.tally.total for box in first) == drawn.calls("approved") == 5050
    assert sum(each.tally.total for each in drawn.streams if each.end == "endpoint:m-eu") == 5050


@pytest.mark.django_db
def test_the_page_draws_what_is_approved_beside_what_was_seen(world: Any, observed: Surface, client_as: Enter) -> None:
    page = client_as(world.rosa).get(reverse("map")).content.decode()
    assert "of 6 calls were not approved" in page
    for name in ("Claims triage", "Meridian large, EU", "Meridian AI", "newer-model (no endpoint)", "Not registered", "Internal"):
        assert name in page
    assert "chart-flow--stop" in page and "seen, not approved" in page
    assert page.count('class="picture-flow"') == 1


@pytest.mark.django_db
def test_a_reader_sees_only_the_ways_of_their_own_surfaces(world: Any, observed: Surface, client_as: Enter) -> None:
    own = client_as(world.noor).get(reverse("map")).content.decode()
    assert "of 5 calls were not approved" in own and "Not registered" not in own
    other = client_as(world.ben).get(reverse("map")).content.decode()
    assert "Nothing to draw here" in other and "Claims triage" not in other


@pytest.mark.django_db
def test_it_is_narrowed_by_team_tier_vendor_and_class_and_a_wrong_value_is_told(
    world: Any, observed: Surface, client_as: Enter
) -> None:
    client, team = client_as(world.rosa), world.team("claims").pk
    for query, said in (
        (f"team={team}", "of 5 calls"), ("tier=0&by=tier", "of 5 calls"), ("team=none", "Nothing to draw"),
        ("data_class=internal", "of 5 calls"), ("data_class=customer", "Nothing to draw"), ("days=91", "of 6 calls"),
    ):  # fmt: skip
        assert said in client.get(f"{reverse('map')}?{query}").content.decode(), query
    vendor = Vendor.objects.get(key="meridian").pk
    assert "3 calls were seen, none of them unapproved" in client.get(f"{reverse('map')}?vendor={vendor}").content.decode()
    for query in ("team=999999", "tier=9", "days=400", "by=colour", "data_class=a%00b", "vendor=x"):
        answer = client.get(f"{reverse('map')}?{query}")
        assert answer.status_code == 400 and "Select a valid choice" in answer.content.decode(), query


@pytest.mark.django_db
def test_it_costs_the_same_at_one_surface_and_at_three(world: Any, observed: Surface, client_as: Enter) -> None:
    client = client_as(world.rosa)
    client.get(reverse("map"))
    counts = []
    for name in ("", "Second", "Third"):
        if name:
            make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=name)
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("map"))
        counts.append(len(caught))
    assert max(counts[1:]) <= counts[0] <= 15, counts


@pytest.mark.django_db
def test_file_and_rest_tell_the_same_streams(world: Any, observed: Surface, client_as: Enter) -> None:
    client = client_as(world.rosa)
    sent: Any = client.get(reverse("map-file"))
    rows = list(csv.reader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    assert tuple(rows[0]) == drawing.HEAD
    assert ["Claims triage", "newer-model (no endpoint)", "no", "2", "0", "2", "0"] in rows
    told = client.get("/api/v1/map").json()
    streams = {(each["start"], each["end"]): each for each in told["streams"]}
    assert len(streams) == len(rows) - 1
    assert streams[f"surface:{observed.pk}", "model:newer-model"]["calls_not_approved"] == 2
    assert told["finding"].startswith(drawing.finding(queries.read(world.rosa, Asked()))[:20])
    wrong = client.get("/api/v1/map?tier=9")
    assert wrong.status_code == 400 and "tier" in wrong.content.decode()


@pytest.mark.django_db
def test_paper_shows_the_same_picture_for_those_who_read_all(world: Any, observed: Surface) -> None:
    asked = Asked(days=28, tier="0", by="team", data_class="internal")
    assert named(asked.pk) == asked and len(asked.pk) <= 40
    assert documents.load(asked.key) == asked
    told = documents.context(asked, world.rosa)
    assert pictures.drawn(told["picture"]) == drawing.picture(queries.read(world.rosa, asked))
    assert [documents.visible(each, asked) for each in (world.rosa, world.aud, world.noor, world.gus)] == [
        True,
        True,
        False,
        False,
    ]
    for wrong in ("", "7-----x", "8-----", "7-a----", "7----99999-", "7-\x00----"):
        with pytest.raises(NotVisible):
            documents.load(wrong)
