"""What a finding's page gets from incidents: the way to open one, or to the one that is open."""

from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, contribute
from governance.ui.extensions import ObjectButton
from governance.ui.pages import Button
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.filing import rules
from registry.findings.models import Finding


def button(user: Any, finding: Finding) -> Button | None:
    """Return the way to open an incident from a finding, or to the one that was opened; nothing for others."""
    known = cases.visible_to(user).filter(source=Incident.Source.FINDING, source_ref=finding.key).order_by("-pk").first()
    if known is not None and (known.is_open or not finding.is_open):
        return Button(f"Incident {known.key}", known.get_absolute_url(), icon="incident")
    if not finding.is_open or not rules.may_report(user):
        return None
    return Button("Open an incident", reverse("report-finding", args=[finding.key]), icon="incident", dialog=True)


contribute(ObjectButton("finding.incident", "registry.finding", button))
contribute(ApiRoute("incidents", "incidents", load=lambda: import_string("incidents.observed.api.IncidentApi"), order=60))
