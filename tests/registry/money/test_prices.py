"""Prices and exchange rates: who writes them down, that two never hold at once, and that calls are priced anew."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from governance.core import clock, jobs
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.core.models import Job
from governance.ledger.models import Entry
from registry.catalog.models import Endpoint
from registry.money import repricing
from registry.money.actions import prices
from registry.money.models import Repricing
from registry.usage.models import Observation, UsageDay, UsageHour
from registry.usage.prices import ExchangeRate, Price
from tests.registry.usage.observing import call, deliver

TERMS: dict[str, Any] = {"input_price": Decimal(1), "output_price": Decimal(2), "currency": "EUR"}


def test_owners_and_those_who_govern_write_prices_down(world: Any, endpoint: Endpoint) -> None:
    for person in (world.ben, world.aud):
        with pytest.raises(Denied):
            prices.agree(actor=person, endpoint=endpoint, starts_on=date(2026, 1, 1), **TERMS)
    made = prices.agree(actor=world.noor, endpoint=endpoint, starts_on=date(2026, 1, 1), **TERMS)
    entry = Entry.objects.get(kind="price.agreed")
    assert entry.subject_key == made.key == f"PR-{made.pk}" and "1 in, 2 out EUR per million tokens" in entry.body
    assert entry.mentions.filter(subject_type="registry.endpoint").exists()


def test_a_price_is_of_one_thing_and_makes_sense(world: Any, endpoint: Endpoint) -> None:
    start = date(2026, 1, 1)
    for wrong in ({}, {"endpoint": endpoint, "vendor": endpoint.vendor}, {"vendor": endpoint.vendor, "pattern": " "}):
        with pytest.raises(Invalid):
            prices.agree(actor=world.rosa, starts_on=start, **wrong, **TERMS)
    with pytest.raises(Invalid) as refused:
        prices.agree(actor=world.rosa, endpoint=endpoint, starts_on=start, ends_on=start, **{**TERMS, "input_price": Decimal(-1)})
    assert set(refused.value.fields) == {"input_price", "ends_on"}
    with pytest.raises(Invalid):
        prices.agree(actor=world.rosa, endpoint=endpoint, starts_on=start, **{**TERMS, "currency": "euro"})


def test_two_prices_never_hold_on_one_day(world: Any, endpoint: Endpoint) -> None:
    first = prices.agree(actor=world.rosa, endpoint=endpoint, starts_on=date(2026, 1, 1), **TERMS)
    second = prices.agree(actor=world.rosa, endpoint=endpoint, starts_on=date(2026, 3, 1), **TERMS)
    first.refresh_from_db()
    assert first.ends_on == date(2026, 3, 1), "what held until further notice gives way"
    assert Entry.objects.filter(kind="price.ended", subject_key=first.key).count() == 1
    with pytest.raises(Conflict, match="two prices cannot hold"):
        prices.agree(actor=world.rosa, endpoint=endpoint, starts_on=date(2026, 2, 1), **TERMS)
    with pytest.raises(Conflict, match=second.key):
        prices.change(first, actor=world.rosa, ends_on=date(2026, 4, 1))
    prices.agree(actor=world.rosa, vendor=endpoint.vendor, pattern="m*", starts_on=date(2026, 1, 1), **TERMS)


def test_a_price_is_changed_against_the_version_that_was_seen(world: Any, price: Price) -> None:
    prices.change(price, actor=world.rosa, input_price=Decimal(3), expected_version=price.version)
    with pytest.raises(StaleState):
        prices.change(price, actor=world.rosa, input_price=Decimal(4), expected_version=price.version)
    with pytest.raises(Invalid):
        prices.end(price, actor=world.rosa, ends_on=price.starts_on)
    with pytest.raises(Denied):
        prices.end(price, actor=world.aud, ends_on=date(2026, 1, 1))


def test_exchange_rates_are_kept_by_those_who_govern(world: Any) -> None:
    start, given = date(2026, 1, 1), {"currency": "USD", "source": "ECB"}
    with pytest.raises(Denied):
        prices.set_rate(actor=world.noor, rate=Decimal(1), starts_on=start, **given)
    row = prices.set_rate(actor=world.rosa, rate=Decimal("0.92"), starts_on=start, **given)
    assert str(row) == "USD in EUR from 2026-01-01" and Entry.objects.filter(kind="exchange_rate.set").count() == 1
    with pytest.raises(Conflict, match="from this day on"):
        prices.set_rate(actor=world.rosa, rate=Decimal(1), starts_on=start, **given)
    for wrong in ({"currency": "EUR"}, {"rate": Decimal(0)}):
        with pytest.raises(Invalid):
            prices.set_rate(actor=world.rosa, **{"rate": Decimal(1), "starts_on": date(2026, 2, 1), **given, **wrong})
    prices.change_rate(row, actor=world.rosa, rate=Decimal("0.93"), source="ECB", expected_version=row.version)
    with pytest.raises(StaleState):
        prices.change_rate(row, actor=world.rosa, rate=Decimal("0.94"), source="ECB", expected_version=row.version)
    assert ExchangeRate.objects.get().rate == Decimal("0.93")


def sums() -> list[tuple[int, int, int]]:
    """Cost, calls without a price, and calls: of the calls themselves, of their hours, of their days."""
    rows = list(Observation.objects.values_list("cost", flat=True))
    found = [(sum(each or 0 for each in rows), sum(each is None for each in rows), len(rows))]
    for model in (UsageHour, UsageDay):
        held = model.objects.values_list("cost", "unpriced", "calls")
        found.append(tuple(sum(column) for column in zip(*held, strict=True)))  # type: ignore[arg-type]
    return found


def run_jobs() -> dict[str, Any]:
    job = Job.objects.filter(kind=repricing.JOB, state=Job.State.QUEUED).latest("pk")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    result: dict[str, Any] = job.result
    return result


def test_calls_without_a_price_get_one_when_it_is_written_down_and_the_ledger_says_so(world: Any, endpoint: Endpoint) -> None:
    now = clock.now()
    deliver([call(now - timedelta(hours=each)) for each in range(30)])
    deliver([call(now, provider="own", model="unheard-of", said=frozenset(), cost_said=None)])
    assert sums() == [(0, 31, 31)] * 3
    day = (now - timedelta(days=1)).date()
    prices.agree(actor=world.rosa, endpoint=endpoint, starts_on=day, **TERMS)
    found = run_jobs()
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    priced = sum(now - timedelta(hours=each) >= begins for each in range(30))
    assert found["changed"] == priced and sums() == [(priced * 1_400_000, 31 - priced, 31)] * 3
    row = Repricing.objects.get()
    assert (row.changed, row.left, int(row.before), int(row.after)) == (priced, 1, 0, priced * 1_400_000)
    entry = Entry.objects.get(kind="usage.repriced")
    assert entry.actor_ref == world.rosa.ref and row.key == entry.subject_key
    repricing.request(actor=world.rosa, start=day, end=now.date(), what="Again")
    assert run_jobs()["changed"] == 0 and Repricing.objects.count() == 1, "a second time changes and tells nothing"


def test_a_changed_price_moves_calls_and_sums_alike(world: Any, price: Price) -> None:
    deliver([call(tokens_cached=each) for each in range(7)])
    before = sums()
    assert before[0] == before[1] == before[2] and before[0][0] == 7 * 4_000_000 - 21 * 1_500
    prices.change(price, actor=world.rosa, input_price=Decimal(5), cached_price=None)
    run_jobs()
    assert sums() == [(7 * 7_000_000, 0, 7)] * 3
    prices.change(price, actor=world.rosa, input_price=Decimal(6), anew=False)
    assert not Job.objects.filter(kind=repricing.JOB, state=Job.State.QUEUED).exists()


def test_what_the_gateway_reckoned_stays_where_no_price_is_known(world: Any, endpoint: Endpoint) -> None:
    prices.set_rate(actor=world.rosa, currency="USD", rate=Decimal(1), starts_on=date(2024, 1, 1), source="ECB", anew=False)
    deliver([call(provider="own", model="own-1", cost_said=0.25)])
    repricing.request(actor=world.rosa, start=clock.now().date(), end=clock.now().date(), what="A look")
    assert run_jobs() == {"calls": 1, "changed": 0, "left": 1}
    assert sums() == [(250_000_000, 0, 1)] * 3


def test_pricing_anew_is_asked_for_by_those_who_govern_for_days_that_were(world: Any) -> None:
    today = clock.now().date()
    with pytest.raises(Denied):
        repricing.request(actor=world.noor, start=today, end=today, what="x")
    for start, end in ((today, today - timedelta(days=1)), (today + timedelta(days=1), today + timedelta(days=2))):
        with pytest.raises(Invalid):
            repricing.request(actor=world.rosa, start=start, end=end, what="x")
    job = repricing.request(actor=world.rosa, start=today, end=today, what="x")
    jobs.run(job.pk)
    assert not Repricing.objects.exists(), "where nothing was observed nothing is told"
