"""Takes the newest checkpoint to a target. Doing it twice is harmless, and nothing that is there is ever overwritten.

Folders and object stores get `checkpoint-<size>.txt`, which never changes, and `latest.txt`. E-mail and webhooks go
through the outbox of channels, which tries again, signs webhooks and reaches nothing inside the network.
"""

import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from governance.channels.actions import send
from governance.channels.message import Message
from governance.channels.models import Delivery
from governance.core import clock
from governance.proofs import queries
from governance.proofs.models import Checkpoint
from governance.witness import rules
from governance.witness.models import Publication, Standing

LATEST = "latest.txt"
PREFIX = "published"
BODY = "Keep this where nobody can change it. Whoever compares it later sees whether anything before it was changed.\n\n"


class NotPublished(Exception):
    """The target did not take it; the message says why."""


def publish(publication: Publication) -> Checkpoint | None:
    """Take the newest checkpoint to a target; None when there is nothing to take, or it was not taken.

    What came of it stands in the target's row; through a channel it is only on its way then (`settle`).
    """
    checkpoint = queries.latest()
    if checkpoint is None or publication.state != Standing.ACTIVE:
        return None
    now = clock.now()
    try:
        _carry(publication, checkpoint)
    except Exception as error:  # whatever a folder or a store may raise: it is told on the page, and tried again
        said = str(error) or type(error).__name__
        Publication.objects.filter(pk=publication.pk).update(last_error=said[:400], next_at=now + rules.AGAIN)
        return None
    done: dict[str, object] = {"last_size": checkpoint.size, "next_at": now + timedelta(minutes=publication.every_minutes)}
    if publication.channel is None:
        done |= {"last_ok_at": now, "last_error": ""}
    Publication.objects.filter(pk=publication.pk).update(**done)
    return checkpoint


def settle() -> None:
    """Write down how the newest message of each target with a channel went."""
    for publication in Publication.objects.filter(channel__isnull=False, state=Standing.ACTIVE):
        row = Delivery.objects.filter(subject_type="governance.publication", subject_id=str(publication.pk)).first()
        if row is None or row.state == Delivery.State.QUEUED:
            continue
        went = {"last_ok_at": row.sent_at, "last_error": ""} if row.sent_at else {"last_error": row.response[:400]}
        Publication.objects.filter(pk=publication.pk).update(**went)


def _carry(publication: Publication, checkpoint: Checkpoint) -> None:
    if publication.kind == Publication.Kind.FILE:
        _into_folder(settings.PUBLISH_FOLDER / publication.place, checkpoint)
    elif publication.kind == Publication.Kind.OBJECT_STORE:
        _into_store("/".join(part for part in (PREFIX, publication.place) if part), checkpoint)
    else:
        message = Message(
            title=f"Checkpoint over {checkpoint.size:,} entries",
            body=BODY + checkpoint.note,
            url=f"/ledger/checkpoints/{checkpoint.size}/",
            severity="info",
            fields=(("Size", str(checkpoint.size)), ("Root", checkpoint.root_base64)),
        )
        key = f"checkpoint:{publication.pk}:{checkpoint.size}"
        send(message, key=key, channel=publication.channel, kind="checkpoint", subject=publication)


def _into_folder(folder: Path, checkpoint: Checkpoint) -> None:
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not folder.resolve().is_relative_to(Path(settings.PUBLISH_FOLDER).resolve()):
        raise NotPublished(f"{folder} leads out of PLUMBLINE_PUBLISH_FOLDER.")
    data, target = checkpoint.note.encode(), folder / _name(checkpoint)
    draft = folder / f".{_name(checkpoint)}.{os.urandom(4).hex()}"
    try:
        _write(draft, data)
        try:
            os.link(draft, target)  # whole or not at all, and never over one that is there
        except FileExistsError:
            _same(target.read_bytes(), data, str(target))
        os.replace(draft, folder / LATEST)
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _into_store(folder: str, checkpoint: Checkpoint) -> None:
    data, name, newest = checkpoint.note.encode(), f"{folder}/{_name(checkpoint)}", f"{folder}/{LATEST}"
    if default_storage.exists(name):
        with default_storage.open(name) as file:
            _same(file.read(), data, name)
    else:
        _save(name, data)
    if default_storage.exists(newest):
        default_storage.delete(newest)
    _save(newest, data)


def _save(name: str, data: bytes) -> None:
    stored = default_storage.save(name, ContentFile(data))
    if stored != name:  # somebody was quicker, and the store took another name
        default_storage.delete(stored)
        raise NotPublished(f"{name} was written by somebody else just now.")


def _same(held: bytes, data: bytes, where: str) -> None:
    if held != data:
        raise NotPublished(f"{where} holds something else. It is left as it is: find out who wrote it.")


def _name(checkpoint: Checkpoint) -> str:
    return f"checkpoint-{checkpoint.size}.txt"
