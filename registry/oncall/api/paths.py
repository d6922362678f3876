"""Escalation paths over REST."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Nested, ReasonInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.channels.models import Channel
from governance.core import clock
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people.models import Position
from registry.oncall import actions, queries, rules
from registry.oncall.actions import StepTerms
from registry.oncall.actions.paths import Target
from registry.oncall.api.rotas import team_of
from registry.oncall.models import LONGEST_WAIT, MOST_REPEATS, EscalationPath, Rota
from registry.oncall.tables import PathFilters
from registry.surfaces.api.resolve import person

KINDS = ("rota", "person", "position", "channel")


class TargetOutput(serializers.Serializer[Any]):
    """Whom a step tells: its kind, its key or reference, its name."""

    number = serializers.IntegerField()
    wait_minutes = serializers.IntegerField(help_text="Until the next step, when nobody acknowledges.")
    kind = serializers.ChoiceField(choices=KINDS)
    key = serializers.CharField(source="target.key")
    name = serializers.CharField(source="target.name")


class PathRow(Output):
    """A path as a row of the list."""

    team = serializers.CharField(source="team.key", allow_null=True, default=None)

    class Meta:
        model = EscalationPath
        fields = ("key", "name", "team", "repeat", "state", "version", "updated_at")


class PathOutput(PathRow):
    """A path with its steps; rows of one number are told together."""

    steps = TargetOutput(many=True)

    class Meta:
        model = EscalationPath
        fields = ("key", "name", "team", "repeat", "state", "steps", "created_at", "version")


class ToldPerson(serializers.Serializer[Any]):
    """Somebody who would be told."""

    ref = serializers.CharField()
    name = serializers.CharField()


class ToldChannel(serializers.Serializer[Any]):
    """A channel that would be told."""

    key = serializers.CharField()
    name = serializers.CharField()


class ToldOutput(serializers.Serializer[Any]):
    """Whom a step would tell now."""

    number = serializers.IntegerField()
    wait_minutes = serializers.IntegerField()
    people = ToldPerson(many=True)
    channels = ToldChannel(many=True)


class TestOutput(serializers.Serializer[Any]):
    """A test that is on its way."""

    told = serializers.IntegerField(help_text="How many people and channels are told.")


class TargetInput(Nested):
    """A rota, person, position or channel by its key or reference."""

    kind = serializers.ChoiceField(choices=KINDS)
    key = Name(max_length=60)


class StepInput(Nested):
    """A step: whom it tells together, and how long it waits."""

    wait_minutes = serializers.IntegerField(min_value=1, max_value=LONGEST_WAIT, default=10)
    tells = serializers.ListField(child=TargetInput(), min_length=1, max_length=rules.MOST_STEPS)


class StepsInput(Input):
    """All steps of a path, in order; those that stand there are replaced."""

    steps = serializers.ListField(child=StepInput(), min_length=1, max_length=rules.MOST_STEPS)
    example = {"steps": [{"wait_minutes": 10, "tells": [{"kind": "rota", "key": "claims-on-call"}]}]}


class PathInput(Input):
    """A path with its steps."""

    name = Name(max_length=200)
    team = Name(max_length=60, required=False, allow_null=True, help_text="The team's key; none: the whole company's.")
    repeat = serializers.IntegerField(min_value=0, max_value=MOST_REPEATS, required=False)
    steps = serializers.ListField(child=StepInput(), min_length=1, max_length=rules.MOST_STEPS)
    example = {"name": "Claims", "team": "claims", "repeat": 1, **StepsInput.example}


class PathChange(Input):
    """What of a path is changed; what is left out stays."""

    name = Name(max_length=200, required=False)
    team = Name(max_length=60, required=False, allow_null=True)
    repeat = serializers.IntegerField(min_value=0, max_value=MOST_REPEATS, required=False)
    example = {"repeat": 2}


def target_of(kind: str, key: str, seen: Any) -> Target:
    """Return whom a step names. Raises Invalid for what is not there."""
    found: Target | None
    if kind == "person":
        return person(key, "steps", seen)
    if kind == "rota":
        found = Rota.objects.visible_to(seen).filter(key=key).first()
    elif kind == "position":
        found = Position.objects.visible_to(seen).filter(key=key).first()
    else:
        number = key.upper().removeprefix("CH-")
        known = number.isdecimal() and len(number) < 19
        found = Channel.objects.filter(pk=int(number)).first() if known else None
    if found is None:
        raise Invalid(f"There is no {kind} {key}.", fix="Use the key that its list says.", fields={"steps": ["Unknown."]})
    return found


def steps_of(rows: list[dict[str, Any]], seen: Any) -> list[StepTerms]:
    """Return steps as the action takes them. Raises Invalid."""
    return [StepTerms([target_of(each["kind"], each["key"], seen) for each in row["tells"]], row["wait_minutes"]) for row in rows]


class PathApi(ActionViewSet):
    """Escalation paths: whom to tell, step by step, until somebody acknowledges."""

    model = EscalationPath
    serializer_class = PathOutput
    list_serializer_class = PathRow
    filterset_class = PathFilters
    ordering_fields = {"name": "name", "team": "team__name"}
    ordering = "name"
    lookup_field = "key"
    required_scopes = {"read": ("oncall:read",), "write": ("oncall:write",)}

    def get_queryset(self) -> QuerySet[EscalationPath]:
        """Return the paths that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return EscalationPath.objects.none()
        found: QuerySet[EscalationPath] = EscalationPath.objects.visible_to(self.request.user)
        return found.select_related("team") if self.is_list() else queries.paths(self.request.user)

    @creates(PathInput)
    def create(self, data: dict[str, Any]) -> EscalationPath:
        """Make a path with its steps."""
        team = team_of(data.pop("team")) if data.get("team") else data.pop("team", None)
        made = actions.make_path(actor=self.actor, team=team, **{**data, "steps": steps_of(data["steps"], self.actor)})
        return queries.path(self.actor, made.key)

    @updates(PathChange)
    def partial_update(self, path: EscalationPath, data: dict[str, Any], expected_version: int | None) -> EscalationPath:
        """Change a path's name, team or repetition."""
        held: dict[str, Any] = {"name": path.name, "team": path.team, "repeat": path.repeat}
        if "team" in data:
            data["team"] = team_of(data["team"]) if data["team"] else None
        made = actions.change_path(path, actor=self.actor, expected_version=expected_version, **{**held, **data})
        return queries.path(self.actor, made.key)

    @acts("steps", StepsInput, method="put")
    def set_steps(self, path: EscalationPath, data: dict[str, Any], expected_version: int | None) -> EscalationPath:
        """Replace the steps of a path."""
        wanted = steps_of(data["steps"], self.actor)
        made = actions.set_steps(path, wanted, actor=self.actor, expected_version=expected_version)
        return queries.path(self.actor, made.key)

    @acts("retirement", ReasonInput)
    def retire(self, path: EscalationPath, data: dict[str, Any], expected_version: int | None) -> EscalationPath:
        """Retire a path that no route leads to."""
        made = actions.retire_path(path, actor=self.actor, expected_version=expected_version, **data)
        return queries.path(self.actor, made.key)

    @acts("tests", output=TestOutput, status=201, if_match="none")
    def try_path(self, path: EscalationPath, data: dict[str, Any], expected_version: int | None) -> dict[str, int]:
        """Send a test to everybody whom the steps of a path tell now."""
        return {"told": actions.try_path(path, actor=self.actor)}

    @reads("targets", output=ToldOutput, many=True)
    def targets(self, path: EscalationPath) -> Any:
        """Whom each step of a path would tell now."""
        return told_by(path)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, path: EscalationPath) -> Any:
        """What happened to a path."""
        return entries_for(path)


def told_by(path: EscalationPath, team_id: int | None = None) -> list[dict[str, Any]]:
    """Return whom each step of a path tells now."""
    told = queries.targets_by_step(path, clock.now(), team_id=team_id)
    waits = rules.wait_of(path.steps.all())
    return [
        {"number": number, "wait_minutes": waits[number], "people": each.people, "channels": each.channels}
        for number, each in told.items()
    ]
