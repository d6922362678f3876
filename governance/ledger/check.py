"""Re-computes what the ledger claims: an entry's own hash, its bound history rows, and its erasable parts."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from governance.core import digest
from governance.ledger import bound, journal, letgo, tags
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
    found += _rows(bound.references(body))
    kept = {row.name: row for row in PersonalPayload.objects.filter(entry=checked)}
    for name, value in body["personal"].items():
        row = kept.get(name)
        if row is None:
            found.append(
                _gone(f"Personal part “{name}”", letgo.explains_part(checked.seq, name), "It is gone, and nothing erased it.")
            )
        else:
            found.append(Finding(f"Personal part “{name}”", journal.salted(row.salt, row.value) == value))
    return found


def _tags(body: dict[str, Any]) -> str:
    subject, within = body["subject"], body.get("within", [])  # entries of the first version lie within nothing
    things = [(subject["type"], subject["id"]), *body["touches"], *within]
    return tags.about(tags.blinding(), ((type_, id_) for type_, id_ in things))


def _rows(references: Iterable[bound.Reference]) -> Iterator[Finding]:
    """Check every bound row, each model's in one query; a sheaf that holds makes one line."""
    wanted: dict[str, list[bound.Reference]] = defaultdict(list)
    for reference in references:
        wanted[reference.model].append(reference)
    for label, group in wanted.items():
        model = apps.get_model(label)
        rows = model._base_manager.in_bulk([reference.id for reference in group])
        wrong = [found for reference in group if not (found := _row(model, reference, rows.get(reference.id))).ok]
        if len(group) > bound.FEW and not wrong:
            yield Finding(f"{len(group):,} rows of {name_of(model)}", True)
        elif len(group) > bound.FEW:
            yield from wrong
        else:
            yield from (_row(model, reference, rows.get(reference.id)) for reference in group)


def _row(model: Any, reference: bound.Reference, row: Any) -> Finding:
    what = f"{'History row' if is_history(model) else 'Row'} {reference.id} of {name_of(model)}"
    if row is None:
        return _gone(what, letgo.explains_row(reference.model, reference.id), "The row is gone.")
    if bound.as_bound(row, reference.digest) is None:
        return _gone(what, letgo.explains_row(reference.model, reference.id), "The row was changed after it was written.")
    return Finding(what, True)


def _gone(what: str, note: letgo.LetGo | None, otherwise: str) -> Finding:
    """Say that something is not there, or not as it was: right where a note explains it, wrong where none does."""
    return Finding(what, False, otherwise) if note is None else Finding(what, True, f"{note.said} Its digest stands.")


def is_history(model: Any) -> bool:
    """Say whether a model holds the history of another."""
    return hasattr(model, "history_object")


def name_of(model: Any) -> str:
    """Return what a table's rows are called: for history, what it is the history of."""
    told = model.instance_type if is_history(model) else model
    return str(told._meta.verbose_name)
