"""Closing incidents over REST (R11). A closing is made by POST, and read as the incident that it closed."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import creates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.core.errors import NotVisible
from incidents.cases import queries as cases
from incidents.cases.models import Incident, IncidentState
from incidents.postmortems import actions
from incidents.postmortems.api.postmortems import SCOPES


class ClosureOutput(Output):
    """A closed incident, and the postmortem on whose strength it closed."""

    incident = serializers.CharField(source="key")
    postmortem = serializers.SerializerMethodField(help_text="Key of its postmortem; null where there is none.")

    class Meta:
        model = Incident
        fields = ("incident", "title", "severity", "state", "closed_at", "postmortem", "version")

    def get_postmortem(self, row: Incident) -> str | None:
        """Return the postmortem's key."""
        found = getattr(row, "postmortem", None)
        return found.key if found is not None else None


class ClosureInput(Input):
    """Which incident is closed, and a last word."""

    incident = Name(max_length=40, help_text="Its key, such as INC-12.")
    reason = Prose(max_length=4000, required=False, allow_blank=True)
    example = {"incident": "INC-12", "reason": "Nothing came back for two weeks."}


class ClosureApi(ActionViewSet):
    """Closed incidents. At or above its tier's threshold an incident closes only with an approved postmortem."""

    model = Incident
    serializer_class = ClosureOutput
    ordering_fields = {"closed_at": "closed_at"}
    ordering = "-closed_at"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Incident]:
        """Return the closed incidents that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Incident.objects.none()
        heavy = ("what", "where", "summary", "impact", "parties", "trace_ids")
        closed = cases.visible_to(self.request.user).filter(state=IncidentState.CLOSED)
        return closed.select_related("postmortem").defer(*heavy)

    def get_object(self) -> Incident:
        """Return the closed incident of the address (INC-12)."""
        found = cases.get(self.request.user, self.kwargs["key"])
        return self.get_queryset().get(pk=found.pk) if found.state == IncidentState.CLOSED else _not_closed(found)

    @creates(ClosureInput)
    def create(self, data: dict[str, Any]) -> Incident:
        """Close an incident."""
        given = dict(data)
        return actions.close(cases.get(self.actor, given.pop("incident")), actor=self.actor, **given)


def _not_closed(incident: Incident) -> Incident:
    raise NotVisible(f"{incident.key} is not closed.", fix="Close it by a POST to this collection.")
