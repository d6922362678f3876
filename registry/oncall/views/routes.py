"""Routes: the list with the matrix of kinds by tier, trying them, one route, and what is done to it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict, require
from governance.ledger.queries import lines_for
from governance.people import queries as people
from governance.people import roles
from governance.people.models import Team
from governance.people.rows import is_insider
from governance.policy.models import IncidentCategory, Tier
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Fact, Header, ListPage, ObjectPage, Page, PageAction, Tab, View
from registry.oncall import actions, board, queries, rules
from registry.oncall.actions.routing import may_change
from registry.oncall.forms import LeadForm, MatchForm, ReasonForm, RouteForm
from registry.oncall.models import Route
from registry.oncall.tables import RouteFilters, RouteTable, answers
from registry.oncall.views.paths import grouped
from registry.oncall.views.rotas import ACTIVITY
from registry.surfaces import queries as surfaces


class RouteList(ListPage):
    """All routes that a person may see, under the picture of which path answers what."""

    key, url_name, title, nav, family = "on-call-routes", "on-call-routes", "Routes", "on-call", "on-call"
    table, filterset = RouteTable, RouteFilters
    template = "registry/oncall/routes.html"
    lead = "{total} routes: which path answers what went wrong."
    search_hint = "Find by path, team or surface"
    views = (View("All"),)
    actions = (
        PageAction("Try it", lambda user: reverse("on-call-routes-try"), icon="search"),
        PageAction(
            "Add a route",
            lambda user: reverse("on-call-route-new"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(roles.may_write(user)),
        ),
    )

    def rows(self, user: Any) -> QuerySet[Route]:
        """Return the routes that the reader may see."""
        return queries.routes(user)

    def context(self, **more: Any) -> dict[str, Any]:
        """Add the picture: a kind of incident by tier, without regard to team and surface."""
        if "slice" not in more or not is_insider(self.user):
            return super().context(**more)
        held, tiers = board.read(clock.now()), list(Tier.objects.order_by("number"))
        kinds = [(each.key, each.name, each.path) for each in IncidentCategory.objects.filter(is_retired=False)]
        lines = [(name, wish, [held.call(key, tier.number, None, None) for tier in tiers]) for key, name, wish in kinds]
        return super().context(tiers=tiers, lines=lines, **more)


class TryRoutes(Page):
    """Try the routes: what happened where, and who would be told at which step, now."""

    title, nav, family, template = "Who would be told", "on-call", "on-call", "registry/oncall/try.html"
    crumbs = [("Routes", "/on-call/routes/"), ("Try it", "")]

    def context(self, **more: Any) -> dict[str, Any]:
        """Answer what the address asks."""
        require(rules.may_try(self.user))
        asked = any(name in self.request.GET for name in ("category", "tier", "team", "surface"))
        form = MatchForm(self.request.GET if asked else None, teams=Team.objects.visible_to(self.user).all())
        found = self.answer(form.cleaned_data) if asked and form.is_valid() else {}
        return super().context(form=form, **found, **more)

    def answer(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the route, its path, and whom each step tells now; what the surface says goes before what was typed."""
        surface = surfaces.get(self.user, given["surface"].strip()) if given["surface"] else None
        team_id = surface.team_id if surface else given["team"].pk if given["team"] else None
        tier = surface.tier if surface and given["tier"] is None else given["tier"]
        route = queries.route_for(
            category=given["category"], tier=tier, team_id=team_id, surface_id=surface.pk if surface else None
        )
        path = queries.path(self.user, route.path.key)
        told = queries.targets_by_step(path, clock.now(), team_id=team_id)
        steps = [{"number": number, "wait": wait, "told": told[number]} for number, wait, _ in grouped(path)]
        return {"route": route, "answers": answers(route), "path": path, "steps": steps}


class RoutePage(ObjectPage):
    """One route: what it answers, and where it leads."""

    url_name, lookup, parent, noun = "on-call-route", "key", ("Routes", "on-call-routes"), "route"
    nav = "on-call"
    tabs = (
        Tab("", "Overview", "registry/oncall/_route.html", lambda page, route: {"parts": _parts(route)}),
        Tab("activity", "Activity", ACTIVITY, lambda page, route: lines_for(route, page.request.GET.get("before"))),
    )

    def load(self) -> Route:
        """Return the route of the address."""
        return queries.route(self.user, self.kwargs["key"])

    def header(self, obj: Route) -> Header:
        """Say what it answers and where it leads."""
        may = may_change(self.user, obj)
        buttons: tuple[Button, ...] = ()
        if may:
            go = Button("Lead it elsewhere", reverse("on-call-route-lead", args=[obj.key]), icon="edit", dialog=True)
            remove = rules.may_remove(obj, may)
            gone = Button("Remove", reverse("on-call-route-remove", args=[obj.key]), kind="stop", dialog=True, verdict=remove)
            buttons = (go, gone)
        leads = Fact("Leads to", atoms.link(obj.path.get_absolute_url(), obj.path.name))
        state = ("held", "Fallback") if obj.is_fallback else None
        return Header(answers(obj), obj.key, state=state, facts=(leads,), buttons=buttons)


def _parts(route: Route) -> list[tuple[str, str, Any]]:
    any_ = "any"
    surface = atoms.link(route.surface.get_absolute_url(), route.surface.name, route.surface.key) if route.surface else any_
    return [
        ("Surface", "comes before all others", surface),
        ("Team", "of the surface", route.team.name if route.team else any_),
        ("Kind of incident", "", route.category.replace("_", " ") or any_),
        ("Tier", "of the surface", atoms.tier(route.tier) if route.tier is not None else any_),
    ]


class NewRoute(ActionPage):
    """Add a route."""

    title, submit, form_class, nav = "Add a route", "Add it", RouteForm, "on-call"
    lead = "What you leave open fits everything. A route for a surface comes first, then team, kind of incident, tier."

    def load(self) -> None:
        """Nothing is there yet."""

    def verdict(self, obj: Any) -> Verdict:
        """Auditors add nothing; whether one may route a surface or a team is known once it is named."""
        leads = people.teams_led(self.user).exists() or roles.may_write(self.user)
        return rules.may_keep_some(self.user, leads)

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer the teams that this person keeps."""
        return {"teams": Team.objects.visible_to(self.user).all(), "user": self.user}

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what the address names."""
        return {name: self.request.GET[name][:60] for name in ("surface", "category", "tier") if self.request.GET.get(name)}

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("on-call-routes")

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Route:
        """Add it."""
        named = given["surface"].strip()
        surface = surfaces.get(self.user, named) if named else None
        words = {name: given[name] for name in ("category", "tier", "team", "path", "reason")}
        return actions.make_route(actor=self.user, surface=surface, **words)

    def said(self, result: Route) -> str:
        """Say so."""
        return f"{answers(result)}: {result.path.name} is told."


class OnRoute(ActionPage):
    """Base of what is done to one route."""

    nav = "on-call"

    def load(self) -> Route:
        """Return the route of the address."""
        return queries.route(self.user, self.kwargs["key"])

    def verdict(self, obj: Route) -> Verdict:
        """Say whether this person may."""
        found: Verdict = may_change(self.user, obj)
        return found


class LeadRoute(OnRoute):
    """Let it lead to another path."""

    title, submit, form_class = "Lead the route elsewhere", "Lead it there", LeadForm

    def form_arguments(self, obj: Route) -> dict[str, Any]:
        """Offer the paths in use."""
        return {"user": self.user}

    def initial(self, obj: Route) -> dict[str, Any]:
        """Start with where it leads."""
        return {"path": obj.path_id}

    def perform(self, obj: Route, given: Mapping[str, Any]) -> Route:
        """Lead it."""
        return actions.lead_route(obj, actor=self.user, expected_version=self.seen_version, **given)


class RemoveRoute(OnRoute):
    """Remove a route."""

    title, submit, tone, form_class = "Remove the route", "Remove it", "stop", ReasonForm
    lead = "A wider route answers then."

    def verdict(self, obj: Route) -> Verdict:
        """The fallback stays."""
        return rules.may_remove(obj, may_change(self.user, obj))

    def perform(self, obj: Route, given: Mapping[str, Any]) -> None:
        """Remove it."""
        actions.remove_route(obj, actor=self.user, expected_version=self.seen_version, reason=given["reason"])

    def success_url(self, result: None) -> str:
        """Return to the list."""
        return reverse("on-call-routes")

    def said(self, result: None) -> str:
        """Say so."""
        return "The route is removed."
