"""What contract as code takes and answers over REST."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Prose
from registry.changes.ascode.comment import comment
from registry.changes.ascode.preview import Preview, Turn
from registry.changes.forms import DISCLOSURE
from registry.changes.models import Change
from registry.contracts.plainyaml import MOST_BYTES
from registry.surfaces.api.fields import ContractField


class FileInput(Input):
    """A contract as JSON or a plumbline.yaml as text, where it came from, and the decision record."""

    contract = ContractField(required=False)
    yaml = serializers.CharField(required=False, max_length=MOST_BYTES, trim_whitespace=False, help_text="A plumbline.yaml.")
    dry_run = serializers.BooleanField(required=False, help_text="Only say what would come of it.")
    replace = serializers.BooleanField(required=False, help_text="Withdraw the change that is still open, if you may.")
    author = Name(max_length=200, required=False, help_text="Who wrote it: a reference, an e-mail address or a name.")
    commit = Name(max_length=100, required=False)
    link = serializers.URLField(max_length=600, required=False, help_text="Where the commit or pull request is read.")
    title = Name(required=False)
    why = Prose(max_length=8000, required=False)
    worst_case = Prose(max_length=4000, required=False)
    blast_radius = Prose(max_length=4000, required=False)
    data_touched = Prose(max_length=4000, required=False)
    drift_signs = Prose(max_length=4000, required=False)
    rollback_trigger = Prose(max_length=4000, required=False)
    rollback_to = serializers.IntegerField(required=False, min_value=1, help_text="Number of an earlier revision.")
    eval_evidence = Prose(max_length=4000, required=False)
    disclosure = serializers.ListField(child=serializers.ChoiceField(choices=DISCLOSURE), required=False, max_length=4)
    planned_on = serializers.DateField(required=False)
    planned_at = serializers.DateTimeField(required=False)
    example = {
        "yaml": "plumbline: 1\nsurface: S-0418\ncontract:\n  outputs:\n    audience: internal\n",
        "commit": "9c1f3aa4",
        "link": "https://git.example.com/claims/triage/pull/12",
        "author": "noor@example.com",
        "dry_run": True,
    }


class ProblemOutput(serializers.Serializer[Any]):
    """One thing that is wrong, with its line in the file."""

    pointer = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    fix = serializers.CharField(allow_blank=True)
    line = serializers.IntegerField(allow_null=True)


class MissingOutput(serializers.Serializer[Any]):
    """One thing that is needed before it can be proposed: in the contract, the decision record or the surface."""

    pointer = serializers.CharField(allow_blank=True)
    what = serializers.CharField()
    why = serializers.CharField(allow_blank=True)


class FileDifferenceOutput(serializers.Serializer[Any]):
    """One thing that differs from what is in force, in domain words."""

    part = serializers.CharField()
    subject = serializers.CharField()
    op = serializers.CharField()
    sentence = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)
    kinds = serializers.ListField(child=serializers.CharField())
    widens = serializers.ListField(child=serializers.CharField())


class TurnOutput(serializers.Serializer[Any]):
    """A control as it stands now and as it would stand."""

    control = serializers.CharField()
    title = serializers.CharField()
    now = serializers.CharField(allow_null=True)
    then = serializers.CharField()
    why = serializers.CharField()
    next_step = serializers.CharField(allow_blank=True)
    blocking = serializers.BooleanField()


class ApprovalOutput(serializers.Serializer[Any]):
    """How many people of a position have to agree."""

    position = serializers.CharField()
    name = serializers.CharField()
    people = serializers.IntegerField()


class FileOutput(serializers.Serializer[Any]):
    """What came, or would come, of a file. `comment` is Markdown for a pull request."""

    outcome = serializers.ChoiceField(choices=["proposed", "would_propose", "already_proposed", "nothing_to_propose", "problems"])
    surface = serializers.CharField()
    base = serializers.IntegerField(allow_null=True, help_text="Number of the revision in force.")
    digest = serializers.CharField(allow_blank=True)
    change = serializers.CharField(allow_null=True, help_text="Key of the change that was proposed, or that is open.")
    revision = serializers.IntegerField(allow_null=True, help_text="Number of the proposed revision.")
    is_ready = serializers.BooleanField(help_text="Whether it can be proposed as it is.")
    problems = ProblemOutput(many=True)
    missing = MissingOutput(many=True)
    differences = FileDifferenceOutput(many=True)
    minimum_tier = serializers.IntegerField()
    breaks = TurnOutput(many=True)
    mends = TurnOutput(many=True)
    holds = TurnOutput(many=True)
    approvals = ApprovalOutput(many=True)
    lane = serializers.CharField(allow_blank=True)
    decide_hours = serializers.IntegerField(allow_null=True)
    comment = serializers.CharField()


def body(seen: Preview, outcome: str, change: Change | None) -> dict[str, Any]:
    base, route, called = seen.surface.in_force, seen.route, seen.positions or {}
    return {
        "outcome": outcome,
        "surface": seen.surface.key,
        "base": base.number if base else None,
        "digest": seen.digest,
        "change": change.key if change else seen.open_change.key if seen.open_change else None,
        "revision": change.revision.number if change else None,
        "is_ready": seen.is_ready,
        "problems": [{"pointer": p.pointer, "message": p.message, "fix": p.fix, "line": p.line} for p in seen.problems],
        "missing": _missing(seen),
        "differences": [
            {
                **{name: getattr(one, name) for name in ("part", "subject", "op", "sentence", "before", "after")},
                "kinds": list(one.kinds),
                "widens": [f"{wide.area}: {wide.why}" for wide in one.expansions],
            }
            for one in seen.difference
        ],
        "minimum_tier": seen.minimum_tier,
        "breaks": [_turn(turn) for turn in seen.breaks],
        "mends": [_turn(turn) for turn in seen.mends],
        "holds": [_turn(Turn(None, one)) for one in seen.holds],
        "approvals": [
            {"position": key, "name": called.get(key, key), "people": people} for key, people in (route.steps if route else ())
        ],
        "lane": route.lane if route else "",
        "decide_hours": route.decide_hours if route else None,
        "comment": comment(seen),
    }


def _missing(seen: Preview) -> list[dict[str, str]]:
    told = [{"pointer": "/surface", "what": what, "why": why} for what, why in seen.lacks]
    told += [{"pointer": f"/contract{one.pointer}", "what": one.what, "why": one.why} for one in seen.missing]
    told += [{"pointer": f"/{name}", "what": texts[0], "why": ""} for name, texts in (seen.record_lacks or {}).items()]
    if not seen.tier_is_enough:
        what = f"Raise the tier to {seen.minimum_tier}, or narrow the contract."
        told.append({"pointer": "/surface", "what": what, "why": " ".join(seen.minimum_reasons)})
    return told


def _turn(turn: Turn) -> dict[str, Any]:
    then = turn.then
    return {
        "control": then.key,
        "title": then.title,
        "now": str(turn.now.status) if turn.now else None,
        "then": str(then.status),
        "why": then.why,
        "next_step": then.next_step,
        "blocking": then.holds,
    }
