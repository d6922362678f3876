"""Reads of quarantines: what holds now, what a quarantine touches, who may place one."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.models import Role
from registry.catalog.models import Endpoint, Tool, Vendor
from registry.quarantine import held
from registry.quarantine.held import Quarantined
from registry.quarantine.models import Quarantine, QuarantineLift
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState

KEY = re.compile(r"^(?:[Qq]-)?0*(\d{1,18})$")
BY_ROLE = (Role.ADMINISTRATOR, Role.RISK_OFFICER, Role.LEADER)
"""Roles that may take anything out of use."""
MODELS: Mapping[str, type[Endpoint] | type[Tool] | type[Vendor]] = {"endpoint": Endpoint, "tool": Tool, "vendor": Vendor}
ANY = "SELECT 1 FROM registry_quarantine WHERE lifted_at IS NULL LIMIT 1"
ACTIVE = """
SELECT q.id, q.kind, 'endpoint', e."key" FROM registry_quarantine q
  JOIN registry_endpoint e ON e.id = q.endpoint_id OR e.vendor_id = q.vendor_id WHERE q.lifted_at IS NULL
UNION ALL SELECT q.id, q.kind, 'tool', t."key" FROM registry_quarantine q
  JOIN registry_tool t ON t.id = q.tool_id OR t.vendor_id = q.vendor_id WHERE q.lifted_at IS NULL
UNION ALL SELECT q.id, q.kind, 'vendor', v."key" FROM registry_quarantine q
  JOIN registry_vendor v ON v.id = q.vendor_id WHERE q.lifted_at IS NULL
UNION ALL SELECT q.id, q.kind, 'source', q.source FROM registry_quarantine q WHERE q.kind = 'source' AND q.lifted_at IS NULL
"""
"""Everything in quarantine: by which one, of which kind that is, and what it takes out of use; a vendor's things among it."""
PARTS = ("in_force__contract__routes", "in_force__contract__authority__tools", "in_force__contract__retrieval")


def visible_to(user: Any) -> QuerySet[Quarantine]:
    """Return the quarantines a person may see: those of the catalogue are the company's own, like the catalogue."""
    return Quarantine.objects.visible_to(user).select_related("endpoint__vendor", "tool__vendor", "vendor", "by", "lifted_by")


def active(user: Any) -> QuerySet[Quarantine]:
    """Return the quarantines that hold now and that a person may see."""
    return visible_to(user).filter(lifted_at__isnull=True)


def get(user: Any, key: str) -> Quarantine:
    """Return one quarantine by its key (Q-4). Raises NotVisible."""
    found = KEY.match(key)
    row = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if row is None:
        raise NotVisible(f"There is no quarantine {key[:40]} that you can see.", fix="Check the key, or look at the list.")
    return row


def lifts_visible_to(user: Any) -> QuerySet[QuarantineLift]:
    """Return the requests to lift that a person may see: those of quarantines they see."""
    return QuarantineLift.objects.filter(quarantine__in=Quarantine.objects.visible_to(user).values("pk"))


def open_lift(quarantine: Quarantine) -> QuarantineLift | None:
    """Return the request to lift a quarantine that waits for approval."""
    found = QuarantineLift.objects.filter(quarantine=quarantine, state=QuarantineLift.State.ASKED)
    return found.select_related("quarantine", "requester", "request").first()


def in_force() -> Quarantined:
    """Return everything that is quarantined now, in one plain statement, or two while anything is.

    Every decision and every flag asks this; composing the statement anew would cost more than answering it does.
    """
    with connection.cursor() as cursor:
        cursor.execute(ANY)
        if cursor.fetchone() is None:
            return held.NOTHING
        cursor.execute(ACTIVE)
        rows = cursor.fetchall()
    found: dict[str, dict[str, str]] = {held.ENDPOINT: {}, held.TOOL: {}, held.SOURCE: {}, held.VENDOR: {}}
    for pk, _, what, key in sorted(rows, key=lambda row: row[1] != held.VENDOR):
        found[what][key] = f"Q-{pk}"  # a thing's own quarantine is named before its vendor's
    return Quarantined(found[held.ENDPOINT], found[held.TOOL], found[held.SOURCE], found[held.VENDOR])


def _with_vendors(
    vendors: Mapping[int, str], endpoints: Mapping[str, str], tools: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Add what belongs to quarantined vendors; a thing's own quarantine is named before its vendor's."""
    theirs = [
        {key: vendors[pk] for key, pk in model.objects.filter(vendor__in=vendors).order_by().values_list("key", "vendor_id")}
        for model in (Endpoint, Tool)
    ]
    return theirs[0] | dict(endpoints), theirs[1] | dict(tools)


def on(thing: Any) -> list[Quarantine]:
    """Return the quarantines that hold a vendor, endpoint or tool now, its vendor's among them."""
    kind = thing._meta.model_name
    wanted = Q(**{kind: thing.pk})
    if kind != held.VENDOR and thing.vendor_id is not None:
        wanted |= Q(vendor=thing.vendor_id)
    rows = Quarantine.objects.filter(wanted, lifted_at__isnull=True)
    return list(rows.select_related("endpoint", "tool", "vendor", "by").order_by("pk"))


def thing_of(user: Any, kind: str, key: str) -> Any:
    """Return an endpoint, tool or vendor of the catalogue by its key, or a source's key. Raises NotVisible."""
    model = MODELS.get(kind)
    if model is not None:
        related = ("owner",) if kind == held.VENDOR else ("owner", "vendor__owner")
        found = model.objects.visible_to(user).select_related(*related).filter(key=key).first()
        if found is not None:
            return found
    elif kind == held.SOURCE and key.strip() and len(key) <= 200:
        return key.strip()
    raise NotVisible(f"There is no {kind[:20]} {key[:60]} that you can see.", fix="Choose one from the catalogue or a contract.")


def would_hold(kind: str, thing: Any) -> Quarantined:
    """Return what a quarantine of this thing alone would hold; its own key stands empty, for it has none yet."""
    if kind == held.SOURCE:
        return Quarantined(sources={thing: ""})
    if kind == held.VENDOR:
        return Quarantined(*_with_vendors({thing.pk: ""}, {}, {}))
    return Quarantined(**{f"{kind}s": {thing.key: ""}})


@dataclass(frozen=True, slots=True)
class Touched:
    """One surface with a contract in force that names a thing, and what is left of it without that thing."""

    surface: Surface
    left: held.Left


def touching(kind: str, thing: Any) -> list[Touched]:
    """Return every surface whose contract in force names a thing, with its routes and whether one is left.

    What is quarantined already is counted as gone too: a fallback that is held by another quarantine is none. Those that
    would stop come first, then by tier and name. Not narrowed to a reader: whoever shows it leaves out what they may not see.
    """
    wanted, others = would_hold(kind, thing), in_force()
    both = Quarantined(
        {**others.endpoints, **wanted.endpoints}, {**others.tools, **wanted.tools}, {**others.sources, **wanted.sources}
    )
    found = []
    for pk, contract in contracts_naming(wanted):
        rest = held.left(contract, both)
        found.append((pk, held.Left(tuple(wanted.named_in(contract)), rest.routes, rest.stops, rest.instead)))
    rows = Surface.objects.filter(pk__in=[pk for pk, _ in found]).select_related("owner", "team").in_bulk()
    touched = [Touched(rows[pk], rest) for pk, rest in found if pk in rows]
    return sorted(touched, key=lambda each: (not each.left.stops, -(each.surface.tier or 0), each.surface.name))


def contracts_naming(wanted: Quarantined, among: QuerySet[Surface] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the surfaces (of some, or all) whose contract in force names any of these, with what it names of such things.

    The parts of the contract are those that name things, its fallback's words among them.
    """
    rows = _running(among)
    if wanted.is_few:
        rows = _worded(rows, wanted)
    columns = ("pk", *PARTS, "in_force__contract__kill_switch", "in_force__contract__fallback__description")
    for pk, routes, tools, retrieval, switch, instead in rows.values_list(*columns).iterator(chunk_size=1000):
        contract = {
            "routes": routes or [],
            "authority": {"tools": tools or []},
            "retrieval": retrieval or [],
            "kill_switch": switch or {},
            "fallback": {"description": instead or ""},
        }
        if wanted.named_in(contract):
            yield pk, contract


def surfaces_naming(wanted: Quarantined) -> QuerySet[Surface]:
    """Return the surfaces whose contract in force may name any of these; `wanted.named_in` tells which do.

    For those who read whole contracts: none is read that names nothing, except where the words alone mislead.
    """
    if wanted.is_few:
        return _worded(_running(None), wanted)
    return Surface.objects.filter(pk__in=[pk for pk, _ in contracts_naming(wanted)]).order_by("pk")


def _running(among: QuerySet[Surface] | None) -> QuerySet[Surface]:
    rows = Surface.objects.all() if among is None else among
    return rows.filter(in_force__isnull=False).exclude(state=SurfaceState.RETIRED).order_by("pk")


def _worded(rows: QuerySet[Surface], wanted: Quarantined) -> QuerySet[Surface]:
    """Narrow to contracts in whose text a key stands: 3 ms for 5,000 of them, where reading their parts takes 45."""
    return rows.annotate(words=Cast("in_force__contract", TextField())).filter(_said(wanted.named))


def _said(keys: Collection[str]) -> Q:
    """Match contracts in whose text a key stands, as SQLite and as PostgreSQL write it."""
    found = Q(pk__in=[])
    for said in {json.dumps(key, ensure_ascii=plain)[1:-1] for key in keys for plain in (True, False)}:
        found |= Q(words__contains=said)
    return found


def standing(user: Any, kind: str, thing: Any) -> str:
    """Return in what capacity a person may take a thing out of use, in words; empty where they may not.

    Leaders, risk officers and administrators; the thing's owner and its vendor's; and, vendors apart, whoever owns a surface
    that is live and names it. It is the safe direction, and what it touches is shown first.
    """
    if not user.is_authenticated or not roles.may_write(user):
        return ""
    if user.role in BY_ROLE:
        return str(Role(user.role).label)
    if kind != held.SOURCE:
        if thing.owner_id == user.pk:
            return "Owner"
        if kind != held.VENDOR and thing.vendor is not None and thing.vendor.owner_id == user.pk:
            return "Owner of its vendor"
    if kind != held.VENDOR:
        own = Surface.objects.filter(owner=user)
        first = next(contracts_naming(would_hold(kind, thing), own), None)
        if first is not None:
            return f"Owner of {Surface(pk=first[0]).key}"
    return ""


def tier_of(kind: str, thing: Any) -> tuple[int | None, Surface | None]:
    """Return the highest tier among the surfaces in force that name a thing, and such a surface; None where none does."""
    named = [pk for pk, _ in contracts_naming(would_hold(kind, thing))]
    top = Surface.objects.filter(pk__in=named, tier__isnull=False).select_related("team").order_by("-tier", "pk").first()
    return (top.tier, top) if top is not None else (None, None)


def hidden(user: Any, touched: list[Touched]) -> tuple[list[Touched], int]:
    """Return what of it a person may see, and how many further surfaces it touches."""
    seen = surfaces.visible_among(user, {each.surface.pk: (each.surface.owner_id, each.surface.team_id) for each in touched})
    shown = [each for each in touched if each.surface.pk in seen]
    return shown, len(touched) - len(shown)
