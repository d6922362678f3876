"""Replaces the ledger's key: announced in an entry, taken up by a checkpoint that both keys sign, then the old one ends.

Killed at any point it goes on with the next sealing: two current keys both sign, and `finish` retires the older one as
soon as a checkpoint bears both signatures.
"""

from governance.people.models import User
from governance.people.system import system_actor
from governance.proofs import actions, keys, notes, queries, sealing
from governance.proofs.models import Checkpoint, LedgerKey


def rotate(*, actor: User, reason: str) -> LedgerKey:
    """Replace the key at once and return the new one. Raises Denied, Invalid, NotSealed as its steps do."""
    sealing.seal()
    made = actions.announce_key(actor=actor, reason=reason)
    keep_up()
    return made


def finish() -> bool:
    """Retire the older key when the newest checkpoint bears the newer one's signature; say whether it did."""
    held, checkpoint = keys.current(), queries.latest()
    if len(held) < 2 or checkpoint is None or not _signed(checkpoint, held[-1]):
        return False
    for key in held[:-1]:
        until = checkpoint if _signed(checkpoint, key) else queries.at_most(held[-1].from_size - 1)  # its file was lost
        actions.retire_key(key, actor=system_actor(), until_size=max(until.size if until else 0, key.from_size))
    return True


def _signed(checkpoint: Checkpoint, key: LedgerKey) -> bool:
    return any(each.key_id.hex() == key.key for each in notes.parse(checkpoint.note).signatures)


def keep_up() -> Checkpoint:
    """Seal, and finish what a replacement of the key has left open: what the background work calls."""
    checkpoint = sealing.seal()
    return sealing.seal() if finish() else checkpoint
