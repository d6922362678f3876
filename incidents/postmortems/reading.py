"""Puts a postmortem before its readers: texts, times, moments, causes, what is to be done, and what was asked of the evals."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from governance.core import clock
from governance.documents import course
from governance.people.bench import day_of
from governance.policy.models import IncidentCategory
from incidents.cases.models import Incident, TimelineEntry
from incidents.cases.rules import HARM, RADIUS
from incidents.postmortems import blameless, demands, queries, rules, targets
from incidents.postmortems.models import ActionItem, EvalCaseRequest, Postmortem
from registry.evals.models import EvalCase

STEPS = (
    ("occurred_at", "Began"),
    ("reported_at", "Reported"),
    ("acknowledged_at", "Acknowledged"),
    ("mitigated_at", "Mitigated"),
    ("resolved_at", "Resolved"),
)
TONES = {
    ActionItem.State.OPEN: "wait",
    ActionItem.State.DONE: "wait",
    ActionItem.State.VERIFIED: "ok",
    ActionItem.State.DROPPED: "until",
}
OUTCOMES = {"pass": "ok", "fail": "stop", "error": "stop", "skip": "warn"}
MARKS = {"state": "t-held", "mode": "t-held", "lever": "t-held", "severity": "t-warn", "report": "t-stop", "clock": "t-warn"}


def what(user: Any, postmortem: Postmortem) -> dict[str, Any]:
    """Return what the page and the deciding screen show of a postmortem, loaded by `queries.with_parts`."""
    drawn = queries.moments(postmortem)
    incident = postmortem.incident
    known = demands.causes()
    return {
        "postmortem": postmortem,
        "incident": incident,
        "facts": facts(incident),
        "sections": sections(postmortem),
        "course": drawing(incident, drawn),
        "moments": [(entry, MARKS.get(entry.kind, "")) for entry in drawn],
        "causes": [(row, demands.cause_named(row.cause, known)) for row in postmortem.causes.all()],
        "items": [item_line(item) for item in incident.action_items.all()],
        "cases": [case_line(each) for each in incident.eval_cases.all()],
    }


def sections(postmortem: Postmortem) -> list[dict[str, Any]]:
    """Return the texts with hints on their words, while they can still be changed."""
    rows = list(postmortem.sections.all())
    is_draft = postmortem.state == Postmortem.State.DRAFT
    return [
        {
            "section": row,
            "hints": blameless.hints(row.text, names(postmortem.incident)) if is_draft else [],
            "url": reverse("postmortem-write", args=[postmortem.key, row.kind]),
        }
        for row in rows
    ]


def names(incident: Incident) -> list[str]:
    """Return the names of those who had a part in an incident: a postmortem says their roles."""
    people = (incident.owner, incident.commander, incident.reporter)
    return [person.name for person in people if person is not None]


def facts(incident: Incident) -> list[tuple[str, str]]:
    """Return what is held of an incident, as label and words."""
    category = IncidentCategory.objects.filter(key=incident.category).values_list("name", flat=True).first()
    found = [
        ("Kind", category or incident.category),
        ("User harm", HARM[incident.user_harm][0] if incident.user_harm is not None else ""),
        ("Blast radius", RADIUS[incident.blast_radius][0] if incident.blast_radius is not None else ""),
        ("People touched", f"at most {incident.people_estimated:,}" if incident.people_estimated is not None else ""),
        ("Vendor", incident.vendor.name if incident.vendor else ""),
    ]
    return [(label, value) for label, value in found if value] + durations(incident)


def durations(incident: Incident) -> list[tuple[str, str]]:
    """Return how long it took, counted from the report, to acknowledge, mitigate and resolve."""
    found = []
    for name, label in (("acknowledged_at", "Acknowledged"), ("mitigated_at", "Mitigated"), ("resolved_at", "Resolved")):
        at: datetime | None = getattr(incident, name)
        if at is not None:
            found.append((label, f"after {course.said((at - incident.reported_at).total_seconds() / 60)}"))
    return found


def drawing(incident: Incident, drawn: list[TimelineEntry]) -> SafeString:
    """Return the course of an incident as a picture; empty where too little is known."""
    steps = [(label, getattr(incident, name)) for name, label in STEPS if getattr(incident, name) is not None]
    return mark_safe(course.course(steps, [entry.at for entry in drawn]))


def item_line(item: ActionItem) -> dict[str, Any]:
    """Return an action item as a line: its state in a mark and words, and what it points at."""
    late = rules.is_overdue(item, day_of(clock.now()))
    return {
        "item": item,
        "state": ("stop", "Overdue") if late else (TONES[ActionItem.State(item.state)], item.get_state_display()),
        "target_url": targets.url_of(item),
        "target_kind": targets.kind_of(item),
    }


def case_line(asked: EvalCaseRequest) -> dict[str, Any]:
    """Return a case asked for as a line: whether it ran, and how it came out the first time."""
    if asked.first_run is None:
        return {"case": asked, "state": ("wait", "Not run yet")}
    outcome = EvalCase.Outcome(asked.first_outcome)
    return {"case": asked, "state": (OUTCOMES[outcome], f"First run: {outcome.label.lower()}")}
