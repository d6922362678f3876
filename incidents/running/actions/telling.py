"""What is told about an incident: drafted from what is known, changed, and sent for good."""

from datetime import datetime
from zoneinfo import ZoneInfo

from governance.core import clock, company, digest
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases import actions as cases
from incidents.cases.models import Communication, Incident, TimelineEntry
from incidents.running import drafts, queries, rules
from incidents.running.actions.common import locked


@action
def draft_communication(incident: Incident, *, actor: User, audience: str, subject: str = "", text: str = "") -> Communication:
    """Draft a message to customers, regulators or staff; without words, from a template filled with what is known.

    Raises Denied, Invalid by field.
    """
    now = locked(incident)
    require(rules.may_respond(actor, now, queries.standing(actor, now)))
    if audience not in Communication.Audience.values:
        raise Invalid("Choose whom it is for.", fields={"audience": [f"One of {', '.join(Communication.Audience.values)}."]})
    made = first_draft(now, audience)
    message = Communication(
        incident=now, audience=audience, subject=subject.strip() or made.subject[:200], text=text.strip() or made.text
    )
    return transitions.create(
        message, actor=actor, kind="communication.drafted", payload=_told(message), touches=message.ledger_touches
    )


def first_draft(incident: Incident, audience: str) -> drafts.Draft:
    """Return the template's draft for an audience, in the company's time zone."""
    held = company.current()
    zone = ZoneInfo(held.time_zone)

    def said(at: datetime) -> str:
        return f"{at.astimezone(zone):%-d %B %Y, %H:%M} ({held.time_zone})"

    plain = dict(queries.plain_words()).get(incident.category, "[say in one sentence what was wrong]")
    return drafts.draft(incident, audience, held.name, category=plain, said=said)


@action
def edit_communication(
    message: Communication, *, actor: User, subject: str, text: str, expected_version: int | None = None
) -> Communication:
    """Change a draft. Raises Denied once it was sent, StaleState when somebody else changed it meanwhile."""
    now = _locked(message, actor)
    return transitions.change(
        now,
        actor=actor,
        kind="communication.edited",
        changes={"subject": subject.strip(), "text": text.strip()},
        expected_version=expected_version,
        payload=_told(now),
        touches=now.ledger_touches,
    )


@action
def send_communication(message: Communication, *, actor: User, expected_version: int | None = None) -> Communication:
    """Record that a message went out as it stands: from then on nothing changes it, and it is on the timeline.

    Plumbline keeps what was told to whom and when, under its hash; it goes out by the company's own ways, for only these
    know customers and authorities. Raises Denied, StaleState, Invalid while it still has gaps in [brackets].
    """
    now = _locked(message, actor)
    require(rules.may_send(actor, now, now.incident, queries.standing(actor, now.incident)))
    if "[" in now.text:
        gap = now.text[now.text.index("[") :].partition("]")[0] + "]"
        raise Invalid("It still has gaps.", fix="Fill in or strike what is in brackets.", fields={"text": [f"Still open: {gap}"]})
    hashed = digest.digest({"audience": now.audience, "subject": now.subject, "text": now.text})
    to = now.get_audience_display().lower()
    sent = transitions.change(
        now,
        actor=actor,
        kind="communication.sent",
        changes={"state": Communication.State.SENT, "sent_at": clock.now(), "sent_by": actor},
        expected_version=expected_version,
        payload={**_told(now), "digest": hashed},
        touches=now.ledger_touches,
    )
    cases.note(
        sent.incident,
        actor=actor,
        kind=TimelineEntry.Kind.COMMUNICATION,
        text=f"told {to}: {sent.subject}",
        url=sent.get_absolute_url(),
        data={"communication": sent.key, "audience": sent.audience, "digest": hashed},
    )
    return sent


@action
def discard_draft(message: Communication, *, actor: User, expected_version: int | None = None) -> None:
    """Throw a draft away; its history stays. Raises Denied once it was sent, StaleState for another version."""
    now = _locked(message, actor)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    transitions.remove(now, actor=actor, kind="communication.discarded", payload=_told(now), touches=now.ledger_touches)


def _locked(message: Communication, actor: User) -> Communication:
    now = Communication.objects.select_for_update(of=("self",)).select_related("incident__surface").get(pk=message.pk)
    if now.state == Communication.State.SENT:
        require(rules.may_send(actor, now, now.incident, rules.Standing()))
    require(rules.may_respond(actor, now.incident, queries.standing(actor, now.incident)))
    return now


def _told(message: Communication) -> dict[str, str]:
    return {"audience": message.get_audience_display().lower(), "incident": f"INC-{message.incident_id}"}
