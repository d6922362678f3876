"""What a pack can be about: the company, a team, chosen surfaces, a vendor. Each comes to what its reader may see (R3)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from governance.core.errors import NotVisible
from governance.ledger.journal import identify
from governance.packs.sections import COMPANY, SURFACES, TEAM, VENDOR, PackScope, Scope, Subject
from governance.people import roles
from governance.people.models import Team
from registry.catalog.models import Endpoint, Tool, Vendor
from registry.packing.moment import batches
from registry.quarantine import queries as quarantine
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


def subject_of(thing: Any) -> Subject:
    """Return a thing as the ledger names it."""
    type_, id_, key = identify(thing)
    return Subject(type_, id_, key, str(thing))


def company(user: Any, ids: tuple[str, ...]) -> Scope:
    """Return everything that a person may see; no subjects, because every entry counts."""
    found = tuple(surfaces.visible_to(user).order_by("pk").values_list("pk", flat=True))
    teams = Team.objects.visible_to(user).order_by("pk").values_list("pk", flat=True)
    vendors = Vendor.objects.visible_to(user).order_by("pk").values_list("pk", flat=True)
    return Scope("The whole company", surface_ids=found, team_ids=tuple(teams), vendor_ids=tuple(vendors))


def team(user: Any, ids: tuple[str, ...]) -> Scope:
    """Return a team with the teams below it and their surfaces."""
    chosen = _chosen(Team.objects.visible_to(user), ids, "team")
    teams = _with_children(chosen)
    found = list(surfaces.visible_to(user).filter(team__in=teams).order_by("pk"))
    pks = tuple(each.pk for each in found)
    subjects = tuple(subject_of(each) for each in (*teams, *found))
    label = ", ".join(each.name for each in chosen)
    return Scope(label, subjects, pks, tuple(sorted(each.pk for each in teams)), vendors_of(user, pks))


def _with_children(chosen: list[Team]) -> list[Team]:
    below: dict[int | None, list[Team]] = {}
    for each in Team.objects.order_by("pk"):
        below.setdefault(each.parent_id, []).append(each)
    found, todo = {}, list(chosen)
    while todo:
        each = todo.pop()
        if each.pk not in found:
            found[each.pk] = each
            todo += below.get(each.pk, [])
    return [found[pk] for pk in sorted(found)]


def some(user: Any, ids: tuple[str, ...]) -> Scope:
    """Return chosen surfaces, with the vendors behind them."""
    chosen = _chosen(surfaces.visible_to(user), ids, "surface")
    pks = tuple(each.pk for each in chosen)
    label = f"{chosen[0].key} {chosen[0].name}" if len(chosen) == 1 else f"{len(chosen)} surfaces"
    return Scope(label, tuple(subject_of(each) for each in chosen), pks, vendor_ids=vendors_of(user, pks))


def vendor(user: Any, ids: tuple[str, ...]) -> Scope:
    """Return vendors, with the surfaces whose contract in force names something of theirs or that name them."""
    chosen = _chosen(Vendor.objects.visible_to(user), ids, "vendor")
    pks: set[int] = set()
    for each in chosen:
        wanted = quarantine.would_hold("vendor", each)
        pks |= {pk for pk, _ in quarantine.contracts_naming(wanted)} if wanted else set()
    vendors = tuple(each.pk for each in chosen)
    named = surfaces.visible_to(user).filter(Q(pk__in=pks) | Q(vendor__in=vendors)).order_by("pk")
    subjects = tuple(subject_of(each) for each in chosen)
    return Scope(", ".join(each.name for each in chosen), subjects, tuple(named.values_list("pk", flat=True)), (), vendors)


def _chosen(seen: Any, ids: tuple[str, ...], noun: str) -> list[Any]:
    """Return things by their ids, all of which a person sees. Raises NotVisible."""
    wanted = {int(each) for each in ids if each.isdecimal() and len(each) < 19}
    found = {each.pk: each for part in batches(sorted(wanted)) for each in seen.filter(pk__in=part)}
    if not ids or len(found) != len(set(ids)):
        raise NotVisible(f"There is no such {noun} that you can see.", fix=f"Choose a {noun} from those that are offered.")
    return [found[pk] for pk in sorted(found)]


def vendors_of(user: Any, pks: Iterable[int]) -> tuple[int, ...]:
    """Return the vendors behind what the contracts in force of surfaces name, and those that surfaces name themselves."""
    endpoints: set[str] = set()
    tools: set[str] = set()
    found: set[int] = set()
    columns = ("vendor_id", "in_force__contract__routes", "in_force__contract__authority__tools")
    for part in batches(pks):
        for named, routes, called in Surface.objects.filter(pk__in=part).values_list(*columns):
            found |= {named} - {None}
            endpoints |= {row["endpoint"] for row in routes or ()}
            tools |= {row["key"] for row in called or ()}
    found |= set(Endpoint.objects.filter(key__in=endpoints).values_list("vendor_id", flat=True))
    found |= set(Tool.objects.filter(key__in=tools, vendor__isnull=False).values_list("vendor_id", flat=True))
    return tuple(Vendor.objects.visible_to(user).filter(pk__in=found).order_by("pk").values_list("pk", flat=True))


def find_teams(user: Any, words: str, limit: int) -> list[Subject]:
    """Offer teams by name or key."""
    found = Team.objects.visible_to(user).filter(Q(name__icontains=words) | Q(key__icontains=words)).order_by("name")
    return [subject_of(each) for each in found[:limit]]


def find_surfaces(user: Any, words: str, limit: int) -> list[Subject]:
    """Offer surfaces by key or name."""
    key = surfaces.KEY.match(words.strip())
    named = Q(name__icontains=words) | (Q(pk=int(key.group(1))) if key else Q())
    return [subject_of(each) for each in surfaces.visible_to(user).filter(named).order_by("name", "pk")[:limit]]


def find_vendors(user: Any, words: str, limit: int) -> list[Subject]:
    """Offer vendors by name or key."""
    found = Vendor.objects.visible_to(user).filter(Q(name__icontains=words) | Q(key__icontains=words)).order_by("name")
    return [subject_of(each) for each in found[:limit]]


def named_teams(user: Any, keys: Iterable[str]) -> tuple[Subject, ...]:
    """Return teams by their keys. Raises NotVisible."""
    return _by_key(Team.objects.visible_to(user), keys, "team")


def named_surfaces(user: Any, keys: Iterable[str]) -> tuple[Subject, ...]:
    """Return surfaces by their keys. Raises NotVisible."""
    wanted = {key: int(found.group(1)) if (found := surfaces.KEY.match(key.strip())) else 0 for key in keys}
    seen = {each.pk: each for part in batches(sorted(wanted.values())) for each in surfaces.visible_to(user).filter(pk__in=part)}
    for key, pk in wanted.items():
        if pk not in seen:
            raise NotVisible(
                f"There is no surface {key[:40]} that you can see.", fix="Check the key, or ask its owner to share it."
            )
    return tuple(subject_of(seen[pk]) for pk in sorted(seen))


def named_vendors(user: Any, keys: Iterable[str]) -> tuple[Subject, ...]:
    """Return vendors by their keys. Raises NotVisible."""
    return _by_key(Vendor.objects.visible_to(user), keys, "vendor")


def _by_key(seen: Any, keys: Iterable[str], noun: str) -> tuple[Subject, ...]:
    wanted = {key.strip() for key in keys}
    found = {each.key: each for each in seen.filter(key__in=wanted)}
    if missing := sorted(wanted - found.keys()):
        raise NotVisible(f"There is no {noun} {missing[0][:60]} that you can see.", fix=f"Check the key, or choose a {noun}.")
    return tuple(subject_of(found[key]) for key in sorted(found))


SCOPES = (
    PackScope(
        COMPANY,
        "The whole company",
        company,
        hint="Every surface, and every entry of the ledger.",
        order=10,
        allowed=roles.reads_all,
    ),
    PackScope(TEAM, "A team", team, find_teams, named_teams, hint="The team, the teams below it, and their surfaces.", order=20),
    PackScope(
        SURFACES, "Chosen surfaces", some, find_surfaces, named_surfaces, several=True, hint="One surface, or some.", order=30
    ),
    PackScope(
        VENDOR,
        "A vendor",
        vendor,
        find_vendors,
        named_vendors,
        hint="A vendor, what it offers, and the surfaces that use it.",
        order=40,
    ),
)
