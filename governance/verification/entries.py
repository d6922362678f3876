"""Looks at entries one by one: the hash of the body, what the columns repeat of it, its tags, its code, its time.

A million entries are looked at in seconds, so bodies are not parsed where that can be avoided. They are canonical JSON:
their keys stand in order and a quotation mark inside a text is always escaped, so that a column's value is held to the
very place where it must stand. Whatever is not as expected there is parsed and compared in full before anything is said.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from governance.core import digest
from governance.ledger import heads, tags
from governance.ledger.bound import Reference, references
from governance.verification.report import Report

BATCH = 4096
REMEMBERED = 20_000
COLUMNS = "seq, {at}, kind, actor_ref, subject_type, subject_id, subject_key, body, digest, about, mac"


class Row(NamedTuple):
    """An entry as it is stored; `at` as its body writes it."""

    seq: int
    at: str
    kind: str
    actor: str
    type: str
    id: str
    key: str
    body: str
    digest: str
    about: str
    mac: str


@dataclass(slots=True)
class Told:
    """What an entry says of other rows: those it binds, its personal parts, and what it mentions."""

    seq: int
    kind: str
    bound: list[Reference]
    personal: dict[str, str]
    touches: list[tuple[str, str]]


def stored(first: int, last: int, batch: int = BATCH) -> Iterator[list[Row]]:
    """Yield the entries from `first` to `last` (both included) that there are, in batches by number."""
    if connection.vendor == "sqlite":
        fraction = "CASE WHEN length(at) = 19 THEN '.000000' ELSE substr(at, 20) END"
        at = f"substr(at, 1, 10) || 'T' || substr(at, 12, 8) || {fraction} || 'Z'"
    else:
        at = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    query = f"SELECT {COLUMNS.format(at=at)} FROM governance_entry WHERE seq BETWEEN %s AND %s ORDER BY seq"  # noqa: S608 - our own
    for start in range(first, last + 1, batch):
        with connection.cursor() as cursor:
            cursor.execute(query, [start, min(start + batch - 1, last)])
            yield [Row._make(each) for each in cursor.fetchall()]


class Look:
    """Looks at one entry after the other; remembers what concerns many of them."""

    def __init__(self, report: Report) -> None:
        self.report, self.blinding = report, tags.blinding()
        self._tails: dict[str, tuple[str, str, str, str, list[tuple[str, str]]] | None] = {}
        self._before = ""

    def at(self, row: Row) -> tuple[bytes, Told | None]:
        """Look at an entry. Returns its head, and what it says of other rows (None: nothing to follow)."""
        raw = row.body.encode()
        if hashlib.sha256(raw).hexdigest() != row.digest:
            self._say("entry-changed", row, "Its body does not have the hash that it says.", digest.sha256(raw))
        if row.at < self._before:
            self._say("time-backwards", row, f"It says {row.at}; the entry before it says {self._before}.", row.at)
        self._before = max(self._before, row.at)
        told, plain = self._quick(row)
        if not plain:
            told = self._whole(row)
        return heads.head(row.seq, row.at[:10], row.about, row.digest), told

    def _quick(self, row: Row) -> tuple[Told | None, bool]:
        """Hold the columns to their places in the body; False as second says that it has to be parsed."""
        body = row.body
        start = f'{{"actor":"{row.actor}","at":"{row.at}","history":['
        closing = body.find("]", len(start))
        tail_at = body.rfind(',"subject":{"id":"')
        number = f',"seq":{row.seq}'
        before = tail_at - len(number)
        if (
            not body.startswith(start)
            or closing < 0
            or not body.startswith(f'],"kind":"{row.kind}","payload":{{', closing)
            or not body.startswith(number, before)
        ):
            return None, False
        tail = self._tail(body[tail_at:])
        if tail is None or tail[:4] != (row.type, row.id, row.key, row.about):
            return None, False
        asked_at = body.rfind(',"request":"', 0, before)
        empty = body.startswith(',"personal":{}', asked_at - 14)
        ends = body[before - 1]
        none = ends == '"' or body.startswith(',"rows":[]', before - 10)  # the first version of bodies has no rows
        rows_at = before if none else body.rfind(',"rows":[', asked_at, before)
        if closing == len(start) and empty and rows_at == before and asked_at > 0 and not tail[4]:
            return None, True
        if not empty or asked_at < 0 or rows_at < asked_at:
            return None, False
        bound = json.loads(body[len(start) - 1 : closing + 1]) if closing > len(start) else []
        sheaves = json.loads(body[rows_at + 8 : before]) if rows_at < before else []
        found = list(references({"history": bound, "rows": sheaves}))
        return Told(row.seq, row.kind, found, {}, tail[4]), True

    def _tail(self, text: str) -> tuple[str, str, str, str, list[tuple[str, str]]] | None:
        """Return subject type, id and key, the tags that belong to it, and what it touches; None when it cannot be read."""
        if text in self._tails:
            return self._tails[text]
        if len(self._tails) >= REMEMBERED:
            self._tails.clear()
        try:
            made = json.loads("{" + text[1:])
            found = self._concerns(made) if set(made) <= {"subject", "touches", "v", "via", "within"} else None
        except (ValueError, KeyError, TypeError):
            found = None
        self._tails[text] = found
        return found

    def _concerns(self, body: dict[str, Any]) -> tuple[str, str, str, str, list[tuple[str, str]]]:
        subject, touches = body["subject"], [(type_, id_) for type_, id_ in body["touches"]]
        within = [(type_, id_) for type_, id_ in body.get("within", ())]
        about = tags.about(self.blinding, [(subject["type"], subject["id"]), *touches, *within])
        return subject["type"], subject["id"], subject["key"], about, touches

    def _whole(self, row: Row) -> Told | None:
        """Parse the body and compare every column with it; say each that differs."""
        try:
            body = json.loads(row.body)
            type_, id_, key, about, touches = self._concerns(body)
            said = {
                "number": (body["seq"], row.seq),
                "time": (body["at"], row.at),
                "kind": (body["kind"], row.kind),
                "actor": (body["actor"], row.actor),
                "subject": ((type_, id_, key), (row.type, row.id, row.key)),
            }
            told = Told(row.seq, row.kind, list(references(body)), dict(body["personal"]), touches)
        except (ValueError, KeyError, TypeError, AttributeError):
            self._say("entry-changed", row, "Its body is not an entry any more.", digest.sha256(row.body.encode()))
            return None
        for name, (inside, beside) in said.items():
            if inside != beside:
                self._say("entry-changed", row, f"Its {name} beside the body is {beside}, inside it is {inside}.", str(beside))
        if about != row.about:
            self._say("tags-changed", row, "Its tags do not name what its body says it concerns.", row.about)
        return told

    def _say(self, kind: str, row: Row, said: str, seen: str) -> None:
        self.report.find(kind, f"Entry {row.seq:,}", said, seq=row.seq, model="governance.entry", id=row.seq, seen=seen[:200])
