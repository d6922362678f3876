"""Which blocking controls of surfaces are unmet at a moment, and which are excepted.

Kept results count only where nothing speaks against them: they were worked out, no moment has passed at which time alone
turns one, and no entry of the ledger that touches what they rest on is younger than they are. Else the checks run anew,
here and now, so that a decision never rests on a result that is out of date.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce

from governance.ledger.models import Entry, Mention
from governance.notifications.models import Tail
from registry.controls import queries as controls
from registry.controls.following import TAIL, Touched
from registry.controls.ground import ground
from registry.controls.models import RED, ControlResult, Status
from registry.decisions.held import Unmet

NO_TIER = Unmet("tier", "Tier", "it has none, so nothing says what it must show.", "Set its tier.")
MOST_READ = 300  # entries that nobody followed yet; with more of them, everything is worked out anew


@dataclass(frozen=True, slots=True)
class Standing:
    """What the controls of one surface say: unmet ones that block, and excepted ones with the exception's key."""

    unmet: Sequence[Unmet] = ()
    waived: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a surface's controls: when they were worked out, when time turns one, how many are in the way."""

    tier: int | None
    checked_at: datetime | None
    turns_at: datetime | None
    excepted: int | None
    unmet_blocking: int | None

    def holds(self, at: datetime) -> bool:
        """Whether it was worked out, and no moment has passed at which time alone turns something."""
        return self.checked_at is not None and (self.turns_at is None or self.turns_at > at)


def standing_of(held: Mapping[int, Kept], at: datetime) -> dict[int, Standing]:
    """Return what the controls say of surfaces with something in force, by id, given what is kept of each."""
    if not held:
        return {}
    moved = unfollowed()
    fresh = {pk for pk, kept in held.items() if kept.holds(at) and not any(each.moves(pk, kept.checked_at) for each in moved)}
    telling = {pk for pk in fresh if held[pk].unmet_blocking or held[pk].excepted}
    untiered = {pk: Standing([NO_TIER]) for pk, kept in held.items() if kept.tier is None}
    return {**(_kept(telling) if telling else {}), **_anew(held.keys() - fresh, at), **untiered}


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry that the kept results do not follow yet: when, and what it touches."""

    at: datetime
    touched: Touched

    def moves(self, surface: int, since: datetime | None) -> bool:
        """Whether what was worked out for a surface at a moment may rest on it; the catalogue counts for every surface."""
        if since is not None and self.at < since:
            return False
        return self.touched.everything or bool(self.touched.things) or surface in self.touched.surfaces


def unfollowed() -> list[Moved]:
    """Return what the ledger says and the kept results may not know: mostly nothing, for they follow within a minute."""
    read = Coalesce(Subquery(Tail.objects.filter(name=TAIL).values("seq")[:1]), Value(0))
    columns = ("seq", "at", "kind", "subject_type", "subject_id", "subject_key")
    rows = list(Entry.objects.filter(seq__gt=read).order_by("-seq").values_list(*columns)[: MOST_READ + 1])
    if len(rows) > MOST_READ:
        return [Moved(rows[0][1], Touched(everything=True))]
    mentions: dict[int, list[tuple[str, str]]] = {}
    if rows:
        named = Mention.objects.filter(entry__in=[row[0] for row in rows])
        for seq, type_, id_ in named.values_list("entry_id", "subject_type", "subject_id"):
            mentions.setdefault(seq, []).append((type_, id_))
    found = []
    for seq, at, kind, *subject in rows:
        touched = Touched()
        touched.add(kind, (subject[0], subject[1], subject[2]), mentions.get(seq, ()))
        if touched:
            found.append(Moved(at, touched))
    return found


def _kept(surfaces: set[int]) -> dict[int, Standing]:
    telling = Q(status__in=RED, blocking=True) | Q(status=Status.EXCEPTED)
    unmet: dict[int, list[Unmet]] = {pk: [] for pk in surfaces}
    waived: dict[int, dict[str, str]] = {pk: {} for pk in surfaces}
    for row in ControlResult.objects.filter(telling, surface__in=surfaces).order_by("surface", "order"):
        if row.status == Status.EXCEPTED:
            waived[row.surface_id][row.control] = row.exception_key
        else:
            unmet[row.surface_id].append(Unmet(row.control, row.title, row.why, row.next_step))
    return {pk: Standing(unmet[pk], waived[pk]) for pk in surfaces}


def _anew(surfaces: AbstractSet[int], at: datetime) -> dict[int, Standing]:
    found = {}
    for each in controls.standings(surfaces, ground(at)) if surfaces else ():
        unmet = [Unmet(one.key, one.title, one.why, one.next_step) for one in each.unmet_blocking]
        waived = {one.key: one.exception.key for one in each.results if one.exception is not None}
        found[int(each.surface_key.removeprefix("S-"))] = Standing(unmet, waived)
    return found
