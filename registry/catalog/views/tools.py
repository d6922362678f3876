"""Pages of tools."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.ui import atoms
from governance.ui.pages import Empty, Fact, ListPage, PageAction, Tab, View
from registry.catalog import actions, forms, queries, rules
from registry.catalog.filters import ToolFilters
from registry.catalog.models import Tool
from registry.catalog.tables import ToolTable, effect_of
from registry.catalog.views.base import ACTIVITY, APPROVALS, AddItem, EditItem, ItemPage
from registry.catalog.views.ways import GIVE


class ToolList(ListPage):
    """All tools."""

    key, url_name, title = "tools", "tools", "Tools"
    table, filterset = ToolTable, ToolFilters
    lead = "{total} things that a model may call, by what a call can do to the world."
    search_hint = "Find by name"
    views = (
        View("All"),
        View("Mine", "owner={me}"),
        View("Cannot be undone", "effect=irreversible"),
        View("Waiting", "state=proposed"),
        View("Nobody's", "unowned=true"),
    )
    actions = (PageAction("Add a tool", lambda user: reverse("tool-add"), "plus", True, lambda user: bool(rules.may_add(user))),)
    bulk = (GIVE,)
    empty = Empty(
        "No tools yet",
        "What a model may call, with its effect and its limits. An effect that cannot be undone means tier 4.",
        "Add a tool",
        lambda user: reverse("tool-add") if rules.may_add(user) else "",
    )

    def rows(self, user: Any) -> QuerySet[Tool]:
        """Return the tools that the reader may see."""
        return queries.tools(user)


def _overview(page: Any, tool: Tool) -> dict[str, Any]:
    return {
        "facts": (
            ("Description", "", tool.description or atoms.DASH),
            ("Effect", "", effect_of(tool)),
            ("Limits", "", tool.limits or atoms.DASH),
            ("Vendor", "", atoms.link(tool.vendor.get_absolute_url(), tool.vendor.name) if tool.vendor else "Our own"),
        )
    }


class ToolPage(ItemPage):
    """One tool."""

    model = Tool
    url_name, lookup, parent = "tool", "key", ("Tools", "tools")
    tabs = (Tab("", "Overview", "registry/catalog/_tool.html", _overview), APPROVALS, ACTIVITY)

    def facts(self, obj: Tool) -> tuple[Fact, ...]:
        """Say what a call can do."""
        return (Fact("Effect", effect_of(obj)),)


class AddTool(AddItem):
    """A new tool."""

    title, name, form_class = "Add a tool", "tool", forms.ToolForm

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Tool:
        """Add it."""
        return actions.add_tool(actor=self.user, **given)


class EditTool(EditItem):
    """A tool's facts."""

    model, name, form_class = Tool, "tool", forms.ToolForm
