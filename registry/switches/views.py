"""Pages of drills: the list, what is overdue, one drill with its clock, planning, recording, cancelling."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.switches import actions, queries, rules
from registry.switches.forms import CancelForm, MoveForm, OutcomeForm, PlanForm, RecordForm
from registry.switches.models import Drill
from registry.switches.tables import DrillFilters, DrillTable, DueTable, is_late, state_of, took


class DrillList(ListPage):
    """All drills of the surfaces that a person may see."""

    key, url_name, title = "drills", "drills", "Drills"
    table, filterset = DrillTable, DrillFilters
    lead = "{total} trials of kill switches and rollbacks, each with how long the lever took."
    search_hint = "Find by surface, lever or note"
    views = (
        View("All"),
        View("Planned", "state=planned"),
        View("Overdue", "overdue=true"),
        View("Failed", "outcome=failed"),
    )
    actions = (
        PageAction("Overdue surfaces", lambda user: reverse("drills-due"), icon="clock"),
        PageAction(
            "Record one that was run", lambda user: reverse("drill-record"), shown=lambda user: bool(roles.may_write(user))
        ),
        PageAction(
            "Plan a drill",
            lambda user: reverse("drill-new"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(roles.may_write(user)),
        ),
    )
    empty = Empty(
        "No lever was tried yet",
        "A switch that was never pulled is a hope. Plan a drill, pull the lever on the day, and keep how long it took.",
        "Plan a drill",
        lambda user: reverse("drill-new"),
    )

    def rows(self, user: Any) -> QuerySet[Drill]:
        """Return the drills that the reader may see."""
        return queries.visible_to(user)


class DueList(ListPage):
    """Live surfaces whose kill switch was not drilled within the days that their tier demands."""

    key, url_name, title, nav = "drills-due", "drills-due", "Kill switches to drill", "changes"
    table = DueTable
    crumbs = [("Drills", "/drills/")]
    lead = "{total} live surfaces whose kill switch was not tried within the days that their tier demands."
    empty = Empty("Every kill switch was drilled in time", "When one falls due, its surface shows up here.")

    def rows(self, user: Any) -> QuerySet[Surface]:
        """Return the surfaces, each with when a drill of its kill switch last passed."""
        passed = Q(drills__kind=Drill.Kind.KILL_SWITCH, drills__outcome=Drill.Outcome.PASSED)
        last = Max("drills__run_at", filter=passed)
        return queries.overdue(user).select_related("owner").annotate(last_passed=last)


class DrillPage(ObjectPage):
    """One drill: what is tried where, its clock, and how it went."""

    url_name, lookup, parent, noun = "drill", "key", ("Drills", "drills"), "drill"
    tabs = (
        Tab("", "Overview", "registry/switches/_drill.html", lambda page, drill: {"parts": _parts(drill)}),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, drill: lines_for(drill, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Drill:
        """Return the drill of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Drill) -> Header:
        """Say what is tried on which surface, by whom, and what comes next."""
        surface = atoms.link(obj.surface.get_absolute_url(), obj.surface.name, obj.surface.key)
        facts = [Fact("Surface", surface), Fact("Led by", atoms.person(obj.led_by, me=self.user))]
        if obj.state == Drill.State.DONE:
            facts += [Fact("Run", atoms.time(obj.run_at)), Fact("Took", took(obj.seconds))]
        else:
            facts.append(Fact("Day", atoms.time(obj.planned_on, "long")))
        may = _may_run(self.user, obj)
        buttons: tuple[Button, ...] = ()
        if obj.state == Drill.State.PLANNED and may:
            buttons = (
                Button("Another day", reverse("drill-move", args=[obj.key]), dialog=True),
                Button("Call it off", reverse("drill-cancel", args=[obj.key]), dialog=True),
            )
        name = f"{obj.get_kind_display()} drill"
        next_step = _next(obj) if may else None
        return Header(
            name, obj.key, state=state_of(obj), tier=obj.surface.tier, facts=tuple(facts), next=next_step, buttons=buttons
        )


def _may_run(user: Any, drill: Drill) -> Verdict:
    return rules.may_run(user, drill, surfaces.may_edit(user, drill.surface))


def _next(drill: Drill) -> Next | None:
    if drill.state != Drill.State.PLANNED:
        return None
    finish = reverse("drill-finish", args=[drill.key])
    if drill.is_running:
        said = f"The clock runs since {atoms.exact(drill.started_at)}." if drill.started_at else ""
        stop = Button("Stop and record", finish, kind="primary", dialog=True)
        return Next("Pull the lever, and stop the clock when it held.", said, "warn", (stop,))
    begin = Button("Start the clock", reverse("drill-start", args=[drill.key]), kind="primary", post=True)
    typed = Button("Type the seconds", finish, dialog=True)
    said = "This drill is overdue." if is_late(drill) else "Start the clock, then pull the lever."
    return Next(said, "Or record what you measured yourself.", "stop" if is_late(drill) else "", (begin, typed))


def _parts(drill: Drill) -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = [("What", "", drill.get_kind_display()), ("Lever", "", drill.lever or "–")]
    if drill.state == Drill.State.DONE:
        found += [("Went", "", atoms.state(*state_of(drill))), ("Took", "from pulling it until it held", took(drill.seconds))]
        found.append(("Run", "", atoms.time(drill.run_at, "exact")))
    found.append(("Planned for", "", atoms.time(drill.planned_on, "long")))
    if drill.note:
        found.append(("Note", "", drill.note))
    return found


class OfSurface(ActionPage):
    """Base of forms that name their surface by its key."""

    def load(self) -> None:
        """Nothing is acted on before the form names it."""

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("drills")

    def success_url(self, result: Drill) -> str:
        """Go to the drill."""
        return result.get_absolute_url()

    def asked_for(self) -> dict[str, Any]:
        """Return what the address asks for: surface and kind, with the lever that its contract names first."""
        found = {name: self.request.GET[name][:40] for name in ("surface", "kind") if self.request.GET.get(name)}
        known = surfaces.visible_to(self.user).select_related("in_force")
        named = surfaces.KEY.match(found.get("surface", ""))
        surface = known.filter(pk=int(named.group(1))).first() if named else None
        contract = surface.in_force.contract if surface is not None and surface.in_force is not None else {}
        rungs = contract.get("kill_switch", {}).get("rungs") or []
        kind = found.setdefault("kind", Drill.Kind.KILL_SWITCH)
        return found | ({"lever": rungs[-1].replace("_", " ")} if rungs and kind == Drill.Kind.KILL_SWITCH else {})


class PlanDrill(OfSurface):
    """Plan a drill."""

    title, submit, form_class = "Plan a drill", "Plan it", PlanForm
    lead = "On the day, start the clock, pull the lever, and stop it when it held."

    def verdict(self, obj: Any) -> Verdict:
        """Auditors plan nothing; whether one may drill a surface is known once it is named."""
        return rules.may_plan(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what the address names, today, led by whoever plans."""
        return {"planned_on": clock.today(), "led_by": self.user.pk, **self.asked_for()}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Drill:
        """Plan it."""
        surface = surfaces.get(self.user, given["surface"].strip())
        words = {name: value for name, value in given.items() if name != "surface"}
        return actions.plan(surface, actor=self.user, **words)

    def said(self, result: Drill) -> str:
        """Say so."""
        return f"{result} is planned."


class RecordDrill(OfSurface):
    """Record a drill that was run without a plan."""

    title, submit, form_class = "Record a drill", "Record it", RecordForm
    lead = "For a lever that was tried already."

    def verdict(self, obj: Any) -> Verdict:
        """Auditors record nothing."""
        return rules.may_plan(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what the address names."""
        return self.asked_for()

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Drill:
        """Record it."""
        surface = surfaces.get(self.user, given["surface"].strip())
        words = {name: value for name, value in given.items() if name != "surface"}
        return actions.record(surface, actor=self.user, **words)

    def said(self, result: Drill) -> str:
        """Say so."""
        return f"{result} is recorded."


class OnDrill(ActionPage):
    """Base of what is done to one drill."""

    def load(self) -> Drill:
        """Return the drill of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Drill) -> Verdict:
        """Say whether the person may."""
        return _may_run(self.user, obj)


class MoveDrill(OnDrill):
    """Put it on another day or in other hands."""

    title, submit, form_class = "Another day", "Move it", MoveForm

    def initial(self, obj: Drill) -> dict[str, Any]:
        """Start with what is planned."""
        return {"planned_on": obj.planned_on, "led_by": obj.led_by_id}

    def perform(self, obj: Drill, given: Mapping[str, Any]) -> Drill:
        """Move it."""
        return actions.move(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Drill) -> str:
        """Say so."""
        return "The drill is moved."


class StartDrill(OnDrill):
    """Start the clock."""

    title, submit = "Start the clock", "Start the clock"
    lead = "Pull the lever right after."

    def perform(self, obj: Drill, given: Mapping[str, Any]) -> Drill:
        """Start it."""
        return actions.start(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: Drill) -> str:
        """Say what to do now."""
        return "The clock runs. Pull the lever, and stop it when it held."


class FinishDrill(OnDrill):
    """Stop the clock, or type the seconds, and record how it went."""

    title, submit, form_class = "Record the drill", "Record it", OutcomeForm

    def initial(self, obj: Drill) -> dict[str, Any]:
        """Start with the lever that was planned."""
        return {"lever": obj.lever}

    def form_arguments(self, obj: Drill) -> dict[str, Any]:
        """Say whether the clock runs."""
        return {"running": obj.is_running}

    def perform(self, obj: Drill, given: Mapping[str, Any]) -> Drill:
        """Record it."""
        return actions.finish(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Drill) -> str:
        """Say how it went."""
        return f"{result.get_outcome_display()} in {took(result.seconds)}."


class CancelDrill(OnDrill):
    """Call it off."""

    title, submit, form_class, tone = "Call the drill off", "Call it off", CancelForm, "stop"

    def perform(self, obj: Drill, given: Mapping[str, Any]) -> Drill:
        """Cancel it."""
        return actions.cancel(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Drill) -> str:
        """Say so."""
        return "The drill is called off."
