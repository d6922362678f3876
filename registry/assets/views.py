"""Pages of assets: the list, one asset with its versions and uses, and what is done to it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.assets import actions, forms, queries, reading, rules
from registry.assets.models import Asset, AssetVersion
from registry.assets.tables import TONES, AssetFilters, AssetTable, answers_for
from registry.catalog.forms import GiveForm, NeededWhyForm
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


class Register(ActionPage):
    """A new shared prompt or source."""

    title, submit, form_class = "Register a prompt or source", "Register it", forms.RegisterForm
    lead = "Contracts of every surface that name its key mean it. A surface's own appear by themselves when they are proposed."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_register(self.user)

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer people and teams."""
        return {"user": self.user}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Asset:
        """Register it."""
        return actions.register_asset(actor=self.user, **given)

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("assets")

    def said(self, result: Asset) -> str:
        """Say what comes next."""
        return f"{result.name} is registered. Record its first version next."


class AssetAction(ActionPage):
    """Base of what is done to an asset."""

    rule = staticmethod(rules.may_keep)

    def load(self) -> Asset:
        """Return the asset of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Asset) -> Verdict:
        """Say whether the person may."""
        return self.rule(self.user, obj, edits_surface=queries.edits_surface(self.user, obj))

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Prompts and sources", reverse("assets")), (self.obj.name, self.obj.get_absolute_url()), (self.title, "")]


class Edit(AssetAction):
    """What is said of an asset."""

    title, form_class = "Edit", forms.EditForm

    def initial(self, obj: Asset) -> dict[str, Any]:
        """Start with what is there."""
        return {"name": obj.name, "description": obj.description}

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> Asset:
        """Change it."""
        return actions.change_asset(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Asset) -> str:
        """Say so."""
        return f"{result.name} is saved."


class RecordVersion(AssetAction):
    """The next version."""

    title, submit, wide = "Record a version", "Record it", True
    lead = "A version never changes once it is recorded. It comes into use when a revision that names it is approved."
    rule = staticmethod(rules.may_record)

    def build(self, obj: Asset, bound: bool) -> Any:
        """Ask for what a version of this kind is made of, starting from the newest."""
        self.form_class = forms.version_form(obj)  # type: ignore[misc]
        return super().build(obj, bound)

    def initial(self, obj: Asset) -> dict[str, Any]:
        """Start with the newest version's words and places."""
        newest = obj.newest
        names = ("text", "repository", "path", "documents", "access")
        return {name: getattr(newest, name) for name in names} if newest is not None else {}

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> AssetVersion:
        """Record it."""
        return actions.record_version(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: AssetVersion) -> str:
        """Show it beside the one before."""
        return reverse("asset-versions", args=[f"A-{result.asset_id}"])

    def said(self, result: AssetVersion) -> str:
        """Say what comes next."""
        return f"Version {result.label} is recorded. Name it in a contract and propose that, to bring it into use."


class GiveOwner(AssetAction):
    """Another owner."""

    title, submit, form_class = "Give to another", "Give it", GiveForm

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> Asset:
        """Give it."""
        return actions.set_owner(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Asset) -> str:
        """Say who answers for it."""
        return f"{result.owner} answers for {result.name} from now on."


class Share(AssetAction):
    """Let every surface name it."""

    title, submit, form_class = "Share with other surfaces", "Share it", forms.ShareForm
    lead = "Contracts of every surface that name its key then mean this one and its versions."
    rule = staticmethod(rules.may_share)

    def initial(self, obj: Asset) -> dict[str, Any]:
        """Offer the owner of its surface."""
        return {"owner": obj.surface.owner_id if obj.surface is not None else None}

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> Asset:
        """Share it."""
        return actions.share_asset(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Asset) -> str:
        """Say so."""
        return f"Every surface can name {result.name} now."


class Retire(AssetAction):
    """Close it."""

    title, submit, form_class, tone = "Retire", "Retire it", NeededWhyForm, "stop"
    lead = "It gets no further versions. What was recorded stays, and so does which revision named it."
    rule = staticmethod(rules.may_record)

    def perform(self, obj: Asset, given: Mapping[str, Any]) -> Asset:
        """Retire it."""
        return actions.retire_asset(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Asset) -> str:
        """Say so."""
        return f"{result.name} is retired."


class SurfaceAssets(SurfaceTab):
    """A surface's prompts, sources, tools and routes, and what moved since they were approved."""

    body = "registry/assets/_surface.html"

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return each asset against what was approved."""
        rows = reading.since_approved(surface)
        return {"rows": rows, "moved": sum(1 for row in rows if row.standing.moved)}
