"""What incidents taught: postmortems as their approvers signed them, and what was to be done."""

from collections.abc import Iterator
from typing import Any

from governance.packs.sections import BUYER, RecordSet
from incidents.packing.ground import Cases
from incidents.postmortems import demands
from incidents.postmortems.editions import PARTS
from incidents.postmortems.models import ActionItem, Postmortem
from registry.packing.decided import given_for
from registry.packing.fields import PEOPLE, Field, records
from registry.packing.moment import as_of, batches

POSTMORTEMS = (
    Field("key", "Postmortem"),
    Field("incident", "Incident"),
    Field("title", "Title", prose=True),
    Field("state", "State"),
    Field("author", "Author", group=PEOPLE),
    Field("approved_at", "Approved"),
    Field("sections", "Texts", prose=True),
    Field("causes", "Causes", prose=True),
    Field("approvals", "Approved by"),
    Field("left_out", "Left out of this edition"),
    Field("sha256", "SHA-256 of what was signed"),
    Field("entry", "Entry that approved it", cites=True),
)
ITEMS = (
    Field("key", "Action item"),
    Field("incident", "Incident", lambda row: f"INC-{row.incident_id}"),
    Field("what", "What is to be done", prose=True),
    Field("detail", "In detail", prose=True),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("due_on", "Due"),
    Field("state", "State", "get_state_display"),
    Field("changes", "What in the system changes", "target_label", prose=True),
    Field("done_at", "Done"),
    Field("done_note", "What was done", prose=True),
    Field("verified_at", "Verified"),
    Field("verified_by", "Verified by", "verified_by.name", group=PEOPLE),
    Field("dropped_why", "Why it was dropped", prose=True),
)


def learned(cases: Cases) -> Iterator[RecordSet]:
    """Give postmortems and action items, without the parts that stay inside."""
    window = cases.window
    told = "What each incident taught, as it was signed. A buyer's edition says what policy's edition for outside says."
    yield records(window, "postmortems", "Postmortems", POSTMORTEMS, _postmortems(cases), told, cases.voice)
    if cases.shows("actions"):
        fields = [each for each in ITEMS if each.name != "changes" or cases.shows("system_changes")]
        told = "What has to be done because of incidents, by when, and who verified that it was done."
        yield records(window, "action-items", "Action items", fields, _items(cases), told, cases.voice)


def _postmortems(cases: Cases) -> Iterator[dict[str, Any]]:
    known = demands.causes()
    for part in batches(cases.ids):
        rows = as_of(Postmortem.objects.all(), cases.at, beside=("author",), incident__in=part)
        if cases.window.edition == BUYER:  # what nobody has agreed to leaves the house with nobody
            rows = [row for row in rows if row.state == Postmortem.State.APPROVED]
        approvals = given_for(cases, [row.request_id for row in rows])
        entries = cases.entries(("approval.settled",), "governance.approvalrequest", [row.request_id for row in rows])
        for row in sorted(rows, key=lambda each: (each.incident_id, each.pk)):
            yes = approvals.get(row.request_id or 0, []) if row.state == Postmortem.State.APPROVED else []
            yield {
                "key": row.key,
                "incident": f"INC-{row.incident_id}",
                "title": row.title,
                "state": row.get_state_display(),
                "author": cases.voice.person(row.author),
                "approved_at": row.approved_at,
                "sections": _sections(cases, row),
                "causes": _causes(cases, row, known),
                "approvals": [_yes(cases, each) for each in yes],
                "left_out": _left_out(cases, row),
                "sha256": row.digest,
                "entry": entries.get(str(row.request_id)) if row.state == Postmortem.State.APPROVED else None,
            }


def _yes(cases: Cases, each: Any) -> dict[str, Any]:
    said = {"position": each.position, "at": each.at, "sha256": each.sha256}
    return {"person": each.person, **said} if cases.voice.names_people else said


def _sections(cases: Cases, row: Postmortem) -> list[dict[str, str]]:
    """The texts that were signed; those that stay inside by their kind are left out."""
    signed = row.content.get("sections", [])
    return [{"heading": each["heading"], "text": each["text"]} for each in signed if each["text"] and cases.shows(each["kind"])]


def _causes(cases: Cases, row: Postmortem, known: Any) -> list[dict[str, str]]:
    if not cases.shows("causes"):
        return []
    return [{"cause": demands.cause_named(each["cause"], known), "note": each["note"]} for each in row.content.get("causes", [])]


def _left_out(cases: Cases, row: Postmortem) -> list[str]:
    """Say in words which parts of what was signed stay inside."""
    kept = [PARTS[part] for part in PARTS if not cases.shows(part)]
    kept += [f"“{each['heading']}”" for each in row.content.get("sections", []) if each["text"] and not cases.shows(each["kind"])]
    return kept


def _items(cases: Cases) -> Iterator[Any]:
    for part in batches(cases.ids):
        rows = as_of(ActionItem.objects.all(), cases.at, beside=("owner", "verified_by"), incident__in=part)
        yield from sorted(rows, key=lambda each: (each.incident_id, each.due_on, each.pk))
