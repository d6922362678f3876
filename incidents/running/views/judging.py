"""How bad an incident is, by page."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid
from incidents.cases.models import Incident
from incidents.running import actions, forms
from incidents.running import queries as running
from incidents.running.severity import TABLE, propose
from incidents.running.views.acting import IncidentAction, number_of
from registry.surfaces import queries as surfaces
from registry.surfaces.models import SurfaceState

OFFERED = 200


class Triage(IncidentAction):
    """Say how bad it is."""

    title, submit, step, form_class = "Triage", "Triage it", "triage", forms.TriageForm
    lead = "A minute is enough: what is wrong here can be set right later, with a reason."
    fields_template = "incidents/running/_judge.html"

    def form_arguments(self, obj: Incident) -> dict[str, Any]:
        """Offer surfaces by name."""
        seen = surfaces.visible_to(self.user).exclude(state=SurfaceState.RETIRED).order_by("name")
        return {"incident": obj, "offered": list(seen.values_list("pk", "name")[:OFFERED])}

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Begin with what was reported, and the severity that it stands for."""
        return _judged(obj) | {"category": obj.category, "surface": obj.surface.key if obj.surface else ""}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Triage it."""
        key = given["surface"].strip()
        found = surfaces.visible_to(self.user).filter(pk=number_of(key)).first() if key else None
        if key and found is None:
            raise Invalid("Which surface?", fields={"surface": ["There is no such surface that you can see."]})
        return actions.triage(
            obj, actor=self.user, expected_version=self.seen_version, **{**_figures(given), "category": given["category"]},
            surface=found,
        )  # fmt: skip

    def extra(self, obj: Incident) -> dict[str, Any]:
        """Show what harm and radius stand for."""
        return _table(obj)

    def said(self, result: Incident) -> str:
        """Say what it is, and what follows."""
        demand = " It cannot be closed without a postmortem." if result.postmortem_demanded else ""
        return f"{result.key} is {result.severity}.{demand}"


class ChangeSeverity(IncidentAction):
    """Judge an incident anew."""

    title, submit, step, form_class = "Change the severity", "Set it", "set_severity", forms.SeverityForm
    lead = "Alerts and clocks follow at once; the reason stands on the timeline."
    fields_template = "incidents/running/_judge.html"

    def form_arguments(self, obj: Incident) -> dict[str, Any]:
        """Give the form the incident."""
        return {"incident": obj}

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Begin with what holds."""
        return _judged(obj)

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> Incident:
        """Set it."""
        return actions.set_severity(obj, actor=self.user, expected_version=self.seen_version, **_figures(given))

    def extra(self, obj: Incident) -> dict[str, Any]:
        """Show what harm and radius stand for."""
        return _table(obj)

    def said(self, result: Incident) -> str:
        """Say what it is now."""
        return f"{result.key} is {result.severity}."


def _figures(given: Mapping[str, Any]) -> dict[str, Any]:
    names = ("severity", "near_miss", "user_harm", "blast_radius", "people_estimated", "reason")
    return {name: given[name] for name in names}


def _judged(incident: Incident) -> dict[str, Any]:
    keys = list(running.severities())
    known = incident.user_harm is not None and incident.blast_radius is not None
    tier = incident.surface.tier if incident.surface else None
    proposed = propose(incident.user_harm, incident.blast_radius, tier).key(keys) if known else ""  # type: ignore[arg-type]
    figures = {name: getattr(incident, name) for name in ("user_harm", "blast_radius", "people_estimated", "near_miss")}
    return figures | {"severity": incident.severity or proposed or (keys[-2] if len(keys) > 1 else "")}


def _table(incident: Incident) -> dict[str, Any]:
    keys = list(running.severities())
    tier = incident.surface.tier if incident.surface else None
    rows = [[propose(harm, radius, tier).key(keys) for radius in range(5)] for harm in range(len(TABLE))]
    return {"proposed": list(enumerate(rows)), "tier": tier}
