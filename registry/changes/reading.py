"""Puts a change before its readers: what differs in words, what could go wrong, the contract as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from governance.core.asking import foretell
from registry.changes import foundation
from registry.changes.drift import drift
from registry.changes.forms import DISCLOSURE
from registry.changes.holds import Weighing, weigh
from registry.changes.models import Change
from registry.contracts import completeness, facts, validate
from registry.contracts.diff import diff
from registry.contracts.differences import AREAS, Diff, Difference
from registry.contracts.plumbfile import to_yaml
from registry.contracts.render import five_parts
from registry.controls.models import Status
from registry.evals import comparing
from registry.surfaces import facts as held
from registry.surfaces.models import Draft, Surface
from registry.switches import queries as switches
from registry.switches.models import Drill

RECORD = (
    ("Why", "why"),
    ("Worst case", "worst_case"),
    ("Reach", "blast_radius"),
    ("Data touched", "data_touched"),
    ("How we would see", "drift_signs"),
    ("Rollback trigger", "rollback_trigger"),
    ("Eval evidence", "eval_evidence"),
)


@dataclass(frozen=True)
class Reading:
    """A difference as it is read: groups of sentences by part, what widens, what stays."""

    difference: Diff
    groups: list[tuple[str, list[tuple[str, list[Difference]]]]]
    widens: list[tuple[str, str]]
    total: int
    is_first: bool

    @property
    def changed(self) -> int:
        """How many parts differ."""
        return len(self.difference.changed_parts)

    @property
    def unchanged(self) -> int:
        """How many parts stay as they are."""
        return len(self.difference.unchanged_parts)


def read(old: Mapping[str, Any], new: Mapping[str, Any]) -> Reading:
    """Return how two contracts differ, for a page."""
    found = diff(dict(old), dict(new), held.names())
    widens = [(AREAS[one.area], one.why) for one in found.expansions]
    groups = [(title, _by_subject(title, rows)) for _, title, rows in found.groups()]
    return Reading(found, groups, widens if old else [], len(found.changed_parts) + len(found.unchanged_parts), not old)


def _by_subject(title: str, rows: Sequence[Difference]) -> list[tuple[str, list[Difference]]]:
    """Gather the differences of one part by what they are about, without repeating the part's own name."""
    found: dict[str, list[Difference]] = {}
    for row in rows:
        said = row.subject.removeprefix(f"{title.lower()}, ").removeprefix(f"{title.lower()} ")
        found.setdefault(said[:1].upper() + said[1:], []).append(row)
    return list(found.items())


def what_changes(change: Change) -> dict[str, Any]:
    """Return what a change's page and its deciding screen show of the change itself."""
    record = [(label, getattr(change, name)) for label, name in RECORD if getattr(change, name)]
    target = change.rollback_to or change.base
    if target is not None:
        record.append(("Rolls back to", f"revision {target.number}"))
    if change.disclosure:
        known = dict(DISCLOSURE)
        record.append(("Disclosure", ", ".join(known.get(name, name).lower() for name in change.disclosure).capitalize()))
    return {
        "change": change,
        "reading": read(change.base.contract if change.base else {}, change.revision.contract),
        "record": record,
    }


def deciding(user: Any, change: Change) -> dict[str, Any]:
    """Return the whole deciding screen: what changes, what drifted, what holds it, controls, evals before and after."""
    foretell([held.names_question()])
    if change.state not in Change.OPEN_STATES:
        return what_changes(change) | {"clearance": getattr(change, "clearance", None)}
    foretell(_questions(change))
    weighing = weigh(change)
    return what_changes(change) | {
        "drift": drift(change),
        "holds": weighing.binding,
        "waived": [hold for hold in weighing.found if hold.waived_by],
        "controls": controls_of(weighing),
        "evals": comparing.before_and_after(change),
        "drills": drills_of(change.surface),
    }


def _questions(change: Change) -> Iterator[QuerySet[Any]]:
    """Yield what the deciding screen asks beside what holds the change, so that it can be foretold."""
    yield from foundation.questions(change.revision.contract)
    yield from comparing.questions(change)
    yield from (switches.passed_question([change.surface_id], kind.value) for kind in Drill.Kind)


def controls_of(weighing: Weighing) -> dict[str, Any]:
    """Return the controls of the proposed revision, the red ones first, and how many stand how."""
    red = [each for each in weighing.results if each.is_red]
    fine = [each for each in weighing.results if not each.is_red and each.status != Status.NOT_APPLICABLE]
    met = sum(each.status == Status.MET for each in fine)
    return {"red": red, "fine": fine, "met": met, "excepted": len(fine) - met, "total": len(red) + len(fine)}


def drills_of(surface: Surface) -> list[tuple[str, Any]]:
    """Return when each lever of a surface was last tried with success, for the rollback plan."""
    found = [(kind.label, switches.last_passed([surface], kind.value).get(surface.pk)) for kind in Drill.Kind]
    return [(label, drill) for label, drill in found if drill is not None]


def contract(change: Change) -> dict[str, Any]:
    """Return the whole contract of a change's revision."""
    revision = change.revision
    return {
        "parts": five_parts(revision.contract, held.names()),
        "revision": revision,
        "text": to_yaml(revision.contract),
    }


def draft(surface: Surface) -> dict[str, Any]:
    """Return the open draft: how it differs from what holds, what is wrong with it and what it lacks."""
    found = surface.drafts.filter(kind=Draft.Kind.CONTRACT).first()
    if found is None:
        return {"exists": False}
    whole, problems = validate.accept(found.content, known=held.known())
    tier = facts.tier_of(surface.tier or 0, held.tier_facts())
    return {
        "exists": True,
        "problems": problems,
        "whole": whole,
        "missing": [] if problems else completeness.completeness(whole, tier),
        "reading": None if problems else read(surface.in_force.contract if surface.in_force else {}, whole),
    }


TOUCHES_DATA = frozenset({"data", "retrieval"})


def suggested(surface: Surface, draft: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a decision record can be filled in with from a draft: the data touched, and the trigger for rollback."""
    found = draft.get("reading")
    if found is None:
        return {}
    touched = [one.sentence for one in found.difference if TOUCHES_DATA & set(one.kinds)]
    triggers = draft["whole"].get("rollback", {}).get("triggers", [])
    told = {"data_touched": _sentences(touched), "rollback_trigger": _sentences(triggers)}
    return {name: text for name, text in told.items() if text}


def _sentences(said: Sequence[str]) -> str:
    return "\n".join(f"{each[:1].upper()}{each[1:]}." if not each.endswith(".") else each for each in said)
