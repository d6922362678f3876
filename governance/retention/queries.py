"""Reads of retention: holds, what is due, and what is held back."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Max, Min, Q, QuerySet

from governance.core import clock
from governance.core.contributions import RetentionKind, contributed, contribution
from governance.core.counting import count_together
from governance.core.errors import NotVisible
from governance.policy import queries as policy
from governance.policy.proofrules import ProofRules
from governance.retention.models import LegalHold

KEY = re.compile(r"^(?:[Ll][Hh]-)?0*(\d{1,18})$")


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that some legal hold names on a day."""

    people: frozenset[str] = frozenset()
    surfaces: frozenset[int] = frozenset()
    incidents: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()

    def touching(self, kind: RetentionKind) -> Q:
        """Return what picks the rows of a kind that touch something held."""
        if kind.key in self.kinds:
            return Q(pk__isnull=False)
        found = Q(pk__in=[])
        for paths, ids in ((kind.people, self.people), (kind.surfaces, self.surfaces), (kind.incidents, self.incidents)):
            for path in paths if ids else ():
                found |= Q(**{f"{path}__in": ids})
        return found


def visible_to(user: Any) -> QuerySet[LegalHold]:
    """Return the holds that a person may see."""
    return LegalHold.objects.all().visible_to(user).select_related("owner")


def get(user: Any, key: str) -> LegalHold:
    """Return one hold by its key (LH-1). Raises NotVisible."""
    found = KEY.match(key)
    hold: LegalHold | None = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if hold is None:
        raise NotVisible(f"There is no legal hold {key[:40]} that you can see.", fix="Check the key.")
    return hold


def holding(day: date) -> QuerySet[LegalHold]:
    """Return the holds that hold on a day."""
    return LegalHold.objects.filter(Q(until__isnull=True) | Q(until__gte=day), state=LegalHold.State.ACTIVE)


def held(day: date) -> Held:
    """Return all that is held on a day, in one statement."""
    people: set[str] = set()
    surfaces: set[int] = set()
    incidents: set[int] = set()
    kinds: set[str] = set()
    for hold in holding(day):
        people.update(hold.people)
        surfaces.update(hold.surfaces)
        incidents.update(hold.incidents)
        kinds.update(hold.kinds)
    return Held(frozenset(people), frozenset(surfaces), frozenset(incidents), frozenset(kinds))


def holds_on(
    *, people: Iterable[str] = (), surfaces: Iterable[int | None] = (), incidents: Iterable[int] = (), day: date | None = None
) -> list[LegalHold]:
    """Return the holds that name any of these people (references), surfaces or incidents (ids) on a day (today)."""
    wanted = (("people", set(people)), ("surfaces", set(surfaces)), ("incidents", set(incidents)))
    known = holding(day or clock.today()).order_by("pk")
    return [hold for hold in known if any(ids.intersection(getattr(hold, name)) for name, ids in wanted)]


def kind_named(key: str) -> RetentionKind:
    """Return a kind of record. Raises NotVisible for one that there is not."""
    try:
        return contribution(RetentionKind, key)
    except LookupError:
        known = ", ".join(kind.key for kind in contributed(RetentionKind))
        raise NotVisible(f"There is no kind of record called {key[:40]}.", fix=f"There are: {known}.") from None


def over(kind: RetentionKind, rules: ProofRules, now: datetime) -> Q:
    """Return what picks the rows of a kind whose time is over: each tier by its own days, all others by the general ones."""
    found, own = Q(pk__in=[]), rules.own_tiers(kind.key)
    for tier in sorted(own) if kind.tier else ():
        days = rules.days_kept(kind.key, tier)
        if days is not None:
            found |= Q(**{kind.tier: tier, f"{kind.since}__lt": now - timedelta(days=days)})
    general = rules.days_kept(kind.key)
    if general is not None:
        rest = Q(**{f"{kind.since}__lt": now - timedelta(days=general)})
        if kind.tier and own:
            rest &= Q(**{f"{kind.tier}__isnull": True}) | ~Q(**{f"{kind.tier}__in": own})
        found |= rest
    return found


def due(kind: RetentionKind, *, rules: ProofRules | None = None, now: datetime | None = None) -> QuerySet[Any]:
    """Return the rows of a kind that are let go next: their time is over, and no hold touches them; the oldest first."""
    moment = now or clock.now()
    rows = kind.rows().filter(over(kind, rules or policy.proof_rules(), moment))
    found: QuerySet[Any] = rows.exclude(held(moment.date()).touching(kind)).order_by(kind.since, "pk")
    return found


def held_back(kind: RetentionKind) -> QuerySet[Any]:
    """Return the rows of a kind whose time is over and that a hold keeps."""
    now = clock.now()
    rows = kind.rows().filter(over(kind, policy.proof_rules(), now))
    found: QuerySet[Any] = rows.filter(held(now.date()).touching(kind)).order_by(kind.since, "pk")
    return found


class TierDays(NamedTuple):
    """A tier's own days."""

    tier: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """How one kind of record stands: how long it is kept, how many there are, how many go next, how many are held back."""

    kind: RetentionKind
    days: int | None
    tiers: tuple[TierDays, ...]
    total: int
    due: int
    held: int

    @property
    def key(self) -> str:
        """The kind's key."""
        return self.kind.key


def outlooks() -> list[Outlook]:
    """Return how every kind of record stands, counted in one statement."""
    now, rules = clock.now(), policy.proof_rules()
    known, stopped = contributed(RetentionKind), held(now.date())
    counted: dict[str, QuerySet[Any] | int] = {}
    for kind in known:
        late = kind.rows().filter(over(kind, rules, now))
        touched = stopped.touching(kind)
        counted |= {f"{kind.key} total": kind.rows(), f"{kind.key} due": late.exclude(touched)}
        counted[f"{kind.key} held"] = late.filter(touched)
    found = count_together(counted)
    return [
        Outlook(
            kind=kind,
            days=rules.days_kept(kind.key),
            tiers=tuple(TierDays(tier, rules.days_kept(kind.key, tier)) for tier in sorted(rules.own_tiers(kind.key))),
            **{name: found[f"{kind.key} {name}"] for name in ("total", "due", "held")},
        )
        for kind in known
    ]


def goes_on(kind: RetentionKind, rows: Iterable[Any], rules: ProofRules) -> list[tuple[Any, datetime | None]]:
    """Return rows with the moment from which each may be let go; none where it is kept for good."""
    found = []
    for row in rows:
        tier = _follow(row, kind.tier) if kind.tier else None
        days, since = rules.days_kept(kind.key, tier), _follow(row, kind.since)
        found.append((row, since + timedelta(days=days) if days is not None and since is not None else None))
    return found


def next_rows(kind: RetentionKind, limit: int = 20) -> QuerySet[Any]:
    """Return the rows of a kind that are oldest, held or not."""
    found: QuerySet[Any] = kind.rows().filter(**{f"{kind.since}__isnull": False}).order_by(kind.since, "pk")[:limit]
    return found


def span(kind: RetentionKind) -> tuple[datetime | None, datetime | None]:
    """Return the oldest and the newest moment from which rows of a kind count."""
    found = kind.rows().aggregate(oldest=Min(kind.since), newest=Max(kind.since))
    return found["oldest"], found["newest"]


def _follow(row: Any, path: str) -> Any:
    for step in path.split("__"):
        row = getattr(row, step, None)
    return row
