"""What assets contribute to the kernel's pages and machines."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core import jobs
from governance.core.contributions import (
    AfterEntries,
    ApiRoute,
    JobKind,
    NavItem,
    ObjectLink,
    ObjectTab,
    OwnedSource,
    PaletteCommand,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from governance.people.models import User
from governance.people.system import system_actor
from registry.assets import actions, queries
from registry.assets.models import Asset

AT_ONCE = 1000
"""Revisions that one run of the job takes; the rest follow with the next run."""


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find assets by key, name or the key in contracts."""
    named = queries.KEY.match(words.strip()) if words[:1] in "aA" else None
    wanted = Q(pk=int(named.group(1))) if named else Q(name__icontains=words) | Q(contract_key__icontains=words)
    found = queries.visible_to(user).filter(wanted).select_related("surface").order_by("name")[:limit]
    return [SearchHit(one.name, one.get_absolute_url(), f"{one.key} · {one.get_kind_display()}", "prompt") for one in found]


def owned(user: User) -> Iterable[Asset]:
    """Return the shared assets that a person answers for."""
    return queries.owned_by(user)


def reassign(asset: Asset, actor: User, to: User, reason: str) -> Asset:
    """Give an asset to another person when its owner leaves."""
    return actions.set_owner(asset, actor=actor, owner=to, reason=reason)


def backfill(job: Any, progress: Any) -> dict[str, Any]:
    """Note what revisions name of which nothing is noted yet: older ones, imported ones. Running it twice is harmless."""
    actor = system_actor()
    waiting = list(queries.unremembered().select_related("surface", "author")[:AT_ONCE])
    noted = 0
    for done, revision in enumerate(waiting, start=1):
        noted += len(actions.remember(revision, actor=actor))
        if done % 20 == 0 or done == len(waiting):
            progress(done, len(waiting), revision.key)
    return {"revisions": len(waiting), "noted": noted}


def follow(entries: Sequence[Any]) -> None:
    """Ask for what a proposed revision names to be noted, as soon as the proposal is committed."""
    for entry in entries:
        if entry.kind == "change.proposed":
            jobs.enqueue("assets.remember", key=f"change-{entry.subject_id}")


contribute(
    NavItem(
        "assets",
        "Prompts and sources",
        "assets",
        "prompt",
        group="What exists",
        order=40,
        count=lambda user: queries.visible_to(user),
    )
)
contribute(
    PaletteCommand(
        "asset.register",
        "Register a prompt or source",
        lambda user: reverse("asset-add"),
        words="add new prompt retrieval index version",
        icon="plus",
        visible=roles.may_write,
    )
)
contribute(SearchSource("assets", "Prompts and sources", find, order=40))
contribute(OwnedSource("assets", "Prompts and sources", owned, reassign, order=40))
contribute(JobKind("assets.remember", backfill, label="Note which prompts and sources revisions name"))
contribute(AfterEntries("assets", follow, order=300))
contribute(Schedule("assets.remember", "assets.remember", every=timedelta(minutes=5)))
contribute(ApiRoute("assets", "assets", load=lambda: import_string("registry.assets.api.AssetApi")))
contribute(Commentable("registry.asset", queries.visible_to))
contribute(ObjectLink("registry.asset", lambda pk: reverse("asset", args=[f"A-{pk}"])))
contribute(
    ObjectTab(
        "assets",
        "registry.surface",
        "Prompts and sources",
        lambda surface: reverse("surface-assets", args=[surface.key]),
        order=35,
    )
)
