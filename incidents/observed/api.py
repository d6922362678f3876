"""Incidents over REST: what filing and running offer, and opening one from a finding."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.filing.api import IncidentFilingApi
from incidents.observed import opening
from registry.findings import queries as findings


class FindingInput(Input):
    """A finding, and what is wrong where it can be said better than the finding does."""

    finding = Name(max_length=40, help_text="The finding's key, such as F-12.")
    what = Prose(required=False, allow_blank=True, help_text="Left out: as the finding says it.")
    near_miss = serializers.BooleanField(required=False, help_text="It reached nobody: it is kept and told, nobody is called.")
    example = {"finding": "F-12"}


class IncidentApi(IncidentFilingApi):
    """Incidents: what went wrong or nearly did, how bad it is, who has it, and what happened when."""

    @acts("from-finding", FindingInput, detail=False, status=201)
    def from_finding(self, data: dict[str, Any]) -> Incident:
        """Open an incident from a finding. While one is open for it, that is 409 without words and a note with them."""
        given = dict(data)
        made = opening.open_incident(findings.get(self.actor, given.pop("finding")), actor=self.actor, **given)
        return cases.get(self.actor, made.key)
