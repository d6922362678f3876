"""Reads of the ledger: entries, and an object's activity as sentences with readable diffs."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.core.contributions import contributed
from governance.core.reading import period
from governance.ledger import diffs, kinds
from governance.ledger.journal import identify
from governance.ledger.models import Entry, Mention, PersonalPayload
from governance.ledger.reach import Reach

READS_LEDGER = {"administrator", "risk_officer", "leader", "auditor"}


@dataclass(frozen=True)
class Line:
    """One line of activity: who did what and when, with what changed, and where it stands in the ledger."""

    seq: int
    at: datetime
    kind: str
    actor: Any
    actor_name: str
    sentence: str
    subject_key: str
    via: str
    tone: str = ""
    reason: str = ""
    remarks: Sequence[tuple[str, str]] = ()
    changes: Sequence[diffs.FieldDiff] = ()
    digest: str = ""
    payload: dict[str, Any] = field(default_factory=dict)


def entries_for(subject: Any) -> QuerySet[Entry]:
    """Return the entries about an object, or touching it, newest first."""
    type_, id_, _ = identify(subject)
    mentions = Mention.objects.filter(entry=OuterRef("pk"), subject_type=type_, subject_id=id_)
    found = Entry.objects.filter(Q(subject_type=type_, subject_id=id_) | Exists(mentions)).order_by("-seq")
    bound = period()  # of a guest auditor, who reads one stretch of the record
    return found if bound is None else found.filter(at__gte=bound.since, at__lt=bound.until)


def activity(subject: Any, *, limit: int = 50, before: int | None = None) -> list[Line]:
    """Return an object's latest activity as lines; `before` continues below an entry's number."""
    entries = entries_for(subject)
    if before is not None:
        entries = entries.filter(seq__lt=before)
    return lines(entries[:limit])


def lines(entries: Iterable[Entry]) -> list[Line]:
    """Turn entries into lines in a fixed number of queries, whatever their number."""
    found = list(entries)
    bodies = {entry.seq: json.loads(entry.body) for entry in found}
    personal: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in PersonalPayload.objects.filter(entry__in=[entry.seq for entry in found]):
        personal[row.entry_id][row.name] = row.value
    people = {user.ref: user for user in get_user_model().objects.filter(ref__in={entry.actor_ref for entry in found})}
    changed = diffs.of_entries(bodies)
    return [
        _line(entry, bodies[entry.seq], personal[entry.seq], people.get(entry.actor_ref), changed.get(entry.seq, ()))
        for entry in found
    ]


def head_digest() -> str:
    """Return the digest of the newest entry: as long as it is the same, nothing was written. Empty before the first."""
    return Entry.objects.order_by("-seq").values_list("digest", flat=True).first() or ""


def told(entry: Entry) -> str:
    """Return what an entry says, for a row of a list: without the actor, and with a dash for what is personal."""
    kind = kinds.get(entry.kind)
    hidden = dict.fromkeys(kind.personal, "–")
    return kind.sentence.format_map({**hidden, **json.loads(entry.body)["payload"], "subject": entry.subject_key or "it"})


def _line(entry: Entry, body: dict[str, Any], personal: dict[str, Any], actor: Any, changed: Sequence[diffs.FieldDiff]) -> Line:
    payload = body["payload"]
    kind = kinds.get(entry.kind)
    words = defaultdict(lambda: "(erased)", {**payload, **personal, "subject": entry.subject_key or "it"})
    remarks = [(name.replace("_", " "), str(personal[name])) for name in kind.personal if name in personal]
    return Line(
        seq=entry.seq,
        at=entry.at,
        kind=entry.kind,
        actor=actor,
        actor_name=str(actor) if actor else "Somebody no longer known",
        sentence=kind.sentence.format_map(words),
        subject_key=entry.subject_key,
        via=body["via"],
        tone=kind.tone,
        reason=str(payload.get("reason", "")),
        remarks=remarks,
        changes=changed,
        digest=entry.digest,
        payload=payload,
    )


def head() -> Entry | None:
    """Return the newest entry."""
    return Entry.objects.order_by("-seq").first()


def visible_to(user: Any) -> QuerySet[Entry]:
    """Return the entries a person may see in the ledger itself: all for readers of all, else what they did.

    What happened to one thing is shown on that thing's own page, to whoever may see the thing. Features above may add
    entries for some (`Reach`): a guest auditor's scope.
    """
    if not user.is_authenticated:
        return Entry.objects.none()
    if user.role in READS_LEDGER:
        return Entry.objects.all()
    seen = Q(actor_ref=user.ref)
    for reach in contributed(Reach):
        further = reach.seen(user)
        seen = seen if further is None else seen | further
    return Entry.objects.filter(seen)


def lines_for(subject: Any, before: str | None, size: int = 50) -> dict[str, Any]:
    """Return one page of an object's activity for its tab, with where the next one begins."""
    start = int(before) if before and before.isdecimal() and len(before) < 19 else None
    found = activity(subject, limit=size + 1, before=start)
    more = found[size - 1].seq if len(found) > size else None
    return {"lines": found[:size], "more": more}
