"""What is read of error budgets: the list, one objective, a surface's tab."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.ledger.queries import lines_for
from governance.people import roles
from governance.ui import atoms
from governance.ui.browse import Browse
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from governance.ui.paging import Slice
from registry.budgets import queries, reading
from registry.budgets.models import Objective
from registry.budgets.tables import ObjectiveFilters, ObjectiveTable
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab


def may_write(user: Any) -> bool:
    """Whether a person is offered to set objectives at all."""
    return bool(roles.may_write(user))


class ObjectiveList(ListPage):
    """All objectives of the surfaces that a person may see."""

    key, url_name, title = "objectives", "objectives", "Error budgets"
    table, filterset = ObjectiveTable, ObjectiveFilters
    lead = "{total} objectives of surfaces, each with what may go wrong before nothing new is let in."
    page_size = 25
    search_hint = "Find by objective, surface or what counts as bad"
    views = (
        View("In use", "state=active"),
        View("Spent", "held=true&state=active"),
        View("Used up fast", "burning=true&state=active"),
        View("Mine", "owner={me}"),
        View("All"),
    )
    actions = (PageAction("Set an objective", lambda user: reverse("objective-new"), icon="plus", primary=True, shown=may_write),)
    empty = Empty(
        "No surface has an error budget yet",
        "Say how much may go wrong in 28 days before nothing new is let in. What goes wrong is then counted from incidents, "
        "eval runs or by the service itself.",
        "Set an objective",
        lambda user: reverse("objective-new") if may_write(user) else "",
    )

    def rows(self, user: Any) -> QuerySet[Objective]:
        """Return the objectives that the reader may see."""
        return queries.visible_to(user)

    def slice(self, browse: Browse, base: QuerySet[Objective]) -> Slice:
        """Return a page of rows, each with how it stands and its curve, worked out for all of them at once."""
        found = super().slice(browse, base)
        standings, curves = queries.standings(found.rows), queries.curves(found.rows)
        for row in found.rows:
            row.standing, row.days = standings[row.pk], curves[row.pk]
        return found


class ObjectivePage(ObjectPage):
    """One objective: its curve, how fast its budget is used, what was counted, what it held."""

    url_name, lookup, parent, noun = "objective", "key", ("Error budgets", "objectives"), "objective"
    tabs = (
        Tab("", "Overview", "registry/budgets/_objective.html", lambda page, obj: page.overview(obj)),
        Tab(
            "events",
            "Events",
            "registry/budgets/_events.html",
            lambda page, obj: reading.counted(obj, page.request.GET.get("before", "")),
        ),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Objective:
        """Return the objective of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def overview(self, obj: Objective) -> dict[str, Any]:
        """Return what the first tab shows."""
        base = self.request.build_absolute_uri("/").rstrip("/")
        return reading.whole(obj, base, reading.may_keep(self.user, obj))

    def header(self, obj: Objective) -> Header:
        """Say of which surface it is, what it asks for, and what comes next."""
        standing = queries.standing(obj)
        surface = atoms.link(reverse("surface-budget", args=[obj.surface.key]), obj.surface.name, obj.surface.key)
        facts = (
            Fact("Surface", surface),
            Fact("Owner", atoms.person(obj.owner, me=self.user)),
            Fact("Asks for", reading.asks_for(obj)),
        )
        may = reading.may_keep(self.user, obj) if obj.state == Objective.State.ACTIVE else None
        buttons: tuple[Button, ...] = ()
        if may:
            buttons = (
                Button("Count events", reverse("objective-count", args=[obj.key]), dialog=True),
                Button("Change", reverse("objective-edit", args=[obj.key]), icon="edit"),
                Button("Retire", reverse("objective-retire", args=[obj.key]), dialog=True),
            )
        state = reading.state_of(obj, standing)
        return Header(
            obj.name,
            obj.key,
            state=state,
            tier=obj.surface.tier,
            facts=facts,
            next=_next(obj, standing, bool(may)),
            buttons=buttons,
        )


def _next(obj: Objective, standing: queries.Standing, may: bool) -> Next | None:
    if obj.state != Objective.State.ACTIVE:
        return None
    if standing.hold is not None:
        ask = f"{reverse('exception-new')}?surface={obj.surface.key}&control=budget"
        said = "Nothing that widens what it does comes into force until the budget has recovered, or an exception is approved."
        button = (Button("Ask for an exception", ask),) if may else ()
        return Next(f"The budget is spent, and holds {obj.surface.name} back.", said, "stop", button)
    if standing.told:
        fastest = max(standing.told, key=lambda each: each.long)
        said = f"Over the last {reading.span(fastest.pair.long)} it is used {fastest.long:.1f} times faster than it lasts."
        return Next("The budget is used up too fast.", said, "warn")
    return None


class SurfaceBudget(SurfaceTab):
    """The error budgets of one surface."""

    body = "registry/budgets/_surface.html"

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return its objectives with their curves."""
        return reading.tab(self.user, surface, self.may_edit(surface))
