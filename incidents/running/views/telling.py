"""Messages about an incident by page: draft, edit, send, discard."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from incidents.cases import queries
from incidents.cases.models import Communication, Incident
from incidents.running import actions, forms, rules
from incidents.running import queries as running
from incidents.running.views.acting import IncidentAction


class DraftMessage(IncidentAction):
    """Begin a message from a template that is filled with what is known."""

    title, submit, form_class = "Draft a message", "Draft it", forms.AudienceForm
    lead = "It begins with what is known; gaps stand in [brackets]. Nothing goes out before somebody sends it."

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether the person may."""
        return rules.may_respond(self.user, obj, running.standing(self.user, obj))

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Communication:
        """Draft it."""
        return actions.draft_communication(obj, actor=self.user, audience=given["audience"])

    def success_url(self, result: Communication) -> str:
        """Go on writing."""
        return reverse("communication-edit", args=[result.key])


class MessageAction(ActionPage):
    """Base of everything done to one message."""

    nav = "incidents"

    def load(self) -> Communication:
        """Return the message of the address, with its incident as rules look at it."""
        message = queries.get_communication(self.user, self.kwargs["key"])
        message.incident = queries.get(self.user, f"INC-{message.incident_id}")
        return message

    def verdict(self, obj: Communication) -> Verdict:
        """Say whether the person may: a draft only, and whoever runs the incident."""
        standing = running.standing(self.user, obj.incident)
        if obj.state == Communication.State.SENT:
            return rules.may_send(self.user, obj, obj.incident, standing)
        return rules.may_respond(self.user, obj.incident, standing)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the incident's messages."""
        incident = self.obj.incident
        first = [("Incidents", reverse("incidents")), (incident.key, incident.get_absolute_url())]
        return [*first, ("Messages", reverse("incident-communications", args=[incident.key])), (self.get_title(), "")]

    def success_url(self, result: Any) -> str:
        """Return to the incident's messages."""
        return reverse("incident-communications", args=[self.obj.incident.key])


class EditMessage(MessageAction):
    """Write on."""

    submit, form_class, wide = "Save the draft", forms.MessageForm, True

    def get_title(self) -> str:
        """Say for whom it is."""
        return f"Message to {self.obj.get_audience_display().lower()}"

    def initial(self, obj: Communication) -> dict[str, Any]:
        """Begin with what is written."""
        return {"subject": obj.subject, "text": obj.text}

    def perform(self, obj: Communication, given: Mapping[str, Any]) -> Communication:
        """Save."""
        return actions.edit_communication(obj, actor=self.user, expected_version=self.seen_version, **given)


class SendMessage(MessageAction):
    """Say that it went out as it stands."""

    title, submit = "Mark as sent", "It was sent as it stands"
    fields_template = "incidents/running/_send.html"
    lead = "Send the text by the way your company uses, then say so here: it is kept for good, under its hash."

    def verdict(self, obj: Communication) -> Verdict:
        """Say whether the person speaks for the incident."""
        return rules.may_send(self.user, obj, obj.incident, running.standing(self.user, obj.incident))

    def perform(self, obj: Communication, given: Mapping[str, Any]) -> Communication:
        """Record it."""
        return actions.send_communication(obj, actor=self.user, expected_version=self.seen_version)


class DiscardDraft(MessageAction):
    """Throw a draft away."""

    title, submit, tone, lead = "Discard the draft", "Discard it", "stop", "Its history stays."

    def perform(self, obj: Communication, given: Mapping[str, Any]) -> None:
        """Discard it."""
        actions.discard_draft(obj, actor=self.user)
