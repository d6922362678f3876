"""Reads of assets; `visible_to` is the only door."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from governance.core.errors import NotVisible
from governance.people import roles
from governance.people.rows import is_insider
from registry.assets import naming
from registry.assets.models import Asset, AssetUse, AssetVersion
from registry.assets.naming import Named
from registry.catalog.models import Endpoint, Tool
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface

KEY = re.compile(r"^(?:[Aa]-)?0*(\d{1,18})$")
PENDING = ("proposed", "approved")
"""States of a change in which its revision may still come into force."""


def visible_to(user: Any) -> QuerySet[Asset]:
    """Return the assets a person may see.

    All for readers of all; else what they own, their team's, those of surfaces they see, and those that a revision of
    such a surface names. Tools of the catalogue are open to everybody inside.
    """
    if roles.reads_all(user):
        return Asset.objects.all()
    if not user.is_authenticated or not user.is_active:
        return Asset.objects.none()
    seen = surfaces.visible_to(user).values("pk")
    named = AssetUse.objects.filter(revision__surface__in=seen).values("version__asset")
    mine = Q(surface__in=seen) | Q(pk__in=named)
    if is_insider(user):
        mine |= Q(kind=Asset.Kind.TOOL) | Q(owner=user)
        if user.team_id:
            mine |= Q(team_id=user.team_id)
    return Asset.objects.filter(mine)


def rows(user: Any) -> QuerySet[Asset]:
    """Return the assets a person may see with what a list shows, and in how many surfaces each is in force."""
    holding = (
        AssetUse.objects.filter(version__asset=OuterRef("pk"), revision__surface__in_force=F("revision"))
        .order_by()
        .values("version__asset")
        .annotate(count=Count("revision__surface", distinct=True))
        .values("count")
    )
    return (
        visible_to(user)
        .select_related("owner", "team", "surface__owner", "newest__author", "tool__owner")
        .defer("newest__text", "newest__facts", "surface__attributes", "surface__answers", "surface__tier_reasons")
        .annotate(in_force_count=Coalesce(Subquery(holding), 0))
    )


def get(user: Any, key: str) -> Asset:
    """Return one asset by its key (A-12) with what its page shows. Raises NotVisible."""
    found = KEY.match(key)
    asset = (
        visible_to(user)
        .select_related("owner", "team", "surface__owner", "surface__team__lead", "newest__author", "tool__owner")
        .filter(pk=int(found.group(1)) if found else 0)
        .first()
    )
    if asset is None:
        raise NotVisible(f"There is no asset {key[:40]} that you can see.", fix="Check the key, or ask its owner.")
    return asset


def find(surface: Surface, kind: str, key: str) -> Asset | None:
    """Return what a surface's contract means by a key: its own, else the shared one."""
    found = Asset.objects.filter(Q(surface=surface) | Q(surface__isnull=True), kind=kind, contract_key=key)
    return found.order_by(F("surface").asc(nulls_last=True)).first()


def edits_surface(user: Any, asset: Asset) -> bool:
    """Whether a person may edit the surface that an asset belongs to; False for a shared one."""
    return asset.surface is not None and bool(surfaces.may_edit(user, asset.surface))


def versions_of(asset: Asset) -> QuerySet[AssetVersion]:
    """Return all versions of an asset, newest first."""
    return asset.versions.select_related("author").order_by("-number")


def uses_of(user: Any, asset: Asset) -> QuerySet[AssetUse]:
    """Return by which revisions of which surfaces an asset is named, as far as the reader sees them, newest first."""
    seen = surfaces.visible_to(user).values("pk")
    found = AssetUse.objects.filter(version__asset=asset, revision__surface__in=seen)
    return (
        found.select_related("version", "revision__surface", "revision__author")
        .defer("version__text", "version__facts", "revision__contract", "revision__surface__attributes")
        .annotate(pending=Count("revision__changes", filter=Q(revision__changes__state__in=PENDING)))
        .order_by("-revision__made_at", "-pk")
    )


def in_force_count(asset: Asset) -> int:
    """Return in how many surfaces the revision in force names an asset."""
    held = AssetUse.objects.filter(version__asset=asset, revision__surface__in_force=F("revision"))
    return held.values("revision__surface").distinct().count()


def owned_by(user: Any) -> QuerySet[Asset]:
    """Return the shared assets that a person answers for."""
    return Asset.objects.filter(owner=user, state=Asset.State.ACTIVE, surface__isnull=True)


def unremembered() -> QuerySet[Revision]:
    """Return the revisions of which nothing is noted yet, oldest first."""
    return Revision.objects.filter(asset_uses__isnull=True).order_by("pk")


def why_of(revision: Revision) -> str:
    """Return why a revision was proposed, as the first change that did so says; nothing where none is known yet."""
    why = revision.changes.order_by("pk").values_list("why", flat=True).first()  # type: ignore[attr-defined]
    return str(why or "")[:4000]


def named_by(revision: Revision) -> Iterator[tuple[Named, Tool | None]]:
    """Return what a revision names, each with the catalogue's tool where it is one, in three queries at most."""
    contract = revision.contract
    for named in naming.prompts_and_sources(contract):
        yield named, None
    yield from tools_of(contract)
    if (found := routes_of(contract, f"r{revision.number}")) is not None:
        yield found, None


def tools_of(contract: Mapping[str, Any]) -> list[tuple[Named, Tool | None]]:
    """Return the tools of a contract as the catalogue describes them now."""
    keys = naming.tool_keys(contract)
    held = Tool.objects.filter(key__in=keys).select_related("vendor") if keys else ()
    return [(tool_now(tool), tool) for tool in held]


def tool_now(tool: Tool) -> Named:
    """Return a tool as the catalogue describes it now; its label is the catalogue's own count of its changes."""
    facts = {
        "key": tool.key,
        "name": tool.name,
        "description": tool.description,
        "effect": tool.effect,
        "limits": tool.limits,
        "vendor": tool.vendor.key if tool.vendor is not None else "",
    }
    return naming.tool(facts, f"v{tool.version}")


def routes_of(contract: Mapping[str, Any], label: str) -> Named | None:
    """Return the routes of a contract with model, vendor and region of each endpoint as the catalogue has them now."""
    keys = naming.endpoint_keys(contract)
    held = Endpoint.objects.filter(key__in=keys).values("key", "model", "region", vendor_key=F("vendor__key")) if keys else ()
    facts = {row["key"]: {"model": row["model"], "vendor": row["vendor_key"], "region": row["region"]} for row in held}
    return naming.routes(contract, facts, label)


@dataclass(frozen=True, slots=True)
class Standing:
    """One asset of a surface: the version that the revision in force names, and what is newer now."""

    asset: Asset
    held: AssetVersion
    newest: AssetVersion | None
    now: Named | None = None

    @property
    def moved(self) -> bool:
        """Whether what holds is no longer what was approved: a newer version is known, or the catalogue says otherwise."""
        return (self.newest is not None and self.newest.digest != self.held.digest) or self.swapped

    @property
    def swapped(self) -> bool:
        """Whether the catalogue changed under the approved revision: another model, region, effect or limit."""
        return self.now is not None and self.now.digest != self.held.digest


def standing(surface: Surface) -> list[Standing]:
    """Return every asset of a surface's revision in force against its newest version and the catalogue, in five queries.

    Empty while nothing is in force.
    """
    revision = surface.in_force
    if revision is None:
        return []
    uses = AssetUse.objects.filter(revision=revision).select_related(
        "version__asset__newest__author", "version__asset__surface", "version__asset__tool__vendor", "version__author"
    )
    ordered = sorted(uses, key=lambda use: (ORDER.index(use.version.asset.kind), use.version.asset.contract_key))
    return [_standing(use.version, revision) for use in ordered]


ORDER = [str(kind) for kind in Asset.Kind]


def _standing(version: AssetVersion, revision: Revision) -> Standing:
    asset = version.asset
    if asset.kind == Asset.Kind.TOOL and asset.tool is not None:
        return Standing(asset, version, None, tool_now(asset.tool))
    if asset.kind == Asset.Kind.ROUTE:
        # A newer version of the routes is a proposal that its own approval decides; a swap under this one is not.
        return Standing(asset, version, None, routes_of(revision.contract, version.label))
    return Standing(asset, version, asset.newest)
