"""Cosigns checkpoints of the logs that an administrator trusts: the server's side of C2SP tlog-witness.

A checkpoint is cosigned only when one of the log's keys signed it and it extends the last one that was cosigned. Looking
at the last one and storing the next is one transaction, and each row names the one it follows: two continuations of one
checkpoint cannot both be stored, whatever runs at the same time, and nothing is answered before it is stored.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from governance.core import clock
from governance.proofs import merkle, notes
from governance.witness import ownkey, protocol
from governance.witness.models import Cosigned, WatchedLog
from governance.witness.protocol import SIZE_TYPE, TEXT_TYPE, Submission


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, body and its kind."""

    status: int
    body: str
    media: str = TEXT_TYPE


def add_checkpoint(body: bytes) -> Answer:
    """Answer a submission: a cosignature, or the status that the protocol has for what is wrong.

    Raises Unavailable when the witness's own key is not on this machine.
    """
    try:
        asked = protocol.read(body)
    except protocol.Malformed as error:
        return Answer(400, f"{error}\n")
    log = WatchedLog.objects.filter(origin=asked.head.origin, state=WatchedLog.State.ACTIVE).first()
    if log is None:
        return Answer(404, "this log is not known here\n")
    try:
        notes.verify(asked.note, log.verifiers)
    except notes.BadNote as error:
        return Answer(403, f"{error}\n")
    if asked.old > asked.head.size:
        return Answer(400, "the old size is larger than the checkpoint\n")
    try:
        with transaction.atomic():
            return _cosign(log, asked)
    except IntegrityError:  # another request was quicker, and this one does not follow what it stored
        return _conflict(log.last_size)


def _cosign(log: WatchedLog, asked: Submission) -> Answer:
    last = WatchedLog.objects.select_for_update().get(pk=log.pk).last
    size, root = (last.size, bytes.fromhex(last.root)) if last else (0, merkle.EMPTY)
    head = asked.head
    if asked.old != size or (head.size == size and head.root != root):
        return _conflict(size)
    if refused := _unproved(asked, root):
        return Answer(422, f"{refused}\n")
    line = ownkey.signer().line(asked.text, int(clock.now().timestamp()))
    if head.size > size:
        Cosigned.objects.create(log=log, previous=size, size=head.size, root=head.root.hex(), note=asked.note, line=line)
    return Answer(200, line)


def _unproved(asked: Submission, root: bytes) -> str:
    if asked.old == 0:
        return "nothing is proved from an empty tree: send no proof" if asked.proof else ""
    try:
        merkle.verify_consistency(asked.old, asked.head.size, root, asked.head.root, asked.proof)
    except merkle.NotProved as error:
        return str(error)
    return ""


def _conflict(size: int) -> Answer:
    return Answer(409, f"{size}\n", SIZE_TYPE)
