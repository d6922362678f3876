"""What the API takes about incidents."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from incidents.cases.models import Communication
from incidents.running import rules


class Scale(serializers.IntegerField):
    """A step of a scale from 0 to 4."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=4, **kwargs)


class People(serializers.IntegerField):
    """An estimated number of people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=2_000_000_000, **kwargs)


class IncidentChange(Input):
    """What of an incident changes; a version that is not the newest any more answers 412, and nothing is overwritten."""

    title = Name(required=False)
    what = Prose(required=False, allow_blank=True)
    where = Prose(required=False, allow_blank=True, max_length=4000)
    summary = Prose(required=False, allow_blank=True)
    impact = Prose(required=False, allow_blank=True)
    category = Name(required=False, max_length=60, help_text="Key of a category of the policy.")
    near_miss = serializers.BooleanField(required=False)
    ongoing = serializers.BooleanField(required=False, allow_null=True)
    vendor = Name(required=False, allow_null=True, max_length=60, help_text="Key of a vendor; null for none.")
    people_estimated = People(required=False, allow_null=True)
    user_harm = Scale(required=False, allow_null=True)
    blast_radius = Scale(required=False, allow_null=True)
    occurred_at = serializers.DateTimeField(required=False, allow_null=True)
    detected_at = serializers.DateTimeField(required=False, allow_null=True)
    data_classes = serializers.ListField(required=False, child=serializers.CharField(max_length=40), max_length=50)
    trace_ids = serializers.ListField(required=False, child=serializers.CharField(max_length=200), max_length=200)
    example = {"summary": "The new index holds last year's prices. Retrieval is off.", "people_estimated": 198}


class SeverityInput(Input):
    """How bad it is now, and why."""

    severity = Name(max_length=4, help_text="Key of a severity of the policy, such as SEV2.")
    reason = Prose(max_length=4000)
    near_miss = serializers.BooleanField(required=False)
    user_harm = Scale(required=False)
    blast_radius = Scale(required=False)
    people_estimated = People(required=False)
    example = {"severity": "SEV1", "reason": "A member paid the wrong price.", "user_harm": 3, "blast_radius": 2}


class TriageInput(SeverityInput):
    """How bad a reported incident is, of what kind, and where."""

    reason = Prose(required=False, default="", max_length=4000)
    category = Name(required=False, max_length=60, help_text="Key of a category of the policy; left out: as reported.")
    surface = Name(required=False, max_length=40, help_text="The primary surface's key; left out: as reported.")
    example = {"severity": "SEV2", "category": "hallucination", "surface": "S-0418", "user_harm": 2, "blast_radius": 2}


class WhyInput(Input):
    """Why, or what was done."""

    reason = Prose(required=False, default="", max_length=4000, help_text="Needed to resolve, to reopen and to erase.")
    example = {"reason": "The index of 30 October is back; 40 conversations read, none wrong."}


class NothingInput(Input):
    """Nothing further."""

    example = {}


class RoleInput(Input):
    """Who has a part in it."""

    role = serializers.ChoiceField(list(rules.ROLES))
    person = Name(allow_null=True, max_length=254, help_text="Reference or address; null for nobody (not for the owner).")
    example = {"role": "commander", "person": "noor@example.org"}


class TouchesInput(Input):
    """What else it touches, each list as a whole; one that is left out stays."""

    surfaces = serializers.ListField(required=False, child=serializers.CharField(max_length=40), max_length=500)
    endpoints = serializers.ListField(required=False, child=serializers.CharField(max_length=100), max_length=500)
    example = {"surfaces": ["S-0419"], "endpoints": ["meridian-large-eu"]}


class NoteInput(Input):
    """One more entry of the timeline."""

    text = Prose()
    at = serializers.DateTimeField(required=False, help_text="When it happened; left out: now.")
    corrects = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="The entry that it corrects.")
    example = {"text": "Read 40 conversations: all wrong prices cite the new index."}


class DraftInput(Input):
    """A message to draft; without words, from a template that is filled with what is known."""

    audience = serializers.ChoiceField(Communication.Audience.choices)
    subject = Name(required=False, default="", max_length=200, allow_blank=True)
    text = Prose(required=False, default="", allow_blank=True)
    example = {"audience": "customers"}


class MessageInput(Input):
    """A draft's words."""

    subject = Name(max_length=200)
    text = Prose()
    example = {"subject": "Wrong copay in the chat", "text": "Some of you were told 25 euros. It is 40."}
