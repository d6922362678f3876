"""Seals the newest entries under a signed checkpoint: in the background, a few seconds behind the writers.

Writers are never held up: entries are numbered under a lock of milliseconds (ledger.journal), and sealing reads what is
committed. It signs nothing that it has not checked: that no number is missing, that every new entry was written by this
installation (its code), that its body has the hash it says, and that the tree before it still has the root that the last
checkpoint says. What fails stays unsealed and is named; nothing after it is sealed before an administrator has accepted
it, or the database was brought back from a backup.
"""

import json
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from governance.core import clock, digest
from governance.core.errors import Conflict, PlumblineError
from governance.ledger import heads, tags
from governance.ledger.models import Entry
from governance.people.system import system_actor
from governance.proofs import actions, copies, keys, merkle, notes, queries, reading, tiles
from governance.proofs.models import Checkpoint
from governance.proofs.tiles import WIDTH

AT_ONCE = 65_536  # entries under one checkpoint, so that memory stays bounded when many wait
LOOKED_AT = 256  # entries of the tail that health looks at


class NotSealed(PlumblineError):
    """An entry that must not be sealed as it stands, or a tree that is not what was signed before."""

    status, code = 409, "not-sealed"


def seal() -> Checkpoint:
    """Seal all that is committed and return the newest checkpoint; nothing new, the same checkpoint as before.

    Raises NotSealed, after sealing what comes before it, at the first entry that must not be sealed; Conflict when there
    is no entry at all; Unavailable when the private key is not here.
    """
    latest = queries.latest()
    if reading.last() > (latest.size if latest else 0):
        if not keys.current():
            actions.first_key(actor=system_actor())
        try:
            while made := _step(latest):
                latest = made
        finally:
            copies.catch_up()
    if latest is None:
        raise Conflict("There is nothing to seal yet.", fix="The first checkpoint follows the first entry.")
    return latest


def obstacle() -> str:
    """Say what keeps the next entries from being sealed; nothing when all is well or nothing waits."""
    latest = queries.latest()
    try:
        if waiting := reading.last() - (latest.size if latest else 0):
            if keys.current():
                keys.signers()
            _Tail(latest).read(min(waiting, LOOKED_AT))
    except PlumblineError as error:
        return str(error)
    return ""


def _step(latest: Checkpoint | None) -> Checkpoint | None:
    """Seal up to AT_ONCE entries after a checkpoint; return the new one, or None when nothing new is committed."""
    sealed = latest.size if latest else 0
    waiting = min(reading.last() - sealed, AT_ONCE)
    if waiting <= 0:
        return None
    tail = _Tail(latest)
    try:
        tail.read(waiting)
    except NotSealed:
        if not tail.size > sealed:
            raise
    signers = keys.signers()
    try:
        with transaction.atomic():
            return _store(tail, signers)
    except IntegrityError:  # somebody else sealed in the meantime: theirs is as good
        theirs = queries.latest()
        if theirs is None or theirs.size <= sealed:
            raise
        return theirs


def _store(tail: "_Tail", signers: list[notes.Signer]) -> Checkpoint:
    left = tiles.grow(tail.base // WIDTH, tail.leaves)
    root = tiles.Hashes({(0, tail.size // WIDTH): left}).span(0, tail.size)
    note = notes.sign(notes.checkpoint_text(tags.found().origin, tail.size, root), *signers)
    return Checkpoint.objects.create(size=tail.size, root=root.hex(), note=note, sealed_at=clock.now())


@dataclass
class _Tail:
    """The leaves from the last full tile on: those sealed already are held to the last checkpoint, the others looked at."""

    latest: Checkpoint | None
    leaves: list[bytes] = field(default_factory=list)
    _accepted: set[int] = field(default_factory=set)

    @property
    def sealed(self) -> int:
        """How many entries are sealed."""
        return self.latest.size if self.latest else 0

    @property
    def base(self) -> int:
        """How many entries lie in full tiles."""
        return self.sealed // WIDTH * WIDTH

    @property
    def size(self) -> int:
        """How many entries were found good."""
        return self.base + len(self.leaves)

    def read(self, waiting: int) -> None:
        """Read so many unsealed entries. Raises NotSealed at the first bad one; those before it are in `leaves`."""
        self._hold_to_checkpoint()
        until = self.sealed + waiting
        for row in reading.rows(self.sealed + 1, until, bodies=True):
            if row.seq != self.size + 1:
                raise _missing(self.size + 1)
            self._look_at(row)
            self.leaves.append(heads.leaf(row.head))
        if self.size < until:
            raise _missing(self.size + 1)

    def _hold_to_checkpoint(self) -> None:
        if self.latest is None:
            return
        self.leaves = list(reading.leaves(self.base + 1, self.sealed))
        try:
            root = tiles.Hashes({(0, self.base // WIDTH): b"".join(self.leaves)}).span(0, self.sealed)
        except merkle.NotProved as error:
            root = str(error).encode()
        if root != self.latest.root_bytes:
            raise NotSealed(
                f"Entries up to {self.sealed:,} are not what was sealed any more.",
                fix="Run `./plumbline manage verify_ledger`: it names the rows. Then bring the database back from a backup.",
            )

    def _look_at(self, row: reading.Row) -> None:
        if digest.sha256(row.body.encode()) != row.digest:
            raise NotSealed(
                f"The body of entry {row.seq:,} does not have the hash it says.",
                fix="Somebody changed it before it was sealed: bring the database back from a backup.",
            )
        if heads.is_own(row.head, row.mac) or row.seq in self._accepted or self._is_accepted(row.seq):
            return
        raise NotSealed(
            f"Entry {row.seq:,} was not written by this installation, or with other keys.",
            fix=f"Find out who wrote it. To seal it as it stands: "
            f'`./plumbline manage ledger_accept {row.seq} --by EMAIL --reason "..."`.',
        )

    def _is_accepted(self, seq: int) -> bool:
        for entry in Entry.objects.filter(kind="ledger.accepted", seq__gt=seq).order_by("seq"):
            [row] = reading.rows(entry.seq, entry.seq)
            told = json.loads(entry.body)["payload"]
            span = range(told["first"], told["last"] + 1)
            if seq not in span or digest.sha256(entry.body.encode()) != row.digest or not heads.is_own(row.head, row.mac):
                continue
            if actions.accepted_digest(list(reading.rows(span.start, span.stop - 1))) == told["digest"]:
                self._accepted |= set(span)
                return True
        return False


def _missing(seq: int) -> NotSealed:
    return NotSealed(
        f"Entry {seq:,} is missing: somebody deleted it before it was sealed.",
        fix="Bring the database back from a backup; nothing after it can be sealed.",
    )
