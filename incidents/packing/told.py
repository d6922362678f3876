"""Incidents with their timeline, clocks and messages, as records and pages."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from governance.core import digest
from governance.packs.sections import Chapter, Enclosure, PackSection, Records, RecordSet, Window
from incidents.cases.models import Attachment, Communication, IncidentEndpoint, IncidentSurface, TimelineEntry
from incidents.cases.rules import HARM, RADIUS
from incidents.clocks.models import Clock
from incidents.packing.ground import Cases
from incidents.packing.learned import learned
from registry.packing.fields import ATTACHMENTS, PEOPLE, TRACES, Field, records
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter
from registry.packing.shownby import opened

INCIDENT = "incidents.incident"
TOGETHER = 6
INCIDENTS = (
    Field("key", "Incident"),
    Field("title", "Title", prose=True),
    Field("state", "State"),
    Field("severity", "Severity"),
    Field("category", "Kind"),
    Field("near_miss", "Near miss"),
    Field("surfaces", "Surfaces"),
    Field("tier", "Tier"),
    Field("vendor", "Vendor"),
    Field("endpoints", "Endpoints"),
    Field("data_classes", "Data classes"),
    Field("what", "What happened", prose=True),
    Field("where", "Where", prose=True),
    Field("summary", "Summary", prose=True),
    Field("impact", "Impact", prose=True),
    Field("user_harm", "User harm"),
    Field("blast_radius", "Blast radius"),
    Field("people_estimated", "People touched, at most"),
    Field("cause", "Cause"),
    Field("owner", "Owner", group=PEOPLE),
    Field("occurred_at", "Began"),
    Field("detected_at", "Detected"),
    Field("reported_at", "Reported"),
    Field("acknowledged_at", "Acknowledged"),
    Field("mitigated_at", "Mitigated"),
    Field("resolved_at", "Resolved"),
    Field("closed_at", "Closed"),
    Field("postmortem_demanded", "Closes only with a postmortem"),
    Field("trace_ids", "Traces", group=TRACES),
    Field("attachments", "Attachments", group=ATTACHMENTS),
    Field("entry", "Entry that reported it", cites=True),
)
TIMELINE = (
    Field("incident", "Incident", lambda row: f"INC-{row.incident_id}"),
    Field("at", "When"),
    Field("written_at", "Written down"),
    Field("who", "Who", "author.name", group=PEOPLE),
    Field("kind", "What it is about", "get_kind_display"),
    Field("text", "What happened", prose=True),
    Field("corrects", "Corrects an entry", "corrects.at"),
    Field("entry", "Ledger entry that it repeats", "entry_seq", cites=True),
)
CLOCKS = (
    Field("key", "Clock"),
    Field("incident", "Incident", lambda row: f"INC-{row.incident_id}"),
    Field("name", "Name"),
    Field("started_at", "Started"),
    Field("due_at", "Due"),
    Field("stopped_at", "Stopped"),
    Field("business", "Counts business hours only"),
    Field("breached_at", "Missed"),
    Field("outcome", "Outcome"),
    Field("by_law", "A deadline of law or contract"),
)
MESSAGES = (
    Field("key", "Message"),
    Field("incident", "Incident", lambda row: f"INC-{row.incident_id}"),
    Field("audience", "To", "get_audience_display"),
    Field("subject", "Subject", prose=True),
    Field("text", "What was told", prose=True),
    Field("sent_at", "Sent"),
    Field("sent_by", "Sent by", "sent_by.name", group=PEOPLE),
)
STEPS = (
    ("occurred_at", "Began"),
    ("reported_at", "Reported"),
    ("acknowledged_at", "Acknowledged"),
    ("mitigated_at", "Mitigated"),
    ("resolved_at", "Resolved"),
)


def given(window: Window) -> Iterator[RecordSet]:
    """Give incidents and all that belongs to them, without the parts that stay inside."""
    cases = Cases(window)
    told = "Every incident of the scope that was open at any time in the period, near misses among them."
    fields = [each for each in INCIDENTS if cases.shows(each.name)]
    yield records(window, "incidents", "Incidents", fields, _incidents(cases), told, cases.voice)
    if cases.shows("timeline"):
        told = "What happened when; a mistake is corrected by a further entry, never by a change."
        yield records(window, "incident-timeline", "Timelines", TIMELINE, _timeline(cases), told, cases.voice)
    told = "How long policy, law or contract left for each step, and whether it was kept."
    yield records(window, "clocks", "Clocks", CLOCKS, _clocks(cases), told, cases.voice)
    told = "What was told about incidents to customers, regulators or staff."
    yield records(window, "incident-messages", "Messages", MESSAGES, _messages(cases), told, cases.voice)
    yield from learned(cases)


def _incidents(cases: Cases) -> Iterator[dict[str, Any]]:
    names = {each["key"]: each["name"] for each in cases.document["incidents"]["categories"]}
    for rows in cases.incidents("owner", "vendor"):
        pks = [row.pk for row in rows]
        touched, routed, files = _beside(pks)
        entries = cases.entries(("incident.reported", "incident.imported"), INCIDENT, pks)
        for row in rows:
            same = ("title", "what", "where", "summary", "impact", "severity", "near_miss", "tier", "people_estimated", "cause")
            dates = ("occurred_at", "detected_at", "reported_at", "acknowledged_at", "mitigated_at", "resolved_at", "closed_at")
            surfaces = ([row.surface.key] if row.surface is not None else []) + touched.get(row.pk, [])
            yield {name: getattr(row, name) for name in (*same, *dates, "postmortem_demanded", "trace_ids")} | {
                "key": row.key,
                "state": row.get_state_display(),
                "category": names.get(row.category, row.category),
                "surfaces": list(dict.fromkeys(surfaces)),
                "data_classes": [cases.names.of("data_classes", key) for key in row.data_classes],
                "vendor": row.vendor.name if row.vendor is not None else "",
                "endpoints": routed.get(row.pk, []),
                "user_harm": HARM[row.user_harm][0] if row.user_harm is not None else "",
                "blast_radius": RADIUS[row.blast_radius][0] if row.blast_radius is not None else "",
                "owner": cases.voice.person(row.owner),
                "attachments": [{"name": each.file_name, "sha256": each.blob.digest} for each in files.get(row.pk, [])],
                "entry": entries.get(str(row.pk)),
            }


def _beside(pks: list[int]) -> tuple[dict[int, list[str]], dict[int, list[str]], dict[int, list[Attachment]]]:
    touched: dict[int, list[str]] = defaultdict(list)
    for incident, surface in (
        IncidentSurface.objects.filter(incident__in=pks).order_by("pk").values_list("incident_id", "surface_id")
    ):
        touched[incident].append(f"S-{surface:04d}")
    routed: dict[int, list[str]] = defaultdict(list)
    rows = IncidentEndpoint.objects.filter(incident__in=pks).order_by("pk").values_list("incident_id", "endpoint__name")
    for incident, name in rows:
        routed[incident].append(name)
    files: dict[int, list[Attachment]] = defaultdict(list)
    for each in Attachment.objects.filter(incident__in=pks).select_related("blob").order_by("pk"):
        files[each.incident_id].append(each)
    return touched, routed, files


def _timeline(cases: Cases) -> Iterator[Any]:
    for part in batches(cases.ids):
        rows = TimelineEntry.objects.filter(incident__in=part, written_at__lte=cases.at).select_related("author", "corrects")
        yield from rows.order_by("incident_id", "at", "pk").iterator(chunk_size=500)


def _clocks(cases: Cases) -> Iterator[Any]:
    for part in batches(cases.ids):
        for row in sorted(as_of(Clock.objects.all(), cases.at, incident__in=part), key=lambda each: (each.incident_id, each.pk)):
            found: Any = row
            found.outcome, found.by_law = _outcome(row, cases.at), row.flagged_by_id is not None
            yield found


def _outcome(clock: Clock, at: Any) -> str:
    if clock.stopped_as == Clock.Stopped.OFF:
        return "Called off"
    end = clock.stopped_at or at
    if end > clock.due_at:
        return "Done late" if clock.stopped_at is not None else "Late"
    return "Done in time" if clock.stopped_at is not None else "Running"


def _messages(cases: Cases) -> Iterator[Any]:
    for part in batches(cases.ids):
        rows = as_of(Communication.objects.all(), cases.at, beside=("sent_by",), incident__in=part)
        sent = [row for row in rows if row.state == Communication.State.SENT]
        yield from sorted(sent, key=lambda each: (each.incident_id, each.pk))


def files(window: Window) -> Iterator[Enclosure]:
    """Give the files that show something about incidents, each once, where the edition has attachments."""
    cases, seen = Cases(window), set()
    if not cases.shows(ATTACHMENTS):
        return
    for part in batches(cases.ids):
        for each in Attachment.objects.filter(incident__in=part, at__lte=cases.at).select_related("blob").order_by("pk"):
            blob = each.blob
            if blob.digest not in seen:
                seen.add(blob.digest)
                yield Enclosure(blob.digest, each.file_name, blob.media_type, blob.size, partial(opened, blob.stored_as))


TIMES = {"Done in time": "ok", "Running": "wait", "Called off": "wait", "Late": "stop", "Done late": "stop"}
KEPT = Sheet(
    "clocks",
    (
        Print("name", "Clock", width="c28"),
        Print("started_at", "From, UTC", kind="moment", width="c28"),
        Print("due_at", "Until, UTC", kind="moment", width="c28"),
        Print("outcome", "Outcome", kind="state", state=lambda row: (TIMES.get(row["outcome"], "wait"), row["outcome"])),
    ),
    group=("incident",),
    empty="No clock ran in the period.",
)
SENT = Sheet(
    "incident-messages",
    (
        Print("sent_at", "Sent, UTC", kind="moment", width="c20", under=("sent_by",)),
        Print("audience", "To", width="c14"),
        Print("subject", "What was told", kind="strong", under=("text",), most=600),
    ),
    title="Messages",
    group=("incident",),
    empty="Nothing was told outside in the period.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set a page for each incident, then clocks and messages."""
    yield Chapter("incidents", "Incidents and postmortems", "incidents/packing/incidents.html", _pieces(found))
    lead = "How long each step of an incident may take, by policy, law or contract, and whether it was kept."
    yield chapter("clocks", "Clocks and messages", lead, found, KEPT, SENT)


def _pieces(found: Records) -> Iterator[Mapping[str, Any]]:
    about = {name: _by_incident(found, name) for name in ("incident-timeline", "postmortems", "action-items")}
    part: list[dict[str, Any]] = []
    told = False
    for row in found.get("incidents", ()):
        key = row["key"]
        steps = [[label, row[name]] for name, label in STEPS if row.get(name)]
        timeline = about["incident-timeline"].get(key, [])
        part.append(
            {
                **row,
                "steps": steps,
                "ticks": [each["at"] for each in timeline],
                "timeline": timeline,
                "postmortem": next(iter(about["postmortems"].get(key, [])), None),
                "actions": about["action-items"].get(key, []),
            }
        )
        if len(part) == TOGETHER:
            yield {"incidents": part}
            part, told = [], True
    if part or not told:
        yield {"incidents": part, "left_out": "incidents" not in found}


def _by_incident(found: Records, name: str) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in found.get(name, ()):
        rows[row["incident"]].append(digest.plain(row))
    return rows


SECTION = PackSection("incidents", "Incidents and postmortems", 150, given, pages, evidence=files)
