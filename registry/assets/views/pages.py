"""Pages of assets: the list, one asset with its versions and uses, and a surface's tab."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.assets import queries, reading, rules
from registry.assets.models import Asset, AssetVersion
from registry.assets.tables import TONES, AssetFilters, AssetTable, answers_for
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab


class AssetList(ListPage):
    """All assets a person may see."""

    key, url_name, title = "assets", "assets", "Prompts and sources"
    table, filterset = AssetTable, AssetFilters
    lead = "{total} prompts, retrieval sources, tools and routes, each with its versions."
    search_hint = "Find by name, key or hash"
    views = (
        View("All"),
        View("Prompts", "kind=prompt"),
        View("Retrieval sources", "kind=retrieval"),
        View("Tools", "kind=tool"),
        View("Routes", "kind=route"),
        View("Newer than approved", "moved=true"),
        View("Mine", "owner={me}"),
    )
    actions = (
        PageAction(
            "Register one",
            lambda user: reverse("asset-add"),
            "plus",
            True,
            lambda user: bool(rules.may_register(user)),
        ),
    )
    empty = Empty(
        "No prompts or sources yet",
        "They appear by themselves when a contract that names them is proposed. What several surfaces share, and what a "
        "pipeline releases, is registered here.",
        "Register one",
        lambda user: reverse("asset-add") if rules.may_register(user) else "",
        "Look at the surfaces",
        lambda user: reverse("surfaces"),
    )

    def rows(self, user: Any) -> QuerySet[Asset]:
        """Return the assets that the reader may see."""
        return queries.rows(user)


def _overview(page: "AssetPage", asset: Asset) -> dict[str, Any]:
    newest = asset.newest
    return {
        "newest": newest,
        "facts": reading.facts_of(newest) if newest is not None else (),
        "uses": reading.used_by(page.user, asset, 12),
    }


def _versions(page: "AssetPage", asset: Asset) -> dict[str, Any]:
    versions = list(queries.versions_of(asset).defer("facts")[:200])
    old, new = _chosen(page, versions)
    moved = None
    if old is not None and new is not None and old.pk != new.pk:
        whole = {one.pk: one for one in AssetVersion.objects.filter(pk__in=(old.pk, new.pk))}
        moved = reading.differences(whole[old.pk], whole[new.pk])
    return {"versions": versions, "old": old, "new": new, "moved": moved}


def _chosen(page: "AssetPage", versions: list[AssetVersion]) -> tuple[AssetVersion | None, AssetVersion | None]:
    """The two versions that the address names by number, else the newest and the one before it."""
    by_number = {str(one.number): one for one in versions}
    new = by_number.get(page.request.GET.get("to", "")) or (versions[0] if versions else None)
    before = [one for one in versions if new is not None and one.number < new.number]
    return by_number.get(page.request.GET.get("from", "")) or (before[0] if before else None), new


class AssetPage(ObjectPage):
    """One asset: what its newest version is, its versions and what differs, who uses it, its story."""

    url_name, lookup, parent, noun = "asset", "key", ("Prompts and sources", "assets"), "asset"
    tabs = (
        Tab("", "Overview", "registry/assets/_asset.html", _overview),
        Tab("versions", "Versions", "registry/assets/_versions.html", _versions, lambda user, asset: asset.versions.count()),
        Tab(
            "used-by",
            "Used by",
            "registry/assets/_used_by.html",
            lambda page, asset: {"uses": reading.used_by(page.user, asset)},
        ),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, asset: lines_for(asset, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Asset:
        """Return the asset of the address, and whether its surface is open to this person."""
        asset = queries.get(self.user, self.kwargs["key"])
        self.edits_surface = queries.edits_surface(self.user, asset)
        return asset

    def header(self, obj: Asset) -> Header:
        """Say what it is, who answers for it, and its newest version."""
        facts = [Fact("Kind", obj.get_kind_display()), Fact("In contracts", obj.contract_key)]
        facts.append(Fact("Answers for it", atoms.person(answers_for(obj), me=self.user)))
        if obj.surface is not None:
            facts.append(Fact("Belongs to", atoms.link(obj.surface.get_absolute_url(), obj.surface.name, obj.surface.key)))
        if obj.tool is not None:
            facts.append(Fact("In the catalogue", atoms.link(obj.tool.get_absolute_url(), obj.tool.name, obj.tool.key)))
        if obj.newest is not None:
            facts.append(Fact("Newest", obj.newest.label))
        state = (TONES[Asset.State(obj.state)], obj.get_state_display())
        return Header(obj.name, obj.key, state=state, facts=tuple(facts), next=self.next_step(obj), buttons=self.buttons(obj))

    def next_step(self, asset: Asset) -> Next | None:
        """Return the one thing to do: the first version."""
        if asset.newest is not None or not rules.may_record(self.user, asset, edits_surface=self.edits_surface):
            return None
        first = Button("Record the first version", reverse("asset-version-add", args=[asset.key]), "plus", "primary")
        return Next("No version yet.", "A version is kept for good, with its hash, its author and its reason.", "warn", (first,))

    def buttons(self, asset: Asset) -> tuple[Button, ...]:
        """Return what can be done with it."""
        user, edits = self.user, self.edits_surface
        found = []
        if asset.newest is not None and rules.may_record(user, asset, edits_surface=edits):
            found.append(Button("Record a version", reverse("asset-version-add", args=[asset.key]), "plus", key="n"))
        if rules.may_keep(user, asset, edits_surface=edits):
            found.append(Button("Edit", reverse("asset-edit", args=[asset.key]), "edit", dialog=True, key="e"))
            if asset.is_shared:
                found.append(Button("Give to another", reverse("asset-owner", args=[asset.key]), "person", "bare", dialog=True))
        if rules.may_share(user, asset, edits_surface=edits):
            found.append(Button("Share", reverse("asset-share", args=[asset.key]), "link", "bare", dialog=True))
        if rules.may_record(user, asset, edits_surface=edits):
            found.append(Button("Retire", reverse("asset-retire", args=[asset.key]), "archive", "bare", dialog=True))
        return tuple(found)


class SurfaceAssets(SurfaceTab):
    """A surface's prompts, sources, tools and routes, and what moved since they were approved."""

    body = "registry/assets/_surface.html"

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return each asset against what was approved."""
        rows = reading.since_approved(surface)
        return {"rows": rows, "moved": sum(1 for row in rows if row.standing.moved)}
