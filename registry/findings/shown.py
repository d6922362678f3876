"""What findings contribute to the kernel's pages: navigation, palette, search, inbox, briefing, notices, owners, REST."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    InboxLine,
    InboxSource,
    NavItem,
    ObjectLink,
    OwnedSource,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.people.models import User
from registry.findings import actions, queries
from registry.findings.models import Finding
from registry.findings.tables import state_of

contribute(
    NavItem("findings", "Findings", "findings", "flag", group="What happened", order=20, count=queries.open_ones, tone="stop")
)
contribute(
    PaletteCommand(
        "finding.list",
        "Findings",
        lambda user: f"{reverse('findings')}?state=open",
        words="not approved shadow unknown surface drift unregistered observed",
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find findings by key or by what was found."""
    rows = queries.visible_to(user)
    named = queries.KEY.match(words) if words[:2].upper() == "F-" else None
    rows = rows.filter(pk=int(named.group(1))) if named else rows.filter(title__icontains=words)
    return [
        SearchHit(row.title, row.get_absolute_url(), f"{row.key} · {state_of(row)[1]}", "flag")
        for row in rows.order_by("-pk")[:limit]
    ]


contribute(SearchSource("findings", "Findings", find, order=35))


def to_decide(user: Any) -> Iterable[InboxLine]:
    """Return the open findings that a person answers for."""
    for finding in queries.mine(user).select_related("surface", "tally").order_by("pk")[:100]:
        yield InboxLine(
            verb="Do",
            title=finding.title,
            url=finding.get_absolute_url(),
            detail=f"{finding.key} · {finding.get_kind_display()}",
            tier=finding.surface.tier if finding.surface is not None else None,
            asked_at=finding.opened_at,
        )


contribute(InboxSource("findings", to_decide, rows=lambda user: (queries.mine(user),), order=25))


def ahead_url(user: Any) -> str:
    """Return the list of just what runs ahead of what was approved."""
    return f"{reverse('findings')}?{urlencode([('state', 'open'), *(('kind', kind.value) for kind in queries.RAN_AHEAD)])}"


contribute(
    BriefingLine(
        "findings.ahead",
        "unapproved",
        "findings where something runs ahead of what was approved",
        queries.ahead,
        ahead_url,
        order=10,
        level="stop",
        one="finding where something runs ahead of what was approved",
    )
)
contribute(
    BriefingLine(
        "findings.unregistered",
        "unapproved",
        "programs were seen and never registered",
        queries.unregistered,
        lambda user: f"{reverse('findings')}?state=open&kind=unknown_surface",
        order=12,
        level="stop",
        one="program was seen and never registered",
    )
)


def owned(user: User) -> QuerySet[Finding]:
    """Return the unsettled findings that a person answers for."""
    return Finding.objects.filter(owner=user, state__in=Finding.UNSETTLED).select_related("owner")


def reassign(finding: Finding, actor: User, to: User, reason: str) -> Finding:
    """Give a finding to another person when its owner leaves."""
    return actions.reassign(finding, actor=actor, to=to, reason=reason)


contribute(OwnedSource("findings", "Findings", owned, reassign, order=65))


def _its_owner(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    """Return who answers for the finding of an entry."""
    return User.objects.filter(ref=body["payload"].get("owner") or "-", is_active=True)


def _page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("finding", args=[entry.subject_key])


def _opened(entry: Any, body: dict[str, Any]) -> str:
    return f"Found, and yours to end: {body['payload']['title']}"[:400]


def _given(entry: Any, body: dict[str, Any]) -> str:
    return f"A finding is yours now: {body['payload']['title']}"[:400]


contribute(NoticeRule("finding.opened", _its_owner, _opened, _page))
contribute(NoticeRule("finding.reassigned", _its_owner, _given, _page))
contribute(Commentable("registry.finding", queries.visible_to))
contribute(ObjectLink("registry.finding", lambda pk: reverse("finding", args=[f"F-{pk}"])))
contribute(ApiRoute("findings", "findings", load=lambda: import_string("registry.findings.api.FindingApi"), order=17))
