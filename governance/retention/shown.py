"""What retention contributes: its daily job, how long work orders are kept, navigation, search, API."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    JobKind,
    NavItem,
    ObjectLink,
    PaletteCommand,
    RetentionKind,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.core.models import Job
from governance.people.rows import oversight
from governance.retention import expiring, queries, rules
from governance.ui.extensions import FamilyTab

FAMILY = "privacy"


def finished() -> Any:
    """Return the jobs that are over."""
    return Job.objects.filter(state__in=[Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED], finished_at__isnull=False)


def forget_jobs(rows: Sequence[Job]) -> int:
    """Delete jobs that are over: they are work orders, not records."""
    Job.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find holds by key or by what they are for."""
    found = queries.visible_to(user)
    named = queries.KEY.match(words) if words[:2].upper() == "LH" else None
    found = found.filter(pk=int(named.group(1))) if named else found.filter(name__icontains=words)
    return [SearchHit(each.name, each.get_absolute_url(), f"{each.key} · legal hold", "policy") for each in found[:limit]]


contribute(
    RetentionKind(
        "jobs",
        "Finished background jobs",
        "The work order goes, with its result. What it did stays.",
        rows=finished,
        since="finished_at",
        expire=forget_jobs,
        name=str,
        people=("owner__ref",),
        least_days=7,
        batch=5000,
        order=40,
    )
)
contribute(JobKind(expiring.JOB, expiring.run, label="Let go of what policy gave its time", lease=timedelta(minutes=10)))
contribute(Schedule(expiring.JOB, expiring.JOB, every=timedelta(days=1)))
contribute(NavItem("privacy", "Privacy", "retention", "lock", group="Rules", order=85, visible=oversight))
contribute(FamilyTab("retention", FAMILY, "Retention", "retention", order=20))
contribute(FamilyTab("legal-holds", FAMILY, "Legal holds", "legal-holds", order=30))
contribute(SearchSource("legal-holds", "Legal holds", find, order=95))
contribute(
    PaletteCommand(
        "retention", "Retention", lambda user: reverse("retention"), words="expire keep delete gdpr", visible=oversight
    )
)
contribute(
    PaletteCommand(
        "legal-hold.new",
        "Place a legal hold",
        lambda user: reverse("legal-hold-new"),
        words="court dispute freeze keep",
        icon="plus",
        visible=lambda user: bool(rules.may_keep(user)),
    )
)
contribute(ApiRoute("legal-holds", "legal-holds", load=lambda: import_string("governance.retention.api.HoldApi")))
contribute(Commentable("governance.legalhold", queries.visible_to))
contribute(ObjectLink("governance.legalhold", lambda pk: reverse("legal-hold", args=[f"LH-{pk}"])))
