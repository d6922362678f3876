"""What an alert says: the message for each receiver, and the line on the timeline."""

from collections.abc import Sequence

from governance.channels.message import Event, Message
from governance.channels.models import Channel
from governance.policy.models import IncidentCategory
from governance.policy.models import Severity as PolicySeverity
from incidents.alerts import rules
from incidents.alerts.models import Alert
from incidents.cases.models import Incident

LONGEST = 1500


def dedup(incident: Incident) -> str:
    """Return what receivers know this incident by."""
    return f"plumbline-{incident.key}"


def severity_of(incident: Incident) -> str:
    """Say how bad it is, in policy's words."""
    if not incident.severity:
        return "Not triaged yet"
    name = PolicySeverity.objects.filter(key=incident.severity).values_list("name", flat=True).first()
    return f"{incident.severity} {name}" if name else incident.severity


def facts(incident: Incident) -> tuple[tuple[str, str], ...]:
    """Return the labelled facts of a message, those that are known."""
    category = IncidentCategory.objects.filter(key=incident.category).values_list("name", flat=True).first()
    found = (
        ("Severity", severity_of(incident)),
        ("Category", category or ""),
        ("Surface", f"{incident.surface} ({incident.surface.key})" if incident.surface else ""),
        ("Where", incident.where[:300]),
        ("Reported", f"{incident.reported_at:%d %B %Y, %H:%M} UTC"),
    )
    return tuple((label, value) for label, value in found if value)


def message(incident: Incident, *, event: Event = "trigger", said: str = "", ack_url: str = "") -> Message:
    """Return the message that tells of an incident; `said` stands above what happened."""
    body = incident.what if len(incident.what) <= LONGEST else f"{incident.what[:LONGEST]}…"
    return Message(
        title=f"{incident.key} {incident.title}",
        body="\n\n".join(part for part in (said, body if event == "trigger" else "") if part),
        url=incident.get_absolute_url(),
        severity=rules.loudness(incident.severity),
        dedup=dedup(incident),
        fields=facts(incident) if event == "trigger" else (),
        ack_url=ack_url,
        event=event,
    )


def told(people: int, channels: Sequence[Channel]) -> str:
    """Say how many people and which channels: 2 people and the channel Claims on call."""
    parts = [f"{people} {'person' if people == 1 else 'people'}"] if people else []
    if channels:
        names = ", ".join(channel.name for channel in channels)
        parts.append(f"the channel{'s' if len(channels) > 1 else ''} {names}")
    return " and ".join(parts) or "nobody"


def step_line(alert: Alert, people: int, channels: Sequence[Channel], minutes: int) -> str:
    """Say on the timeline whom a step told."""
    again = f", round {alert.round}" if alert.round > 1 else ""
    where = f"step {alert.step} of {alert.path}{again}"
    after = f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"Called {told(people, channels)} ({where}). Without an answer the next step follows in {after}."
