"""Notes which versions a revision names, and records those that were not known yet."""

from typing import Any

from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, record
from governance.people.models import User
from registry.assets import naming, queries, rules
from registry.assets.actions.common import locked, store
from registry.assets.models import Asset, AssetUse, AssetVersion
from registry.assets.naming import Named
from registry.catalog.models import Tool
from registry.surfaces.models import Revision, Surface


def remember(revision: Revision, *, actor: User, reason: str = "") -> list[AssetUse]:
    """Note every prompt, retrieval source, tool and route of a revision by its version; whoever fixes a revision calls it.

    What is not known yet is recorded: under a shared asset of that key where there is one, else as the surface's own.
    Words that come under a label which stands for others are kept under a label of their own, never silently taken for
    them. A revision is noted once; calling it again changes nothing. `reason` is why a version that was not known was
    made; left out, it is what the change that proposed the revision says. Raises Denied.
    """
    require(rules.may_remember(actor, revision.author_id))
    if AssetUse.objects.filter(revision=revision).exists():
        return []
    named = list(queries.named_by(revision))
    return _note(revision, named, actor=actor, reason=reason or queries.why_of(revision)) if named else []


@action
def _note(revision: Revision, named: list[tuple[Named, Tool | None]], *, actor: User, reason: str) -> list[AssetUse]:
    versions = []
    for one, tool in named:
        asset = _asset(revision.surface, one, tool, actor)
        versions.append(_version(asset, one, revision, actor, reason))
    uses = AssetUse.objects.bulk_create([AssetUse(version=version, revision=revision) for version in versions])
    told = {"number": revision.number, "versions": {version.key: version.digest for version in versions}}
    touches = tuple(version.asset for version in versions)
    record("asset.noted", actor=actor, subject=revision.surface, payload=told, touches=touches)
    return uses


def _asset(surface: Surface, named: Named, tool: Tool | None, actor: User) -> Asset:
    found = queries.find(surface, named.kind, named.key)
    if found is not None:
        return locked(found)
    own = None if tool is not None else surface
    said = tool.name if tool is not None else named.key
    name = f"Routes of {surface.name}" if named.kind == Asset.Kind.ROUTE else said
    asset = Asset(kind=named.kind, contract_key=named.key, name=name[:400], surface=own, tool=tool)
    told: dict[str, Any] = {
        "name": asset.name,
        "kind": named.kind,
        "contract_key": named.key,
        "surface": surface.key if own is not None else "",
        "owner": "",
    }
    return transitions.create(asset, actor=actor, kind="asset.registered", payload=told, touches=asset.ledger_touches)


def _version(asset: Asset, named: Named, revision: Revision, actor: User, reason: str) -> AssetVersion:
    """Return the version that is meant: the newest where nothing differs, the one of that label, or a new one."""
    newest = asset.newest
    by_revision = named.kind in (Asset.Kind.ROUTE, Asset.Kind.TOOL)
    if newest is not None and newest.digest == named.digest and (by_revision or newest.label == named.label):
        return newest
    labels = [named.label, naming.clashing(named.label, named.digest), f"{named.label[:100]} ({named.digest})"]
    held = {version.label: version for version in asset.versions.filter(label__in=labels)}
    for label in labels:
        version = held.get(label)
        if version is None:
            number = (newest.number if newest is not None else 0) + 1
            return store(
                asset, named, label=label, number=number, author=revision.author, actor=actor, reason=reason, revision=revision
            )
        if version.digest == named.digest:
            return version
    raise AssertionError("a label that holds the whole hash stands for another hash")
