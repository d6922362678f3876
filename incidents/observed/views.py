"""A finding becomes an incident, in one step from its page."""

from collections.abc import Mapping
from typing import Any

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from incidents.cases.models import Incident
from incidents.filing import rules
from incidents.filing.forms import FromEvalForm
from incidents.observed import opening
from registry.findings import queries as findings
from registry.findings.models import Finding


class OpenIncident(ActionPage):
    """Open an incident from a finding: what was found is said already and can be put better."""

    title, submit, form_class, tone = "Open an incident", "Open it", FromEvalForm, "stop"
    lead = "Whoever is on call is told, and its clocks run. The finding stays until its cause is gone."

    def load(self) -> Finding:
        """Return the finding of the address."""
        return findings.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Finding) -> Verdict:
        """Whoever sees it and may write may."""
        return rules.may_report(self.user)

    def initial(self, obj: Finding) -> dict[str, Any]:
        """Start with what was found."""
        return {"what": opening.said(obj)}

    def perform(self, obj: Finding, given: Mapping[str, Any]) -> Incident:
        """Open it."""
        return opening.open_incident(obj, actor=self.user, **given)

    def said(self, result: Incident) -> str:
        """Say under which key it is found."""
        return f"It is {result.key}."
