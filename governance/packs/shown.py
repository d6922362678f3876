"""What audit packs contribute to the kernel's pages: navigation, palette, search, jobs, API, a button on what they are about."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    JobKind,
    KeptFile,
    KeptFiles,
    NavItem,
    ObjectLink,
    PaletteCommand,
    RetentionKind,
    RolloutCheck,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.ledger.letgo import FILE
from governance.packs import actions, building, queries, rules, storage
from governance.packs.models import Pack
from governance.packs.sections import INCIDENT, SURFACES, TEAM, VENDOR
from governance.packs.tables import period
from governance.people.system import system_actor
from governance.ui.extensions import ObjectButton
from governance.ui.pages import Button

contribute(NavItem("packs", "Audit packs", "packs", "pack", group="What we can prove", order=10))
contribute(PaletteCommand("packs", "Audit packs", lambda user: reverse("packs"), words="proof auditor verifier zip evidence"))
contribute(
    PaletteCommand(
        "packs.ask",
        "Ask for an audit pack",
        lambda user: reverse("pack-new"),
        words="proof auditor buyer export zip",
        icon="plus",
        visible=lambda user: bool(rules.may_ask(user)),
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find packs by key or title."""
    named = queries.KEY.match(words) if words[:2].upper() == "PK" else None
    rows = queries.visible_to(user)
    found = rows.filter(pk=int(named.group(1))) if named else rows.filter(title__icontains=words)
    return [
        SearchHit(pack.title, pack.get_absolute_url(), f"{pack.key} · {period(pack)}", "pack")
        for pack in found.order_by("-pk")[:limit]
    ]


contribute(SearchSource("packs", "Audit packs", find, order=90))


def offers(scope: str) -> Callable[[Any, Any], Button | None]:
    """Return what puts a button on a thing's page that asks for a pack of it."""

    def make(user: Any, obj: Any) -> Button | None:
        if not rules.may_ask(user) or queries.scope_named(scope) is None:
            return None
        return Button("Audit pack", f"{reverse('pack-ask', args=[scope])}?{urlencode({'about': obj.key})}", icon="pack")

    return make


for _model, _scope in (
    ("registry.surface", SURFACES),
    ("governance.team", TEAM),
    ("registry.vendor", VENDOR),
    ("incidents.incident", INCIDENT),
):
    contribute(ObjectButton(f"pack.{_scope}", _model, offers(_scope), order=90))


def kept() -> Iterator[KeptFile]:
    """Yield the files of every pack that has them."""
    for pack in Pack.objects.filter(state=Pack.State.READY).order_by("pk").iterator(chunk_size=500):
        yield KeptFile(pack.pk, f"ZIP of {pack.key}", pack.zip_file, pack.zip_digest)
        yield KeptFile(pack.pk, f"PDF of {pack.key}", pack.pdf_file, pack.pdf_digest)


def discard(rows: Sequence[Pack]) -> None:
    """Remove the files of packs whose time is over, once that is told."""
    for row in rows:
        storage.discard(row.zip_file)
        storage.discard(row.pdf_file)


contribute(KeptFiles("governance.pack", "Audit packs", kept))
contribute(
    RetentionKind(
        "packs",
        "Files of audit packs",
        "ZIP and PDF go. What the pack was about, its checkpoint and its hashes stay, so that a copy can still be checked.",
        rows=lambda: Pack.objects.filter(state=Pack.State.READY),
        since="frozen_at",
        expire=lambda rows: actions.let_go(rows, actor=system_actor()),
        after=discard,
        bound=lambda rows: {FILE: [digest for row in rows for digest in (row.zip_digest, row.pdf_digest)]},
        name=lambda row: f"{row.key} {row.title}",
        people=("asked_by__ref",),
        batch=50,
        order=95,
    )
)
contribute(JobKind(queries.BUILD, building.build, label="Build an audit pack", lease=timedelta(minutes=3)))
contribute(JobKind("packs.tidy", building.tidy, label="Remove what no audit pack claims"))
contribute(Schedule("packs.tidy", "packs.tidy", timedelta(days=1)))
contribute(ApiRoute("packs", "packs", load=lambda: import_string("governance.packs.api.PackApi")))
contribute(Commentable("governance.pack", queries.visible_to))
contribute(ObjectLink("governance.pack", lambda pk: reverse("pack", args=[f"PK-{pk}"])))
contribute(
    RolloutCheck(
        "audit_pack",
        "An audit pack was built and frozen.",
        lambda: reverse("packs"),
        lambda: (Pack.objects.filter(state__in=(Pack.State.READY, Pack.State.DISCARDED)),),
    )
)
