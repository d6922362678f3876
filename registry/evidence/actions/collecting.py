"""Evidence comes in: a file, a link or a record, new or in the place of an earlier one.

A file is read and stored before the transaction begins, so that a slow storage holds nobody up. What is stored and then
not recorded lies under its own hash, is found again when it comes once more, and is tidied away otherwise.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Model

from governance.core import clock
from governance.core.errors import Invalid, NotVisible
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.letgo import file_returned
from governance.people.models import User
from governance.policy import queries as policy
from registry.evidence import controls, names, queries, records, rules, storage
from registry.evidence.actions.using import attach, until
from registry.evidence.models import Blob, Evidence, EvidenceUse
from registry.surfaces.models import Surface


@dataclass(frozen=True, slots=True)
class What:
    """What is handed in: exactly one of a file (anything that reads and seeks), a link, or a thing held here.

    Without a title it is called what it is; without `collected_on` it was collected today.
    """

    title: str = ""
    file: Any = None
    file_name: str = ""
    url: str = ""
    record: Model | None = None
    note: str = ""
    collected_on: date | None = None
    expires_on: date | None = None

    def check(self) -> None:
        """Raise Invalid unless exactly one thing is given, on days that make sense."""
        if sum((self.file is not None, bool(self.url.strip()), self.record is not None)) != 1:
            said = "Give a file, a link, or a record: one of them."
            raise Invalid(said, fix="Collect each separately.", fields={"file": [said]})
        if self.day > clock.today():
            raise Invalid("It cannot have been collected on a day to come.", fields={"collected_on": ["This day is to come."]})
        if self.expires_on is not None and self.expires_on <= self.day:
            said = "It ends after the day on which it was collected."
            raise Invalid(said, fields={"expires_on": [said]})

    @property
    def day(self) -> date:
        """The day on which it was collected."""
        return self.collected_on or clock.today()


def collect(*, actor: User, surface: Surface | None = None, control: str = "", **what: Any) -> Evidence:
    """Take in evidence (the fields of What), and let it serve a control of a surface where both are named.

    Without `expires_on` it ends when policy ends evidence of that control. Raises Denied, TooLarge, or Invalid for what is
    none or more than one of file, link and record, for days that make no sense, and for addresses that cannot be kept.
    """
    require(rules.may_collect(actor))
    given = What(**what)
    given.check()
    if (surface is None) != (not control):
        raise Invalid("Name a surface and a control, or neither.", fields={"control": ["Name a surface and a control."]})
    if surface is not None:
        require(queries.may_attach(actor, surface))
        controls.check(control, controls.names(policy.document()))
    return _collect(_what_it_is(given, actor), given, actor=actor, surface=surface, control=control)


@action
def _collect(made: Evidence, given: What, *, actor: User, surface: Surface | None, control: str) -> Evidence:
    _keep(made, given, actor, [control] if control else [])
    if surface is not None:
        attach(made, surface, control, actor=actor)
    return made


def renew(evidence: Evidence, *, actor: User, expected_version: int | None = None, **what: Any) -> Evidence:
    """Let a newly collected one (the fields of What) follow evidence and serve in its place; returns the new one.

    Its collector and the keepers of policy move all uses. Anybody else moves those on surfaces they may edit, and the
    old one stays current where it still serves. Raises as `collect` does, StaleState, and Denied.
    """
    uses = queries.uses(evidence)
    editable = queries.editable(actor, uses)
    require(rules.may_renew(actor, evidence, uses, editable))
    given = What(**what)
    given.check()
    moving = [use for use in uses if rules.takes_over_all(actor, evidence) or use.surface_id in editable]
    made = _what_it_is(given, actor)
    return _renew(evidence, made, given, actor=actor, moving=moving, left=len(uses) - len(moving), seen=expected_version)


@action
def _renew(
    evidence: Evidence, made: Evidence, given: What, *, actor: User, moving: list[EvidenceUse], left: int, seen: int | None
) -> Evidence:
    made.renews, made.title = evidence, given.title.strip() or evidence.title
    _keep(made, given, actor, [use.control for use in moving])
    for use in moving:
        last = until(made, use.control)
        transitions.change(
            use,
            actor=actor,
            kind="evidence.attached",
            changes={"evidence": made, "expires_on": last},
            payload={
                "evidence": made.key,
                "control": use.control,
                "surface": use.surface.key,
                "until": last.isoformat() if last else "",
            },
            touches=(made, use.surface),
        )
    transitions.change(
        evidence,
        actor=actor,
        kind="evidence.renewed",
        changes={} if left else {"state": Evidence.State.RENEWED},
        expected_version=seen,
        expected={"state": Evidence.State.CURRENT},
        payload={"by": made.key, "uses": len(moving), "left": left},
        touches=(made,),
    )
    return made


def _what_it_is(given: What, actor: User) -> Evidence:
    """Return a row, not stored yet, that holds what was given; a file is in the storage then."""
    made = Evidence(note=given.note.strip(), collector=actor, collected_on=given.day)
    if given.file is not None:
        made.kind = Evidence.Kind.FILE
        made.title = made.file_name = names.cleaned(given.file_name or str(getattr(given.file, "name", "") or ""))
        content = storage.read(given.file)
        made.blob = Blob(digest=content.digest, size=content.size, media_type=content.type.media_type)
        made.blob.stored_as = storage.put(given.file, content)
        made.digest = content.digest
    elif given.record is not None:
        found = records.record_of(given.record)
        if not records.sees(actor, found):
            raise NotVisible("There is no such record that you can see.", fix="Give the key of something you can see here.")
        made.kind, made.title = Evidence.Kind.RECORD, found.label
        made.record_type, made.record_id, made.record_label, made.digest = found.type, found.id, found.label, found.digest
    else:
        made.kind, made.url = Evidence.Kind.LINK, checked_link(given.url)
        made.title = made.url[:400]
    made.title = given.title.strip() or made.title
    return made


def _keep(made: Evidence, given: What, actor: User, serving: list[str]) -> None:
    """Store the row with its entry; its end is the one given, or policy's for the one control that it is collected for."""
    days = controls.days_of(serving[0], policy.document()) if len(set(serving)) == 1 else None
    made.expires_on = given.expires_on or controls.good_until(made.collected_on, None, days)
    if made.blob is not None:
        made.blob = recorded(made.blob)
    told = {
        "kind": made.kind,
        "digest": made.digest,
        "expires_on": made.expires_on.isoformat() if made.expires_on else "",
        "renews": made.renews.key if made.renews else "",
        "record": f"{made.record_type} {made.record_id}".strip(),
        "size": made.blob.size if made.blob else 0,
        "media_type": made.blob.media_type if made.blob else "",
    }
    personal = {"title": made.title, "link": made.url, "file_name": made.file_name}
    transitions.create(
        made,
        actor=actor,
        kind="evidence.collected",
        payload=told,
        personal={name: value for name, value in personal.items() if value},
        touches=(made.renews,) if made.renews else (),
    )


def recorded(blob: Blob) -> Blob:
    """Return the one row of a file's content, stored now where it is not known yet; inside an action."""
    known = Blob.objects.filter(digest=blob.digest).first()
    if known is not None:
        file_returned(known.digest, cause="evidence")
        return known
    try:
        with transaction.atomic():
            blob.save(force_insert=True)
    except IntegrityError:  # somebody else handed the same file in at this moment
        return Blob.objects.get(digest=blob.digest)
    return blob


def checked_link(url: str) -> str:
    """Return an address that can be kept: https or http, without a password in it. It is never fetched. Raises Invalid."""
    said = url.strip()
    try:
        parts = urlsplit(said)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and not parts.password
    except ValueError:
        sound = False
    if sound and len(said) <= 2000 and not any(letter.isspace() for letter in said):
        return said
    raise Invalid(
        "That is not a link that can be kept.",
        fix="Give an address that begins with https:// or http:// and holds no password.",
        fields={"url": ["Begin with https:// or http://, without a name or password in it."]},
    )
