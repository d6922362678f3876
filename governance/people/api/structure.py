"""Teams, positions, holdings and delegations over REST."""

from typing import Any

from governance.api.input import ReasonInput
from governance.api.operations import acts, creates, deletes, lists, reads, updates
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import actions, lookups, queries
from governance.people.api import bodies, shapes
from governance.people.models import Delegation, Holding, Position, Team
from governance.people.tables import DelegationFilters, HoldingFilters, PositionFilters, TeamFilters

SCOPES = {"read": ("people:read",), "write": ("people:write",)}


class TeamApi(ActionViewSet):
    """Parts of the company that own things and pay for them."""

    model = Team
    serializer_class = shapes.TeamOutput
    filterset_class = TeamFilters
    ordering_fields = {"name": "name", "key": "key"}
    ordering = "name"
    related = ("parent", "lead")
    lookup_field = "key"
    required_scopes = SCOPES

    @creates(bodies.TeamInput)
    def create(self, data: dict[str, Any]) -> Team:
        """Add a team."""
        return actions.create_team(actor=self.actor, **self._resolved(data))

    @updates(bodies.TeamInput)
    def partial_update(self, team: Team, data: dict[str, Any], expected_version: int) -> Team:
        """Change a team."""
        return actions.change_team(team, actor=self.actor, changes=self._resolved(data), expected_version=expected_version)

    @deletes()
    def destroy(self, team: Team, expected_version: int) -> None:
        """Remove a team that nothing belongs to."""
        actions.remove_team(team, actor=self.actor, expected_version=expected_version)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, team: Team) -> Any:
        """What happened to a team."""
        return entries_for(team)

    @staticmethod
    def _resolved(data: dict[str, Any]) -> dict[str, Any]:
        if "parent" in data:
            data["parent"] = lookups.team_or_none(data["parent"], field="parent")
        if "lead" in data:
            data["lead"] = lookups.person_or_none(data["lead"], field="lead")
        return data


class PositionApi(ActionViewSet):
    """Named functions that approve, whoever holds them at the time."""

    model = Position
    serializer_class = shapes.PositionOutput
    filterset_class = PositionFilters
    ordering_fields = {"name": "name", "key": "key"}
    ordering = "name"
    lookup_field = "key"
    required_scopes = SCOPES

    @creates(bodies.PositionInput)
    def create(self, data: dict[str, Any]) -> Position:
        """Add a position."""
        return actions.create_position(actor=self.actor, **data)

    @updates(bodies.PositionChangeInput)
    def partial_update(self, position: Position, data: dict[str, Any], expected_version: int) -> Position:
        """Change a position."""
        return actions.change_position(position, actor=self.actor, changes=data, expected_version=expected_version)

    @reads("deciders", output=shapes.SeatOutput, many=True)
    def deciders(self, position: Position) -> list[dict[str, Any]]:
        """Who may decide in a position now, and why; for positions held for the whole company."""
        seats = queries.deciders(position)
        return [
            {"person": seat.person.ref, "why": seat.why, "in_place_of": seat.giver.ref if seat.giver else None} for seat in seats
        ]

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, position: Position) -> Any:
        """What happened to a position and its holders."""
        return entries_for(position)


class HoldingApi(ActionViewSet):
    """Who holds, or deputises in, a position from one day to another."""

    model = Holding
    serializer_class = shapes.HoldingOutput
    filterset_class = HoldingFilters
    ordering_fields = {"starts_on": "starts_on", "position": "position__key"}
    ordering = "-starts_on"
    related = ("position", "person", "team")
    lookup_field = "pk"
    required_scopes = SCOPES

    @creates(bodies.HoldingInput)
    def create(self, data: dict[str, Any]) -> Holding:
        """Name a holder or a deputy."""
        position = lookups.position(data.pop("position"))
        person = lookups.person(data.pop("person"))
        team = lookups.team_or_none(data.pop("team"))
        return actions.name_holder(position, actor=self.actor, person=person, team=team, **data)

    @acts("end", bodies.EndInput, status=204)
    def end(self, holding: Holding, data: dict[str, Any], expected_version: int | None) -> None:
        """End a holding with a day, or at once."""
        actions.end_holding(holding, actor=self.actor, expected_version=expected_version, **data)


class DelegationApi(ActionViewSet):
    """Who decides in whose place, until when, and why."""

    model = Delegation
    serializer_class = shapes.DelegationOutput
    filterset_class = DelegationFilters
    ordering_fields = {"starts_at": "starts_at", "ends_at": "ends_at"}
    ordering = "-starts_at"
    related = ("giver", "receiver", "position")
    lookup_field = "pk"
    required_scopes = SCOPES

    @creates(bodies.DelegationInput)
    def create(self, data: dict[str, Any]) -> Delegation:
        """Delegate one's decisions for a while."""
        giver = lookups.person(data.pop("giver"), field="giver") if "giver" in data else self.actor
        receiver = lookups.person(data.pop("receiver"), field="receiver")
        position = lookups.position_or_none(data.pop("position"))
        return actions.give_delegation(giver, actor=self.actor, receiver=receiver, position=position, **data)

    @acts("revocation", ReasonInput)
    def revoke(self, delegation: Delegation, data: dict[str, Any], expected_version: int | None) -> Delegation:
        """Take a delegation back."""
        return actions.revoke_delegation(delegation, actor=self.actor, expected_version=expected_version, **data)
