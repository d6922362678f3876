"""Pages of vendors."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, ListPage, Next, PageAction, Tab, View
from registry.catalog import actions, forms, queries, rules
from registry.catalog.filters import VendorFilters
from registry.catalog.models import CatalogState, Vendor
from registry.catalog.tables import VendorTable, due
from registry.catalog.views.base import ACTIVITY, APPROVALS, AddItem, EditItem, ItemAction, ItemPage
from registry.catalog.views.ways import GIVE


class VendorList(ListPage):
    """All vendors."""

    key, url_name, title = "vendors", "vendors", "Vendors"
    table, filterset = VendorTable, VendorFilters
    lead = "{total} companies whose models or tools we use, under terms that somebody reviews."
    search_hint = "Find by name"
    views = (
        View("All"),
        View("Mine", "owner={me}"),
        View("Waiting", "state=proposed"),
        View("Review overdue", "review_due=true"),
        View("Nobody's", "unowned=true"),
    )
    actions = (
        PageAction("Add a vendor", lambda user: reverse("vendor-add"), "plus", True, lambda user: bool(rules.may_add(user))),
    )
    bulk = (GIVE,)
    empty = Empty(
        "No vendors yet",
        "Who trains on our data, who else sees it, and what we would do tomorrow without them: it is written down here.",
        "Add a vendor",
        lambda user: reverse("vendor-add") if rules.may_add(user) else "",
        "Import from a file",
        lambda user: "/imports/",
    )

    def rows(self, user: Any) -> QuerySet[Vendor]:
        """Return the vendors that the reader may see."""
        return queries.vendors(user)


def _overview(page: Any, vendor: Vendor) -> dict[str, Any]:
    rows = queries.term_rows(vendor)
    return {
        "terms": rows,
        "known": sum(1 for row in rows if row["term"]),
        "endpoints": queries.endpoints(page.user).filter(vendor=vendor),
        "tools": queries.tools(page.user).filter(vendor=vendor),
        "may_edit": rules.may_edit(page.user, vendor),
    }


class VendorPage(ItemPage):
    """One vendor."""

    model = Vendor
    url_name, lookup, parent = "vendor", "key", ("Vendors", "vendors")
    tabs = (Tab("", "Overview", "registry/catalog/_vendor.html", _overview), APPROVALS, ACTIVITY)

    def facts(self, obj: Vendor) -> tuple[Fact, ...]:
        """Say when its terms were and will be reviewed."""
        return (
            Fact("Reviewed", atoms.time(obj.reviewed_on, "date", "never")),
            Fact("Next review", due(obj.review_on, "not set")),
        )

    def next(self, obj: Vendor) -> Next | None:
        """After approval: the review of its terms, then the plan for a day without it."""
        found = super().next(obj)
        if found is not None or obj.state != CatalogState.APPROVED:
            return found
        if obj.review_on is None or obj.review_on < clock.today():
            verdict = rules.may_edit(self.user, obj)
            review = Button("Record a review", self.address(obj, "review"), "check", "primary", dialog=True, verdict=verdict)
            text = "Its review is overdue." if obj.review_on else "Nobody has reviewed its terms yet."
            return Next(text, "Terms change without a word.", "warn", (review,))
        return None

    def more(self, obj: Vendor) -> tuple[Button, ...]:
        """Offer the terms and the review."""
        verdict = rules.may_edit(self.user, obj)
        return (
            Button("Terms", self.address(obj, "terms"), "contract", verdict=verdict),
            Button("Record a review", self.address(obj, "review"), "check", "bare", dialog=True, verdict=verdict),
        )


class AddVendor(AddItem):
    """A new vendor."""

    title, name, form_class = "Add a vendor", "vendor", forms.VendorForm

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Vendor:
        """Add it."""
        return actions.add_vendor(actor=self.user, **given)


class EditVendor(EditItem):
    """A vendor's facts."""

    model, name, form_class = Vendor, "vendor", forms.VendorForm


class EditTerms(ItemAction):
    """All terms of a vendor, edited on one page."""

    model, name, form_class, wide = Vendor, "vendor", forms.TermsForm, True
    submit = "Save the terms"
    lead = "What they say, where it is written, and when somebody last looked. A topic left empty counts as unknown."
    template = "registry/catalog/terms.html"

    def get_title(self) -> str:
        """Name the vendor."""
        return f"Terms of {self.obj.name}"

    def form_arguments(self, obj: Vendor) -> dict[str, Any]:
        """Give the form its topics."""
        return {"rows": queries.term_rows(obj)}

    def build(self, obj: Vendor, bound: bool) -> Any:
        """Keep the form: it knows which topic is which."""
        self.form: Any = super().build(obj, bound)
        return self.form

    def perform(self, obj: Vendor, given: Mapping[str, Any]) -> Vendor:
        """Save."""
        return actions.set_terms(obj, actor=self.user, terms=self.form.terms(), expected_version=self.seen_version)

    def said(self, result: Vendor) -> str:
        """Say that they are saved."""
        return f"The terms of {result.name} are saved."


class ReviewVendor(ItemAction):
    """Record that a vendor's terms were reviewed."""

    model, name, form_class, title, submit = Vendor, "vendor", forms.ReviewForm, "Record a review", "Record it"
    lead = "The next review follows from policy."

    def initial(self, obj: Vendor) -> dict[str, Any]:
        """Start with today."""
        return {"reviewed_on": clock.today()}

    def perform(self, obj: Vendor, given: Mapping[str, Any]) -> Vendor:
        """Record it."""
        return actions.review_vendor(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Vendor) -> str:
        """Say when the next one is."""
        following = atoms.day(result.review_on) if result.review_on else "a day not set"
        return f"Recorded. The next review of {result.name} is on {following}."
