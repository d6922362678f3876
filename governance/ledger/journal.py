"""The journal of one transaction: collects what an action did and writes its entries just before the commit.

Why so: the sequence must be gap-free, so a writer must know its number before it commits, and no other may take one in
between. On PostgreSQL that takes a lock held until commit; collecting first keeps it to the last milliseconds of the
transaction. SQLite's IMMEDIATE transactions are one at a time anyway. The time is taken under the same lock and never
runs backwards, so that the entries of a span of days are a span of numbers.
"""

import functools
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import connection, transaction

from governance.core import clock, context, digest
from governance.core.contributions import AfterEntries, contributed
from governance.core.errors import OutsideAction
from governance.ledger import bound, heads, kinds, tags
from governance.ledger.bound import Reference

F = TypeVar("F", bound=Callable[..., Any])
LOCK_KEY = 0x506C756D62  # "Plumb": the advisory lock of the ledger's head on PostgreSQL
BODY_VERSION = 2
# Plain statements, because they run under the lock at the end of every writing request.
HEAD = (
    "SELECT seq, at, (SELECT blinding FROM governance_ledgeridentity WHERE id = 1) FROM governance_entry"
    " ORDER BY seq DESC LIMIT 1"
)
COLUMNS = "seq, at, kind, actor_ref, subject_type, subject_id, subject_key, body, digest, about, mac"
APPEND = f"INSERT INTO governance_entry ({COLUMNS}) VALUES ({', '.join(['%s'] * 11)})"  # noqa: S608 - names of our own


@dataclass
class Pending:
    """An entry that waits for its number."""

    kind: str
    actor_ref: str
    subject_type: str
    subject_id: str
    subject_key: str
    payload: dict[str, Any]
    personal: dict[str, Any]
    touches: list[tuple[str, str]] = field(default_factory=list)
    within: list[tuple[str, str]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Journal:
    """What one transaction has done so far."""

    pending: list[Pending] = field(default_factory=list)
    history: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    rows: list[tuple[list[tuple[str, str]], Reference]] = field(default_factory=list)
    actor_ref: str | None = None


_open: ContextVar[Journal | None] = ContextVar("plumbline_journal", default=None)


def action(function: F) -> F:
    """Make a function an action: one transaction, at least one ledger entry, all of it or nothing.

    Called inside another action it joins that one's transaction. Raises RuntimeError when the function records nothing.
    """

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        journal = _open.get()
        if journal is not None:
            return _joined(journal, function, args, kwargs)
        journal = Journal()
        with transaction.atomic():
            token = _open.set(journal)
            try:
                result = _joined(journal, function, args, kwargs)
                if not journal.pending:
                    raise RuntimeError(f"{function.__qualname__} changed something and told the ledger nothing")
                write(journal)
                _follow(journal)
            finally:
                _open.reset(token)  # before the commit: an action that runs right after it would join a journal that is written
        return result

    return run  # type: ignore[return-value]


def _follow(journal: Journal) -> None:
    """Let those who follow the ledger at once see the entries after the commit; one that fails is logged, not heard."""
    entries = tuple(journal.pending)

    def tell() -> None:
        for follower in contributed(AfterEntries):
            follower.run(entries)

    transaction.on_commit(tell, robust=True)


def _joined(journal: Journal, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    before = journal.actor_ref
    actor = kwargs.get("actor")
    if actor is not None:
        journal.actor_ref = actor.ref
    try:
        return function(*args, **kwargs)
    finally:
        journal.actor_ref = before


def require_open(thing: Any) -> Journal:
    """Return the open journal. Raises OutsideAction when there is none."""
    journal = _open.get()
    if journal is None:
        raise OutsideAction(f"{type(thing).__name__} may only be written by an action, so that the ledger tells of it")
    return journal


def is_open() -> bool:
    """Say whether an action is open, so that what is written now can be bound to its entries."""
    return _open.get() is not None


def acting_ref() -> str | None:
    """Return the pseudonymous reference of whoever acts now, for history rows."""
    journal = _open.get()
    return journal.actor_ref if journal else None


def identify(subject: Any) -> tuple[str, str, str]:
    """Return the type ("registry.surface"), id and human key of a subject."""
    meta = subject._meta
    return f"{meta.app_label}.{meta.model_name}", str(subject.pk), str(getattr(subject, "key", "") or "")


def record(
    kind: str,
    *,
    actor: Any,
    subject: Any,
    payload: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
    touches: tuple[Any, ...] = (),
    within: Iterable[tuple[str, str]] = (),
    reason: str = "",
) -> None:
    """Append an entry to the open action. Unknown kinds and payload fields raise.

    `touches` names further subjects; `within` what the subject lay in beside what it lies in now (type and id).
    """
    journal = require_open(subject)
    known = kinds.get(kind)
    payload, personal = dict(payload or {}), dict(personal or {})
    if reason:
        payload["reason"] = reason
    stray = (set(payload) - {*known.fields, "reason", "changed"}) | (set(personal) - set(known.personal))
    if stray:
        raise LookupError(f"{kind} does not carry {sorted(stray)}; declare it in events.py")
    type_, id_, key = identify(subject)
    touched = [identify(other)[:2] for other in touches if other is not None]
    around = list(dict.fromkeys([*within, *enclosing(subject), *_said(subject)]))
    journal.pending.append(Pending(kind, actor.ref, type_, id_, key, payload, personal, touched, around))


def enclosing(subject: Any) -> list[tuple[str, str]]:
    """Return what a subject lies within by its own foreign keys, each as type and id; costs no query.

    Only models with `ledger_encloses` enclose others: a surface, a vendor, a team, an incident. What lies deeper says so
    itself by a method `ledger_within()` that returns such pairs.
    """
    held = ((type_, getattr(subject, attname)) for attname, type_ in _encloses(subject.__class__))
    return [(type_, str(value)) for type_, value in held if value is not None]


def _said(subject: Any) -> list[tuple[str, str]]:
    say = getattr(subject, "ledger_within", None)
    return list(say()) if say else []


def around(subject: Any) -> list[tuple[str, str]]:
    """Return a thing and all that it belongs to, each as type and id: what something said about it lies within."""
    belongs = [identify(other)[:2] for other in getattr(subject, "ledger_touches", ()) if other is not None]
    return [identify(subject)[:2], *belongs, *enclosing(subject), *_said(subject)]


@functools.cache
def _encloses(model: Any) -> tuple[tuple[str, str], ...]:
    related = ((f, f.related_model) for f in model._meta.concrete_fields if f.is_relation)
    return tuple((f.attname, other._meta.label_lower) for f, other in related if getattr(other, "ledger_encloses", False))


def bind_history(subject_type: str, subject_id: str, row: Any) -> None:
    """Bind a history row by digest to the entry of this transaction that tells of its object."""
    journal = require_open(row)
    reference = {"model": row._meta.label_lower, "id": row.pk, "digest": history_digest(row)}
    journal.history.append((subject_type, subject_id, reference))


def bind_row(row: Any) -> None:
    """Bind an append-only row by digest to the entry of this transaction that tells of it, or of what it belongs to."""
    journal = require_open(row)
    model: Any = type(row)
    belongs = [identify(row)[:2], *((type_, str(value)) for name, type_ in _names(model) if (value := getattr(row, name)))]
    journal.rows.append((belongs, Reference(row._meta.label_lower, row.pk, history_digest(row))))


@functools.cache
def _names(model: type[Any]) -> tuple[tuple[str, str], ...]:
    return tuple((f.attname, f.related_model._meta.label_lower) for f in model._meta.concrete_fields if f.is_relation)


def history_digest(row: Any) -> str:
    """Return the SHA-256 over the canonical JSON of a history row's columns, as stored; of append-only rows too."""
    return bound.digest_of(row)


def write(journal: Journal) -> None:
    """Number the pending entries and store them; holds the head of the ledger until the transaction ends."""
    from governance.ledger.models import Mention, PersonalPayload

    _attach_history(journal)
    _attach_rows(journal)
    here = context.current()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        last, at, blinding = _head(cursor)
        stored, day = connection.ops.adapt_datetimefield_value(at), at.date().isoformat()
        rows, mentions, kept = [], [], []
        for seq, pending in enumerate(journal.pending, start=last + 1):
            salts = {name: secrets.token_hex(32) for name in pending.personal}
            body = digest.canonical(_body(seq, at, here, pending, salts))
            hashed, about = digest.sha256(body), tags.about(blinding, _concerned(pending))
            told = (pending.kind, pending.actor_ref, pending.subject_type, pending.subject_id, pending.subject_key)
            mac = heads.mac(heads.head(seq, day, about, hashed))
            rows.append((seq, stored, *told, body.decode(), hashed, about, mac))
            mentions += [Mention(entry_id=seq, subject_type=type_, subject_id=id_) for type_, id_ in pending.touches]
            kept += [
                PersonalPayload(entry_id=seq, name=name, salt=salts[name], value=digest.plain(value))
                for name, value in pending.personal.items()
            ]
        if len(rows) == 1:
            cursor.execute(APPEND, rows[0])
        else:
            cursor.executemany(APPEND, rows)
    if mentions:
        Mention.objects.bulk_create(mentions)
    if kept:
        PersonalPayload.objects.bulk_create(kept)


def _head(cursor: Any) -> tuple[int, datetime, str]:
    """Return the last number (0 before the first), the time that the next entries bear, and the log's blinding."""
    cursor.execute(HEAD)
    last, before, blinding = cursor.fetchone() or (0, None, None)
    blinding = blinding or tags.found().blinding  # the very first entry founds the log
    tags.remember(blinding)
    at = clock.now()
    if before is not None:
        if isinstance(before, str):  # SQLite keeps UTC as text
            before = datetime.fromisoformat(before).replace(tzinfo=UTC)
        at = max(at, before.astimezone(UTC))
    return last, at, blinding


def _concerned(pending: Pending) -> list[tuple[str, str]]:
    return [(pending.subject_type, pending.subject_id), *pending.touches, *pending.within]


def _attach_history(journal: Journal) -> None:
    by_subject: dict[tuple[str, str], Pending] = {}
    for pending in journal.pending:
        by_subject.setdefault((pending.subject_type, pending.subject_id), pending)
    for type_, id_, reference in journal.history:
        by_subject.get((type_, id_), journal.pending[0]).history.append(reference)


def _attach_rows(journal: Journal) -> None:
    """Give each append-only row to the entry about it, else to one about what it belongs to, else to the first."""
    about: dict[tuple[str, str], int] = {}
    for place, pending in enumerate(journal.pending):
        about.setdefault((pending.subject_type, pending.subject_id), place)
    for place, pending in enumerate(journal.pending):
        for thing in (*pending.touches, *pending.within):
            about.setdefault(thing, place)
    given: dict[int, list[Reference]] = {}
    for belongs, reference in journal.rows:
        place = next((about[thing] for thing in belongs if thing in about), 0)
        given.setdefault(place, []).append(reference)
    for place, found in given.items():
        journal.pending[place].rows = bound.bundle(found)


def _body(seq: int, at: Any, here: context.Context, pending: Pending, salts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "v": BODY_VERSION,
        "seq": seq,
        "at": at,
        "kind": pending.kind,
        "actor": pending.actor_ref,
        "via": here.via,
        "request": here.request_id,
        "subject": {"type": pending.subject_type, "id": pending.subject_id, "key": pending.subject_key},
        "payload": pending.payload,
        "personal": {name: salted(salts[name], value) for name, value in pending.personal.items()},
        "touches": [list(touched) for touched in pending.touches],
        "within": [list(around) for around in pending.within],
        "history": pending.history,
        "rows": pending.rows,
    }


def salted(salt: str, value: Any) -> str:
    """Return the salted digest under which a personal value stands in an entry."""
    return digest.sha256(bytes.fromhex(salt) + digest.canonical(value))
