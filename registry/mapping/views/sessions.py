"""Pages of sessions: the list, one session with its clock, and leading it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.mapping import actions, queries, rules, steps
from registry.mapping.forms import ChangeForm, CloseForm, InviteForm, PlanForm
from registry.mapping.models import MappingSession
from registry.mapping.tables import OUTCOMES, TONES, SessionFilters, SessionTable

LOOKED_AT = 60
"""Open lines on a page that are compared with the registry."""


class SessionList(ListPage):
    """The mapping sessions that a person may see."""

    key, url_name, title = "mapping-sessions", "mapping-sessions", "Mapping sessions"
    table, filterset = SessionTable, SessionFilters
    lead = "{total} sessions, each a guided hour in which teams named where they call models."
    search_hint = "Find by name"
    views = (View("All"), View("Running", "state=running"))
    actions = (
        PageAction("Plan a session", lambda user: reverse("mapping-new"), "plus", True, lambda user: bool(rules.may_plan(user))),
    )
    empty = Empty(
        "No session was held yet",
        "In an hour every team names where it calls models. What is new becomes a registration; what was forgotten is found.",
        "Plan a session",
        lambda user: reverse("mapping-new") if rules.may_plan(user) else "",
    )

    def rows(self, user: Any) -> QuerySet[MappingSession]:
        """Return the sessions that the reader may see."""
        return queries.listed(user)


def _overview(page: ObjectPage, session: MappingSession) -> dict[str, Any]:
    user, now = page.user, clock.now()
    lines = list(queries.lines_of(user, session))
    alike = queries.alike(user, [line for line in lines if line.outcome == "open"][:LOOKED_AT])
    counts = queries.counts(session)
    return {
        "session": session,
        "steps": steps.steps(session.started_at, session.minutes, now, closed=session.state == "closed"),
        "teams": [{"row": team} for team in queries.teams_of(session)],
        "lines": [
            {
                "line": line,
                "state": (OUTCOMES[line.outcome], line.get_outcome_display()),
                "alike": alike.get(line.pk, []),
                "may": bool(rules.may_settle(user, line)),
            }
            for line in lines
        ],
        "counts": {name: counts[name] for name in OUTCOMES},
        "total_said": f"{len(lines):,}" if len(lines) == sum(counts.values()) else f"{len(lines):,} that you can see",
        "clock_said": _clock(session, now),
    }


def _clock(session: MappingSession, now: datetime) -> str:
    """Say how much of the hour is left."""
    if session.state == MappingSession.State.PLANNED:
        return f"{session.minutes} minutes"
    if session.state == MappingSession.State.CLOSED:
        return "over"
    left = steps.left(session.started_at, session.minutes, now)
    return f"{left} min left" if left else "the time is over"


class SessionPage(ObjectPage):
    """One session."""

    url_name, lookup, parent = "mapping-session", "key", ("Mapping sessions", "mapping-sessions")
    tabs = (
        Tab("", "Session", "registry/mapping/_session.html", _overview),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, session: lines_for(session, page.request.GET.get("before")),
        ),
    )

    def load(self) -> MappingSession:
        """Return the session of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: MappingSession) -> Header:
        """Say where the hour stands, and what comes next."""
        return Header(
            obj.name,
            obj.key,
            state=(TONES[obj.state], obj.get_state_display()),
            facts=(
                Fact("Led by", atoms.person(obj.facilitator)),
                Fact("When", atoms.time(obj.started_at or obj.planned_at)),
                Fact("Length", f"{obj.minutes} min"),
            ),
            next=self.next_step(obj),
            buttons=self.offered(obj),
        )

    def next_step(self, obj: MappingSession) -> Next | None:
        """Return the one next action of whoever looks."""
        if rules.may_start(self.user, obj):
            start = Button("Start the hour", reverse("mapping-start", args=[obj.key]), "clock", "primary", post=True)
            return Next("The hour has not begun.", "Teams can name their places already.", "", (start,))
        own = self.user.team_id and obj.state != "closed" and obj.teams.filter(team=self.user.team_id, done_at=None).first()
        if own:
            address = reverse("mapping-team", args=[obj.key, own.team.key])
            return Next(
                f"{own.team} has not named everything yet.", "", "warn", (Button("Name our places", address, "plus", "primary"),)
            )
        return None

    def offered(self, obj: MappingSession) -> tuple[Button, ...]:
        """Return what whoever leads can do."""
        if not rules.leads(self.user, obj) or obj.state == "closed":
            return ()
        found = [
            Button("Bring in an export", reverse("mapping-export", args=[obj.key]), "upload", dialog=True),
            Button("Invite a team", reverse("mapping-invite", args=[obj.key]), "team", dialog=True),
            Button("Change", reverse("mapping-change", args=[obj.key]), "edit", dialog=True),
        ]
        if obj.state == MappingSession.State.RUNNING:
            found.append(Button("Close the session", reverse("mapping-close", args=[obj.key]), "check", dialog=True))
        return tuple(found)


class PlanSession(ActionPage):
    """Plan a session."""

    title, submit, form_class = "Plan a mapping session", "Plan it", PlanForm
    crumbs = [("Mapping sessions", "/mapping/"), ("Plan", "")]
    family = "reviews"
    lead = "An hour with several teams: each names where it calls models, and what is new is registered."

    def verdict(self, obj: Any) -> Verdict:
        """Ask whether the person may."""
        return rules.may_plan(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Begin with whoever plans it as its leader."""
        return {"facilitator": self.user.pk}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> MappingSession:
        """Plan it."""
        return actions.plan(actor=self.user, **given)

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("mapping-sessions")


class Led(ActionPage):
    """Base of what is done to a session by whoever leads it."""

    family = "reviews"

    def load(self) -> MappingSession:
        """Return the session of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: MappingSession) -> Verdict:
        """Ask whether the person may."""
        return rules.may_lead(self.user, obj)

    def success_url(self, result: Any) -> str:
        """Return to the session."""
        return queries.get(self.user, self.kwargs["key"]).get_absolute_url()


class ChangeSession(Led):
    """Change name, leader, time or length."""

    title, submit, form_class = "Change the session", "Save", ChangeForm

    def initial(self, obj: MappingSession) -> dict[str, Any]:
        """Begin with what holds."""
        return {name: getattr(obj, name) for name in ("name", "facilitator", "planned_at", "minutes")}

    def perform(self, obj: MappingSession, given: Mapping[str, Any]) -> MappingSession:
        """Change it."""
        return actions.change(obj, actor=self.user, expected_version=self.seen_version, **given)


class InviteTeam(Led):
    """Invite one more team."""

    title, submit, form_class = "Invite a team", "Invite", InviteForm

    def form_arguments(self, obj: MappingSession) -> dict[str, Any]:
        """Offer the teams that are not invited yet."""
        return {"session": obj}

    def perform(self, obj: MappingSession, given: Mapping[str, Any]) -> Any:
        """Invite it."""
        return actions.invite(obj, actor=self.user, team=given["team"])


class StartSession(Led):
    """Start the hour."""

    title, submit = "Start the hour", "Start"

    def verdict(self, obj: MappingSession) -> Verdict:
        """Ask whether the person may."""
        return rules.may_start(self.user, obj)

    def perform(self, obj: MappingSession, given: Mapping[str, Any]) -> MappingSession:
        """Start it."""
        return actions.start(obj, actor=self.user, expected_version=self.seen_version)


class CloseSession(Led):
    """Close the session with its summary."""

    title, submit, form_class = "Close the session", "Close it", CloseForm
    lead = "What is open can still be settled afterwards; nothing more can be named."

    def verdict(self, obj: MappingSession) -> Verdict:
        """Ask whether the person may."""
        return rules.may_close(self.user, obj)

    def perform(self, obj: MappingSession, given: Mapping[str, Any]) -> MappingSession:
        """Close it."""
        return actions.close(obj, actor=self.user, expected_version=self.seen_version, **given)
