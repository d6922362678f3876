"""Pages of endpoints."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, ListPage, Next, PageAction, Tab, View
from registry.catalog import actions, forms, prices, queries, rules
from registry.catalog.filters import EndpointFilters
from registry.catalog.models import CatalogState, Endpoint
from registry.catalog.tables import EndpointTable, ends, plain, price_of
from registry.catalog.views.base import ACTIVITY, APPROVALS, AddItem, EditItem, ItemAction, ItemPage
from registry.catalog.views.ways import GIVE


class EndpointList(ListPage):
    """All endpoints."""

    key, url_name, title = "endpoints", "endpoints", "Endpoints"
    table, filterset = EndpointTable, EndpointFilters
    lead = "{total} models, each under one vendor's terms, in one region and account."
    search_hint = "Find by name, model or vendor"
    views = (
        View("All"),
        View("Mine", "owner={me}"),
        View("Approved", "state=approved"),
        View("Taken away soon", "ending=true"),
        View("Nobody's", "unowned=true"),
    )
    actions = (
        PageAction("Data rules", lambda user: reverse("data-rules"), "table"),
        PageAction("Pull inventory", lambda user: reverse("inventories"), "upload"),
        PageAction("Add an endpoint", lambda user: reverse("endpoint-add"), "plus", True, lambda user: bool(rules.may_add(user))),
    )
    bulk = (GIVE,)
    empty = Empty(
        "No endpoints yet",
        "A contract may only route to endpoints that are listed here. Anything else that is seen is a finding.",
        "Add an endpoint",
        lambda user: reverse("endpoint-add") if rules.may_add(user) else "",
    )

    def rows(self, user: Any) -> QuerySet[Endpoint]:
        """Return the endpoints that the reader may see."""
        return queries.endpoints(user)


def _overview(page: Any, endpoint: Endpoint) -> dict[str, Any]:
    return {
        "facts": (
            ("Vendor", "", atoms.link(endpoint.vendor.get_absolute_url(), endpoint.vendor.name)),
            ("Model", "as the vendor calls it", endpoint.model),
            ("Region", "", endpoint.region or atoms.DASH),
            ("Account", "", endpoint.account_ref or atoms.DASH),
            ("Key", "where it is kept", endpoint.key_ref or atoms.DASH),
            ("Key rotated next", "", atoms.time(endpoint.key_rotates_on, "date", "not set")),
            ("Who may use it", "", endpoint.who_may_use or atoms.DASH),
            ("Notes", "", endpoint.notes or atoms.DASH),
        ),
        "price_said": price_of(endpoint),
        "rules": queries.rule_rows(endpoint),
        "may_set_rules": rules.may_set_rules(page.user),
    }


class EndpointPage(ItemPage):
    """One endpoint."""

    model = Endpoint
    url_name, lookup, parent = "endpoint", "key", ("Endpoints", "endpoints")
    tabs = (Tab("", "Overview", "registry/catalog/_endpoint.html", _overview), APPROVALS, ACTIVITY)

    def facts(self, obj: Endpoint) -> tuple[Fact, ...]:
        """Say whose it is, where it runs, what it costs and when it goes."""
        found = [
            Fact("Vendor", atoms.link(obj.vendor.get_absolute_url(), obj.vendor.name)),
            Fact("Region", obj.region or atoms.DASH),
        ]
        if shown := price_of(obj):
            found.append(Fact("Price", shown))
        if obj.deprecates_on is not None:
            found.append(Fact("Taken away", ends(obj.deprecates_on)))
        return tuple(found)

    def next(self, obj: Endpoint) -> Next | None:
        """After approval: the day on which its model goes, and the region that buyers ask for."""
        found = super().next(obj)
        if found is not None or obj.state != CatalogState.APPROVED:
            return found
        if obj.deprecates_on is not None and (obj.deprecates_on - clock.today()).days <= 90:
            return Next("Its model is taken away.", "Move what uses it to another endpoint before that day.", "warn")
        if not obj.region:
            edit = Button("Say where it runs", self.address(obj, "edit"), "edit", verdict=rules.may_edit(self.user, obj))
            return Next("No region is written down.", "Buyers and data rules ask for it.", "warn", (edit,))
        return None

    def more(self, obj: Endpoint) -> tuple[Button, ...]:
        """Offer the price."""
        return (Button("Set the price", self.address(obj, "price"), "tag", "bare", verdict=rules.may_edit(self.user, obj)),)


class AddEndpoint(AddItem):
    """A new endpoint."""

    title, name, form_class = "Add an endpoint", "endpoint", forms.EndpointForm

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with the vendor that one came from."""
        return {"vendor": self.request.GET.get("vendor", "")}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Endpoint:
        """Add it."""
        return actions.add_endpoint(actor=self.user, **given)


class EditEndpoint(EditItem):
    """An endpoint's facts."""

    model, name, form_class = Endpoint, "endpoint", forms.EndpointForm


class SetPrice(ItemAction):
    """What a million tokens cost."""

    model, name, form_class, submit = Endpoint, "endpoint", forms.PriceForm, "Set the price"
    lead = "Taken from a public price list, or as your contract says."

    def get_title(self) -> str:
        """Name the endpoint."""
        return f"Price of {self.obj.name}"

    def form_arguments(self, obj: Endpoint) -> dict[str, Any]:
        """Look the model up in the price lists."""
        return {"suggestions": prices.suggest(obj.model, obj.vendor.name)}

    def initial(self, obj: Endpoint) -> dict[str, Any]:
        """Start with what is set."""
        figures = {name: plain(getattr(obj, name)) for name in ("input_price", "output_price")}
        return {"choice": "", "currency": obj.currency, "price_source": obj.price_source, **figures}

    def build(self, obj: Endpoint, bound: bool) -> Any:
        """Keep the form: it knows the suggestions."""
        self.form: Any = super().build(obj, bound)
        return self.form

    def perform(self, obj: Endpoint, given: Mapping[str, Any]) -> Endpoint:
        """Set it."""
        return actions.set_price(obj, actor=self.user, expected_version=self.seen_version, **self.form.given())

    def said(self, result: Endpoint) -> str:
        """Say that it is set."""
        return f"The price of {result.name} is set."
