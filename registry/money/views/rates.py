"""Pages of exchange rates, and of what was priced anew."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage, Empty, ListPage, PageAction
from registry.money import queries, repricing, rules
from registry.money.actions import prices as actions
from registry.money.amounts import plain
from registry.money.forms import AnewPeriodForm, ChangeRateForm, RateForm
from registry.money.models import Repricing
from registry.money.tables import RateFilters, RateTable, RepricingFilters, RepricingTable
from registry.usage import pricing
from registry.usage.prices import ExchangeRate


class RateList(ListPage):
    """What other currencies are worth."""

    key, url_name, title, nav = "exchange-rates", "exchange-rates", "Exchange rates", "spend"
    family = "spend"
    table, filterset = RateTable, RateFilters
    crumbs = [("Prices", "/spend/prices/")]
    search_hint = "Find by currency"
    actions = (
        PageAction(
            "Add a rate",
            lambda user: reverse("exchange-rate-add"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_keep_rates(user)),
        ),
    )
    empty = Empty(
        "No exchange rate yet",
        "Public price lists are in US dollars. Say what one is worth in your currency from which day on, and every call gets "
        "its cost, those of the past as well.",
        "Add a rate",
        lambda user: reverse("exchange-rate-add") if rules.may_keep_rates(user) else "",
    )

    def summary(self, browse: Any, base: Any, found: Any) -> str:
        """Say in which currency the company counts."""
        return f"The company counts in {pricing.company_currency()}, as policy says. A rate holds until the next one begins."

    def rows(self, user: Any) -> QuerySet[ExchangeRate]:
        """Return the rates that the reader may see."""
        return queries.rates(user)


class AddRate(ActionPage):
    """Say what a currency is worth."""

    title, submit, form_class, family = "Add an exchange rate", "Add it", RateForm, "spend"

    def verdict(self, obj: Any) -> Verdict:
        """Those who govern keep rates."""
        return rules.may_keep_rates(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with the dollar, in which public lists are, as of the month's first day."""
        return {"currency": "USD", "starts_on": queries.month(), "anew": True}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> ExchangeRate:
        """Set it."""
        return actions.set_rate(actor=self.user, **given)

    def said(self, result: ExchangeRate) -> str:
        """Say so."""
        return f"One {result.currency} is worth {plain(result.rate)} {result.base} from {result.starts_on.isoformat()}."

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("exchange-rates")


class ChangeRate(ActionPage):
    """Change a rate that was written down wrongly."""

    submit, form_class, family = "Save", ChangeRateForm, "spend"

    def load(self) -> ExchangeRate:
        """Return the rate of the address."""
        return queries.get_rate(self.user, self.kwargs["key"])

    def get_title(self) -> str:
        """Name the currency and its day."""
        return f"{self.obj.currency} from {self.obj.starts_on.isoformat()}"

    def verdict(self, obj: Any) -> Verdict:
        """Those who govern keep rates."""
        return rules.may_keep_rates(self.user)

    def initial(self, obj: ExchangeRate) -> dict[str, Any]:
        """Start with what it says."""
        return {"rate": plain(obj.rate), "source": obj.source, "anew": True}

    def perform(self, obj: ExchangeRate, given: Mapping[str, Any]) -> ExchangeRate:
        """Change it."""
        return actions.change_rate(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: ExchangeRate) -> str:
        """Say so."""
        return "The rate is saved."


class RepricingList(ListPage):
    """Periods whose calls were priced anew."""

    key, url_name, title, family = "repricings", "repricings", "Priced anew", "spend"
    table, filterset = RepricingTable, RepricingFilters
    crumbs = [("Prices", "/spend/prices/")]
    lead = "{total} times prices or exchange rates changed what calls had cost. Each stands in the ledger, too."
    actions = (
        PageAction(
            "Price a period anew",
            lambda user: reverse("reprice"),
            icon="refresh",
            primary=True,
            shown=lambda user: bool(rules.may_reprice(user)),
        ),
    )
    empty = Empty(
        "Nothing was priced anew", "When a price or a rate changes after calls were made, what they come to stands here."
    )

    def rows(self, user: Any) -> QuerySet[Repricing]:
        """Return them to those who read all."""
        return queries.repricings(user)


class Reprice(ActionPage):
    """Have the calls of some days priced anew."""

    title, submit, form_class, family = "Price a period anew", "Price it anew", AnewPeriodForm, "spend"
    lead = "Each call is priced by what is agreed now for its day. Prices and rates that change do this by themselves."

    def verdict(self, obj: Any) -> Verdict:
        """Those who govern do so."""
        return rules.may_reprice(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with this month."""
        return {"start": queries.month(), "end": clock.now().date()}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Ask for it."""
        return repricing.request(actor=self.user, **given)

    def success_url(self, result: Any) -> str:
        """Go to the job."""
        return reverse("job", args=[result.pk])

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("repricings")
