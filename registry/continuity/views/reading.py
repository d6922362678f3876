"""What is read of continuity: lists, a plan with what would happen now, a drill, the tabs of vendors and endpoints."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.catalog.models import Vendor
from registry.catalog.views.endpoints import EndpointPage
from registry.catalog.views.vendors import VendorPage
from registry.continuity import queries, rules
from registry.continuity.models import ContinuityPlan, VendorDrill
from registry.continuity.tables import (
    PlanFilters,
    PlanTable,
    UncoveredTable,
    drill_state,
    due,
    is_overdue,
    plan_state,
)

MOST = 200
"""Surfaces that a page lists; the rest is counted."""
ACTIVITY = Tab(
    "activity",
    "Activity",
    "governance/ledger/_activity.html",
    lambda page, obj: lines_for(obj, page.request.GET.get("before")),
)


def foreseen(user: Any, rows: list[Any]) -> dict[str, Any]:
    """Return lines as a page shows them: those of surfaces that a person sees, and counts over all of them."""
    shown, hidden = queries.seen(user, rows)
    works = [row["works"] if isinstance(row, dict) else row.works for row in rows]
    return {
        "lines": shown[:MOST],
        "hidden": hidden + max(len(shown) - MOST, 0),
        "count": len(rows),
        "going_on": sum(works),
        "stopping": len(works) - sum(works),
    }


class PlanList(ListPage):
    """What we would do without each vendor or endpoint."""

    key, url_name, title, nav = "continuity", "continuity", "Without a vendor", "vendors"
    table, filterset = PlanTable, PlanFilters
    crumbs = [("Vendors", "/catalog/vendors/")]
    lead = "{total} plans for the day on which a vendor changes a policy, degrades, or goes down."
    search_hint = "Find by vendor, endpoint or fallback"
    views = (View("All"), View("Drill overdue", "overdue=true"), View("Mine", "owner={me}"), View("Retired", "state=retired"))
    actions = (PageAction("Vendors without a plan", lambda user: reverse("continuity-missing"), icon="question"),)
    empty = Empty(
        "No plan yet",
        "What would we do tomorrow if this vendor changed a policy, degraded, or went down for a day? Write it down with an "
        "owner and a fallback, and drill it: a drill says which surfaces would go on, and which would stop.",
        "Vendors without a plan",
        lambda user: reverse("continuity-missing"),
    )

    def rows(self, user: Any) -> QuerySet[ContinuityPlan]:
        """Return the plans that the reader may see."""
        return queries.visible_to(user)


class UncoveredList(ListPage):
    """Vendors in use without a plan."""

    key, url_name, title, nav = "continuity-missing", "continuity-missing", "Vendors without a plan", "vendors"
    table = UncoveredTable
    crumbs = [("Without a vendor", "/continuity/")]
    lead = "{total} approved vendors for whose absence nobody has written a plan."
    empty = Empty("Every vendor in use has a plan", "When another is approved, it shows up here until somebody writes one.")

    def rows(self, user: Any) -> QuerySet[Vendor]:
        """Return the vendors."""
        return queries.uncovered(user)


def _plan(page: Any, plan: ContinuityPlan) -> dict[str, Any]:
    words = (
        ("If it went down for a day", "", plan.if_down),
        ("If it degraded", "", plan.if_degraded or "Not said."),
        ("If it changed a policy", "", plan.if_policy_changes or "Not said."),
        ("What takes over", "", plan.fallback),
    )
    return {
        "words": words,
        "foreseen": foreseen(page.user, queries.outlook(plan.thing)),
        "drills": [(drill, drill_state(drill)) for drill in plan.drills.select_related("led_by").defer("rows")[:50]],
    }


class PlanPage(ObjectPage):
    """One plan: what we would do, what would happen today, and every drill."""

    url_name, lookup, parent, noun = "continuity-plan", "key", ("Without a vendor", "continuity"), "plan"
    tabs = (Tab("", "Overview", "registry/continuity/_plan.html", _plan), ACTIVITY)

    def load(self) -> ContinuityPlan:
        """Return the plan of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: ContinuityPlan) -> Header:
        """Say for what it is, who answers for it, when it is drilled next."""
        thing, verdict = obj.thing, rules.may_keep(self.user, obj.thing, obj)
        facts = (
            Fact("Vendor" if obj.vendor_id else "Endpoint", atoms.link(thing.get_absolute_url(), thing.name, thing.key)),
            Fact("Owner", atoms.person(obj.owner, me=self.user)),
            Fact("Next drill", due(obj)),
            Fact("Every", f"{obj.drill_every_days} days"),
        )
        buttons: tuple[Button, ...] = ()
        if obj.state == ContinuityPlan.State.ACTIVE and verdict:
            buttons = (
                Button("Edit", reverse("continuity-edit", args=[obj.key]), "edit"),
                Button("Plan a drill", reverse("vendor-drill-plan", args=[obj.key]), "calendar", dialog=True),
                Button("Retire", reverse("continuity-retire", args=[obj.key]), "archive", "bare", dialog=True),
            )
        next_step = self._next(obj) if verdict and obj.state == ContinuityPlan.State.ACTIVE else None
        return Header(f"Without {thing.name}", obj.key, state=plan_state(obj), facts=facts, next=next_step, buttons=buttons)

    def _next(self, plan: ContinuityPlan) -> Next | None:
        drill = queries.planned(plan)
        run = Button("Drill it now", reverse("vendor-drill-now", args=[plan.key]), kind="primary")
        if drill is not None:
            run = Button("Run it", reverse("vendor-drill-run", args=[drill.key]), kind="primary")
            said = f"Led by {drill.led_by.name}, planned for {atoms.day(drill.planned_on, long=True)}."
            return Next("A drill is planned.", said, "warn" if is_overdue(plan) else "", (run,))
        if is_overdue(plan):
            return Next("Its drill is overdue.", "A plan that was never tried is a hope.", "stop", (run,))
        return Next("It can be drilled at any time.", "It shows which surfaces would go on, and which would stop.", "", (run,))


def _drill(page: Any, drill: VendorDrill) -> dict[str, Any]:
    if drill.state != VendorDrill.State.DONE:
        return {"foreseen": foreseen(page.user, queries.outlook(drill.plan.thing)), "is_done": False}
    return {"foreseen": foreseen(page.user, drill.rows), "is_done": True}


class DrillPage(ObjectPage):
    """One drill: what was supposed to happen, what came out for every surface."""

    url_name, lookup, parent, noun = "vendor-drill", "key", ("Without a vendor", "continuity"), "drill"
    tabs = (Tab("", "Overview", "registry/continuity/_drill.html", _drill), ACTIVITY)

    def load(self) -> VendorDrill:
        """Return the drill of the address."""
        return queries.get_drill(self.user, self.kwargs["key"])

    def header(self, obj: VendorDrill) -> Header:
        """Say of which plan, by whom, when, and how it went."""
        facts = [
            Fact("Plan", atoms.link(obj.plan.get_absolute_url(), f"Without {obj.plan.thing.name}", obj.plan.key)),
            Fact("What happens", obj.get_scenario_display()),
            Fact("Led by", atoms.person(obj.led_by, me=self.user)),
        ]
        if obj.run_at is not None:
            facts.append(Fact("Run", atoms.time(obj.run_at, "long")))
            if obj.seconds:
                facts.append(Fact("Switched over in", f"{obj.seconds} s"))
        else:
            facts.append(Fact("Day", atoms.time(obj.planned_on, "long")))
        verdict, found = rules.may_run(self.user, obj), None
        if obj.state == VendorDrill.State.PLANNED and verdict:
            run = Button("Run it", reverse("vendor-drill-run", args=[obj.key]), kind="primary")
            cancel = Button("Call it off", reverse("vendor-drill-cancel", args=[obj.key]), dialog=True)
            found = Next("It is to be run.", "What would happen is worked out from the contracts in force.", "", (run, cancel))
        return Header(str(obj), obj.key, state=drill_state(obj), facts=tuple(facts), next=found)


class _Continuity:
    """What the tabs of vendors and endpoints share: the plan, or that there is none, and what would happen now."""

    slug = "-"
    request: Any
    user: Any

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the thing with this tab under its header."""
        page: Any = self
        page.obj = thing = page.load()
        page.header_shown = page.header(thing)
        plan, kind = queries.plan_of(thing), thing._meta.model_name
        shown: HttpResponse = page.render(
            object=thing,
            header=page.header_shown,
            tabs=page.tab_links(thing),
            tab_template="registry/continuity/_tab.html",
            panels=[],
            aside_panels=[],
            plan=plan,
            plan_state=plan_state(plan) if plan is not None else None,
            due=due(plan) if plan is not None else "",
            drills=[(each, drill_state(each)) for each in plan.drills.select_related("led_by").defer("rows")[:10]]
            if plan
            else [],
            foreseen=foreseen(page.user, queries.outlook(thing)),
            add_url=reverse("continuity-add", args=[kind, thing.key]),
            may_keep=rules.may_keep(page.user, thing, plan),
        )
        return shown


class VendorContinuity(_Continuity, VendorPage):
    """A vendor's tab: what we would do without it."""


class EndpointContinuity(_Continuity, EndpointPage):
    """An endpoint's tab: what we would do without it."""
