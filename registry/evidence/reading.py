"""Puts evidence before its readers: what it is, where it serves, whether its bytes are whole."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.policy import queries as policy
from governance.ui.pages import Button
from registry.evidence import controls, queries, records, rules, storage
from registry.evidence.models import Evidence, EvidenceUse
from registry.evidence.sniffing import FileType, could_act, known, promised
from registry.evidence.tables import SAID
from registry.surfaces.models import Surface


@dataclass(frozen=True)
class Use:
    """One control of one surface that evidence serves, as a page shows it."""

    surface: Surface
    control: str
    until: date | None
    state: tuple[str, str]
    off: Button | None


def used(user: Any, evidence: Evidence) -> dict[str, Any]:
    """Return where evidence serves, as far as the person sees it, and on how many further surfaces."""
    seen, hidden = queries.seen_uses(user, evidence)
    known_names, today = controls.names(policy.document()), clock.today()
    editable = queries.editable(user, seen)
    lines = [
        Use(
            use.surface,
            controls.name_of(use.control, known_names),
            use.expires_on,
            SAID[rules.standing(evidence, today, use.expires_on)],
            _off(use) if use.surface_id in editable else None,
        )
        for use in seen
    ]
    return {"uses": lines, "hidden": hidden}


def _off(use: EvidenceUse) -> Button:
    return Button("Take off", reverse("evidence-detach", args=[use.key, use.pk]), kind="bare", dialog=True)


def said_of_uses(user: Any, evidence: Evidence) -> str:
    """Say how much evidence serves, with names as far as the person sees them: used by 4 surfaces: A, B and 2 others."""
    seen, hidden = queries.seen_uses(user, evidence)
    named = sorted({use.surface.name for use in seen})
    total = len({use.surface_id for use in seen}) + hidden
    if not total:
        return "It serves nothing yet."
    rest = total - len(named[:5])
    listed = ", ".join(named[:5]) + (f" and {rest} {'other' if rest == 1 else 'others'}" if rest and named else "")
    names = f": {listed}" if listed else ", none of which you can see"
    return f"Used by {total} surface{'s'[: total != 1]}{names}."


def content(user: Any, evidence: Evidence) -> dict[str, Any]:
    """Return what evidence is: its file with what it was found to be, its link, or where its record is."""
    if evidence.blob is not None:
        found = known(evidence.blob.media_type)
        return {"file": found, "acts": could_act(evidence.file_name, found), "promised": promised(evidence.file_name, found)}
    if evidence.kind == Evidence.Kind.RECORD:
        return {"record_url": records.link_for(user, evidence.record_type, evidence.record_id)}
    return {}


def integrity(evidence: Evidence, now: bool) -> dict[str, Any]:
    """Return whether a file's bytes are those handed in: as last checked by night, or read again at once."""
    if evidence.blob is None:
        return {}
    if now:
        said = storage.trouble(evidence.blob.stored_as, evidence.digest)
        return {"trouble": said, "checked_at": clock.now()}
    job = queries.last_check()
    if job is None or job.finished_at is None or job.finished_at < evidence.blob.made_at:
        return {"unchecked": True}
    return {"trouble": (job.result or {}).get("wrong", {}).get(evidence.digest, ""), "checked_at": job.finished_at}


def file_type(evidence: Evidence) -> FileType | None:
    """Return what a file was found to be."""
    return known(evidence.blob.media_type) if evidence.blob else None


def demand(control: str) -> dict[str, Any]:
    """Return what policy says of a control: its name, why, which evidence, how long that counts."""
    document = policy.document()
    for each in document["controls"]:
        if each["key"] == control:
            return {
                "name": each["name"],
                "why": each["why"],
                "wants": each.get("evidence", ""),
                "days": each.get("evidence_days"),
            }
    for each in document["audit_trail"]:
        if f"{controls.AUDIT}{each['key']}" == control:
            return {"name": f"Audit trail: {each['what']}", "why": each["least_control"], "wants": each["record"], "days": None}
    return {"name": controls.name_of(control, {}), "why": "", "wants": "", "days": None}
