"""Mapping sessions over REST: plan, lead, name places, bring exports in, settle lines."""

from typing import Any

from django.db.models import QuerySet

from governance.api.operations import acts, creates, deletes, lists, updates
from governance.api.viewsets import ActionViewSet
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups
from registry.mapping import actions, queries
from registry.mapping.api.shapes import (
    AmendInput,
    ChangeInput,
    CloseInput,
    ExportInput,
    ExportOutput,
    InviteInput,
    KnownInput,
    LeaveInput,
    LineInput,
    LineOutput,
    RegisterInput,
    SessionInput,
    SessionOutput,
    TeamOutput,
)
from registry.mapping.models import MappingLine, MappingSession, MappingTeam
from registry.mapping.tables import LineFilters, SessionFilters
from registry.surfaces import queries as surfaces

SCOPES = {"read": ("registry:read",), "write": ("registry:write",)}


class SessionApi(ActionViewSet):
    """Surface mapping sessions: guided hours in which teams name where they call models."""

    model = MappingSession
    serializer_class = SessionOutput
    filterset_class = SessionFilters
    ordering_fields = {"created_at": "pk", "name": "name"}
    ordering = "-created_at"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[MappingSession]:
        """Return the sessions that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return MappingSession.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> MappingSession:
        """Return the session of the address (MS-1)."""
        return queries.get(self.request.user, self.kwargs["key"])

    def named(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a body with people and teams as such."""
        found = dict(data)
        if "facilitator" in data:
            found["facilitator"] = lookups.person(data["facilitator"], field="facilitator")
        if "teams" in data:
            found["teams"] = [lookups.team(key, field="teams") for key in data["teams"]]
        return found

    @creates(SessionInput)
    def create(self, data: dict[str, Any]) -> MappingSession:
        """Plan a session."""
        return actions.plan(actor=self.actor, **self.named(data))

    @updates(ChangeInput)
    def partial_update(self, session: MappingSession, data: dict[str, Any], expected_version: int | None) -> MappingSession:
        """Change a session."""
        return actions.change(session, actor=self.actor, expected_version=expected_version, **self.named(data))

    @acts("start")
    def start(self, session: MappingSession, data: dict[str, Any], expected_version: int | None) -> MappingSession:
        """Start the hour."""
        return actions.start(session, actor=self.actor, expected_version=expected_version)

    @acts("closing", CloseInput)
    def close(self, session: MappingSession, data: dict[str, Any], expected_version: int | None) -> MappingSession:
        """Close a session."""
        return actions.close(session, actor=self.actor, expected_version=expected_version, **data)

    @lists("teams", output=TeamOutput, ordering_fields={"team": "team__key"}, ordering="team")
    def teams(self, session: MappingSession) -> Any:
        """Teams that are invited to a session."""
        return session.teams.select_related("team")

    @acts("teams", InviteInput, status=201, output=TeamOutput)
    def invite(self, session: MappingSession, data: dict[str, Any], expected_version: int | None) -> MappingTeam:
        """Invite one more team."""
        return actions.invite(session, actor=self.actor, team=lookups.team(data["team"]))

    @lists("lines", output=LineOutput, ordering_fields={"created_at": "pk"}, ordering="created_at", filterset_class=LineFilters)
    def lines(self, session: MappingSession) -> Any:
        """Places that were named in a session."""
        return queries.lines_of(self.request.user, session)

    @acts("lines", LineInput, status=201, output=LineOutput)
    def say(self, session: MappingSession, data: dict[str, Any], expected_version: int | None) -> MappingLine:
        """Name one place where a model is called."""
        given = dict(data)
        return actions.say(session, actor=self.actor, team=lookups.team_or_none(given.pop("team", None)), **given)

    @acts("exports", ExportInput, upload=True, output=ExportOutput)
    def take_export(self, session: MappingSession, data: dict[str, Any], expected_version: int | None) -> dict[str, Any]:
        """Bring in an export of sign-on or expenses."""
        upload = data["file"]
        read, new = actions.take_export(session, actor=self.actor, kind=data["kind"], data=upload.read(), name=upload.name)
        return {
            "rows": read.rows,
            "unknown": read.unknown,
            "products": len(read.found),
            "new_lines": new,
            "columns": dict(read.columns),
        }

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, session: MappingSession) -> Any:
        """What happened to a session."""
        return entries_for(session)


class LineApi(ActionViewSet):
    """Places that were named in mapping sessions, and what became of each."""

    model = MappingLine
    serializer_class = LineOutput
    filterset_class = LineFilters
    ordering_fields = {"created_at": "pk"}
    ordering = "created_at"
    lookup_field = "key"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[MappingLine]:
        """Return the lines that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return MappingLine.objects.none()
        return queries.lines_visible_to(self.request.user)

    def get_object(self) -> MappingLine:
        """Return the line of the address (ML-12)."""
        return queries.get_line(self.request.user, self.kwargs["key"])

    @updates(AmendInput)
    def partial_update(self, line: MappingLine, data: dict[str, Any], expected_version: int | None) -> MappingLine:
        """Correct a line."""
        return actions.amend(line, actor=self.actor, expected_version=expected_version, **data)

    @deletes()
    def destroy(self, line: MappingLine, expected_version: int | None) -> None:
        """Take a line back."""
        actions.withdraw(line, actor=self.actor, expected_version=expected_version)

    @acts("registration", RegisterInput)
    def register(self, line: MappingLine, data: dict[str, Any], expected_version: int | None) -> MappingLine:
        """Register a line as an idea."""
        owner = lookups.person_or_none(data.get("owner"), field="owner")
        actions.register(line, actor=self.actor, owner=owner, expected_version=expected_version)
        return queries.get_line(self.actor, line.key)

    @acts("known", KnownInput)
    def known(self, line: MappingLine, data: dict[str, Any], expected_version: int | None) -> MappingLine:
        """Say that a line is a surface that is registered already."""
        surface = surfaces.get(self.actor, data["surface"])
        return actions.known_as(line, actor=self.actor, surface=surface, expected_version=expected_version)

    @acts("leaving-out", LeaveInput)
    def leave_out(self, line: MappingLine, data: dict[str, Any], expected_version: int | None) -> MappingLine:
        """Leave a line out."""
        return actions.leave_out(line, actor=self.actor, expected_version=expected_version, **data)

    @acts("reopening")
    def reopen(self, line: MappingLine, data: dict[str, Any], expected_version: int | None) -> MappingLine:
        """Open a settled line again."""
        return actions.reopen(line, actor=self.actor, expected_version=expected_version)
