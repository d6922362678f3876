"""What evidence contributes: navigation, palette, search, inbox, briefing, jobs, health, API."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    HealthCheck,
    InboxLine,
    InboxSource,
    JobKind,
    KeptFile,
    KeptFiles,
    NavItem,
    ObjectLink,
    PaletteCommand,
    RetentionKind,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.people import roles
from governance.people.models import User
from registry.evidence import checking, keeping, queries
from registry.evidence.models import Blob, EvidenceUse
from registry.surfaces.models import SurfaceState

A_WEEK = timedelta(days=7)

LISTED = 100


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find evidence by key, title, file, link or hash."""
    found = queries.search(queries.visible_to(user), words).order_by("-pk")[:limit]
    return [
        SearchHit(each.title, each.get_absolute_url(), f"{each.key} · {each.get_kind_display()}", "file", 0.6) for each in found
    ]


def to_renew(user: Any) -> Iterable[InboxLine]:
    """Return what a person has to renew, with the last moment on which it counts."""
    for each in queries.to_renew(user)[:LISTED]:
        ends_on = each.ends_on  # type: ignore[attr-defined]
        yield InboxLine(
            verb="Do",
            title=f"Renew {each.title}",
            url=each.get_absolute_url(),
            detail=f"{each.key} · collected by {each.collector}",
            due=clock.end_of(ends_on),
            asked_at=each.created_at,
        )


def kept() -> Iterator[KeptFile]:
    """Yield every kept file: of evidence and of whatever else keeps its files here."""
    rows = Blob.objects.order_by("pk").values_list("pk", "stored_as", "digest")
    for pk, name, digest in rows.iterator(chunk_size=1000):
        yield KeptFile(pk, f"Kept file {digest[:12]}…", name, digest)


contribute(KeptFiles("registry.blob", "Evidence and other kept files", kept))
contribute(
    NavItem(
        "evidence",
        "Evidence",
        "evidence-list",
        "file",
        group="What we can prove",
        order=7,
        count=lambda user: queries.visible_to(user),
    )
)
contribute(
    PaletteCommand(
        "evidence.collect",
        "Collect evidence",
        lambda user: reverse("evidence-new"),
        words="upload file link proof attach control",
        icon="plus",
        visible=roles.may_write,
    )
)
contribute(SearchSource("evidence", "Evidence", find, order=50))
contribute(InboxSource("evidence", to_renew, rows=lambda user: (queries.to_renew(user),), order=40))
contribute(
    BriefingLine(
        "evidence.expired",
        "due",
        "pieces of evidence that no longer count",
        lambda user: queries.expired(queries.visible_to(user), clock.today()),
        lambda user: f"{reverse('evidence-list')}?expired=true",
        order=60,
        level="stop",
        one="piece of evidence that no longer counts",
    )
)
contribute(
    BriefingLine(
        "evidence.expiring",
        "due",
        "pieces of evidence that end within a week",
        lambda user: queries.expiring(queries.visible_to(user), clock.today(), A_WEEK),
        lambda user: f"{reverse('evidence-list')}?ends_within={A_WEEK.days}",
        order=61,
        level="warn",
        one="piece of evidence that ends within a week",
    )
)


def told_of_withdrawal(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    """Return the owners of the surfaces that relied on withdrawn evidence."""
    relying = EvidenceUse.objects.filter(evidence=int(entry.subject_id)).exclude(surface__state=SurfaceState.RETIRED)
    return User.objects.filter(pk__in=relying.values("surface__owner"))


contribute(
    NoticeRule(
        "evidence.withdrawn",
        told_of_withdrawal,
        lambda entry, body: f"The evidence {entry.subject_key}, which a surface of yours relies on, was withdrawn.",
        lambda entry, body: reverse("evidence", args=[entry.subject_key]),
    )
)
contribute(JobKind(queries.VERIFY, checking.verify, label="Read all evidence and compare its hashes"))
contribute(Schedule(queries.VERIFY, queries.VERIFY, every=timedelta(days=1)))
contribute(JobKind("evidence.tidy", checking.tidy, label="Remove files that no evidence claims"))
contribute(Schedule("evidence.tidy", "evidence.tidy", every=timedelta(days=1)))
contribute(HealthCheck("evidence", checking.trouble))
contribute(ApiRoute("evidence", "evidence", load=lambda: import_string("registry.evidence.api.EvidenceApi"), order=40))
contribute(Commentable("registry.evidence", queries.visible_to))
contribute(ObjectLink("registry.evidence", lambda pk: reverse("evidence", args=[f"EV-{pk}"])))
contribute(
    RetentionKind(
        "evidence_files",
        "Files of evidence that serves nothing any more",
        "The file of withdrawn or renewed evidence goes, unless something else holds it. The evidence and its hash stay.",
        rows=keeping.serving_nothing,
        since="updated_at",
        expire=len,
        after=keeping.discard,
        bound=keeping.files,
        name=lambda row: f"{row.key} {row.title}",
        tier="top_tier",
        people=("collector__ref",),
        surfaces=("uses__surface",),
        batch=200,
        order=80,
    )
)
