"""Findings on pages and over REST: the same rows, the same refusals, on every way in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.core import clock
from governance.core.contributions import BriefingLine, InboxSource, OwnedSource, SearchSource, contribution
from registry.findings.models import Finding
from registry.findings.views.bulk import BULK
from registry.surfaces.models import Surface
from tests.registry.findings.test_drawing import seen
from tests.registry.usage.observing import call

Enter = Callable[..., Client]
API = "/api/v1/findings"


@pytest.fixture
def three(world: Any, live: Surface) -> list[Finding]:
    """A tool and a data class that were not approved, and a program that nobody registered."""
    found = seen(
        call(claim=live.key, tool="payments.release"), call(claim=live.key, classes=("personal",)), call(service="helper")
    )
    return sorted(found, key=lambda each: ("tool", "data_class", "unknown_surface").index(each.kind))


def test_each_sees_what_is_theirs(world: Any, three: list[Finding], client_as: Enter) -> None:
    tool, data, unknown = three
    everything, own = client_as(world.rosa), client_as(world.noor)
    assert "helper" in everything.get(reverse("findings")).content.decode()
    page = own.get(reverse("findings")).content.decode()
    assert tool.key in page and data.key in page and "helper" not in page
    assert own.get(unknown.get_absolute_url()).status_code == 404
    assert tool.key not in client_as(world.ben).get(reverse("findings")).content.decode()
    assert client_as(world.ben).get(tool.get_absolute_url()).status_code == 404


def test_a_page_shows_approved_beside_seen_and_the_last_calls(world: Any, three: list[Finding], client_as: Enter) -> None:
    client = client_as(world.noor)
    page = client.get(three[0].get_absolute_url()).content.decode()
    assert "Approved beside seen" in page and "claims.read" in page and "payments.release" in page
    assert "Propose the change" in page and "Calls by day" in page
    where = client.get(reverse("finding-seen", args=[three[0].key])).content.decode()
    assert "does not let it call this tool" in where
    assert client.get(reverse("finding-activity", args=[three[0].key])).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(three[1].get_absolute_url())
    assert len(asked) <= 15, len(asked)
    unknown = client_as(world.rosa).get(three[2].get_absolute_url()).content.decode()
    assert "Register the surface" in unknown and "It is a surface of ours" in unknown


def test_decisions_by_form_keep_what_was_typed(world: Any, three: list[Finding], client_as: Enter) -> None:
    client, finding = client_as(world.noor), three[0]
    late = {"until": clock.today() - timedelta(days=1), "reason": "Soon gone.", "version": finding.version}
    answer = client.post(reverse("finding-snooze", args=[finding.key]), late)
    assert answer.status_code == 422 and "Soon gone." in answer.content.decode()
    given = {**late, "until": clock.today() + timedelta(days=5)}
    assert client.post(reverse("finding-snooze", args=[finding.key]), given).status_code == 302
    assert "Soon gone." in client.get(finding.get_absolute_url()).content.decode()
    assert client.post(reverse("finding-dismiss", args=[finding.key]), {"reason": "No.", "version": 1}).status_code == 409
    finding.refresh_from_db()
    wake = client.post(reverse("finding-wake", args=[finding.key]), {"version": finding.version})
    assert wake.status_code == 302
    assert client_as(world.aud).get(reverse("finding-dismiss", args=[finding.key])).status_code == 403
    owner = {"owner": world.sam.pk, "reason": "It is his tool."}
    assert client.post(reverse("finding-owner", args=[finding.key]), owner).status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.owner) == ("open", world.sam)


def test_lists_cost_the_same_at_one_row_and_at_three(world: Any, three: list[Finding], client_as: Enter) -> None:
    client, asked = client_as(world.rosa), []
    client.get(f"{reverse('findings')}?kind=tool")
    for address in ("?kind=tool", "?state=open"):
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("findings") + address)
        asked.append(len(found))
    assert asked[0] == asked[1]


def test_what_is_counted_opens_exactly_its_rows(world: Any, three: list[Finding], client_as: Enter) -> None:
    for key, number in (("findings.ahead", 2), ("findings.unregistered", 1)):
        line = contribution(BriefingLine, key)
        assert line.rows(world.rosa).count() == number
        page = client_as(world.rosa).get(line.url(world.rosa)).content.decode()
        assert sum(reverse("finding", args=[each.key]) in page for each in three) == number
    inbox = contribution(InboxSource, "findings")
    assert [line.title for line in inbox.lines(world.rosa)] == ["“helper” calls models and is not registered"]
    assert len(list(inbox.lines(world.noor))) == 2
    assert [hit.label for hit in contribution(SearchSource, "findings").find(world.rosa, "helper", 5)] == [three[2].title]
    owned = contribution(OwnedSource, "findings")
    assert len(list(owned.owned(world.noor))) == 2
    assert owned.reassign(three[0], world.ada, world.sam, "She left.").owner == world.sam


def test_by_rest(world: Any, three: list[Finding], api_as: Any) -> None:
    noor, tool = api_as(world.noor), three[0]
    assert {each["key"] for each in noor.get(API).json()["results"]} == {three[0].key, three[1].key}
    held = noor.get(f"{API}/{tool.key}")
    assert held.json()["calls"] == 1 and held.json()["kind"] == "tool"
    assert noor.get(f"{API}/{tool.key}/seen").json()[0]["tool"] == "payments.release"
    until = str(clock.today() + timedelta(days=4))
    assert noor.post(f"{API}/{tool.key}/snooze", {"until": until, "reason": "Soon."}, format="json").json()["state"] == "snoozed"
    assert noor.post(f"{API}/{tool.key}/waking").json()["state"] == "open"
    stale = noor.post(f"{API}/{tool.key}/dismissal", {"reason": "No."}, format="json", headers={"If-Match": '"v1"'})
    assert stale.status_code in (409, 412)
    assert noor.put(f"{API}/{tool.key}/owner", {"owner": world.sam.ref}, format="json").json()["owner"] == world.sam.ref
    assert noor.post(f"{API}/{three[1].key}/change-draft").status_code == 200
    assert noor.post(f"{API}/{three[1].key}/dismissal", {"reason": "Made up."}, format="json").json()["state"] == "dismissed"
    unknown = api_as(world.rosa).post(f"{API}/{three[2].key}/surface", {"surface": tool.surface.key}, format="json")
    assert unknown.json()["resolution"] == "registration"
    assert api_as(world.ben).get(f"{API}/{tool.key}").status_code == 404
    assert api_as(world.noor, "registry:read").get(API).status_code == 403
    assert noor.get(f"{API}/{tool.key}/activity").json()["results"]


def test_many_are_decided_at_once_and_undone(world: Any, three: list[Finding]) -> None:
    owner, put_off, away = BULK
    given = {"owner": world.sam, "reason": "", "until": clock.today() + timedelta(days=3)}
    assert owner.allowed(three[0], world.noor, given) and not owner.allowed(three[0], world.aud, given)
    kept = owner.change(three[0], world.noor, given)
    assert Finding.objects.get(pk=three[0].pk).owner == world.sam
    owner.revert(Finding.objects.get(pk=three[0].pk), world.rosa, kept)
    assert Finding.objects.get(pk=three[0].pk).owner == world.noor
    for each, state in ((put_off, "snoozed"), (away, "dismissed")):
        kept = each.change(three[1], world.rosa, {**given, "reason": "Soon."})
        assert Finding.objects.get(pk=three[1].pk).state == state
        each.revert(three[1], world.rosa, kept)
        assert Finding.objects.get(pk=three[1].pk).state == "open"
