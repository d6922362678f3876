"""What every writer of assets does: lock the asset, ask who may, and store a version beside it."""

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError

from governance.core import clock
from governance.core.verdict import Verdict, require
from governance.ledger import transitions
from governance.people.models import User
from registry.assets import queries
from registry.assets.models import Asset, AssetVersion
from registry.assets.naming import Named
from registry.surfaces.models import Revision


def locked(asset: Asset, expected_version: int | None = None) -> Asset:
    """Return the asset under a lock. Raises StaleState when it moved on since it was seen."""
    found = (
        Asset.objects.select_for_update(of=("self",))
        .select_related("owner", "team", "surface__owner", "surface__team", "newest")
        .get(pk=asset.pk)
    )
    if expected_version is not None and found.version != expected_version:
        raise transitions.stale(found)
    return found


def require_may(rule: Callable[..., Verdict], actor: User, asset: Asset, *more: Any) -> None:
    """Ask a rule with what the actor may do to the asset's surface. Raises Denied with its reason."""
    require(rule(actor, asset, *more, edits_surface=queries.edits_surface(actor, asset)))


def store(
    asset: Asset,
    named: Named,
    *,
    label: str,
    number: int,
    author: User,
    actor: User,
    reason: str = "",
    link: str = "",
    revision: Revision | None = None,
) -> AssetVersion:
    """Store a version and make it the asset's newest, inside an action. Raises Invalid, or Conflict for a label taken."""
    version = AssetVersion(
        asset=asset,
        number=number,
        label=label,
        author=author,
        reason=reason,
        digest=named.digest,
        digest_of=named.digest_of,
        link=link,
        made_at=clock.now() if revision is None else revision.made_at,
        **named.held,
    )
    transitions.check(version)
    try:
        version.save(force_insert=True)
    except IntegrityError as error:
        raise transitions.explain(error, version) from error
    told = {
        "label": label,
        "number": number,
        "digest": named.digest,
        "digest_of": named.digest_of,
        "revision": revision.key if revision is not None else "",
        "commit": version.commit,
    }
    transitions.change(
        asset,
        actor=actor,
        kind="asset.version_recorded",
        changes={"newest": version},
        payload=told,
        touches=asset.ledger_touches,
    )
    return version
