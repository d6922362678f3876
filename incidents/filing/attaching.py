"""Files that come with a report: read and stored as evidence is, by what they are and under their own hash.

Everything is kept for people who signed in: it leaves again only as a download that cannot act here. From somebody
without an account only what a phone or a screen makes is taken: responders open it in a hurry, and know nobody to ask.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from governance.core.errors import Invalid, TooLarge
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from incidents.cases import actions as cases
from incidents.cases.models import Attachment, Incident, TimelineEntry
from incidents.cases.rules import is_system
from registry.evidence import names, storage
from registry.evidence.actions import recorded
from registry.evidence.models import Blob
from registry.evidence.sniffing import could_act, promised

MOST = 5
"""Files with one report."""
MOST_CAREFUL = 3
LARGEST_CAREFUL = 10 * storage.MEGABYTE
"""Bytes of one file from somebody without an account."""
SAFE = ("image/", "video/", "text/plain", "application/pdf", "application/json")
"""What is taken from somebody without an account, by the beginnings of media types."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the storage and is not recorded yet."""

    blob: Blob
    name: str


def take(files: Sequence[Any], *, careful: bool = False) -> list[Kept]:
    """Read and store files; done before the transaction, so that a slow storage holds nobody up.

    `careful` is for files of somebody without an account. Raises Invalid by field and TooLarge, before anything is stored.
    """
    most = MOST_CAREFUL if careful else MOST
    if len(files) > most:
        raise _refused(f"At most {most} files at once; here are {len(files)}.")
    read = [(file, storage.read(file), names.cleaned(str(getattr(file, "name", "") or ""))) for file in files]
    if careful:
        for _, content, name in read:
            _check(content, name)
    return [
        Kept(
            Blob(
                digest=content.digest,
                size=content.size,
                media_type=content.type.media_type,
                stored_as=storage.put(file, content),
            ),
            name,
        )
        for file, content, name in read
    ]


def _check(content: storage.Content, name: str) -> None:
    if content.size > LARGEST_CAREFUL:
        raise TooLarge(
            f"{name} is larger than {LARGEST_CAREFUL // storage.MEGABYTE} MB.", fix="Send a smaller picture, or only the text."
        )
    if could_act(name, content.type) or not content.type.media_type.startswith(SAFE):
        raise _refused(f"{name} is not taken here ({content.type.label}). Send a photo, a PDF, or plain text.")
    if (other := promised(name, content.type)) is not None:
        raise _refused(f"{name} says it is {other.label}, and is {content.type.label}. Send it under its right name.")


def _refused(said: str) -> Invalid:
    return Invalid(said, fields={"attachments": [said]})


@action
def attach(incident: Incident, kept: Iterable[Kept], *, actor: User, from_reporter: bool = False) -> list[Attachment]:
    """Record files that were taken in, each with an entry on the timeline; whoever calls decided that it may be done."""
    made = []
    for each in kept:
        row = Attachment(
            incident=incident,
            blob=recorded(each.blob),
            file_name=each.name,
            by=None if is_system(actor) else actor,
            from_reporter=from_reporter,
        )
        transitions.check(row)
        row.save(force_insert=True)
        said = f"The reporter attached {each.name}." if from_reporter else f"Attached {each.name}."
        data = {"attachment": row.pk, "digest": row.blob.digest, "size": row.blob.size}
        cases.note(incident, actor=actor, kind=TimelineEntry.Kind.ATTACHMENT, text=said, data=data)
        made.append(row)
    return made
