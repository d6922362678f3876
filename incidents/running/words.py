"""How incidents are shown: marks, sentences of the timeline, how long since. Pure drawing over the kit's atoms."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from governance.ui import atoms
from incidents.cases.models import Incident, IncidentState, TimelineEntry

S = IncidentState
TONES = {S.REPORTED: "stop", S.TRIAGED: "stop", S.MITIGATING: "stop", S.RESOLVED: "wait", S.POSTMORTEM: "wait", S.CLOSED: "ok"}
MARKS = {
    "report": "stop",
    "severity": "warn",
    "mode": "held",
    "lever": "held",
    "revision": "held",
    "clock": "warn",
    "budget": "warn",
}
"""Which timeline entries are marked, and how; the others stand as plain dots."""
LONG = 180
"""What is longer stands in a box under its author, not behind the name."""


@dataclass(frozen=True)
class Told:
    """One timeline entry as the kit's timeline draws it, with what one can do about it."""

    html: SafeString
    at: datetime
    tone: str
    note: str
    seq: int | None
    number: int
    after: str
    correct_url: str = ""


def tone_of(incident: Incident) -> str:
    """Return the mark of an incident; a near miss is never red."""
    tone = TONES[S(incident.state)]
    return "warn" if tone == "stop" and incident.near_miss else tone


def since(incident: Incident) -> datetime:
    """Return the moment from which on an incident is in its state."""
    moments: dict[str, datetime | None] = {
        S.TRIAGED: incident.triaged_at,
        S.MITIGATING: getattr(incident, "mitigating_at", None) or incident.triaged_at,
        S.RESOLVED: incident.resolved_at,
        S.POSTMORTEM: incident.resolved_at,
        S.CLOSED: incident.closed_at,
    }
    return moments.get(incident.state) or incident.reported_at


def lasting(span: timedelta) -> str:
    """Say how long: 53 minutes, 3 h 20 min, 4 days."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return "under a minute"
    if minutes < 60:
        return f"{minutes} minute{'s' if minutes != 1 else ''}"
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} days"


def state_words(incident: Incident, now: datetime) -> str:
    """Return the state with how long it lasts: Mitigating, for 53 minutes; what is over says no time."""
    label = incident.get_state_display()
    if incident.state in (S.CLOSED, S.POSTMORTEM):
        return label
    return f"{label}, for {lasting(now - since(incident))}"


def state(incident: Incident) -> SafeString:
    """Draw the state for a row of a list."""
    return atoms.state(tone_of(incident), incident.get_state_display())


def severity(incident: Incident) -> SafeString | str:
    """Draw the severity, or that nobody judged it yet."""
    if incident.severity:
        return format_html("<b>{}</b>", incident.severity)
    return mark_safe('<span class="quiet">not yet</span>')


def telling(row: TimelineEntry, incident: Incident, correct_url: str = "") -> Told:
    """Return a timeline entry as a sentence after its author's name; long words stand in a box."""
    who = str(row.author) if row.author else _nobody(row, incident)
    text, note = row.text, ""
    if row.kind == TimelineEntry.Kind.REPORT:
        text, note = (f"reported: “{text}”", "") if len(text) <= LONG else ("reported:", text)
    elif row.kind == TimelineEntry.Kind.NOTE and len(text) > LONG:
        text, note = "noted:", row.text
    elif len(text) > LONG and ": " in text[:LONG]:
        text, _, note = text.partition(": ")
        text = f"{text}:"
    if row.corrects_id:
        text = f"corrects an earlier entry: {text}"
    joint = "" if text[:1].islower() or not text[:1].isalpha() else ":"
    html = format_html("<b>{}</b>{} {}", who, joint, text)
    if row.url:
        html = format_html('{} <a href="{}">Open</a>', html, row.url)
    return Told(
        html, row.at, MARKS.get(row.kind, ""), note, getattr(row, "seq", None), row.pk, _after(row, incident), correct_url
    )


def _nobody(row: TimelineEntry, incident: Incident) -> str:
    if row.kind == TimelineEntry.Kind.REPORT:
        return incident.reporter_name or "Somebody without an account"
    return "Plumbline"


def _after(row: TimelineEntry, incident: Incident) -> str:
    span = row.at - incident.reported_at
    if row.kind == TimelineEntry.Kind.REPORT or span < timedelta(minutes=1) or span > timedelta(hours=48):
        return ""
    return f"{lasting(span)} in"
