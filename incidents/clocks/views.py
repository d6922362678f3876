"""The page of all running clocks, and what people do with one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.errors import Conflict
from governance.core.verdict import Verdict
from governance.policy import queries as policy_queries
from governance.ui.pages import ActionPage, Empty, ListPage, View
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.clocks import actions, queries, rules
from incidents.clocks.forms import FlagForm, MetForm, PauseForm, ReasonForm, ResumeForm
from incidents.clocks.models import Clock
from incidents.clocks.tables import ClockFilters, ClockTable

HEAVY = ("incident__what", "incident__where", "incident__summary", "incident__impact", "incident__parties", "incident__trace_ids")


class ClockList(ListPage):
    """All running clocks, the worst first."""

    key, url_name, title = "clocks", "clocks", "Clocks"
    table, filterset = ClockTable, ClockFilters
    lead = "{total} limits by which incidents are measured; the worst first. What is due soon was told of before."
    search_hint = "Find by incident or clock"
    views = (
        View("Running"),
        View("Overdue", "state=overdue"),
        View("Due soon", "state=soon"),
        View("Law and contract", "flagged=true"),
        View("Mine", "mine=true"),
        View("Missed", "state=missed"),
        View("All", "state=all"),
    )
    empty = Empty(
        "No clock runs",
        "When something is reported, clocks start by themselves: how long policy gives to answer it, to stop the harm and to "
        "mend it. Deadlines of law start when somebody flags them.",
    )

    def rows(self, user: Any) -> QuerySet[Clock]:
        """Return the clocks that the reader may see, whatever their state; the filters keep what runs."""
        return queries.visible_to(user).select_related("incident__owner", "flagged_by").defer(*HEAVY)


class Flag(ActionPage):
    """Start a deadline of law or contract on an incident."""

    title, submit, form_class = "Flag a deadline", "Start it", FlagForm
    lead = "It runs from when the company knew, through nights and holidays, and is never paused. When in doubt, flag it."

    def load(self) -> Incident:
        """Return the incident of the address."""
        return cases.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether this person may."""
        return rules.may_flag(self.user, True)

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Start with when it was reported: that is when the company knew, at the latest."""
        return {"at": obj.reported_at}

    def form_arguments(self, obj: Incident) -> dict[str, Any]:
        """Offer what is not flagged yet."""
        policy = policy_queries.incident_rules()
        left = rules.offered(policy, queries.of_incident(obj))
        if not left:
            raise Conflict(f"Every deadline that policy knows is flagged on {obj.key} already.", fix="Look at its clocks.")
        return {"offered": {key: policy.regulatory[key] for key in left}}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Clock:
        """Flag it."""
        return actions.flag(obj, actor=self.user, **given)

    def success_url(self, result: Clock) -> str:
        """Return to the incident."""
        return result.get_absolute_url()

    def back_url(self, obj: Incident) -> str:
        """Return to the incident."""
        return obj.get_absolute_url()

    def said(self, result: Clock) -> str:
        """Say so."""
        return f"{result.name} runs."


class OneClock(ActionPage):
    """Base of what is done to one clock."""

    def load(self) -> Clock:
        """Return the clock of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Clocks", reverse("clocks")), (self.obj.incident.key, self.obj.get_absolute_url()), (self.get_title(), "")]

    def success_url(self, result: Clock) -> str:
        """Return to the incident."""
        return result.get_absolute_url()

    def back_url(self, obj: Clock) -> str:
        """Return to the incident."""
        return obj.get_absolute_url()


class Met(OneClock):
    """Say that a deadline was met."""

    submit, form_class = "It is done", MetForm

    def get_title(self) -> str:
        """Name the deadline."""
        return f"{self.obj.name}: done"

    def verdict(self, obj: Clock) -> Verdict:
        """Say whether this person may."""
        return rules.may_settle(self.user, obj)

    def perform(self, obj: Clock, given: Mapping[str, Any]) -> Clock:
        """Write it down."""
        return actions.meet(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Clock) -> str:
        """Say so."""
        return f"{result.name} is done."


class CallOff(OneClock):
    """Say that a deadline never applied."""

    submit, form_class, tone = "Call it off", ReasonForm, "stop"

    def get_title(self) -> str:
        """Name the deadline."""
        return f"{self.obj.name}: not needed"

    def verdict(self, obj: Clock) -> Verdict:
        """Say whether this person may."""
        return rules.may_settle(self.user, obj)

    def perform(self, obj: Clock, given: Mapping[str, Any]) -> Clock:
        """Call it off."""
        return actions.call_off(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Clock) -> str:
        """Say so."""
        return f"{result.name} is called off. It can be flagged again."


class Pause(OneClock):
    """Stop the time of a clock for a while."""

    submit, form_class = "Pause it", PauseForm

    def get_title(self) -> str:
        """Name the clock."""
        return f"Pause “{self.obj.name}”"

    def verdict(self, obj: Clock) -> Verdict:
        """Say whether this person may."""
        return rules.may_pause(self.user, obj)

    def perform(self, obj: Clock, given: Mapping[str, Any]) -> Clock:
        """Pause it."""
        return actions.pause(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Clock) -> str:
        """Say so."""
        return f"The clock “{result.name}” is paused."


class Resume(OneClock):
    """Let a paused clock go on."""

    submit, form_class = "Let it go on", ResumeForm

    def get_title(self) -> str:
        """Name the clock."""
        return f"Let “{self.obj.name}” go on"

    def verdict(self, obj: Clock) -> Verdict:
        """Say whether this person may."""
        return rules.may_resume(self.user, obj)

    def perform(self, obj: Clock, given: Mapping[str, Any]) -> Clock:
        """Let it go on."""
        return actions.resume(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Clock) -> str:
        """Say so."""
        return f"The clock “{result.name}” runs again."
