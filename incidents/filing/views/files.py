"""Files of incidents: attached by who works on one, and given back only as downloads that cannot act here."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from governance.core.leaving import leaves
from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage, Page
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.cases.rules import may_note
from incidents.filing import actions, queries
from incidents.filing.forms import AttachForm
from registry.evidence.sending import send_blob


class IncidentFile(Page):
    """One file of an incident, for whoever may see the incident."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the file."""
        found = queries.attachment(self.user, self.kwargs["key"], self.kwargs["number"])
        return leaves(send_blob(found.blob, found.file_name), found.file_name, about=(found.incident,))


class AttachFiles(ActionPage):
    """Attach files to an incident."""

    title, submit, form_class = "Attach files", "Attach", AttachForm
    lead = "Each gets an entry on the timeline, with its hash."

    def load(self) -> Incident:
        """Return the incident of the address."""
        return cases.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Incident) -> Verdict:
        """Whoever may note on it may attach files."""
        return may_note(self.user, True)

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Attach them."""
        actions.attach(obj, actor=self.user, files=given["attachments"])
        return obj

    def success_url(self, result: Incident) -> str:
        """Return to where the files are listed."""
        return reverse("incident-details", args=[result.key])

    def said(self, result: Incident) -> str:
        """Say so."""
        return "Attached."
