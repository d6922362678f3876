"""Re-computes what the ledger claims: an entry's own hash, its bound history rows, and its erasable parts."""

import json
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from governance.core import digest
from governance.ledger import journal, tags
from governance.ledger.models import Entry, PersonalPayload


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: what, whether it holds, and what is wrong when it does not."""

    what: str
    ok: bool
    detail: str = ""


def entry(checked: Entry) -> list[Finding]:
    """Check one entry: hash over its body, columns against the body, history rows, and personal digests."""
    found = [Finding("The entry's hash", digest.sha256(checked.body.encode()) == checked.digest)]
    try:
        body: dict[str, Any] = json.loads(checked.body)
    except ValueError:
        return [*found, Finding("The entry's body", False, "It is not JSON any more.")]
    subject = body["subject"]
    columns = (body["seq"], body["kind"], body["actor"], subject["type"], subject["id"], digest.plain(checked.at))
    held = (checked.seq, checked.kind, checked.actor_ref, checked.subject_type, checked.subject_id, body["at"])
    found.append(Finding("Its columns say what its body says", columns == held))
    found.append(Finding("Its tags name what its body says it concerns", _tags(body) == checked.about))
    found += [_history(reference) for reference in body["history"]]
    kept = {row.name: row for row in PersonalPayload.objects.filter(entry=checked)}
    for name, value in body["personal"].items():
        row = kept.get(name)
        if row is None:
            found.append(Finding(f"Personal part “{name}”", True, "Erased; its salted digest stands."))
        else:
            found.append(Finding(f"Personal part “{name}”", journal.salted(row.salt, row.value) == value))
    return found


def _tags(body: dict[str, Any]) -> str:
    subject, within = body["subject"], body.get("within", [])  # entries of the first version lie within nothing
    things = [(subject["type"], subject["id"]), *body["touches"], *within]
    return tags.about(tags.blinding(), ((type_, id_) for type_, id_ in things))


def _history(reference: dict[str, Any]) -> Finding:
    what = f"History row {reference['id']} of {reference['model'].removeprefix('governance.historical')}"
    what = what.replace("registry.historical", "")
    row = apps.get_model(reference["model"])._default_manager.filter(pk=reference["id"]).first()
    if row is None:
        return Finding(what, False, "The row is gone.")
    if journal.history_digest(row) != reference["digest"]:
        return Finding(what, False, "The row was changed after it was written.")
    return Finding(what, True)
