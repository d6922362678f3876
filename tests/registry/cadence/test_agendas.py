"""What the registry brings to agendas: movement, failures, variance, findings, changes; terms, spend, a day without a vendor."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid
from governance.reviews import actions, agenda, scheduling
from governance.reviews.agenda import Window
from governance.reviews.models import Review
from registry.cadence import evalagenda, operationsagenda, vendoragenda
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint, Vendor
from registry.controls.models import ControlResult
from registry.surfaces.models import Surface
from registry.usage.calls import Call
from registry.usage.storing import store
from tests.registry.building import make_catalog, make_surface

DAY = timedelta(days=1)


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


@pytest.fixture
def vendor(surface: Surface) -> Vendor:
    return Endpoint.objects.order_by("pk")[0].vendor


def observed(surface: Surface, day: Any, *, cost: float, latency: int, calls: int = 30) -> None:
    """Store calls of a surface on a day."""
    at = datetime.combine(day, time(12), tzinfo=UTC)
    endpoint = Endpoint.objects.order_by("pk")[0]
    made = [
        Call(
            at + timedelta(seconds=number), uuid4(), claim=surface.key, model=endpoint.model, provider=endpoint.vendor.key,
            region=endpoint.region, operation="chat", latency_ms=latency, outcome=1, cost_said=cost,
        )
        for number in range(calls)
    ]  # fmt: skip
    stored = store(made, source=None, sender=None, way="rest", received_at=clock.now())
    assert stored.stored == calls


def window() -> Window:
    today = clock.now().date()
    return Window(today - 7 * DAY, today - DAY)


def test_what_moved_in_cost_and_latency_is_told_of_each_surface(surface: Surface) -> None:
    assert evalagenda.movement(window(), None) == []
    observed(surface, clock.now().date() - 10 * DAY, cost=0.01, latency=400)
    observed(surface, clock.now().date() - 2 * DAY, cost=0.01, latency=900)
    first, moved = evalagenda.movement(window(), None)
    assert first.about == ("", "") and "30 calls" in first.detail
    assert moved.about == ("registry.surface", str(surface.pk)) and moved.owner == surface.owner and moved.level == "warn"
    assert "400 to 900 ms (+125" in moved.detail
    observed(surface, clock.now().date() - 3 * DAY, cost=0.01, latency=10, calls=70)
    assert len(evalagenda.movement(window(), None)) == 2


def test_a_vendor_is_reviewed_with_what_its_terms_said_before(world: Any, vendor: Vendor, freeze: Any) -> None:
    traveller = freeze("2026-06-01 10:00")
    catalog.set_terms(vendor, actor=world.rosa, terms={"retention": {"says": "Thirty days."}})
    traveller.shift(timedelta(days=40))
    catalog.set_terms(vendor, actor=world.rosa, terms={"retention": {"says": "Ninety days."}, "training": {"says": "Never."}})
    traveller.shift(timedelta(days=20))
    looked = Window(clock.today() - 50 * DAY, clock.today() - DAY)
    changed, new, missing = vendoragenda.terms(looked, vendor)
    assert (changed.value, changed.level) == ("changed", "warn") and "Thirty days. Now: Ninety days." in changed.detail
    assert (new.value, new.text) == ("new", "Training on our data") and "8 of 10" in missing.value
    assert not [
        line for line in vendoragenda.terms(Window(clock.today() - 5 * DAY, clock.today()), vendor) if line.value != missing.value
    ]
    said = [line.text for line in vendoragenda.without(looked, vendor)]
    assert "There is no continuity plan" in said


def test_closing_it_moves_the_vendors_next_review(world: Any, vendor: Vendor, client_as: Any) -> None:
    with pytest.raises(Invalid, match="Say which vendor"):
        actions.plan("vendor", actor=world.rosa, planned_on=clock.today())
    review = actions.plan("vendor", actor=world.rosa, planned_on=clock.today(), subject=vendor)
    assert (review.subject_type, review.subject_label) == ("registry.vendor", vendor.name)
    with pytest.raises(Conflict):
        actions.plan("vendor", actor=world.rosa, planned_on=clock.today(), subject=vendor)
    review = actions.begin(review, actor=world.rosa)
    actions.come(review, actor=world.rosa, people=[world.rosa])
    for outcome, why in (("", ""), ("keep", " "), ("exit", "They trained on our data.")):
        with pytest.raises(Invalid):
            actions.close(review, actor=world.rosa, outcome=outcome, outcome_why=why)
    actions.decide(review, actor=world.rosa, text="Move to the other one", owner=world.noor, due_on=clock.today())
    actions.close(review, actor=world.rosa, outcome="exit", outcome_why="They trained on our data.")
    vendor.refresh_from_db()
    page = client_as(world.rosa).get(vendor.get_absolute_url()).content.decode()
    assert review.key in page and "Exit" in page and "Plan a review" in page
    assert review.key not in client_as(world.jun).get(vendor.get_absolute_url()).content.decode()
    assert vendor.reviewed_on == clock.today() and vendor.review_on is not None and vendor.review_on > clock.today() + 80 * DAY
    again = actions.plan("vendor", actor=world.rosa, planned_on=clock.today(), subject=vendor, owner=world.jun)
    actions.begin(again, actor=world.jun)
    actions.come(again, actor=world.jun, people=[world.jun])
    with pytest.raises(Denied):  # who may not record the vendor's review may not close this one either
        actions.close(again, actor=world.jun, outcome="keep", outcome_why="Fine.")
    assert Review.objects.get(pk=again.pk).state == "open"


def test_reviews_of_vendors_in_use_plan_themselves(world: Any, vendor: Vendor) -> None:
    catalog.change_item(vendor, actor=world.rosa, review_on=clock.today() + 9 * DAY)
    Vendor.objects.exclude(pk=vendor.pk).update(state="retired")
    Vendor.objects.filter(pk=vendor.pk).update(state="approved")
    scheduling.run(None, lambda *said: None)
    review = Review.objects.get(kind="vendor")
    assert (review.planned_on, review.owner) == (clock.today() + 9 * DAY, vendor.owner) and review.scheduled
    scheduling.run(None, lambda *said: None)
    assert Review.objects.filter(kind="vendor").count() == 1


def test_every_section_of_every_kind_makes_lines(world: Any, surface: Surface, vendor: Vendor) -> None:
    observed(surface, clock.now().date() - 2 * DAY, cost=0.01, latency=900)
    ControlResult.objects.update_or_create(
        surface=surface,
        control="raci_complete",
        defaults={"title": "RACI complete", "status": "not_met", "why": "Nobody.", "since": clock.now()},
    )
    lines = operationsagenda.controls("decision_rights")(window(), None)
    assert [(line.text, line.value) for line in lines][:1] == [("RACI complete", "1 of 1 not met")]
    for kind, subject in (("eval", None), ("operations", None), ("vendor", vendor)):
        review = actions.plan(kind, actor=world.rosa, planned_on=clock.today(), subject=subject)
        begun = actions.begin(review, actor=world.rosa)
        told = {each.section for each in begun.agenda.all()}
        assert told <= {section.key for section in agenda.sections_of(kind)} and told
        sections, left_out = agenda.shown(world.rosa, begun)
        assert sum(len(section.lines) for section in sections) == begun.agenda.count() and left_out == 0


def test_a_planned_review_shows_its_agenda_in_few_statements(world: Any, surface: Surface, client_as: Any) -> None:
    observed(surface, clock.now().date() - 2 * DAY, cost=0.01, latency=900)
    review = actions.plan("eval", actor=world.rosa, planned_on=clock.today())
    rosa = client_as(world.rosa)
    rosa.get(review.get_absolute_url())
    with CaptureQueriesContext(connection) as seen:
        page = rosa.get(review.get_absolute_url()).content.decode()
    assert "All that was observed" in page and "No change came into force." in page and len(seen) <= 15
