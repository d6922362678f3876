"""Pages of aliases: the list, saying what a name means, having it mean another thing, taking it back."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.people import roles
from governance.ui.pages import ActionPage, Empty, ListPage, PageAction
from registry.surfaces import queries as surfaces
from registry.usage.aliases import actions, forms, queries, rules
from registry.usage.aliases.tables import AliasFilters, AliasTable
from registry.usage.models import UsageAlias
from registry.usage.sources import rules as sources


class AliasList(ListPage):
    """All names that mean something."""

    key, url_name, title, nav = "usage-aliases", "usage-aliases", "Aliases", "sources"
    table, filterset = AliasTable, AliasFilters
    lead = "{total} names by which programs mean a surface or an endpoint."
    search_hint = "Find by name"
    actions = (
        PageAction(
            "Add an alias",
            lambda user: reverse("usage-alias-new"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(roles.may_write(user)),
        ),
    )
    empty = Empty(
        "No aliases yet",
        "Programs that say plumbline.surface need none. For others, say here which service, agent or model name means what.",
        "Add an alias",
        lambda user: reverse("usage-alias-new") if roles.may_write(user) else "",
    )

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Sources", reverse("usage-sources")), ("Aliases", "")]

    def rows(self, user: Any) -> QuerySet[UsageAlias]:
        """Return the aliases that the reader may see."""
        return queries.visible_to(user)


class _AliasAction(ActionPage):
    """Works on aliases, and goes back to their list."""

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer what the person sees of the catalogue."""
        return {"user": self.user}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Sources", reverse("usage-sources")), ("Aliases", reverse("usage-aliases")), (self.get_title(), "")]

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("usage-aliases")

    def success_url(self, result: Any) -> str:
        """Return to the list."""
        return reverse("usage-aliases")

    def thing(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was named."""
        surface = surfaces.get(self.user, given["surface"]) if given["surface"] else None
        return {"surface": surface, "endpoint": given["endpoint"]}


class NewAlias(_AliasAction):
    """Say what a name means."""

    title, submit, form_class = "Add an alias", "Save", forms.AliasForm
    lead = "Calls by this name that were stored as unknown are matched again."

    def verdict(self, obj: None) -> Verdict:
        """Auditors change nothing; for what it means is asked once it is named."""
        return sources.may_add(self.user)

    def initial(self, obj: None) -> dict[str, Any]:
        """Start with what a link brought along."""
        return {name: self.request.GET.get(name, "")[:300] for name in ("attribute", "value", "surface", "endpoint")}

    def perform(self, obj: None, given: Mapping[str, Any]) -> UsageAlias:
        """Save it."""
        return actions.make(actor=self.user, attribute=given["attribute"], value=given["value"], **self.thing(given))

    def said(self, result: UsageAlias) -> str:
        """Say what it means."""
        return f"{result.value} means {actions.meant(result)} from now on."


class ChangeAlias(_AliasAction):
    """Have a name mean another thing."""

    submit, form_class = "Save", forms.ThingForm

    def load(self) -> UsageAlias:
        """Return the alias of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def get_title(self) -> str:
        """Name it."""
        return f"What {self.obj.value} means"

    def verdict(self, obj: UsageAlias) -> Verdict:
        """Say whether the person may."""
        return rules.may_name(self.user, actions.meant(obj))

    def initial(self, obj: UsageAlias) -> dict[str, Any]:
        """Start with what it means."""
        return {"surface": obj.surface.key if obj.surface else "", "endpoint": obj.endpoint.key if obj.endpoint else None}

    def perform(self, obj: UsageAlias, given: Mapping[str, Any]) -> UsageAlias:
        """Save it."""
        return actions.move(obj, actor=self.user, expected_version=self.seen_version, **self.thing(given))

    def said(self, result: UsageAlias) -> str:
        """Say what it means."""
        return f"{result.value} means {actions.meant(result)} from now on."


class RemoveAlias(_AliasAction):
    """Take a name back."""

    title, submit, tone, form_class = "Take the alias back", "Take it back", "stop", forms.RemoveForm
    lead = "What was matched by it stays as it is; new calls by this name are unknown again."

    def load(self) -> UsageAlias:
        """Return the alias of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Ask why alone."""
        return {}

    def verdict(self, obj: UsageAlias) -> Verdict:
        """Say whether the person may."""
        return rules.may_name(self.user, actions.meant(obj))

    def perform(self, obj: UsageAlias, given: Mapping[str, Any]) -> None:
        """Take it back."""
        actions.remove(obj, actor=self.user, **given)

    def said(self, result: None) -> str:
        """Say so."""
        return "The name means nothing any more."
