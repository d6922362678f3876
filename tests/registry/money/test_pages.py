"""Money on pages and over REST: what is shown, what is typed, what is refused, and in how many statements."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.core import clock
from governance.core.contributions import OwnedSource, SearchSource, contribution
from registry.money import chargeback, costcontrols
from registry.money.actions import limits, prices
from registry.money.models import SpendLimit
from registry.surfaces.models import Surface
from registry.usage.prices import ExchangeRate, Price
from registry.usage.queries import Row
from tests.registry.building import make_surface
from tests.registry.usage.observing import call, deliver

Enter = Callable[..., Client]


@pytest.fixture
def spent(world: Any, live: Surface, price: Price) -> Surface:
    deliver([call(claim=live.key, feature="triage", task=1) for _ in range(3)])
    deliver([call(service="expenses-bot"), call(service="expenses-bot", provider="own", model="own-1")])
    return live


def test_the_page_of_spend_tells_a_month(world: Any, spent: Surface, client_as: Enter) -> None:
    client = client_as(world.ada)
    client.get("/spend/")
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/spend/").content.decode()
    assert len(asked) <= 25, "those of the frame included"
    for said in ("Nobody answers for", "expenses-bot", "Claims triage", "have no price", "By surface", "<svg"):
        assert said in page, said
    for by in ("team", "feature", "model", "prompt", "vendor", "day"):
        assert client.get(f"/spend/?by={by}&month=2026-13").status_code == 200
    narrowed = client.get(f"/spend/?surface={spent.pk}&by=model&feature=triage").content.decode()
    assert "Surface: Claims triage" in narrowed and "Feature: triage" in narrowed and "expenses-bot" not in narrowed
    assert "No call was observed in this month" in client.get("/spend/?month=2024-02").content.decode()
    assert "These are the surfaces that you see" in client_as(world.noor).get("/spend/").content.decode()


def test_a_surface_has_a_tab_that_offers_its_contracts_budget(world: Any, spent: Surface, client_as: Enter) -> None:
    page = client_as(world.noor).get(reverse("surface-spend", args=[spent.key])).content.decode()
    assert "2,000 EUR a month" in page and "Make that a limit" in page and "meridian-2.1-large" in page
    form = client_as(world.noor).get(f"{reverse('spend-limit-new')}?surface={spent.key}").content.decode()
    assert 'value="2000.00"' in form and 'value="1600.00"' in form
    assert client_as(world.ben).get(reverse("surface-spend", args=[spent.key])).status_code == 404


def test_a_limit_is_set_changed_and_ended_on_pages(world: Any, spent: Surface, client_as: Enter) -> None:
    client = client_as(world.noor)
    sent = {"scope": "surface", "surface": spent.key, "hard": "0.02", "soft": "0.01", "owner": world.noor.pk, "at_hard": "tell"}
    answer = client.post(reverse("spend-limit-new"), sent | {"soft": "0.05"})
    assert answer.status_code == 422 and "it warns before that one is reached" in answer.content.decode()
    assert client.post(reverse("spend-limit-new"), sent).status_code == 302
    limit = SpendLimit.objects.get()
    page = client.get(limit.get_absolute_url()).content.decode()
    assert "Soft limit passed" in page and "60 %" in page
    stale = client.post(reverse("spend-limit-change", args=[limit.key]), sent | {"hard": "9", "version": 99})
    assert stale.status_code == 409 and "changed by somebody else" in stale.content.decode()
    changed = client.post(reverse("spend-limit-change", args=[limit.key]), sent | {"hard": "9", "version": limit.version})
    assert changed.status_code == 302
    assert client_as(world.aud).get(reverse("spend-limit-change", args=[limit.key])).status_code == 403
    assert client_as(world.ben).get(limit.get_absolute_url()).status_code == 404
    assert client.post(reverse("spend-limit-end", args=[limit.key]), {"version": limit.version + 1}).status_code == 302
    assert "Ended" in client.get(limit.get_absolute_url()).content.decode()
    assert [each.label for each in contribution(SearchSource, "spend-limits").find(world.noor, "triage", 5)] == []
    assert list(contribution(OwnedSource, "spend-limits").owned(world.noor)) == []


def test_lists_ask_as_much_for_three_rows_as_for_one(world: Any, spent: Surface, client_as: Enter) -> None:
    client = client_as(world.rosa)
    terms: dict[str, Any] = {"soft": Decimal(1), "hard": Decimal(2), "owner": world.rosa}

    def asked(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    limits.set_limit(actor=world.rosa, scope="surface", surface=spent, **terms)
    one = {url: asked(url) for url in ("/spend/limits/", "/spend/prices/", "/spend/prices/rates/")}
    for name in ("Letters", "Search"):
        other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name=name)
        limits.set_limit(actor=world.rosa, scope="surface", surface=other, **terms)
        prices.agree(
            actor=world.rosa, vendor=spent.paths.first().endpoint.vendor, pattern=name, input_price=Decimal(1),
            output_price=Decimal(1), currency="EUR", starts_on=clock.now().date(), anew=False,
        )  # fmt: skip
    assert {url: asked(url) for url in one} == one and max(one.values()) <= 15


def test_a_price_and_a_rate_are_written_down_on_pages(world: Any, price: Price, client_as: Enter) -> None:
    client, today = client_as(world.rosa), clock.now().date().isoformat()
    terms = {"input_price": "1.5", "output_price": "6", "currency": "eur", "starts_on": today, "anew": "on"}
    refused = client.post(reverse("price-add"), terms)
    assert refused.status_code == 422 and "One endpoint, or a vendor" in refused.content.decode()
    assert client.post(reverse("price-add"), terms | {"endpoint": price.endpoint_id}).status_code == 302
    made = Price.objects.latest("pk")
    page = client.get(made.get_absolute_url()).content.decode()
    assert "1.5 EUR" in page and "As other input" in page
    assert client.get(f"{made.get_absolute_url()}activity/").status_code == 200
    assert client.get(reverse("price-change", args=[made.key])).status_code == 200
    assert client_as(world.aud).get(reverse("price-add")).status_code == 403
    sent = {"currency": "USD", "rate": "0.9", "starts_on": today, "source": "ECB", "anew": "on"}
    assert client.post(reverse("exchange-rate-add"), sent).status_code == 302
    rate = ExchangeRate.objects.get()
    change = reverse("exchange-rate-change", args=[rate.pk])
    assert "USD from" in client.get(change).content.decode()
    assert client.post(change, {"rate": "0.8", "source": "ECB", "version": rate.version}).status_code == 302
    assert client_as(world.noor).get(change).status_code == 403
    job = client.post(reverse("reprice"), {"start": today, "end": today, "what": "A look"})
    assert job.status_code == 302 and "/jobs/" in job["Location"]


def test_a_chargeback_is_looked_at_and_kept_by_those_who_may(world: Any, spent: Surface, client_as: Enter) -> None:
    client, month = client_as(world.rosa), f"{clock.now():%Y-%m}"
    page = client.get(f"/spend/chargeback/?month={month}").content.decode()
    assert "Nobody answers for" in page and "Keep the report" in page and "calls without a price" in page
    assert client_as(world.noor).get("/spend/chargeback/").status_code == 403
    kept = client.post(reverse("chargeback-keep", args=[month]), {})
    assert kept.status_code == 302
    page = client.get(kept["Location"]).content.decode()
    assert "Number 1" in page and "Claims triage" in page
    lines = client.get(f"{kept['Location']}lines.csv")
    assert b"Total" in b"".join(lines.streaming_content)
    assert client_as(world.noor).get(kept["Location"]).status_code == 404


def test_money_over_rest(world: Any, spent: Surface, api_as: Any) -> None:
    api = api_as(world.rosa)
    found = api.get("/api/v1/spend?by=model").json()
    assert found["complete"] is True and Decimal(found["spent"]) == Decimal("0.016") and found["unpriced"] == 1
    assert Decimal(found["unowned"]) == Decimal("0.004") and {line["name"] for line in found["lines"]} >= {"own-1"}
    assert api.get("/api/v1/spend?by=colour").status_code == 400
    body = {
        "scope": "surface",
        "surface": spent.key,
        "soft": "1.00",
        "hard": "2.00",
        "owner": world.noor.ref,
        "at_hard": "refuse",
    }
    made = api.post("/api/v1/spend-limits", body, format="json")
    assert made.status_code == 201, made.content
    key = made.json()["key"]
    assert api.get(f"/api/v1/spend-limits/{key}/standing").json()["percent"] == 0
    moved = api.patch(f"/api/v1/spend-limits/{key}", {"hard": "3.00"}, format="json", HTTP_IF_MATCH=made["ETag"])
    assert moved.status_code == 200 and moved.json()["hard"] == "3.00"
    assert api.post(f"/api/v1/spend-limits/{key}/end", {"reason": "Done"}, format="json").json()["state"] == "ended"
    terms = {
        "vendor": "meridian",
        "pattern": "x-*",
        "input_price": "1",
        "output_price": "2",
        "currency": "EUR",
        "starts_on": "2026-01-01",
    }
    agreed = api.post("/api/v1/prices", terms, format="json")
    assert agreed.status_code == 201 and agreed.json()["vendor"] == "meridian", agreed.content
    assert api.post("/api/v1/prices", {**terms, "vendor": "nobody"}, format="json").status_code == 400
    rate = {"currency": "USD", "rate": "0.9", "starts_on": "2026-01-01", "source": "ECB"}
    assert api.post("/api/v1/exchange-rates", rate, format="json").status_code == 201
    assert api_as(world.noor).post("/api/v1/exchange-rates", rate, format="json").status_code == 403
    asked = {"start": "2026-01-01", "end": "2026-01-31", "what": "A look"}
    assert api.post("/api/v1/repricings/requests", asked, format="json").status_code == 202
    kept = api.post("/api/v1/chargebacks/reports", {"month": f"{clock.now():%Y-%m}"}, format="json")
    assert kept.status_code == 201 and kept.json()["total"] == "0.02"
    assert len(api.get("/api/v1/chargebacks").json()["results"]) == 1
    assert api_as(world.noor).get("/api/v1/chargebacks").json()["results"] == []
    assert chargeback.load(kept.json()["key"]).total == Decimal("0.02")


def test_cost_controls_say_what_is_known_of_each(world: Any, spent: Surface) -> None:
    row = Row(calls=2, tokens_in=3_000, tokens_cached=300)
    before = {each.text.split()[0]: each for each in costcontrols.of(spent, None, row)}
    assert before["Smaller"].state == "wait" and "names one model" in before["Smaller"].said
    assert before["Caching"].state == "ok" and "10 %" in before["Caching"].said
    assert "1,500 input tokens" in before["Context"].said and before["Batching"].said == costcontrols.UNSEEN
    assert before["Limits"].state == "warn" and "steps, tool calls, not spend" in before["Limits"].said
    assert before["Budget"].state == "warn" and "no limit keeps it" in before["Budget"].said
    terms: dict[str, Any] = {"soft": Decimal(1), "hard": Decimal(2), "owner": world.noor}
    limit = limits.set_limit(actor=world.noor, scope="surface", surface=spent, **terms)
    assert costcontrols.of(spent, limit, row)[-1].state == "ok"
    spent.in_force = None
    assert {each.state for each in costcontrols.of(spent, None, Row())} == {"wait", "warn"}
