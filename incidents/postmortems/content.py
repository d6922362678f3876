"""What approvers of a postmortem sign: all of it as plain data, and its digest. Also what the pages say has changed since."""

from typing import Any

from governance.core import digest
from incidents.cases.models import Attachment, Incident, TimelineEntry
from incidents.postmortems.models import ActionItem, EvalCaseRequest, Postmortem


def whole(postmortem: Postmortem, moments: list[TimelineEntry]) -> dict[str, Any]:
    """Return a postmortem as plain JSON: texts, causes, the moments drawn in, what is to be done, and cases asked for."""
    items = postmortem.incident.action_items.exclude(state=ActionItem.State.DROPPED).select_related("owner").order_by("pk")
    cases = postmortem.incident.eval_cases.select_related("suite").order_by("pk")
    said: dict[str, Any] = digest.plain(
        {
            "v": 1,
            "postmortem": postmortem.key,
            "title": postmortem.title,
            "author": postmortem.author.ref,
            "incident": facts(postmortem.incident),
            "sections": [
                {"kind": each.kind, "heading": each.heading, "text": each.text} for each in postmortem.sections.order_by("number")
            ],
            "causes": [{"cause": each.cause, "note": each.note} for each in postmortem.causes.order_by("pk")],
            "attachments": [attachment(each) for each in postmortem.incident.attachments.select_related("blob")],
            "timeline": [moment(each) for each in moments],
            "actions": [action(each) for each in items],
            "eval_cases": [case(each) for each in cases],
        }
    )
    return said


def facts(incident: Incident) -> dict[str, Any]:
    """Return what is held of the incident itself."""
    return {
        "key": incident.key,
        "title": incident.title,
        "severity": incident.severity,
        "category": incident.category,
        "near_miss": incident.near_miss,
        "surface": incident.surface.key if incident.surface else "",
        "surface_name": incident.surface.name if incident.surface else "",
        "tier": incident.tier,
        "vendor": incident.vendor.name if incident.vendor else "",
        "endpoints": [row.endpoint.name for row in incident.endpoint_rows.select_related("endpoint")],
        "user_harm": incident.user_harm,
        "blast_radius": incident.blast_radius,
        "people_estimated": incident.people_estimated,
        "data_classes": incident.data_classes,
        "trace_ids": incident.trace_ids,
        "occurred_at": incident.occurred_at,
        "reported_at": incident.reported_at,
        "acknowledged_at": incident.acknowledged_at,
        "mitigated_at": incident.mitigated_at,
        "resolved_at": incident.resolved_at,
    }


def attachment(file: Attachment) -> dict[str, Any]:
    """Return a file that shows something, by its name and the hash of its content."""
    return {"name": file.file_name, "sha256": file.blob.digest}


def moment(entry: TimelineEntry) -> dict[str, Any]:
    """Return one moment of the timeline."""
    return {
        "row": entry.pk,
        "at": entry.at,
        "author": entry.author.ref if entry.author else "",
        "kind": entry.kind,
        "text": entry.text,
    }


def action(item: ActionItem) -> dict[str, Any]:
    """Return what is to be done, by whom, until when, and what in the system changes by it."""
    return {
        "key": item.key,
        "what": item.what,
        "detail": item.detail,
        "owner": item.owner.ref,
        "due_on": item.due_on,
        "changes": {"type": item.target_type, "id": item.target_id, "label": item.target_label},
    }


def case(asked: EvalCaseRequest) -> dict[str, Any]:
    """Return a case that is asked for."""
    return {
        "key": asked.key,
        "suite": asked.suite.key,
        "name": asked.name,
        "words": asked.words,
        "expected": asked.expected,
    }
