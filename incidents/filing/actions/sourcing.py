"""A problem that the system itself came upon: a finding, a failed eval run, a closed gate. Said twice, it is one incident."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases import actions as cases
from incidents.cases.models import BURNING, Incident, TimelineEntry
from incidents.filing import queries, rules
from incidents.filing.actions.reporting import report
from registry.evals.models import EvalRun
from registry.gates.models import GateCheck
from registry.surfaces.models import Surface

CATEGORY = "regression"
"""What policy calls it when something was good and is worse now; left open where policy has no such category."""
MOST_REASONS = 8


@action
def report_from(
    source: str,
    ref: str,
    *,
    actor: User,
    what: str,
    title: str = "",
    surface: Surface | None = None,
    url: str = "",
    data: Mapping[str, Any] | None = None,
    **told: Any,
) -> Incident:
    """Report what `source` (Incident.Source) calls `ref`, and return its incident.

    While an incident of the same source and ref is burning, what is said is added to that one instead, so that a source
    may report as often as it sees the thing. `url` leads to where it was seen (a path here, or https). `told` is what
    `report` takes. Raises Denied, Invalid.
    """
    require(rules.may_report(actor))
    if not ref.strip():
        raise Invalid("A source says what it means.", fields={"source_ref": ["This is needed."]})
    burning = Incident.objects.select_for_update().filter(source=source, source_ref=ref, state__in=BURNING).first()
    if burning is not None:
        cases.note(burning, actor=actor, kind=TimelineEntry.Kind.REPORT, text=f"Seen again: {what}", url=url, data=data)
        return burning
    made = report(actor=actor, what=what, title=title, surface=surface, source=source, source_ref=ref, **told)
    if url or data:
        kind = TimelineEntry.Kind.EVAL if source == Incident.Source.EVAL else TimelineEntry.Kind.REPORT
        text = f"Reported from {ref}."
        cases.note(made.incident, actor=actor, kind=kind, text=text, url=url, data=data)
    return made.incident


def report_from_run(run: EvalRun, *, actor: User, what: str = "", near_miss: bool | None = None) -> Incident:
    """Report an eval run in which something failed. Raises Conflict for one in which nothing did, Denied, Invalid."""
    if not is_bad(run):
        raise Conflict(f"Nothing failed in {run.key}.", fix="Report the problem by itself, and say what you saw.")
    return report_from(
        Incident.Source.EVAL,
        run.key,
        actor=actor,
        what=what.strip() or said_of_run(run),
        title=f"{run.suite.name} fails on {run.surface.name}",
        surface=run.surface,
        url=run.get_absolute_url(),
        data={"run": run.key, "passed": run.passed, "counted": run.counted},
        category=queries.known(CATEGORY),
        near_miss=not_in_force(run) if near_miss is None else near_miss,
    )


def report_from_check(check: GateCheck, *, actor: User, what: str = "", near_miss: bool | None = None) -> Incident:
    """Report a gate check that failed. Raises Conflict for one that passed, Denied, Invalid."""
    if check.passed:
        raise Conflict(f"{check.key} passed.", fix="Report the problem by itself, and say what you saw.")
    return report_from(
        Incident.Source.EVAL,
        check.key,
        actor=actor,
        what=what.strip() or said_of_check(check),
        title=f"The gate of {check.surface.name} is closed",
        surface=check.surface,
        url=check.get_absolute_url(),
        data={"check": check.key, "runs": check.runs},
        category=queries.known(CATEGORY),
        near_miss=not check.while_in_force if near_miss is None else near_miss,
    )


def is_bad(run: EvalRun) -> bool:
    """Whether something failed in a run, or it broke off."""
    return bool(run.failed or run.errored) or run.status == EvalRun.Status.ERRORED


def not_in_force(run: EvalRun) -> bool:
    """Whether a run speaks of a revision that does not hold: what it found reached nobody."""
    return run.revision_id is not None and run.revision_id != run.surface.in_force_id


def said_of_run(run: EvalRun) -> str:
    """Say in words what a run found."""
    broke = f" It broke off: {run.error}" if run.status == EvalRun.Status.ERRORED and run.error else ""
    failed = f"{run.failed + run.errored:,} of {run.counted:,} cases failed" if run.counted else "no case was counted"
    where = f" at commit {run.commit}" if run.commit else ""
    return f"In {run.key}, a run of {run.suite.name} on {run.surface.name}{where}, {failed}.{broke}"


def said_of_check(check: GateCheck) -> str:
    """Say in words why a gate stays closed."""
    which = f"revision {check.revision.number} of {check.surface.name}" if check.revision else check.surface.name
    reasons = [reason["text"] for reason in check.reasons]
    more = f" And {len(reasons) - MOST_REASONS} more." if len(reasons) > MOST_REASONS else ""
    return f"{check.key}: the gate let {which} not pass. {' '.join(reasons[:MOST_REASONS])}{more}"
