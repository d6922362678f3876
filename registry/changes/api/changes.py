"""Changes over REST: propose, read, take on, roll back, withdraw; lanes and how long reviews take."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter

from governance.api.input import NoInput
from governance.api.operations import acts, creates, lists, reads
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from registry.changes import actions, lanes, latency, queries, reading
from registry.changes.api.inputs import EmergencyInput, ProposalInput, RetirementInput, RollbackInput, WithdrawalInput
from registry.changes.api.outputs import (
    ChangeOutput,
    ChangeRow,
    DifferenceOutput,
    LaneOutput,
    LatencyOutput,
    RetirementOutput,
    StandingOutput,
)
from registry.changes.drift import drift
from registry.changes.holds import weigh
from registry.changes.models import Change
from registry.changes.tables import ChangeFilters
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface


class ChangeApi(ActionViewSet):
    """Changes: proposals that lead from one revision of a surface's contract to the next."""

    model = Change
    serializer_class = ChangeOutput
    list_serializer_class = ChangeRow
    filterset_class = ChangeFilters
    ordering_fields = {"asked": "pk", "title": "title", "state": "state"}
    ordering = "-asked"
    lookup_field = "key"
    required_scopes = {"read": ("registry:read",), "write": ("registry:write",)}

    def get_queryset(self) -> QuerySet[Change]:
        """Return the changes that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Change.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Change:
        """Return the change of the address (C-12)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(ProposalInput)
    def create(self, data: dict[str, Any]) -> Change:
        """Propose a revision."""
        surface, given = self._read(data)
        return actions.propose(surface, actor=self.actor, **given)

    @acts("emergencies", EmergencyInput, detail=False, status=201)
    def propose_emergency(self, data: dict[str, Any]) -> Change:
        """Propose a change that cannot wait."""
        surface, given = self._read(data)
        return actions.propose_emergency(surface, actor=self.actor, **given)

    def _read(self, data: dict[str, Any]) -> tuple[Surface, dict[str, Any]]:
        """Return the surface of a body, and the rest of it as the actions take it."""
        given = dict(data)
        surface = surfaces.get(self.actor, given.pop("surface"))
        if "rollback_to" in given:
            given["rollback_to"] = _revision(surface, given["rollback_to"], "rollback_to")
        record = {name: given.pop(name) for name in actions.RECORD_FIELDS if name in given}
        return surface, {**given, "record": record, "expected_version": given.pop("surface_version", None)}

    @acts("rollbacks", RollbackInput, detail=False, status=201)
    def roll_back(self, data: dict[str, Any]) -> Change:
        """Propose to go back to an earlier revision."""
        surface = surfaces.get(self.actor, data["surface"])
        target = _revision(surface, data["to"], "to")
        return actions.roll_back(surface, actor=self.actor, to=target, why=data["why"])

    @acts("retirements", RetirementInput, detail=False, output=RetirementOutput, status=201)
    def retire(self, data: dict[str, Any]) -> dict[str, str]:
        """Retire a surface: nothing is in force any more."""
        surface = surfaces.get(self.actor, data["surface"])
        version = data.get("surface_version")
        ended = actions.retire(surface, actor=self.actor, reason=data["reason"], expected_version=version)
        return {"surface": ended.key, "state": ended.state}

    @acts("withdrawal", WithdrawalInput)
    def withdraw(self, change: Change, data: dict[str, Any], expected_version: int | None) -> Change:
        """Take an open change back."""
        return actions.withdraw(change, actor=self.actor, **data)

    @acts("start", NoInput)
    def start(self, change: Change, data: dict[str, Any], expected_version: int | None) -> Change:
        """Bring an approved change into force now, where nothing holds it."""
        return actions.bring_into_force(change, actor=self.actor)

    @acts("renewal", NoInput, status=201)
    def renew(self, change: Change, data: dict[str, Any], expected_version: int | None) -> Change:
        """Propose the contract of a voided or expired change again."""
        return actions.repropose(change, actor=self.actor)

    @reads("standing", output=StandingOutput)
    def standing(self, change: Change) -> dict[str, Any]:
        """Whether a change could come into force now, and what holds it."""
        if change.state not in Change.OPEN_STATES:
            return {"drift": [], "holds": [], "unmet": 0}
        weighing = weigh(change)
        return {"drift": drift(change), "holds": weighing.found, "unmet": weighing.unmet}

    @reads("lanes", output=LaneOutput, many=True, detail=False, scopes=("policy:read",))
    def lanes(self) -> list[dict[str, Any]]:
        """Which way each kind of change goes in each tier."""
        return [{"tier": tier.number, **_lane(lane)} for tier in lanes.lanes(self.actor) for lane in tier.lanes]

    @reads("latency", output=LatencyOutput, detail=False, parameters=[OpenApiParameter("days", int, enum=latency.PERIODS)])
    def latency(self) -> dict[str, Any]:
        """How long reviews took, by lane and by position."""
        days = self.parameters.get("days", 90)
        if days not in latency.PERIODS:
            raise Invalid("Choose 30, 90 or 365 days.", fields={"days": ["One of 30, 90, 365."]})
        found = latency.latency(self.actor, days)
        return {
            "days": found.days,
            "since": found.since,
            "whole": _spread(found.whole) if found.whole else None,
            "lanes": [_spread(each) for each in found.lanes],
            "positions": [_spread(each) for each in found.positions],
        }

    @reads("differences", output=DifferenceOutput, many=True)
    def differences(self, change: Change) -> Any:
        """What a change makes different, in domain words."""
        found = reading.read(change.base.contract if change.base else {}, change.revision.contract)
        return [
            {name: getattr(one, name) for name in ("part", "subject", "op", "sentence", "before", "after", "kinds", "segments")}
            for one in found.difference
        ]

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, change: Change) -> Any:
        """What happened to a change."""
        return entries_for(change)


def _revision(surface: Surface, number: int, field: str) -> Revision:
    found = surface.revisions.filter(number=number).first()
    if found is None:
        raise Invalid(f"{surface.key} has no revision {number}.", fields={field: [f"There is no revision {number}."]})
    return found


def _lane(lane: lanes.Lane) -> dict[str, Any]:
    return {name: getattr(lane, name) for name in lane.__slots__}


def _spread(each: latency.Spread) -> dict[str, Any]:
    hours = {"median_hours": each.median, "slow_hours": each.slow}
    told = {name: round(wait.total_seconds() / 3600, 3) for name, wait in hours.items()}
    return {"key": each.key, "label": each.label, "count": each.count, "shares": each.shares, **told}
