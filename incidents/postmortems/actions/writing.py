"""Writes a postmortem: begun from the template of its severity, text by text, with causes and moments of the timeline."""

from collections.abc import Iterable

from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases.models import Incident, IncidentState, TimelineEntry
from incidents.postmortems import demands, queries, rules
from incidents.postmortems.actions.locking import incident_now, into_postmortem, postmortem_now, told_on_timeline
from incidents.postmortems.models import Postmortem, PostmortemCause, PostmortemSection
from incidents.running import queries as running

DRAWN = ("report", "state", "severity", "mode", "lever", "revision")
"""Kinds of timeline entry that are drawn in from the beginning; writers add and remove as they like."""


@action
def begin(incident: Incident, *, actor: User) -> Postmortem:
    """Begin an incident's postmortem from its severity's template. A resolved incident goes on to its postmortem.

    Raises Denied before triage and once it is closed, Conflict when there is one already.
    """
    incident = incident_now(incident)
    require(rules.may_begin(actor, incident, running.standing(actor, incident)))
    if (known := queries.of_incident(incident)) is not None:
        raise Conflict(f"{incident.key} has a postmortem: {known.key}.", fix="Go on with that one.")
    drawn = incident.timeline.filter(kind__in=DRAWN).order_by("at", "pk").values_list("pk", flat=True)
    asked = demands.sections_for(incident.severity)
    postmortem = Postmortem(incident=incident, title=incident.title, author=actor, moments=list(drawn[: rules.MOST_MOMENTS]))
    transitions.check(postmortem)
    told = {"incident": incident.key, "severity": incident.severity, "sections": len(asked)}
    if incident.state == IncidentState.RESOLVED:
        postmortem.incident = into_postmortem(incident, actor=actor)  # which says so on the timeline
    else:
        text = "Began the postmortem while it goes on."
        told |= told_on_timeline(incident, actor=actor, kind=TimelineEntry.Kind.POSTMORTEM, text=text)
    transitions.create(postmortem, actor=actor, kind="postmortem.begun", payload=told, touches=postmortem.ledger_touches)
    known_words = {"summary": incident.summary, "impact": incident.impact}
    for number, each in enumerate(asked, start=1):
        section = PostmortemSection(postmortem=postmortem, kind=each.key, heading=each.name, hint=each.hint, number=number)
        section.demanded, section.text = each.demanded, known_words.get(each.key, "")
        transitions.check(section)
        section.save()
    return postmortem


@action
def write_section(
    section: PostmortemSection, *, actor: User, text: str, expected_version: int | None = None
) -> PostmortemSection:
    """Write one text. Raises StaleState when somebody wrote it since, so that nobody's words are lost unseen; Denied."""
    postmortem = postmortem_now(section.postmortem)
    require(rules.may_change(actor, postmortem, queries.sees(actor, postmortem.incident)))
    now = PostmortemSection.objects.select_related("postmortem__incident").get(pk=section.pk)
    told = {"heading": now.heading, "section": now.kind, "characters": len(text.strip()), "postmortem": postmortem.key}
    return transitions.change(
        now,
        actor=actor,
        kind="postmortem.written",
        changes={"text": text.strip(), "written_by": actor},
        expected_version=expected_version,
        payload=told,
        touches=now.ledger_touches,
    )


@action
def retitle(postmortem: Postmortem, *, actor: User, title: str, expected_version: int | None = None) -> Postmortem:
    """Give a postmortem another title. Raises Denied, StaleState, Invalid for none."""
    postmortem = _writable(postmortem, actor, expected_version)
    title = " ".join(title.split())
    if not title:
        raise Invalid("A postmortem has a title.", fields={"title": ["This is needed."]})
    return transitions.change(
        postmortem,
        actor=actor,
        kind="postmortem.titled",
        changes={"title": title},
        payload={"title": title},
        touches=postmortem.ledger_touches,
    )


@action
def name_cause(postmortem: Postmortem, *, actor: User, cause: str, note: str = "") -> PostmortemCause:
    """Name one cause of the policy's list. Raises Denied, Invalid for an unknown one, Conflict for one that is named."""
    postmortem = _writable(postmortem, actor, None)
    known = demands.causes()
    if cause not in known:
        raise Invalid("Policy knows no such cause.", fields={"cause": [f"One of {', '.join(known)}."]})
    row = PostmortemCause(postmortem=postmortem, cause=cause, note=note.strip())
    told = {"cause": known[cause], "key": cause}
    return transitions.create(row, actor=actor, kind="postmortem.cause_named", payload=told, touches=row.ledger_touches)


@action
def note_cause(row: PostmortemCause, *, actor: User, note: str, expected_version: int | None = None) -> PostmortemCause:
    """Say how a cause worked here. Raises Denied, StaleState."""
    postmortem = _writable(row.postmortem, actor, None)
    row = PostmortemCause.objects.get(pk=row.pk, postmortem=postmortem)
    return transitions.change(
        row,
        actor=actor,
        kind="postmortem.cause_noted",
        changes={"note": note.strip()},
        expected_version=expected_version,
        payload={"cause": demands.cause_named(row.cause), "key": row.cause},
        touches=(postmortem, postmortem.incident),
    )


@action
def drop_cause(row: PostmortemCause, *, actor: User) -> None:
    """Take a cause back. Raises Denied."""
    postmortem = _writable(row.postmortem, actor, None)
    told = {"cause": demands.cause_named(row.cause), "key": row.cause}
    transitions.remove(row, actor=actor, kind="postmortem.cause_dropped", payload=told, touches=(postmortem, postmortem.incident))


@action
def cut_timeline(
    postmortem: Postmortem, *, actor: User, moments: Iterable[int], expected_version: int | None = None
) -> Postmortem:
    """Choose by id which entries of the incident's timeline are drawn in. Raises Invalid for those of another, StaleState."""
    postmortem = _writable(postmortem, actor, expected_version)
    wanted = set(moments)
    if len(wanted) > rules.MOST_MOMENTS:
        raise Invalid("That is too much to read.", fields={"moments": [f"Choose at most {rules.MOST_MOMENTS}."]})
    found = postmortem.incident.timeline.filter(pk__in=wanted).order_by("at", "pk").values_list("pk", flat=True)
    kept = list(found)
    if len(kept) != len(wanted):
        raise Invalid("Some moments are not on this incident's timeline.", fields={"moments": ["Choose from its timeline."]})
    return transitions.change(
        postmortem,
        actor=actor,
        kind="postmortem.timeline_cut",
        changes={"moments": kept},
        payload={"moments": len(kept)},
        touches=postmortem.ledger_touches,
    )


def _writable(postmortem: Postmortem, actor: User, expected_version: int | None) -> Postmortem:
    now = postmortem_now(postmortem, expected_version)
    require(rules.may_change(actor, now, queries.sees(actor, now.incident)))
    return now
