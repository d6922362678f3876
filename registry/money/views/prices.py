"""Pages of prices by contract."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, PageAction, Tab, View
from registry.catalog.models import Endpoint
from registry.money import queries, rules
from registry.money.actions import prices as actions
from registry.money.amounts import plain
from registry.money.forms import EndForm, PriceForm, TermsForm
from registry.money.tables import PriceFilters, PriceTable, holds
from registry.usage.prices import Price


def may_write(user: Any) -> bool:
    """Whether a person is offered to write prices down."""
    return bool(roles.may_write(user))


class PriceList(ListPage):
    """What was agreed with vendors."""

    key, url_name, title = "prices", "prices", "Prices"
    table, filterset = PriceTable, PriceFilters
    lead = "{total} prices by contract. Where there is none, a call costs what its endpoint's page or the public list says."
    search_hint = "Find by endpoint, vendor, model or contract"
    views = (View("Hold today", "holds=true"), View("All"))
    actions = (
        PageAction("Exchange rates", lambda user: reverse("exchange-rates"), icon="refresh"),
        PageAction("Priced anew", lambda user: reverse("repricings"), icon="ledger", shown=lambda user: roles.reads_all(user)),
        PageAction("Add a price", lambda user: reverse("price-add"), icon="plus", primary=True, shown=may_write),
    )
    empty = Empty(
        "No price by contract yet",
        "Calls cost what public price lists say. Where you agreed another price, write it down: from its day on, it goes first.",
        "Add a price",
        lambda user: reverse("price-add") if may_write(user) else "",
        "Exchange rates",
        lambda user: reverse("exchange-rates"),
    )

    def rows(self, user: Any) -> QuerySet[Price]:
        """Return the prices that the reader may see."""
        return queries.prices(user)


class PricePage(ObjectPage):
    """One price, and what became of it."""

    url_name, lookup, parent, noun = "price", "key", ("Prices", "prices"), "price"
    tabs = (
        Tab("", "Overview", "registry/money/_price.html", lambda page, obj: {"parts": _parts(obj)}),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Price:
        """Return the price of the address."""
        return queries.get_price(self.user, self.kwargs["key"])

    def header(self, obj: Price) -> Header:
        """Say what it is the price of, and since when."""
        of = obj.of
        facts = [Fact("Price of", atoms.link(of.get_absolute_url(), str(of))), Fact("From", atoms.time(obj.starts_on, "long"))]
        if obj.ends_on:
            facts.append(Fact("Until before", atoms.time(obj.ends_on, "long")))
        may = rules.may_price(self.user, of)
        buttons = (
            Button("Change", reverse("price-change", args=[obj.key]), "edit", verdict=may),
            Button("End it", reverse("price-end", args=[obj.key]), dialog=True, verdict=may),
        )
        return Header(obj.what, obj.key, state=holds(obj), facts=tuple(facts), buttons=buttons if may_write(self.user) else ())


def _parts(price: Price) -> list[tuple[str, str, Any]]:
    found = [
        ("Input tokens", "per million", f"{plain(price.input_price)} {price.currency}"),
        ("Output tokens", "per million", f"{plain(price.output_price)} {price.currency}"),
        (
            "Cached input tokens",
            "per million",
            f"{plain(price.cached_price)} {price.currency}" if price.cached_price is not None else "As other input",
        ),
        ("Contract", "", price.contract_ref or atoms.DASH),
    ]
    return [*found, ("Notes", "", price.notes)] if price.notes else found


class AddPrice(ActionPage):
    """Write down what was agreed."""

    title, submit, form_class = "Add a price", "Add it", PriceForm
    lead = "What a million tokens cost by contract, from a day on. Days are whole days in UTC."

    def verdict(self, obj: Any) -> Verdict:
        """Auditors write nothing down; whether one may for this endpoint or vendor is known once it is named."""
        return rules.may_price(self.user)

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer what the person sees."""
        return {"user": self.user}

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start today, with the endpoint that the address names."""
        asked = self.request.GET.get("endpoint", "")[:100]
        found = Endpoint.objects.visible_to(self.user).filter(key=asked).first() if asked else None
        return {"starts_on": clock.now().date(), "endpoint": found.pk if found else None}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Price:
        """Write it down."""
        return actions.agree(actor=self.user, **given)

    def said(self, result: Price) -> str:
        """Say so."""
        return f"The price of {result.what} holds from {result.starts_on.isoformat()}."

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("prices")


class OnPrice(ActionPage):
    """Base of what is done to one price."""

    def load(self) -> Price:
        """Return the price of the address."""
        return queries.get_price(self.user, self.kwargs["key"])

    def verdict(self, obj: Price) -> Verdict:
        """Say whether the person may."""
        return rules.may_price(self.user, obj.of)


class ChangePrice(OnPrice):
    """Change a price that was written down wrongly."""

    title, submit, form_class = "Change the price", "Save", TermsForm
    lead = "For what was written down wrongly. What a new contract says from a later day on is a price of its own."

    def initial(self, obj: Price) -> dict[str, Any]:
        """Start with what it says."""
        return {name: getattr(obj, name) for name in actions.TERMS}

    def perform(self, obj: Price, given: Mapping[str, Any]) -> Price:
        """Change it."""
        return actions.change(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Price) -> str:
        """Say so."""
        return "The price is saved."


class EndPrice(OnPrice):
    """Say until when it holds."""

    title, submit, form_class = "End the price", "End it", EndForm
    lead = "From that day on, calls cost what the next price, the endpoint's page or the public list says."

    def initial(self, obj: Price) -> dict[str, Any]:
        """Start with tomorrow."""
        return {"ends_on": obj.ends_on or clock.now().date() + timedelta(days=1)}

    def perform(self, obj: Price, given: Mapping[str, Any]) -> Price:
        """End it."""
        return actions.end(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Price) -> str:
        """Say so."""
        return f"The price ends on {result.ends_on}."
