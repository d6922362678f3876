"""The thirty-day rollout over REST: begin it, give its steps, tick what nothing can show."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.operations import acts, creates, reads
from governance.api.output import Output
from governance.api.viewsets import ActionViewSet
from governance.people import lookups
from governance.people.rows import is_insider
from governance.reviews import actions, rollout
from governance.reviews.api.shapes import REFERENCE, SCOPES
from governance.reviews.rolloutmodels import Rollout
from governance.reviews.views.base import admit


class RolloutOutput(Output):
    """The thirty days."""

    owner = serializers.CharField(source="owner.ref")

    class Meta:
        model = Rollout
        fields = ("starts_on", "owner", "version")


class StepOutput(serializers.Serializer[Any]):
    """A step of policy's rollout as it stands; `checked` says that it ticks itself."""

    step = serializers.CharField()
    week = serializers.IntegerField()
    text = serializers.CharField()
    done = serializers.BooleanField()
    late = serializers.BooleanField()
    checked = serializers.BooleanField()
    due_on = serializers.DateField(allow_null=True)
    owner = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_blank=True)


class StartInput(Input):
    """The first day, and who leads; left out: yourself."""

    starts_on = serializers.DateField()
    owner = Name(max_length=40, required=False)
    example = {"starts_on": "2026-12-01"}


class StepGiveInput(Input):
    """Who does a step, and until when; left out: the end of its week."""

    step = Name(max_length=60)
    owner = Name(max_length=40)
    due_on = serializers.DateField(required=False)
    example = {"step": "surfaces_mapped", "owner": REFERENCE}


class FinishInput(Input):
    """How a step of your own was done."""

    step = Name(max_length=60)
    note = Prose(max_length=2000)
    example = {"step": "raci", "note": "Agreed in the meeting of all leads."}


class RolloutApi(ActionViewSet):
    """The thirty-day rollout: policy's steps, each ticking itself from what exists."""

    model = Rollout
    serializer_class = RolloutOutput
    ordering_fields = {"id": "pk"}
    ordering = "id"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[Rollout]:
        """Return the rollout, once it has begun, for people in the company."""
        if getattr(self, "swagger_fake_view", False) or not is_insider(self.request.user):
            return Rollout.objects.none()
        return Rollout.objects.select_related("owner")

    @creates(StartInput)
    def create(self, data: dict[str, Any]) -> Rollout:
        """Begin the thirty days."""
        owner = lookups.person_or_none(data.pop("owner", None), field="owner")
        return actions.start_rollout(actor=self.actor, owner=owner, **data)

    @reads("steps", output=StepOutput, detail=False, many=True)
    def steps(self) -> list[dict[str, Any]]:
        """All steps as they stand."""
        admit(self.request.user)
        return [_step(step) for step in rollout.steps()]

    @acts("assignments", StepGiveInput, output=StepOutput, detail=False, if_match="none")
    def give(self, data: dict[str, Any]) -> dict[str, Any]:
        """Say who does a step, and until when."""
        owner = lookups.person(data.pop("owner"), field="owner")
        row = actions.give_step(actor=self.actor, owner=owner, **data)
        return self._now(row.step)

    @acts("completions", FinishInput, output=StepOutput, detail=False, if_match="none")
    def finish(self, data: dict[str, Any]) -> dict[str, Any]:
        """Say that a step which nothing can show is done."""
        return self._now(actions.finish_step(actor=self.actor, **data).step)

    @acts("reopenings", FinishInput, output=StepOutput, detail=False, if_match="none")
    def reopen(self, data: dict[str, Any]) -> dict[str, Any]:
        """Take back that a step is done; `note` says why."""
        return self._now(actions.reopen_step(data["step"], actor=self.actor, reason=data["note"]).step)

    def _now(self, key: str) -> dict[str, Any]:
        return next(_step(step) for step in rollout.steps() if step.key == key)


def _step(step: rollout.Step) -> dict[str, Any]:
    owner = step.row.owner.ref if step.row is not None and step.row.owner is not None else None
    told = {"step": step.key, "week": step.week, "text": step.text, "done": step.done, "late": step.late, "url": step.url}
    return told | {"checked": step.check is not None, "due_on": step.due_on, "owner": owner}
