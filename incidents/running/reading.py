"""What an incident's page shows, gathered in few questions to the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from governance.core.verdict import Verdict
from incidents.cases import panels, queries
from incidents.cases.before import recent_changes
from incidents.cases.models import Incident, TimelineEntry
from incidents.cases.rules import may_note
from incidents.cases.similar import similar
from incidents.running import picture, rules, words
from incidents.running import queries as running
from registry.surfaces import queries as surfaces

SHOWN = 40
"""Timeline entries on the page; older ones are behind a link."""


@dataclass(frozen=True)
class Part:
    """Somebody who has to do with an incident: what they do in it, and when they joined or were told."""

    person: Any
    does: str
    at: datetime | None = None


def overview(request: Any, incident: Incident, may_run: Verdict) -> dict[str, Any]:
    """Return everything that the overview draws; panels of other features come last and ask for themselves."""
    user = request.user
    touched = queries.surfaces_of(incident)
    seen = [each for each in touched if each.pk == incident.surface_id] + _seen(user, incident, touched)
    changes = recent_changes(incident, found=touched)
    zone = timezone.get_current_timezone()
    return {
        "incident": incident,
        "may_run": may_run and rules.may_step("edit", incident),
        "changes": changes,
        "strip": picture.strip(changes, incident.reported_at, zone) if changes else None,
        "surfaces": seen,
        "unseen": len(touched) - len(seen),
        "endpoints": queries.endpoints_of(incident),
        "people": people(incident),
        "alike": similar(incident, user),
        **told(incident, request.GET, bool(may_note(user, True))),
        "panels_of": panels.panels(request, incident),
    }


def _seen(user: Any, incident: Incident, touched: list[Any]) -> list[Any]:
    further = [each for each in touched if each.pk != incident.surface_id]
    held = {each.pk: (each.owner_id, each.team_id) for each in further}
    visible = surfaces.visible_among(user, held) if held else set()
    return [each for each in further if each.pk in visible]


def told(incident: Incident, given: Mapping[str, str], may_correct: bool = False) -> dict[str, Any]:
    """Return the timeline as the address asks for it: `by` people or system, `before` an entry's number."""
    by = given.get("by", "") if given.get("by") in ("people", "system") else ""
    rows = queries.timeline(incident, by=by)
    before = given.get("before", "")
    last = incident.timeline.filter(pk=int(before)).first() if before.isdecimal() and len(before) < 19 else None
    if last is not None:
        rows = rows.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    found = running.with_seq(incident, rows[: SHOWN + 1])
    shown = _each_once(found[:SHOWN])

    def correct(row: TimelineEntry) -> str:
        is_note = row.kind == TimelineEntry.Kind.NOTE and not row.data  # what a step wrote by itself is not corrected by hand
        is_own = may_correct and row.author_id is not None and is_note
        return reverse("incident-correct", args=[incident.key, row.pk]) if is_own else ""

    last_pk = found[SHOWN - 1].pk if len(found) > SHOWN else None
    return {
        "entries": [words.telling(row, incident, correct(row)) for row in shown],
        "by": by,
        "older": last_pk,
        "is_older": last is not None,
    }


def _each_once(rows: list[TimelineEntry]) -> list[TimelineEntry]:
    """Leave out what was seen in the ledger by itself where the lever that did it stands beside it with more to say."""

    def thing(row: TimelineEntry) -> str:
        return str(row.data.get("step") or row.data.get("quarantine") or "")

    pulled = {thing(row) for row in rows if row.entry_seq is None and row.data.get("lever")} - {""}
    return [row for row in rows if row.entry_seq is None or thing(row) not in pulled]


def people(incident: Incident) -> list[Part]:
    """Return who has to do with an incident, each once, whoever leads first: parts, the surface's owner, the reporter."""
    found: dict[int, Part] = {}

    def add(person: Any, does: str, at: datetime | None = None) -> None:
        if person is None:
            return
        held = found.get(person.pk)
        found[person.pk] = Part(person, f"{held.does}, {does}", held.at) if held else Part(person, does, at)

    add(incident.commander, "leads as commander")
    add(incident.owner, "answers for it", incident.acknowledged_at)
    add(incident.communications, "speaks for it")
    add(incident.scribe, "writes it down")
    if incident.surface is not None:
        add(incident.surface.owner, "owns the surface")
    add(incident.reporter, "reported it", incident.reported_at)
    return list(found.values())
