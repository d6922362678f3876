"""History rows and append-only rows exactly as entries bind them: `records/history/<model>.jsonl`, with the bound hash.

Each line is {"digest", "id", "model", "row"}, and the digest is over the row's bytes as they stand there. What is not shown
stands in `withheld.jsonl` with why: let go since (when, by what), or carrying a secret of the installation. A row that was
changed is written as it is now, so that the verifier finds it; one that is gone without reason is missing there.
"""

from collections import defaultdict
from contextlib import ExitStack
from typing import Any

from django.apps import apps

from governance.core import digest
from governance.ledger import bound, letgo
from governance.ledger.bound import Reference
from governance.ledger.models import Entry, PersonalPayload
from governance.packs.collecting.work import Lines, Work

FOLDER = "records/history"
WITHHELD = f"{FOLDER}/withheld.jsonl"
SECRET = "it carries a secret of the installation"  # noqa: S105 - a sentence, not a secret
SECRETS = frozenset({"nonce", "blinding", "salt", "password", "token", "secret", "secret_digest", "mac"})
CHUNK = 500


class Rows:
    """Writes the rows that shown entries bind, batch by batch. Use as a context manager."""

    def __init__(self, work: Work) -> None:
        self.work, self.stack, self.files = work, ExitStack(), dict[str, Lines]()
        self.counts = {"rows": 0, "withheld": 0, "unexplained": 0}

    def __enter__(self) -> "Rows":
        self.withheld = self.stack.enter_context(self.work.lines(WITHHELD))
        self.personal = self.stack.enter_context(self.work.lines("ledger/personal.jsonl"))
        self.erased = self.stack.enter_context(self.work.lines("ledger/personal_withheld.jsonl"))
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def add(self, shown: list[tuple[Entry, dict[str, Any]]]) -> None:
        """Write what a batch of entries binds: rows, and the personal parts that were not erased."""
        wanted: dict[str, dict[Reference, None]] = defaultdict(dict)
        for _, body in shown:
            for each in bound.references(body):
                wanted[each.model][each] = None
        for model, references in wanted.items():
            self._add_model(model, list(references))
        self._add_personal(shown)

    def _add_model(self, label: str, references: list[Reference]) -> None:
        model = apps.get_model(label)
        if SECRETS & {column.attname for column in model._meta.concrete_fields}:
            for each in references:
                self._withhold(each, SECRET)
            return
        for start in range(0, len(references), CHUNK):
            part = references[start : start + CHUNK]
            held = model._base_manager.in_bulk({each.id for each in part})
            for each in part:
                self._add_row(each, held.get(each.id))

    def _add_row(self, each: Reference, row: Any) -> None:
        bytes_ = bound.as_bound(row, each.digest) if row is not None else None
        if bytes_ is None:
            note = letgo.explains_row(each.model, each.id)
            if note is not None:
                self._withhold(each, note.said)
                return
            self.counts["unexplained"] += 1
            if row is None:
                return
            bytes_ = bound.canonical(row)
        self.counts["rows"] += 1
        self._file(each.model).add(digest.canonical(each._asdict())[:-1] + b',"row":' + bytes_ + b"}")

    def _file(self, label: str) -> Lines:
        if label not in self.files:
            self.files[label] = self.stack.enter_context(self.work.lines(f"{FOLDER}/{label}.jsonl"))
        return self.files[label]

    def _withhold(self, each: Reference, why: str) -> None:
        self.counts["withheld"] += 1
        self.withheld.add(digest.canonical({**each._asdict(), "why": why}))

    def _add_personal(self, shown: list[tuple[Entry, dict[str, Any]]]) -> None:
        told = {entry.seq: body["personal"] for entry, body in shown if body["personal"]}
        held = {(row.entry_id, row.name): row for row in PersonalPayload.objects.filter(entry__in=told)}
        for seq, names in told.items():
            for name in sorted(names):
                row = held.get((seq, name))
                if row is not None:
                    line = {"name": name, "salt": row.salt, "seq": seq, "value": row.value}
                    self.personal.add(digest.canonical(line))
                    continue
                note = letgo.explains_part(seq, name)
                self.counts["unexplained"] += note is None
                if note is not None:
                    self.erased.add(digest.canonical({"name": name, "seq": seq, "why": note.said}))
