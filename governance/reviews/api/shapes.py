"""What reviews and decisions take and answer over REST."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from governance.api.output import Output
from governance.reviews import forms
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import Attendance, Review, ReviewDecision

SCOPES = {"read": ("scorecard:read",), "write": ("scorecard:write",)}
REFERENCE = "p_4f1d2c9a8b7e6d50"


class ReviewOutput(Output):
    """A review."""

    key = serializers.CharField()
    owner = serializers.CharField(source="owner.ref", help_text="Reference of who leads it.")
    before = serializers.IntegerField(source="before_id", allow_null=True, help_text="Number of the review before this one.")

    class Meta:
        model = Review
        fields = (
            "key", "kind", "subject_type", "subject_id", "subject_label", "owner", "planned_on", "since", "until", "before",
            "scheduled", "state", "begun_at", "held_at", "notes", "outcome", "outcome_why", "digest", "ended_because", "version",
        )  # fmt: skip


class LineOutput(serializers.Serializer[Any]):
    """A line of an agenda; `place` is what a decision names it by, once the agenda is frozen."""

    place = serializers.IntegerField(allow_null=True)
    section = serializers.CharField()
    label = serializers.CharField()
    text = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
    detail = serializers.CharField(allow_blank=True)
    level = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    owner = serializers.CharField(allow_null=True)


class AgendaOutput(serializers.Serializer[Any]):
    """An agenda as the caller may see it, and how many lines are left out."""

    frozen = serializers.BooleanField()
    left_out = serializers.IntegerField()
    lines = LineOutput(many=True)


class AttendanceOutput(Output):
    """Somebody who is asked."""

    person = serializers.CharField(source="person.ref")

    class Meta:
        model = Attendance
        fields = ("person", "came")


class AnswerOutput(Output):
    """How one area stands."""

    owner = serializers.SerializerMethodField(help_text="Reference of who answers it.")

    class Meta:
        model = ChecklistAnswer
        fields = (
            "area_key", "area", "question", "artefact", "role", "owner", "standing", "answer", "shown_by", "carried",
            "answered_on",
        )  # fmt: skip

    def get_owner(self, obj: ChecklistAnswer) -> str | None:
        """Return the reference."""
        return obj.owner.ref if obj.owner is not None else None


class DecisionOutput(Output):
    """What was decided."""

    key = serializers.CharField()
    review = serializers.CharField(source="review.key")
    owner = serializers.CharField(source="owner.ref")

    class Meta:
        model = ReviewDecision
        fields = ("key", "review", "text", "detail", "owner", "due_on", "state", "ended_at", "ended_note", "version")


class PlanInput(Input):
    """A review to come; a vendor review names the vendor by its key."""

    kind = serializers.ChoiceField(choices=Review.Kind.choices)
    planned_on = serializers.DateField()
    owner = Name(max_length=40, required=False, help_text="Reference (p_...) of who leads it; left out: yourself.")
    subject = Name(max_length=120, required=False, allow_blank=True, help_text="The key of what is reviewed.")
    example = {"kind": "eval", "planned_on": "2099-12-31"}


class MoveInput(Input):
    """Another day."""

    planned_on = serializers.DateField()
    reason = Prose(max_length=2000, required=False)
    example = {"planned_on": "2099-12-31"}


class HandOverInput(Input):
    """Who leads it from now on."""

    owner = Name(max_length=40)
    reason = Prose(max_length=2000, required=False)
    example = {"owner": REFERENCE}


class PeopleInput(Input):
    """References of people: all who are asked, or all who came."""

    people = serializers.ListField(child=Name(max_length=40), max_length=200)
    example = {"people": [REFERENCE]}


class NotesInput(Input):
    """What was said."""

    notes = Prose(max_length=20000)
    example = {"notes": "Cost rose with the new prompt; we keep it for a week."}


class DecideInput(Input):
    """What is decided; `line` is the place of the line on the agenda that it answers."""

    text = Name(max_length=400)
    owner = Name(max_length=40)
    due_on = serializers.DateField()
    detail = Prose(max_length=4000, required=False)
    line = serializers.IntegerField(required=False, min_value=0, max_value=100_000)
    example = {"text": "Move triage back to the smaller model", "owner": REFERENCE, "due_on": "2099-12-31"}


class CloseInput(Input):
    """How it is closed; only the review of one thing has an outcome."""

    outcome = serializers.ChoiceField(choices=Review.Outcome.choices, required=False)
    outcome_why = Prose(max_length=4000, required=False)
    example = {"outcome": "keep", "outcome_why": "Their terms have not moved."}


class AnswerInput(Input):
    """How one area stands this quarter."""

    area = Name(max_length=60, help_text="The area's key.")
    standing = serializers.ChoiceField(choices=forms.STANDINGS)
    answer = Prose(max_length=4000)
    shown_by = Name(max_length=600, required=False, allow_blank=True)
    example = {"area": "cost", "standing": "missing", "answer": "No limit is set for batch work."}


class GiveInput(Input):
    """Who answers for one area."""

    area = Name(max_length=60, help_text="The area's key.")
    owner = Name(max_length=40)
    example = {"area": "cost", "owner": REFERENCE}


class ChangeInput(Input):
    """Other hands, or another day; a later day needs a reason."""

    owner = Name(max_length=40, required=False)
    due_on = serializers.DateField(required=False)
    reason = Prose(max_length=2000, required=False)
    example = {"due_on": "2099-12-31", "reason": "The vendor answers next week."}


class DoneInput(Input):
    """What came of it."""

    note = Prose(max_length=4000, required=False)
    example = {"note": "Triage runs on the smaller model since Tuesday."}
