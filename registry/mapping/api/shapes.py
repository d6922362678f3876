"""What mapping sessions and their lines look like over REST, and what is sent."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.output import Output
from registry.mapping import exports
from registry.mapping.models import MappingLine, MappingSession, MappingTeam


class TeamOutput(Output):
    """An invited team, and whether it has named everything."""

    team = serializers.CharField(source="team.key")

    class Meta:
        model = MappingTeam
        fields = ("team", "done_at", "version")


class SessionOutput(Output):
    """A mapping session."""

    key = serializers.CharField()
    facilitator = serializers.CharField(source="facilitator.ref", help_text="Reference of who leads it.")

    class Meta:
        model = MappingSession
        fields = (
            "key",
            "name",
            "facilitator",
            "planned_at",
            "minutes",
            "state",
            "started_at",
            "closed_at",
            "notes",
            "created_at",
            "version",
        )


class LineOutput(Output):
    """One place where a model is called, and what became of it."""

    key = serializers.CharField()
    session = serializers.CharField(source="session.key")
    team = serializers.CharField(source="team.key", allow_null=True, default=None)
    named_by = serializers.CharField(source="named_by.ref")
    surface = serializers.CharField(source="surface.key", allow_null=True, default=None)

    class Meta:
        model = MappingLine
        fields = (
            "key",
            "session",
            "team",
            "what",
            "made_by",
            "purpose",
            "data_used",
            "origin",
            "product",
            "people",
            "spent",
            "currency",
            "outcome",
            "surface",
            "left_because",
            "named_by",
            "created_at",
            "version",
        )


class SessionInput(Input):
    """A session to come."""

    name = Name(max_length=200)
    teams = serializers.ListField(child=Name(max_length=60), min_length=1, max_length=100, help_text="Keys of teams.")
    facilitator = Name(max_length=40, required=False, help_text="Reference of a person; left out: yourself.")
    planned_at = serializers.DateTimeField(required=False, allow_null=True)
    minutes = serializers.IntegerField(required=False, min_value=10, max_value=240)
    example = {"name": "Operations, November", "teams": ["claims"]}


class ChangeInput(Input):
    """What of a session can be changed."""

    name = Name(max_length=200, required=False)
    facilitator = Name(max_length=40, required=False)
    planned_at = serializers.DateTimeField(required=False, allow_null=True)
    minutes = serializers.IntegerField(required=False, min_value=10, max_value=240)
    example = {"minutes": 90}


class InviteInput(Input):
    """One more team."""

    team = Name(max_length=60, help_text="Key of a team.")
    example = {"team": "support"}


class CloseInput(Input):
    """What is to be kept in mind."""

    notes = Prose(max_length=8000, required=False)
    example = {"notes": "Ask Finance again in March."}


class LineInput(Input):
    """One place where a model is called."""

    what = Name(max_length=200)
    team = Name(max_length=60, required=False, help_text="Key of the team that uses it.")
    made_by = Name(max_length=200, required=False, allow_blank=True)
    purpose = Prose(max_length=2000, required=False)
    data_used = Name(max_length=400, required=False, allow_blank=True)
    example = {"what": "Meeting notes", "team": "claims", "made_by": "Otter.ai", "purpose": "Writes minutes."}


class AmendInput(Input):
    """What a line says, corrected."""

    what = Name(max_length=200, required=False)
    made_by = Name(max_length=200, required=False, allow_blank=True)
    purpose = Prose(max_length=2000, required=False)
    data_used = Name(max_length=400, required=False, allow_blank=True)
    example = {"purpose": "Writes minutes of internal meetings."}


class ExportInput(Input):
    """An export of sign-on or expenses, as CSV or XLSX."""

    kind = serializers.ChoiceField(choices=list(exports.FIELDS))
    file = serializers.FileField()


class ExportOutput(serializers.Serializer[Any]):
    """What was read of an export; nothing else of it is kept."""

    rows = serializers.IntegerField()
    unknown = serializers.IntegerField(help_text="Rows that name no known product.")
    products = serializers.IntegerField()
    new_lines = serializers.IntegerField()
    columns = serializers.DictField(child=serializers.CharField())


class KnownInput(Input):
    """Which surface a line is."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    example = {"surface": "S-0418"}


class LeaveInput(Input):
    """Why a line is left out."""

    reason = Prose(max_length=2000)
    example = {"reason": "It calls no model."}


class RegisterInput(Input):
    """Who is to own the surface."""

    owner = Name(max_length=40, required=False, help_text="Reference of a person; left out: the lead of its team.")
    example = {"owner": "p_4f1d2c9a8b7e6d50"}
