"""Things held here as evidence: found by key or address, through the doors that features contribute, shown by a link."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model

from governance.comments.subjects import Commentable, load
from governance.core.contributions import ObjectLink, contributed, contribution
from governance.core.errors import Invalid, NotVisible
from governance.ledger.journal import identify

NUMBERED = re.compile(r"^[A-Za-z]{1,4}-0*(\d{1,18})$")
OURSELVES = "registry.evidence"
KEYS = ("key", "code")


@dataclass(frozen=True, slots=True)
class Record:
    """A thing held here, named by type and number, as it was called when it was collected, with its hash if it has one."""

    type: str
    id: str
    label: str
    digest: str = ""


def record_of(obj: Model) -> Record:
    """Return how a thing is named as evidence."""
    type_, id_, key = identify(obj)
    noun = str(obj._meta.verbose_name)
    name = f"{noun[:1].upper()}{noun[1:]} {key}".strip()
    said = str(obj)
    return Record(type_, id_, (name if said in (key, name) else f"{name}: {said}")[:400], digest_of(obj))


def digest_of(obj: Any) -> str:
    """Return the hash under which a thing is fixed: its own, its file's, or its revision's; empty where it has none."""
    for name in ("digest", "file_digest"):
        if found := getattr(obj, name, ""):
            return str(found)
    revision = getattr(obj, "revision", None)
    return str(getattr(revision, "digest", "") or "")


def find(user: Any, said: str) -> Model:
    """Return what a key (C-1192) or the address of its page names, if the person sees it. Raises Invalid."""
    path = urlsplit(said.strip()).path if "/" in said else ""
    words = [part for part in path.split("/") if part][-3:] if path else [said.strip()]
    found = [obj for word in reversed(words) if 0 < len(word) <= 120 for obj in _named(user, word)]
    if path:
        found = [obj for obj in found if (url := address_of(obj)) and path.startswith(url)]
    if len(found) == 1:
        return found[0]
    what = "There is nothing here" if not found else "More than one thing here goes"
    raise Invalid(
        f"{what} by {said.strip()[:80]!r} that you can see." if not found else f"{what} by {said.strip()[:80]!r}.",
        fix="Give its key, such as C-1192, or the address of its page.",
        fields={"record": ["Give the key of something you can see here, such as C-1192, or the address of its page."]},
    )


def _named(user: Any, word: str) -> list[Model]:
    """Return what goes by a key, among everything that can be spoken about: each through its own door."""
    number = NUMBERED.match(word)
    hits: list[Model] = []
    for door in contributed(Commentable):
        model = apps.get_model(door.key)
        names = {f.name for f in model._meta.concrete_fields}
        field = next((name for name in KEYS if name in names), "")
        if door.key == OURSELVES or not (field or (number and _may_be(model, int(number.group(1)), word))):
            continue
        where = {field: word} if field else {"pk": int(number.group(1)) if number else None}
        found = door.visible(user).filter(**where).first()
        if found is not None and (field or str(getattr(found, "key", "")).casefold() == word.casefold()):
            hits.append(found)
    return hits


def _may_be(model: type[Model], number: int, word: str) -> bool:
    """Whether a row of this number may go by that key: most keys say so by the number alone, and nothing has to be read."""
    if not isinstance(getattr(model, "key", None), property):
        return False
    try:
        return str(model(pk=number).key).casefold() == word.casefold()  # type: ignore[attr-defined]
    except (AttributeError, ObjectDoesNotExist, TypeError, ValueError):
        return True  # it says what it belongs to: the row itself has to be looked at


def address_of(obj: Any) -> str:
    """Return where a thing's page is, or nothing for what has none."""
    type_, id_, _ = identify(obj)
    try:
        return contribution(ObjectLink, type_).url(id_)
    except LookupError:
        return str(obj.get_absolute_url()) if hasattr(obj, "get_absolute_url") else ""


def link_for(user: Any, type_: str, id_: str) -> str:
    """Return where a thing's page is, if this person may see it."""
    try:
        return address_of(load(user, type_, id_))
    except NotVisible:
        return ""


def sees(user: Any, found: Record) -> bool:
    """Whether a person may see a thing held here."""
    try:
        load(user, found.type, found.id)
    except NotVisible:
        return False
    return True
