"""Closing an incident, or saying why it cannot be closed yet."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.postmortems import actions, forms, queries, rules
from incidents.postmortems.models import ActionItem
from incidents.running import queries as running
from incidents.running import rules as running_rules


class Close(ActionPage):
    """Close an incident (R11)."""

    title, submit, form_class = "Close the incident", "Close it", forms.CloseForm
    fields_template = "incidents/postmortems/_close.html"

    def load(self) -> Incident:
        """Return the incident of the address."""
        return cases.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether this person may close it, and whether it can be closed as it stands."""
        return running_rules.may_respond(self.user, obj, running.standing(self.user, obj))

    def extra(self, obj: Incident) -> dict[str, Any]:
        """Say what stays to be done, and where what is missing is written."""
        pending = obj.action_items.filter(state__in=ActionItem.PENDING).select_related("owner")
        postmortem = queries.of_incident(obj)
        may_begin = postmortem is None and rules.may_begin(self.user, obj, running.standing(self.user, obj))
        return {
            "pending": list(pending[:20]),
            "standing": actions.standing(obj),
            "postmortem": postmortem,
            "begin": reverse("postmortem-begin", args=[obj.key]) if may_begin else "",
        }

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Close it."""
        return actions.close(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Incident) -> str:
        """Say so."""
        return f"{result.key} is closed."
