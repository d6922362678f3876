"""Reads the map: what contracts in force allow, and what was seen, of what a reader may see. About eight statements."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from governance.policy.models import DataClass
from registry.catalog.models import Endpoint
from registry.pictures import naming
from registry.pictures.asking import Asked
from registry.pictures.naming import Label
from registry.pictures.ways import NO_VENDOR, NOBODY, Allowed, Map, Seen, Ways
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface, SurfaceState
from registry.usage import queries as usage
from registry.usage.queries import Row, Where

READABLE = 18
"""Up to so many surfaces stand each for itself; more stand together by team, and within one team by tier."""
KEPT, BATCH = 20_000, 500
_contracts: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
"""What contracts allow (endpoints and data classes), by their digest: what was read of one once holds for good."""


@dataclass(frozen=True, slots=True)
class Place:
    """A surface as the map needs it."""

    pk: int
    name: str
    team: int | None
    tier: int | None
    revision: int | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """The map that was asked for: how surfaces stand together in it, how many there are, and what its boxes are called."""

    asked: Asked
    map: Map
    by: str
    surfaces: int
    approved: int
    named: Mapping[str, Label]


def read(user: Any, asked: Asked) -> Found:
    """Return the map of what a person may see."""
    places = list(_places(user, asked))
    by = asked.by or _fitting(asked, len(places))
    endpoints = list(Endpoint.objects.select_related("vendor"))
    vendors = {each.key: f"vendor:{each.vendor_id}" for each in endpoints}
    over = frozenset(each.key for each in endpoints if each.vendor_id == asked.vendor) if asked.vendor else None
    ways = Ways(
        _grouping(by, {each.pk: each for each in places}),
        lambda key: vendors.get(key, NO_VENDOR),
        over=over,
        only=asked.data_class,
    )
    for one in _allowed(places):
        ways.allow(one)
    _observe(user, asked, ways, {each.pk: each.key for each in endpoints}, {each.pk for each in places})
    classes = list(DataClass.objects.order_by("-rank", "key").values_list("key", "name"))
    drawn = ways.drawn({f"class:{key}": place for place, (key, _) in enumerate(classes)})
    approved = sum(each.revision is not None for each in places)
    named = naming.Names(user, asked, {each.pk: each.name for each in places}, endpoints, dict(classes))
    return Found(asked, drawn, by, len(places), approved, named.of(drawn))


def _places(user: Any, asked: Asked) -> Iterable[Place]:
    rows: QuerySet[Surface] = surfaces.visible_to(user).exclude(state=SurfaceState.RETIRED)
    if asked.team:
        rows = rows.filter(team__isnull=True) if asked.team == "none" else rows.filter(team=int(asked.team))
    if asked.tier:
        rows = rows.filter(tier__isnull=True) if asked.tier == "none" else rows.filter(tier=int(asked.tier))
    for row in rows.order_by("name", "pk").values_list("pk", "name", "team_id", "tier", "in_force_id", "in_force__digest"):
        yield Place(*row)


def _fitting(asked: Asked, count: int) -> str:
    if count <= READABLE or (asked.team and asked.tier):
        return "surface"
    return "tier" if asked.team else "team"


def _grouping(by: str, places: Mapping[int, Place]) -> Callable[[int | None], str]:
    """Name the box of a surface: itself, its team or its tier; what is retired or out of the question stands for itself."""

    def name(pk: int | None) -> str:
        place = places.get(pk) if pk else None
        if pk is None:
            return NOBODY
        if by == "surface" or place is None:
            return f"surface:{pk}"
        return f"team:{place.team or ''}" if by == "team" else f"tier:{'' if place.tier is None else place.tier}"

    return name


def _allowed(places: Iterable[Place]) -> Iterable[Allowed]:
    """Read what contracts in force allow; of those read before nothing is read again."""
    held = [(each.pk, each.revision, each.digest) for each in places if each.revision is not None and each.digest]
    known = {digest: _contracts[digest] for _, _, digest in held if digest in _contracts}
    missing = {revision: digest for _, revision, digest in held if digest not in known}
    columns = ("pk", "contract__routes", "contract__inputs__data_classes")
    wanted = sorted(missing)
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        for pk, routes, classes in Revision.objects.filter(pk__in=part).values_list(*columns):
            endpoints = tuple(dict.fromkeys(row["endpoint"] for row in routes or ()))
            known[missing[pk]] = endpoints, tuple(dict.fromkeys(row["key"] for row in classes or ()))
    if len(_contracts) > KEPT:
        _contracts.clear()
    _contracts.update(known)
    return [Allowed(pk, *known[digest]) for pk, _, digest in held]


def _observe(user: Any, asked: Asked, ways: Ways, keys: Mapping[int, str], places: Iterable[int]) -> None:
    """Lay down what was seen, from sums by day."""
    where = Where(
        surfaces=list(places) if "none" in (asked.team, asked.tier) else None,
        teams=[int(asked.team)] if asked.team.isdecimal() else None,
        tiers=[int(asked.tier)] if asked.tier.isdecimal() else None,
        vendors=[asked.vendor] if asked.vendor else None,
        data_classes=[asked.data_class] if asked.data_class else None,
        with_tool=False,
    )
    parts = ("surface", "endpoint", "model", "standing")
    for row in usage.sums(user, start=asked.since, end=asked.until, by=parts, where=where):
        ways.see(_seen(row, keys))
    for row in usage.sums(user, start=asked.since, end=asked.until, by=(*parts, "data_class"), where=where):
        data_class = row.of["data_class"] or ""
        if not asked.data_class or data_class == asked.data_class:
            ways.see_class(_seen(row, keys), data_class)


def _seen(row: Row, keys: Mapping[int, str]) -> Seen:
    endpoint = row.of["endpoint"]
    return Seen(row.of["surface"], keys[endpoint] if endpoint else "", row.of["model"], row.of["standing"], row.calls)
