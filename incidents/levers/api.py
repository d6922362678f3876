"""The levers of an incident over REST: lower a mode, roll back, quarantine, each on the timeline with how long it took."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts
from governance.api.viewsets import Resource
from governance.core.errors import Invalid
from governance.people.models import User
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.levers import actions, queries
from registry.changes import queries as changes
from registry.modes.api import LowerInput
from registry.quarantine import queries as quarantine
from registry.quarantine.models import Quarantine
from registry.surfaces.models import Mode


class PulledOutput(serializers.Serializer[Any]):
    """What came of pulling a lever."""

    key = serializers.CharField(source="result.key", help_text="The step (M-12), the quarantine (Q-4) or the change (C-7).")
    incident = serializers.CharField(source="incident.key")
    seconds = serializers.FloatField(allow_null=True, help_text="From asking until served; null where it waits for a yes.")


class LeverInput(Input):
    """Which surface's mode is lowered how far, and why."""

    surface = Name(max_length=40, help_text="A surface that the incident touches, such as S-0418.")
    to = serializers.ChoiceField(choices=Mode.choices, help_text="A mode below the present one.")
    reason = Prose(max_length=4000)
    example = {"surface": "S-0418", **{name: LowerInput.example[name] for name in ("to", "reason")}}


class TakeOutInput(Input):
    """What is taken out of use for every surface, and why."""

    kind = serializers.ChoiceField(choices=Quarantine.Kind.choices)
    thing = Name(max_length=200, help_text="Key of the endpoint, tool or vendor; name of the source.")
    reason = Prose(max_length=4000)
    example = {"kind": "source", "thing": "plan-documents", "reason": "The index holds last year's prices."}


class BackInput(Input):
    """To which revision a surface goes back, and why."""

    surface = Name(max_length=40)
    revision = serializers.IntegerField(required=False, min_value=1, help_text="Its number; left out: the newest that held.")
    reason = Prose(max_length=4000)
    example = {"surface": "S-0418", "reason": "Wrong prices since this revision."}


class LeverApi(Resource):
    """What can be pulled from an incident: each lever is authorised, reasoned, timed, and stands on the timeline."""

    model = Incident
    required_scopes = {"read": ("incidents:read",), "write": ("incidents:write",)}

    @property
    def actor(self) -> User:
        """The person or service account that acts."""
        user: Any = self.request.user
        return user

    def incident(self) -> Incident:
        """Return the incident of the address. Raises NotVisible."""
        return cases.get(self.request.user, self.kwargs["key"])

    @acts("mode", LeverInput, output=PulledOutput, detail=False)
    def lower(self, data: dict[str, Any]) -> actions.Pulled:
        """Lower the mode of a surface that the incident touches; it is served from then on."""
        incident = self.incident()
        surface = queries.surface_of(self.actor, incident, data["surface"])
        return actions.lower(incident, surface, actor=self.actor, to=data["to"], reason=data["reason"])

    @acts("quarantine", TakeOutInput, output=PulledOutput, detail=False)
    def take_out(self, data: dict[str, Any]) -> actions.Pulled:
        """Take an endpoint, source, tool or vendor out of use for every surface."""
        incident = self.incident()
        thing = quarantine.thing_of(self.actor, data["kind"], data["thing"])
        return actions.take_out(incident, actor=self.actor, kind=data["kind"], thing=thing, reason=data["reason"])

    @acts("rollback", BackInput, output=PulledOutput, detail=False)
    def roll_back(self, data: dict[str, Any]) -> actions.Pulled:
        """Propose an earlier revision of a surface that the incident touches; named people let it hold."""
        incident = self.incident()
        surface = queries.surface_of(self.actor, incident, data["surface"])
        targets = changes.rollback_targets(surface)
        target = targets.filter(number=data["revision"]).first() if data.get("revision") else targets.first()
        if target is None:
            said = "Nothing that held before it can be gone back to."
            raise Invalid(said, fields={"revision": ["No such revision ever held."]})
        return actions.roll_back(incident, surface, actor=self.actor, to=target, reason=data["reason"])
