"""Has our newest checkpoint cosigned by a witness: the client's side of C2SP tlog-witness.

The witness is told the size that it cosigned last, with the proof from there. When it knows another size it says so (409)
and is asked once more from that one. What cannot be explained by that is an alarm: it has seen another ledger than ours.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from governance.channels import outside
from governance.core import clock
from governance.core.errors import StaleState
from governance.people.system import system_actor
from governance.proofs import merkle, notes, queries
from governance.proofs.models import Checkpoint
from governance.witness import actions, protocol, rules
from governance.witness import queries as witnessing
from governance.witness.models import Cosignature, Standing, Witness

TRIES = 3
HEADERS = {"Content-Type": protocol.TEXT_TYPE}
AHEAD = timedelta(minutes=10)
"""How far a witness's clock may be ahead of ours."""


class Refused(Exception):
    """No cosignature; the message says why. It is tried again."""


class Fork(Exception):
    """The witness has seen another ledger than ours; the message says which."""


@dataclass(frozen=True)
class Vouched:
    """A cosignature that was checked: the signature line, and when the witness signed."""

    line: str
    at: datetime


def submit(witness: Witness) -> Cosignature | None:
    """Have the newest checkpoint cosigned and keep the cosignature; None when there was nothing to ask, or it was refused.

    What came of it stands in the witness's row. Raises nothing for what the outside does.
    """
    checkpoint = queries.latest()
    if checkpoint is None or witness.alarm or witness.state != Standing.ACTIVE:
        return None
    now = clock.now()
    try:
        checkpoint, vouched = _ask(witness, checkpoint)
    except Fork as error:
        _note(witness, last_error=str(error)[:400], next_at=now + rules.AGAIN)
        _alarm(witness, str(error)[:400])
        return None
    except (Refused, outside.Refused, outside.Unreached, merkle.NotProved) as error:
        _note(witness, last_error=str(error)[:400], next_at=now + rules.AGAIN)
        return None
    with transaction.atomic():
        given = {"line": vouched.line, "signed_at": vouched.at}
        kept, _ = Cosignature.objects.get_or_create(witness=witness, checkpoint=checkpoint, defaults=given)
        _note(witness, last_size=checkpoint.size, last_ok_at=now, last_error="", next_at=now + rules.EACH)
    return kept


def _note(witness: Witness, **how: object) -> None:
    Witness.objects.filter(pk=witness.pk).update(**how)


def _alarm(witness: Witness, said: str) -> None:
    try:
        actions.raise_alarm(witness, actor=system_actor(), said=said)
    except StaleState:
        return  # it was raised meanwhile, or the witness retired: either way it is known


def _ask(witness: Witness, checkpoint: Checkpoint) -> tuple[Checkpoint, Vouched]:
    old, told = witnessing.known_size(witness), False
    for _ in range(TRIES):
        if old > checkpoint.size:
            checkpoint = _newer(old)
        proof = queries.consistency(old, checkpoint.size) if old else []
        answer = outside.post(f"{witness.url}/add-checkpoint", protocol.write(old, proof, checkpoint.note), HEADERS)
        if answer.status == 200:
            return checkpoint, _checked(witness, checkpoint, answer.text)
        if answer.status == 409:
            old, told = _told_size(answer.text, old, checkpoint.size), True
            continue
        if answer.status == 422 and old:
            which = "which it told us" if told else "which it cosigned for us"
            raise Fork(f"it has cosigned another ledger: ours does not extend the one over {old:,} entries {which}")
        raise Refused(f"The witness answered {answer.status}: {' '.join(answer.text.split())[:200]}")
    raise Refused("Others submit to this witness at the same time: it named another size each time.")


def _told_size(text: str, old: int, size: int) -> int:
    """Return the size that the witness says it has. Raises Fork when it has the same size under another root."""
    try:
        found = protocol.number(text.strip())
    except protocol.Malformed as error:
        raise Refused("The witness answered 409 without saying which size it has.") from error
    if found != old:
        return found
    if old and old == size:
        raise Fork(f"it has cosigned another ledger: the same {size:,} entries under another root")
    raise Refused(f"The witness answered 409 though it has cosigned {old:,} entries, as we said.")


def _newer(old: int) -> Checkpoint:
    """Return the newest checkpoint of at least this size. Raises Fork when we have none: ours was cut off."""
    found = queries.latest()
    if found is None or found.size < old:
        raise Fork(f"it has cosigned {old:,} entries of this ledger, and we have {found.size if found else 0:,} sealed")
    return found


def _checked(witness: Witness, checkpoint: Checkpoint, text: str) -> Vouched:
    lines = text[: text.rfind("\n") + 1]  # an answer is read up to a length; a line that was cut off is left out
    verifier = witness.verifier
    try:
        notes.verify(checkpoint.note + lines, [verifier])
        signatures = notes.parse(checkpoint.note + lines).signatures
    except notes.BadNote as error:
        raise Refused(f"The witness sent no cosignature that holds: {error}.") from error
    mine = next(each for each in signatures if (each.name, each.key_id) == (verifier.name, verifier.key_id))
    moment = notes.moment_of(mine.signed)
    if not 0 < moment <= (clock.now() + AHEAD).timestamp():
        raise Refused("The cosignature bears a time that cannot be. Look at the clocks, the witness's and ours.")
    return Vouched(mine.line, datetime.fromtimestamp(moment, UTC))
