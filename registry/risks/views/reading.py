"""The register as list and as picture, one risk, and the tab of a surface."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people.models import Team
from governance.policy import queries as policy
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Page, PageAction, Tab, View
from registry.risks import heatmap, queries, rules
from registry.risks.models import Risk
from registry.risks.tables import STATES, RiskFilters, RiskTable, area_name, height, review, where
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab

STILL_THERE = "state=open&state=accepted"


def may_add(user: Any) -> bool:
    """Whether a person may add risks of the whole company."""
    return bool(rules.may_keep_company_risks(user))


def may_draft(user: Any) -> bool:
    """Whether a person is offered to begin the company's register from policy."""
    return may_add(user) and not queries.has_company_risks()


class RiskList(ListPage):
    """All risks that a person may see."""

    key, url_name, title = "risks", "risks", "Risks"
    table, filterset = RiskTable, RiskFilters
    lead = "{total} things that could go wrong, each with who answers for it and when it is looked at again."
    search_hint = "Find by title, definition or plan"
    views = (
        View("All"),
        View("Open", STILL_THERE),
        View("Company", f"company=true&{STILL_THERE}"),
        View("Mine", "owner={me}&" + STILL_THERE),
        View("High", f"high=true&{STILL_THERE}"),
        View("Review overdue", "overdue=true"),
    )
    actions = (
        PageAction("Heat map", lambda user: reverse("risk-map"), icon="layers"),
        PageAction("Draft the five areas", lambda user: reverse("risk-areas"), icon="policy", shown=may_draft),
        PageAction("Add a risk", lambda user: reverse("risk-add"), icon="plus", primary=True, shown=may_add),
    )
    empty = Empty(
        "The register is empty",
        "It says what could go wrong with the models, who answers for it, and what is done about it. Policy names five "
        "areas to begin with; risks of one surface are added on its page.",
        "Draft the five areas from policy",
        lambda user: reverse("risk-areas"),
    )

    def rows(self, user: Any) -> QuerySet[Risk]:
        """Return the risks that the reader may see."""
        return queries.rows(user)

    def empty_action(self) -> dict[str, str]:
        """Offer the draft only to those who may make it."""
        found = super().empty_action()
        return found if may_draft(self.user) else {**found, "label": "", "url": ""}


class HeatMap(Page):
    """Likelihood by impact, of all that the reader sees, of one team or of one surface; each cell opens its rows."""

    title, template, nav = "Risks by likelihood and impact", "registry/risks/map.html", "risks"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the register."""
        return [("Risks", reverse("risks")), ("Heat map", "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the map; without a choice of states, of what is not closed."""
        query = request.GET.copy()
        if "state" not in query:
            query.setlist("state", list(queries.OPEN))
        filters = RiskFilters(query, queryset=queries.visible_to(self.user), request=request)
        found = filters.qs if filters.form.is_valid() else queries.visible_to(self.user).none()
        surface = next(iter(filters.form.cleaned_data.get("surface") or ()), None)
        return self.render(
            map=heatmap.draw(found, reverse("risks"), query),
            rows_url=f"{reverse('risks')}?{query.urlencode()}",
            scope=query.get("company", ""),
            teams=Team.objects.all().visible_to(self.user).order_by("name"),
            team=query.get("team", ""),
            surface=surface,
            may_draft=may_draft(self.user),
        )


def _overview(page: "RiskPage", risk: Risk) -> dict[str, Any]:
    linked, hidden = queries.linked_surfaces(page.user, risk)
    names = {each["key"]: each["name"] for each in policy.document()["controls"]}
    may = bool(page.may_edit(risk)) and risk.state != Risk.State.CLOSED
    return {
        "subject": risk,
        "may_edit": may,
        "linked": linked,
        "hidden": hidden,
        "proofs": queries.proofs(page.user, risk),
        "controls": [names.get(key, key) for key in risk.controls],
        "map": heatmap.draw(Risk.objects.none(), reverse("risks"), QueryDict(), at=risk),
        "likelihood": rules.LIKELIHOOD[risk.likelihood],
        "impact": rules.IMPACT[risk.impact],
    }


class RiskPage(ObjectPage):
    """One risk: what could go wrong, how high it is, what holds it."""

    url_name, lookup, parent = "risk", "key", ("Risks", "risks")
    tabs = (
        Tab("", "Overview", "registry/risks/_risk.html", _overview),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, risk: lines_for(risk, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Risk:
        """Return the risk of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def may_edit(self, risk: Risk) -> Verdict:
        """Say whether this person may change it; asked once."""
        if not hasattr(self, "_may_edit"):
            self._may_edit = queries.may_edit(self.user, risk)
        return self._may_edit

    def header(self, obj: Risk) -> Header:
        """Say how high it is, who answers for it, and what comes next."""
        facts = (
            Fact("Score", height(obj)),
            Fact("Of", where(obj)),
            Fact("Area", area_name(obj.area)),
            Fact("Owner", atoms.person(obj.owner, me=self.user)),
            Fact("Treatment", obj.get_treatment_display()),
            Fact("Next review", review(obj)),
        )
        state = (STATES[obj.state], obj.get_state_display())
        return Header(obj.title, obj.key, state=state, facts=facts, next=self.next_step(obj), buttons=self.buttons(obj))

    def next_step(self, risk: Risk) -> Next | None:
        """Return the one thing to do: name an owner, or look at it again."""
        verdict = self.may_edit(risk)
        if not risk.owner.is_active and risk.state != Risk.State.CLOSED:
            name = Button("Name an owner", reverse("risk-owner", args=[risk.key]), kind="primary", dialog=True, verdict=verdict)
            return Next("Nobody answers for this.", f"{risk.owner} has left.", "stop", (name,))
        if not rules.is_overdue(risk, clock.today()):
            return None
        look = Button("Look at it again", reverse("risk-review", args=[risk.key]), kind="primary", dialog=True, verdict=verdict)
        due = atoms.day(risk.review_on, long=True)
        return Next(f"It was to be looked at by {due}.", "Say how likely and how bad it is now.", "warn", (look,))

    def buttons(self, risk: Risk) -> tuple[Button, ...]:
        """Return what can be done, as far as the person may."""
        if not self.may_edit(risk):
            return ()

        def at(name: str) -> str:
            return reverse(f"risk-{name}", args=[risk.key])

        reopen = Button("Reopen", at("reopen"), dialog=True)
        if risk.state == Risk.State.CLOSED:
            return (reopen,)
        first = Button("Accept", at("accept"), dialog=True) if risk.state == Risk.State.OPEN else reopen
        return (
            Button("Edit", at("edit"), icon="edit", key="e"),
            Button("Review", at("review"), icon="refresh", dialog=True),
            first,
            Button("Change owner", at("owner"), icon="person", dialog=True),
            Button("Close", at("close"), dialog=True),
        )


class SurfaceRisks(SurfaceTab):
    """The risks of one surface, and the others that are about it."""

    body = "registry/risks/_surface.html"

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return its risks, the picture of those that are not closed, and whether one may add another."""
        found = queries.of_surface(self.user, surface)
        query = QueryDict(f"surface={surface.pk}&{STILL_THERE}")
        return {
            "risks": [(risk, height(risk), review(risk)) for risk in found],
            "map": heatmap.draw(found.filter(state__in=queries.OPEN), reverse("risks"), query),
            "may_add": queries.may_register(self.user, surface),
            "add_url": f"{reverse('risk-add')}?surface={surface.key}",
        }
