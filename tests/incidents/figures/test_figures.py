"""Figures of incidents: sums by the database, what opens from them, who sees what, as page, REST and CSV."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from governance.core import clock
from governance.core.errors import Invalid
from governance.ledger import transitions
from governance.ledger.journal import action
from incidents.cases.models import Incident
from incidents.figures import charts, queries, reading
from incidents.figures.views import FiguresPage
from registry.surfaces.models import Surface
from tests.incidents.building import make_case_surface, make_incident

V1 = "/api/v1/incident-figures"
SEVERITIES = {"SEV2": "High"}


@action
def settle(incident: Incident, *, actor: Any, minutes: tuple[int, int, int], **more: Any) -> Incident:
    """Let an incident have been acknowledged, mitigated and resolved so many minutes after its report."""
    names = ("acknowledged_at", "mitigated_at", "resolved_at")
    moments = {name: incident.reported_at + timedelta(minutes=count) for name, count in zip(names, minutes, strict=True)}
    changes = {"severity": "SEV2", "triaged_at": moments["acknowledged_at"], "state": "resolved", **moments, **more}
    return transitions.change(incident, actor=actor, kind="test.made", changes=changes)


@pytest.fixture
def surface(world: Any) -> Surface:
    return make_case_surface(world)


@pytest.fixture
def told(world: Any, surface: Surface) -> list[Incident]:
    """Four incidents of 1, 2, 3 and 10 hours to restore, and a near miss; the last is of another kind, without a surface."""
    made, now = [], clock.now()
    for place, hours in enumerate((1, 2, 3, 10)):
        more = {"category": "bias"} if hours == 10 else {"surface": surface}
        one = make_incident(actor=world.noor, reported_at=now - timedelta(days=40 - 10 * place), **more)
        harm = {"user_harm": place, "blast_radius": 1, "tier": None if hours == 10 else 2}
        made.append(settle(one, actor=world.rosa, minutes=(5 * hours, 20 * hours, 60 * hours), **harm))
    made.append(make_incident(actor=world.noor, surface=surface, near_miss=True, reported_at=now - timedelta(days=1)))
    return made


def figures(days: int = 90) -> Any:
    now = clock.now()
    return queries.figures(Incident.objects.all(), now - timedelta(days=days), now, severities=SEVERITIES)


def test_lengths_of_time_are_real_ones_by_nearest_rank(told: list[Incident]) -> None:
    spans = {span.key: span for span in figures().spans}
    assert (spans["restore"].count, spans["restore"].median, spans["restore"].p90) == (4, 2 * 3600, 10 * 3600)
    assert (spans["acknowledge"].median, spans["acknowledge"].p90) == (600, 3000)
    assert (spans["mitigate"].median, spans["notice"].count, spans["notice"].median) == (2400, 0, None)


def test_counts_rates_and_repeats(told: list[Incident]) -> None:
    found = figures()
    assert (found.total, found.near, found.near_rate) == (5, 1, 0.2)
    assert (found.repeated, found.repeat_rate) == (2, 0.5)
    groups = {group.key: [(line.label, line.real, line.near, line.hurt) for line in group.lines] for group in found.groups}
    assert groups["category"] == [("Hallucination", 3, 1, 1), ("Bias or unfair treatment", 1, 0, 1)]
    assert groups["tier"][0] == ("Tier 2", 3, 0, 1) and groups["team"][0] == ("Claims", 3, 1, 1)
    assert dict(found.harm) == {(0, 1): 1, (1, 1): 1, (2, 1): 1, (3, 1): 1}
    assert sum(real for _, real, _ in found.months) == 4 and sum(near for _, _, near in found.months) == 1


def test_a_repeat_may_repeat_one_from_before_the_period(told: list[Incident]) -> None:
    found = figures(days=25)
    assert (found.total, found.repeated) == (3, 1)


def test_without_incidents_there_is_nothing_to_divide_by(world: Any) -> None:
    found = figures()
    assert (found.total, found.near_rate, found.repeat_rate, found.months) == (0, None, None, ())
    assert charts.reported(found.months) is None


def test_many_months_are_drawn_as_years() -> None:
    months = [(f"{2020 + place // 12}-{place % 12 + 1:02}", 1, 0) for place in range(60)]
    drawn = charts.reported(months)
    assert drawn is not None and [row[0] for row in drawn.rows] == ["2020", "2021", "2022", "2023", "2024"]
    assert drawn.svg.count('class="chart-fill-1"') == 5 and "60 incidents and 0 near misses from 2020 to 2024." in drawn.svg
    assert charts.finding([("Jan 2026", 3, 1), ("Feb 2026", 1, 0)]).endswith("Most were reported in Jan 2026: 4.")


def test_every_figure_opens_its_rows(world: Any, told: list[Incident], client_as: Any) -> None:
    client = client_as(world.rosa)
    page = client.get(reverse("incident-figures"))
    context = page.context
    for title, value, _, url in context["tiles"][2:]:
        shown = client.get(url)
        assert shown.status_code == 200, title
        if title in ("Incidents", "To restore"):
            assert shown.content.decode().count("INC-") >= 4, value
    asked = parse_qs(urlsplit(context["tiles"][-1][3]).query)
    assert asked["repeats"] == ["true"] and "reported_after" in asked
    rows = [row for group in context["groups"] for row in (group["rows"][0], group["rows"][-1])]
    for line, _, real, _, only in rows:
        if line.key in (None, ""):
            assert not real and not only
            continue
        assert client.get(real).status_code == 200
    narrowed = client.get(rows[0][4])
    assert narrowed.context["figures"].total == rows[0][0].total


def test_the_page_is_cheap_and_shows_only_what_one_sees(
    world: Any, told: list[Incident], client_as: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.rosa)
    client.get(reverse("modes"))
    with django_assert_max_num_queries(15):
        page = client.get(reverse("incident-figures"))
    assert "2 h" in page.content.decode() and "Whom it harmed" in page.content.decode()
    assert "Nothing was reported" in client_as(world.gus).get(reverse("incident-figures")).content.decode()
    assert client_as(world.ben).get(reverse("incident-figures")).context["figures"].total == 0


def test_figures_are_kept_only_until_something_is_written(world: Any, told: list[Incident], rf: Any) -> None:
    request = rf.get("/")
    request.user = world.rosa
    asked = reading.asked_for({})
    assert reading.of(world.rosa, asked, request).total == 5
    make_incident(actor=world.noor)
    assert reading.of(world.rosa, asked, request).total == 6


@pytest.mark.parametrize(
    ("given", "field"),
    [({"from": "tomorrow"}, "from"), ({"from": "2026-02-01", "to": "2026-01-01"}, "to"), ({"period": "7"}, "period")],
)
def test_what_is_no_period_is_said(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        reading.asked_for(given)
    assert field in caught.value.fields


def test_rest_and_csv_say_the_same(world: Any, told: list[Incident], api_as: Any, client_as: Any) -> None:
    api = api_as(world.rosa, "incidents:read")
    found = api.get(V1).json()
    assert (found["incidents"], found["near_misses"], found["repeat_rate"]) == (4, 1, 0.5)
    assert {each["key"]: each["median"] for each in found["times"]}["restore"] == 7200
    assert api.get(V1, {"category": "bias", "period": "365"}).json()["incidents"] == 1
    assert api.get(V1, {"from": "yesterday"}).status_code == 400
    assert api.get(V1, {"tier": "nine"}).status_code == 400
    sheet = b"".join(api.get(f"{V1}/csv").streaming_content).decode()
    assert '"time","To restore","median seconds",7200' in sheet
    browser = client_as(world.rosa).get(reverse("incident-figures-csv"), {"period": "all"})
    assert '"all","","incidents",4' in b"".join(browser.streaming_content).decode()
    assert FiguresPage.title == "Incident figures"
