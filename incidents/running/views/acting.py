"""What moves an incident on by page, and what is added to its timeline."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from incidents.cases import actions as cases
from incidents.cases import queries
from incidents.cases.models import Incident
from incidents.cases.rules import may_note
from incidents.running import actions, forms, rules
from incidents.running import queries as running
from registry.surfaces import queries as surfaces


class IncidentAction(ActionPage):
    """Base of everything done to one incident; `step` is the rule that is asked before the form is shown."""

    step: ClassVar[str] = "edit"
    nav = "incidents"

    def load(self) -> Incident:
        """Return the incident of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether the person may."""
        return rules.may(self.step, self.user, obj, running.standing(self.user, obj))

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the incident."""
        return [("Incidents", reverse("incidents")), (self.obj.key, self.obj.get_absolute_url()), (self.get_title(), "")]


def number_of(key: str) -> int:
    """Return the number in a surface's key, 0 for what is none."""
    found = surfaces.KEY.match(key)
    return int(found.group(1)) if found else 0


class Note(IncidentAction):
    """Add to the timeline."""

    title, submit, form_class = "Add to the timeline", "Add it", forms.NoteForm

    def verdict(self, obj: Incident) -> Verdict:
        """Whoever sees it and may write adds what they know."""
        return may_note(self.user, True)

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Any:
        """Add it."""
        return cases.note(obj, actor=self.user, text=given["text"], at=given["at"])

    def success_url(self, result: Any) -> str:
        """Return to the timeline."""
        return f"{self.obj.get_absolute_url()}#timeline"


class Correct(Note):
    """Correct an entry of the timeline by a further one."""

    title, submit = "Correct an entry", "Add the correction"
    lead = "The entry stays as it was written; yours is added and names it."

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Begin with the words to correct."""
        row = queries.entry_of(obj, self.kwargs["number"])
        return {"text": row.text, "at": None}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Any:
        """Add the correction."""
        row = queries.entry_of(obj, self.kwargs["number"])
        return cases.note(obj, actor=self.user, text=given["text"], at=given["at"], corrects=row)


class Acknowledge(IncidentAction):
    """Take an incident."""

    title, submit, step = "Take this incident", "I have it", "acknowledge"
    lead = "You answer for it from now on, and nobody else is called."

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Take it."""
        return actions.acknowledge(obj, actor=self.user)

    def said(self, result: Incident) -> str:
        """Say so."""
        return f"You have {result.key}. Nobody else is called."


class StartMitigating(IncidentAction):
    """Begin to stop the harm."""

    title, submit, step, form_class = "Start mitigating", "Start", "start_mitigating", forms.MaybeReasonForm

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Begin."""
        return actions.start_mitigating(obj, actor=self.user, reason=given["reason"])


class Mitigated(IncidentAction):
    """The harm has stopped."""

    title, submit, step, form_class = "The harm has stopped", "It has stopped", "mitigated", forms.MaybeReasonForm
    lead = "Its cause may still be there; resolve it when that is gone, too."

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Say so."""
        return actions.mitigated(obj, actor=self.user, reason=given["reason"])


class Resolve(IncidentAction):
    """The cause is gone."""

    title, submit, step, form_class = "Mark as resolved", "It is resolved", "resolve", forms.ReasonForm

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Resolve it."""
        return actions.resolve(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Incident) -> str:
        """Say what follows."""
        after = "It is closed once its postmortem is approved." if result.postmortem_demanded else "It can be closed now."
        return f"{result.key} is resolved. {after}"


class BeginPostmortem(IncidentAction):
    """Take a resolved incident into its postmortem."""

    title, submit, step = "Begin the postmortem", "Begin it", "begin_postmortem"

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Begin it."""
        return actions.begin_postmortem(obj, actor=self.user)


class Reopen(IncidentAction):
    """Take it up again."""

    title, submit, step, form_class = "Reopen", "Reopen it", "reopen", forms.ReasonForm
    lead = "Its clocks go on from here."

    def build(self, obj: Any, bound: bool) -> Any:
        """Ask for what came back."""
        form = super().build(obj, bound)
        form.fields["reason"].label = "What came back, or what was overlooked"
        return form

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Reopen it."""
        return actions.reopen(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)
