"""What an answer rests on: things held here, as they were when it was given, and whether they changed since."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.apps import apps
from django.db.models import Max, Model, Q
from django.urls import reverse

from governance.comments.subjects import Commentable
from governance.core.contributions import contribution
from governance.ledger.journal import identify
from governance.ledger.models import Entry
from governance.policy.models import PolicyVersion
from governance.proofs import queries as proofs
from registry.catalog.models import DataRule, Vendor, VendorTerm
from registry.evidence import records

MOST = 20
"""How many things one answer names; what it counts beyond them it says in words."""
_NUMBERED = re.compile(r"^[A-Z]{1,4}-\d+")


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that shows an answer: what it is, its version (0 for what never changes), and its last ledger entry then.

    `key` is by what one names it when one cites it: its own (S-0418), or its kind and number where it has no page.
    """

    type: str
    id: str
    label: str
    key: str = ""
    version: int = 0
    entry: int = 0

    def to_json(self) -> dict[str, Any]:
        """As it is kept with an answer."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Source":
        """Read what `to_json` wrote."""
        return cls(data["type"], data["id"], data["label"], data.get("key", ""), data.get("version", 0), data.get("entry", 0))


@dataclass(frozen=True, slots=True)
class Shown:
    """A source as a reader sees it: with a link where there is a page, and what became of it since."""

    label: str
    url: str
    entry: int
    entry_url: str
    changed: str


def named(obj: Model) -> Source:
    """Return a thing as a source, without its entry."""
    type_, id_, key = identify(obj)
    said = str(obj)
    label = f"{key} {said}" if _NUMBERED.match(key) and not said.startswith(key) else said
    own = f"{type_.rpartition('.')[2]}:{id_}" if type_ in DOORS else key
    return Source(type_, id_, label[:300], own, getattr(obj, "version", 0))


def cite(things: Iterable[Model]) -> list[Source]:
    """Return things as sources with the numbers of their last ledger entries; one statement for any number of them."""
    return dated([named(each) for each in things])


def dated(found: Sequence[Source]) -> list[Source]:
    """Return sources with the numbers of the last ledger entries about them."""
    if not found:
        return []
    by_type: dict[str, set[str]] = defaultdict(set)
    for each in found:
        by_type[each.type].add(each.id)
    about = Q()
    for type_, ids in by_type.items():
        about |= Q(subject_type=type_, subject_id__in=ids)
    last = Entry.objects.filter(about).order_by().values("subject_type", "subject_id").annotate(last=Max("seq"))
    entries = {(row["subject_type"], row["subject_id"]): row["last"] for row in last}
    return [replace(each, entry=entries.get((each.type, each.id), 0)) for each in found]


def changes(found: Iterable[Source]) -> dict[tuple[str, str, int], str]:
    """Return what became of sources since: (type, id, version) -> "changed since" or "is gone". One statement for each type."""
    by_type: dict[str, set[Source]] = defaultdict(set)
    for each in found:
        by_type[each.type].add(each)
    said: dict[tuple[str, str, int], str] = {}
    for type_, sources in by_type.items():
        model = apps.get_model(type_)
        versioned = any(column.name == "version" for column in model._meta.concrete_fields)
        ids = [each.id for each in sources]
        rows = model._base_manager.filter(pk__in=ids).values_list("pk", "version" if versioned else "pk")
        now = {str(pk): version if versioned else 0 for pk, version in rows}
        for each in sources:
            if each.id not in now:
                said[each.type, each.id, each.version] = "is gone"
            elif versioned and now[each.id] != each.version:
                said[each.type, each.id, each.version] = "changed since"
    return said


Door = tuple[Callable[[Any], Any], Callable[[Any], str]]
DOORS: dict[str, Door] = {
    "governance.policyversion": (
        PolicyVersion.objects.visible_to,
        lambda version: reverse("policy-version", args=[version.label]),
    ),
    "governance.checkpoint": (
        lambda user: proofs.checkpoints() if user.is_authenticated else proofs.checkpoints().none(),
        lambda checkpoint: reverse("checkpoint", args=[checkpoint.size]),
    ),
    "registry.vendorterm": (
        lambda user: VendorTerm.objects.filter(vendor__in=Vendor.objects.visible_to(user)).select_related("vendor"),
        lambda term: term.vendor.get_absolute_url(),
    ),
    "registry.datarule": (
        lambda user: DataRule.objects.visible_to(user).select_related("endpoint"),
        lambda rule: rule.endpoint.get_absolute_url(),
    ),
}
"""Things that nobody speaks about on a page of their own, and the page on which each stands."""


def shown(user: Any, found: Sequence[Source]) -> tuple[list[Shown], int]:
    """Return the sources that a person may see, and how many others there are (R3). A few statements for each type."""
    by_type: dict[str, set[str]] = defaultdict(set)
    for each in found:
        by_type[each.type].add(each.id)
    places = {(type_, pk): url for type_, ids in by_type.items() for pk, url in _places(user, type_, ids).items()}
    seen = [each for each in found if (each.type, each.id) in places]
    since = changes(seen)
    lines = [
        Shown(
            each.label,
            places[each.type, each.id],
            each.entry,
            reverse("entry", args=[each.entry]) if each.entry else "",
            since.get((each.type, each.id, each.version), ""),
        )
        for each in seen
    ]
    return lines, len(found) - len(seen)


def _places(user: Any, type_: str, ids: set[str]) -> dict[str, str]:
    """Return id -> address of the things of one type that a person may see."""
    if type_ in DOORS:
        visible, place = DOORS[type_]
    else:
        try:
            visible, place = contribution(Commentable, type_).visible, records.address_of
        except LookupError:
            return {}
    return {str(each.pk): place(each) for each in visible(user).filter(pk__in=ids)}


def read(kept: Iterable[Mapping[str, Any]]) -> list[Source]:
    """Return sources as they are kept."""
    return [Source.from_json(each) for each in kept]


def renewed(found: Sequence[Source]) -> list[Source]:
    """Return sources as the things they name are now; those that are gone fall away. One statement for each type."""
    by_type: dict[str, set[str]] = defaultdict(set)
    for each in found:
        by_type[each.type].add(each.id)
    things: dict[tuple[str, str], Source] = {}
    for type_, ids in by_type.items():
        for obj in apps.get_model(type_)._base_manager.filter(pk__in=ids):
            things[type_, str(obj.pk)] = named(obj)
    return [things[each.type, each.id] for each in found if (each.type, each.id) in things]
