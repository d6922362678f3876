"""What is sent about changes."""

from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from registry.changes.forms import DISCLOSURE


class ProposalInput(Input):
    """A proposal: the surface, its contract (or the open draft), and the decision record."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    title = Name()
    why = Prose(max_length=8000)
    contract = serializers.JSONField(required=False, help_text="Left out: the surface's open draft.")
    surface_version = serializers.IntegerField(required=False, min_value=1, help_text="Refused when the surface moved on.")
    worst_case = Prose(max_length=4000, required=False, allow_blank=True)
    blast_radius = Prose(max_length=4000, required=False, allow_blank=True)
    data_touched = Prose(max_length=4000, required=False, allow_blank=True)
    drift_signs = Prose(max_length=4000, required=False, allow_blank=True)
    rollback_trigger = Prose(max_length=4000, required=False, allow_blank=True)
    rollback_to = serializers.IntegerField(required=False, min_value=1, help_text="Number of an earlier revision.")
    eval_evidence = Prose(max_length=4000, required=False, allow_blank=True)
    disclosure = serializers.ListField(child=serializers.ChoiceField(choices=DISCLOSURE), required=False, max_length=4)
    planned_on = serializers.DateField(required=False)
    planned_at = serializers.DateTimeField(required=False, help_text="The very moment; planned_on alone is its first hour.")
    example = {
        "surface": "S-0418",
        "title": "Use the 2.2 model for triage",
        "why": "2.1 is deprecated from March.",
        "worst_case": "A claim lands in the wrong queue and waits a day.",
        "blast_radius": "About 6,000 claims a day until the nightly report.",
        "drift_signs": "Share of re-queued claims above 4 %.",
        "rollback_trigger": "The share of re-queued claims is above 4 % for an hour.",
    }


class EmergencyInput(Input):
    """A change that cannot wait: what happened, the contract (or the open draft), and the decision record."""

    surface = Name(max_length=40, help_text="The surface's key, such as S-0418.")
    title = Name()
    incident = Name(help_text="What happened that cannot wait.")
    why = Prose(max_length=8000)
    contract = serializers.JSONField(required=False, help_text="Left out: the surface's open draft.")
    surface_version = serializers.IntegerField(required=False, min_value=1)
    worst_case = Prose(max_length=4000, required=False, allow_blank=True)
    blast_radius = Prose(max_length=4000, required=False, allow_blank=True)
    data_touched = Prose(max_length=4000, required=False, allow_blank=True)
    drift_signs = Prose(max_length=4000, required=False, allow_blank=True)
    rollback_trigger = Prose(max_length=4000, required=False, allow_blank=True)
    rollback_to = serializers.IntegerField(required=False, min_value=1)
    example = {
        "surface": "S-0418",
        "title": "Take the leaking source away",
        "incident": "Answers quote another member's letter since 09:10.",
        "why": "The corpus holds letters that it must not hold.",
        "worst_case": "Answers lack the newest handbook pages.",
        "blast_radius": "Everybody who asks about letters, until the corpus is clean.",
        "drift_signs": "Share of answers without a source.",
        "rollback_trigger": "More than a tenth of answers without a source for an hour.",
    }


class RollbackInput(Input):
    """A rollback: the surface, the earlier revision, and why."""

    surface = Name(max_length=40)
    to = serializers.IntegerField(min_value=1, help_text="Number of a revision that once held.")
    why = Prose(max_length=8000)
    example = {"surface": "S-0418", "to": 13, "why": "Re-queued claims doubled since this morning."}


class RetirementInput(Input):
    """The end of a surface: which, and why."""

    surface = Name(max_length=40)
    reason = Prose(max_length=4000)
    surface_version = serializers.IntegerField(required=False, min_value=1)
    example = {"surface": "S-0418", "reason": "The new desk replaces it; its data is deleted by the end of the month."}


class WithdrawalInput(Input):
    """Why a change is taken back."""

    reason = Prose(max_length=4000)
    example = {"reason": "Superseded by a smaller change."}
