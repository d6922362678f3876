"""The scorecard: every figure against a count by hand, every list with exactly its records, each part with its own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core.contributions import Cut
from governance.scorecard import measuring, windows
from registry.deliveries import actions as deliveries
from registry.surfaces.models import Surface
from tests.registry.building import make_surface

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def surface(world: Any, freeze: Any) -> Surface:
    freeze(NOW)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


def ship(surface: Surface, actor: Any, days_ago: float, **more: Any) -> Any:
    at = NOW - timedelta(days=days_ago)
    return deliveries.tell_deployment(surface, actor=actor, sender_key=f"b/{surface.pk}/{days_ago}", deployed_at=at, **more)


def failed(days_ago: float, hours: float | None) -> dict[str, Any]:
    at = NOW - timedelta(days=days_ago)
    return {"outcome": "failed", "failed_at": at, "restored_at": at + timedelta(hours=hours) if hours else None}


def value(key: str, user: Any, **cut: int) -> Any:
    metric = measuring.metric(key)
    return metric.value(windows.of("weeks")[-1], Cut(user, **cut))


def test_dora_is_counted_for_each_application_as_it_stands(world: Any, surface: Surface) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("support"), name="Other", tier=1)
    ship(surface, world.noor, 1, committed_at=NOW - timedelta(days=1, hours=6))
    ship(surface, world.noor, 2, **failed(2, 3))
    ship(surface, world.noor, 3, **failed(3, None))
    ship(surface, world.noor, 4, rework=True)
    ship(surface, world.noor, 5, environment="staging")
    ship(surface, world.noor, 90)
    wrong = ship(other, world.noor, 6)
    deliveries.correct_deployment(wrong, actor=world.noor, reason="It was staging.", environment="staging")
    figures = {key: value(key, world.rosa) for key in
               ("deployment_frequency", "lead_time", "recovery_time", "deployment_failure_rate", "rework_rate")}  # fmt: skip
    assert (figures["deployment_frequency"].value, figures["lead_time"].value) == (4, 6)
    assert (figures["recovery_time"].value, figures["recovery_time"].n, figures["recovery_time"].of) == (3, 1, 2)
    assert (figures["deployment_failure_rate"].value, figures["rework_rate"].value) == (0.5, 0.25)
    assert value("deployment_frequency", world.rosa, surface=other.pk).of == 0
    assert value("deployment_frequency", world.ben).of == 0


def test_each_figure_opens_exactly_its_records(client_as: Any, world: Any, surface: Surface) -> None:
    ship(surface, world.noor, 1)
    ship(surface, world.noor, 2, **failed(2, 3))
    ship(surface, world.noor, 60)
    for days_ago in (1, 2, 50):
        at = NOW - timedelta(days=days_ago)
        deliveries.tell_defect(surface, actor=world.noor, sender_key=str(days_ago), title="Wrong", found_by="users", found_at=at)
    browser, window = client_as(world.rosa), windows.of("weeks")[-1]
    cut = Cut(world.rosa, team=world.team("claims").pk, tier=2)
    for metric in measuring.metrics():
        figure = metric.value(window, cut)
        assert listed(browser, metric.rows_url(window, cut)) == (figure.n if metric.whole else figure.of), metric.key
        if metric.part_url:
            assert listed(browser, metric.part_url(window, cut)) == figure.n, metric.key


def listed(browser: Any, url: str) -> int:
    page = browser.get(url)
    assert page.status_code == 200, url
    return int(page.context["slice"].total)


def test_pages_cost_the_same_whatever_there_is(client_as: Any, world: Any, surface: Surface) -> None:
    browser, counts = client_as(world.rosa), []
    for days in ((1,), (2, 3)):
        for each in days:
            ship(surface, world.noor, each)
        for address in ("/scorecard/?period=months", "/scorecard/rework_rate/"):
            browser.get(address)
            cache.clear()
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(address).status_code == 200
            counts.append(len(captured))
    assert counts[:2] == counts[2:]
    assert counts[0] <= 22 and counts[1] <= 15, counts
