"""What is written about the ledger's keys, and about entries that sealing refused."""

from django.db import connection, transaction

from governance.core import clock, digest
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.people.models import User
from governance.proofs import keys, reading, rules
from governance.proofs.models import LedgerKey

KEY_LOCK = 0x506C756D65  # one writer of keys at a time on PostgreSQL; SQLite has one writer anyway
MOST_ACCEPTED = 100_000


def first_key(*, actor: User) -> LedgerKey:
    """Make the ledger's first key; return the one there is when somebody was quicker."""
    try:
        return _first_key(actor=actor)
    except Conflict:
        return keys.current()[-1]


@action
def _first_key(*, actor: User) -> LedgerKey:
    _alone()
    if keys.current():
        raise Conflict("The ledger has a key already.")
    return _made(actor, "ledger.key_made", 1)


@action
def announce_key(*, actor: User, reason: str) -> LedgerKey:
    """Make a new key beside the one in use: checkpoints bear both signatures until the old one is retired."""
    require(rules.may_rotate(actor))
    if not reason.strip():
        raise Invalid("Say why the key is replaced.", fields={"reason": ["This is needed."]})
    _alone()
    held = keys.current()
    if not held:
        raise Conflict("The ledger has no key yet.", fix="It is made with the first checkpoint.")
    if len(held) > 1:
        raise Conflict("A new key is being taken up already.", fix="Wait for the next checkpoint.")
    return _made(actor, "ledger.key_announced", reading.last() + 1, reason=reason.strip(), before=held[0].key)


def _made(actor: User, kind: str, from_size: int, reason: str = "", **told: str) -> LedgerKey:
    signer = keys.make()
    key_id = signer.verifier.key_id.hex()
    try:
        key = LedgerKey(vkey=signer.verifier.vkey, from_size=from_size)
        told |= {"key": key_id, "vkey": key.vkey}
        with transaction.atomic():
            return transitions.create(key, actor=actor, kind=kind, payload=told, reason=reason)
    except BaseException:
        keys.forget(key_id)
        raise


@action
def retire_key(key: LedgerKey, *, actor: User, until_size: int) -> LedgerKey:
    """Let a key sign no more: its private half is deleted once this is stored, its public half stays for good."""
    if not key.is_current or len(keys.current()) < 2:
        raise Conflict(f"The ledger's key {key.key} cannot be retired.", fix="Announce another one first.")
    changes = {"until_size": until_size, "retired_at": clock.now()}
    told = {"key": key.key, "until": until_size}
    transitions.change(key, actor=actor, kind="ledger.key_retired", changes=changes, payload=told)
    transaction.on_commit(lambda: keys.forget(key.key))
    return key


@action
def accept(first: int, last: int, *, actor: User, reason: str) -> None:
    """Take responsibility for entries that this installation did not write, so that they are sealed as they stand.

    They stay what they are; this entry says by whom and why they were accepted, and under which hash over their heads.
    """
    require(rules.may_accept(actor))
    if not reason.strip():
        raise Invalid("Say why these entries are accepted.", fields={"reason": ["This is needed."]})
    if not 1 <= first <= last or last - first >= MOST_ACCEPTED:
        raise Invalid(f"Name entries from one number to another, at most {MOST_ACCEPTED:,} at a time.")
    found = list(reading.rows(first, last))
    if len(found) != last - first + 1:
        raise Invalid(f"Not all entries from {first} to {last} are there.", fix="Missing entries cannot be accepted.")
    told = {"first": first, "last": last, "digest": accepted_digest(found)}
    subject = Entry.objects.get(pk=first)
    journal.record("ledger.accepted", actor=actor, subject=subject, payload=told, reason=reason.strip())


def accepted_digest(rows: list[reading.Row]) -> str:
    """Return the SHA-256 over the heads of entries, one a line."""
    return digest.sha256(b"".join(row.head + b"\n" for row in rows))


def _alone() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [KEY_LOCK])
