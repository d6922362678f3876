"""Pages of inventories: the list, reading a file, what of it is new, taking it over."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab
from registry.inventory import actions, forms, planning, queries, reading, rules
from registry.inventory.models import Inventory
from registry.inventory.tables import InventoryFilters, InventoryTable, state_of

SHOWN = 200


class InventoryList(ListPage):
    """Every file of models that was read."""

    key, url_name, title, nav = "inventories", "inventories", "Inventories", "endpoints"
    table, filterset = InventoryTable, InventoryFilters
    lead = "{total} files of models that were read, and what came of them."
    search_hint = "Find by file"
    actions = (
        PageAction(
            "Read a file",
            lambda user: reverse("inventory-new"),
            icon="upload",
            primary=True,
            shown=lambda user: bool(rules.may_read(user)),
        ),
    )
    empty = Empty(
        "No file was read yet",
        "A gateway's configuration or a provider's list of models says what is there already. Read it, look at what is new, "
        "and take over what you choose.",
        "Read a file",
        lambda user: reverse("inventory-new") if rules.may_read(user) else "",
    )

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Endpoints", reverse("endpoints")), ("Inventories", "")]

    def rows(self, user: Any) -> QuerySet[Inventory]:
        """Return the inventories that the reader may see."""
        return queries.visible_to(user)


class ReadFile(ActionPage):
    """Hand a file in; nothing is drafted yet."""

    title, submit, form_class = "Pull inventory from a file", "Read it", forms.FileForm
    lead = "Nothing is made yet: you first see what is new. Keys in the file are left out, and the file itself is not kept."

    def verdict(self, obj: None) -> Verdict:
        """Whoever may write may read a file."""
        return rules.may_read(self.user)

    def form_arguments(self, obj: None) -> dict[str, Any]:
        """Offer the vendors that the person sees."""
        return {"user": self.user}

    def initial(self, obj: None) -> dict[str, Any]:
        """Start with the vendor that one came from."""
        vendor = self.request.GET.get("vendor", "")[:60]
        return {"vendor": vendor, "kind": "provider" if vendor else "litellm"}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Endpoints", reverse("endpoints")), ("Inventories", reverse("inventories")), (self.title, "")]

    def back_url(self, obj: None) -> str:
        """Return to the list."""
        return reverse("inventories")

    def perform(self, obj: None, given: Mapping[str, Any]) -> Inventory:
        """Read it."""
        file = given["file"]
        data = file.read(reading.MOST_BYTES + 1)
        return actions.read(actor=self.user, kind=given["kind"], data=data, file_name=file.name, vendor=given["vendor"])

    def said(self, result: Inventory) -> str:
        """Say what was found."""
        left_out = f" {result.secrets} keys in it were left out." if result.secrets else ""
        return f"{len(result.lines)} models are named in {result.file_name}.{left_out}"


def _overview(page: Any, inventory: Inventory) -> dict[str, Any]:
    found = planning.plan(inventory, page.user)
    is_open = inventory.state == Inventory.State.READ
    return {
        "steps": found.steps[:SHOWN] if is_open else [],
        "more": len(found.steps) - SHOWN,
        "known": found.known,
        "gone": found.gone[:SHOWN],
        "lines": inventory.lines[:SHOWN],
        "is_open": is_open,
    }


class InventoryPage(ObjectPage):
    """One file: what it says, what of it is new, what was taken over."""

    url_name, lookup, parent, noun = "inventory", "key", ("Inventories", "inventories"), "inventory"
    tabs = (
        Tab("", "Overview", "registry/inventory/_inventory.html", _overview),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Inventory:
        """Return the inventory of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Inventory) -> Header:
        """Say what kind of file it was, who handed it in, and what can be done."""
        facts = [Fact("Kind", obj.get_kind_display()), Fact("Handed in by", atoms.person(obj.by, me=self.user))]
        if obj.vendor is not None:
            facts.insert(1, Fact("Of", atoms.link(obj.vendor.get_absolute_url(), obj.vendor.name)))
        if obj.secrets:
            facts.append(Fact("Keys left out", str(obj.secrets)))
        facts.append(Fact("SHA-256", atoms.hash_code(obj.digest, "SHA-256 over the file")))
        return Header(obj.file_name, obj.key, state_of(obj), facts=tuple(facts), next=self.next(obj))

    def next(self, obj: Inventory) -> Next | None:
        """Return what to do with it."""
        if obj.state != Inventory.State.READ:
            return None
        verdict = rules.may_take(self.user, obj)
        take = Button("Choose what to take over", reverse("inventory-take", args=[obj.key]), kind="primary", verdict=verdict)
        discard = Button("Discard it", reverse("inventory-discard", args=[obj.key]), dialog=True, verdict=verdict)
        return Next("Nothing of it is in the registry yet.", "Drafts are made of what you choose.", "", (take, discard))


class TakeOver(ActionPage):
    """Choose which drafts are made."""

    title, submit, form_class = "Take over", "Make the drafts", forms.TakeForm
    lead = (
        "All that is ticked is made, or nothing. Endpoints are proposed and wait for approval; registrations are begun for you."
    )

    def load(self) -> Inventory:
        """Return the inventory of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Inventory) -> Verdict:
        """Say whether the person may."""
        return rules.may_take(self.user, obj)

    def form_arguments(self, obj: Inventory) -> dict[str, Any]:
        """Offer what this person may do."""
        return {"steps": [step for step in planning.plan(obj, self.user).steps if step.verdict]}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Inventories", reverse("inventories")), (self.obj.file_name, self.obj.get_absolute_url()), (self.title, "")]

    def back_url(self, obj: Inventory) -> str:
        """Return to the inventory."""
        return obj.get_absolute_url()

    def perform(self, obj: Inventory, given: Mapping[str, Any]) -> Inventory:
        """Make the drafts."""
        return actions.take(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Inventory) -> str:
        """Say how many."""
        count = len(result.made)
        return f"{count} {'draft is' if count == 1 else 'drafts are'} made."


class Discard(ActionPage):
    """Take nothing over."""

    title, submit, tone = "Discard it", "Discard", "stop"
    lead = "Nothing is made of it. The file can be handed in again."

    def load(self) -> Inventory:
        """Return the inventory of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Inventory) -> Verdict:
        """Say whether the person may."""
        return rules.may_take(self.user, obj)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Inventories", reverse("inventories")), (self.obj.file_name, self.obj.get_absolute_url()), (self.title, "")]

    def back_url(self, obj: Inventory) -> str:
        """Return to the inventory."""
        return obj.get_absolute_url()

    def perform(self, obj: Inventory, given: Mapping[str, Any]) -> Inventory:
        """Discard it."""
        return actions.discard(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: Inventory) -> str:
        """Say so."""
        return "Nothing was taken over."
