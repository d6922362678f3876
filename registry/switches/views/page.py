"""One drill: what is tried where, its clock, and how it went."""

from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Fact, Header, Next, ObjectPage, Tab
from registry.surfaces import queries as surfaces
from registry.switches import queries, rules
from registry.switches.models import Drill
from registry.switches.tables import is_late, state_of, took


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
        may = may_run(self.user, obj)
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


def may_run(user: Any, drill: Drill) -> Verdict:
    """Say whether a person may start, record, move or cancel a drill."""
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
