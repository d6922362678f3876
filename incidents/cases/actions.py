"""The writers of incidents as records: open one, and add to its timeline. What moves it on is in `running`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from governance.core import clock, digest
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy.models import IncidentCategory
from incidents.cases import accountable, queries, rules
from incidents.cases.models import Incident, IncidentEndpoint, IncidentState, IncidentSurface, TimelineEntry
from registry.catalog.models import Endpoint
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

FREE = (
    "ongoing", "reporter_name", "reporter_email", "occurred_at", "detected_at", "acknowledged_at", "triaged_at", "mitigated_at",
    "resolved_at", "closed_at", "user_harm", "blast_radius", "people_estimated", "summary", "impact", "cause", "severity",
)  # fmt: skip
"""What a new incident may be given beside what `open_case` names, each a field of the model."""


@action
def open_case(
    *,
    actor: User,
    what: str,
    category: str = "",
    title: str = "",
    where: str = "",
    surface: Surface | None = None,
    near_miss: bool = False,
    reporter: User | None = None,
    source: str = Incident.Source.FORM,
    source_ref: str = "",
    state: str = IncidentState.REPORTED,
    reported_at: datetime | None = None,
    vendor: Any = None,
    endpoints: Iterable[Endpoint] = (),
    more_surfaces: Iterable[Surface] = (),
    data_classes: Iterable[str] = (),
    trace_ids: Iterable[str] = (),
    parties: Mapping[str, Any] | None = None,
    **more: Any,
) -> Incident:
    """Keep what somebody reports as an incident, with its first timeline entry, and name who answers for it.

    `reporter` is who noticed it (the actor, when a person); people without an account are `reporter_name` and
    `reporter_email`, and `more` may hold any field of `FREE`. Without a title the first sentence of `what` serves. Only an
    incident of source "import" may begin in another state; it gets no timeline, for nobody lived through it here, and so
    an import can be undone. Tells nobody and starts no clock: filing does. Raises Denied by role, Invalid by field,
    Conflict when the source's `source_ref` is an open incident already.
    """
    require(rules.may_open(actor))
    if stray := set(more) - set(FREE):
        raise TypeError(f"an incident is not opened with {', '.join(sorted(stray))}")
    _check_named(actor, surface, category)
    routed = list(endpoints)
    incident = Incident(
        title=rules.title_of(title, what),
        what=what.strip(),
        where=where.strip(),
        surface=surface,
        category=category,
        near_miss=near_miss,
        reporter=reporter or (actor if actor.kind == User.Kind.PERSON else None),
        source=source,
        source_ref=source_ref,
        state=state,
        reported_at=reported_at or clock.now(),
        vendor=vendor or accountable.vendor_of(surface, routed),
        data_classes=sorted(set(data_classes)),
        trace_ids=list(dict.fromkeys(each.strip() for each in trace_ids if each.strip())),
        parties=dict(parties or {}),
        **more,
    )
    incident.owner = accountable.answering(surface)
    if wrong := rules.faults(incident, clock.now()):
        raise Invalid("This cannot be kept as an incident yet.", fields=wrong)
    return _store(incident, actor, routed, list(more_surfaces))


def _check_named(actor: User, surface: Surface | None, category: str) -> None:
    wrong: dict[str, list[str]] = {}
    if category and not IncidentCategory.objects.filter(key=category, is_retired=False).exists():
        wrong["category"] = ["Policy has no such category; choose one of its own."]
    if surface is not None and not rules.is_system(actor) and not surfaces.visible_to(actor).filter(pk=surface.pk).exists():
        wrong["surface"] = ["There is no such surface that you can see. Leave it empty and say where in words."]
    if wrong:
        raise Invalid("This cannot be kept as an incident yet.", fields=wrong)


def _store(incident: Incident, actor: User, endpoints: list[Endpoint], others: list[Surface]) -> Incident:
    told = {
        "source": incident.source,
        "surface": incident.surface.key if incident.surface else "",
        "category": incident.category,
        "near_miss": incident.near_miss,
    }
    imported = incident.source == Incident.Source.IMPORT
    transitions.check(incident)
    try:
        incident.save()
    except IntegrityError as error:
        raise transitions.explain(error, incident) from error
    IncidentEndpoint.objects.bulk_create([IncidentEndpoint(incident=incident, endpoint=each) for each in endpoints])
    rows = [IncidentSurface(incident=incident, surface=each) for each in others if each.pk != incident.surface_id]
    IncidentSurface.objects.bulk_create(rows)
    if not imported:
        written = write(
            incident,
            actor=incident.reporter or actor,
            kind=TimelineEntry.Kind.REPORT,
            text=incident.what or incident.title,
            at=incident.reported_at,
            data={"source": incident.source},
        )
        told |= row_told(written)
    kind = "incident.imported" if imported else "incident.reported"
    touches = (*incident.ledger_touches, *others)
    journal.record(kind, actor=actor, subject=incident, payload=told, touches=touches)
    return incident


@action
def note(
    incident: Incident,
    *,
    actor: User,
    text: str,
    kind: str = TimelineEntry.Kind.NOTE,
    url: str = "",
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    corrects: TimelineEntry | None = None,
) -> TimelineEntry:
    """Add to the timeline, for good. What was wrong is corrected by a further entry that names it in `corrects`.

    `at` is when it happened, an aware moment that has passed (now). A plain note is open to whoever sees the incident and
    may write; entries of other kinds are added by features whose own action decided that it may be done. Raises Denied,
    Invalid by field, Conflict when the corrected entry belongs to another incident.
    """
    if kind == TimelineEntry.Kind.NOTE:
        require(rules.may_note(actor, queries.visible_to(actor).filter(pk=incident.pk).exists()))
    if corrects is not None and corrects.incident_id != incident.pk:
        raise Conflict("The entry to correct is of another incident.", fix="Choose one of this timeline.")
    row = write(incident, actor=actor, kind=kind, text=text, url=url, data=data, at=at, corrects=corrects)
    told = {"about": row.get_kind_display().lower(), **row_told(row)}
    if corrects is not None:
        told["corrects"] = corrects.pk
    journal.record("incident.noted", actor=actor, subject=incident, payload=told, touches=incident.ledger_touches)
    return row


def write(
    incident: Incident,
    *,
    actor: User,
    kind: str,
    text: str,
    url: str = "",
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    corrects: TimelineEntry | None = None,
    entry_seq: int | None = None,
) -> TimelineEntry:
    """Write one timeline entry inside an action whose own ledger entry tells of it with `row_told`.

    What Plumbline does by itself has no author. Raises OutsideAction outside an action, Invalid by field.
    """
    journal.require_open(incident)
    now = clock.now()
    row = TimelineEntry(
        incident=incident,
        at=at or now,
        written_at=now,
        author=None if rules.is_system(actor) else actor,
        kind=kind,
        text=text.strip(),
        url=url,
        data=dict(data or {}),
        corrects=corrects,
        entry_seq=entry_seq,
    )
    if row.at > now:
        raise Invalid("It cannot have happened yet.", fields={"at": ["This moment lies in the future."]})
    if not row.text:
        raise Invalid("Say what happened.", fields={"text": ["This is needed."]})
    transitions.check(row)
    row.save(force_insert=True)
    return row


def row_told(row: TimelineEntry) -> dict[str, Any]:
    """Return what the ledger keeps of a timeline entry: its id, and the digest over all that it says."""
    said = {
        "incident": row.incident_id,
        "at": row.at,
        "author": row.author.ref if row.author else "",
        "kind": row.kind,
        "text": row.text,
        "url": row.url,
        "data": row.data,
        "corrects": row.corrects_id,
    }
    return {"row": row.pk, "digest": digest.digest(said)}
