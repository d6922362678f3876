"""What sources contribute to the kernel's pages: navigation, palette, search, inbox, briefing, owners, REST, kept texts."""

from collections.abc import Iterable, Sequence
from typing import Any

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
    RetentionKind,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.models import User
from governance.policy.usagerules import KEPT_TEXTS
from registry.usage.models import KeptText, UsageSource
from registry.usage.sources import actions, queries, rules

contribute(NavItem("sources", "Sources", "usage-sources", "layers", group="What happened", order=22, family="findings"))
contribute(
    PaletteCommand(
        "source.add",
        "Add a source of observations",
        lambda user: reverse("usage-source-new"),
        words="opentelemetry otlp token send traces spans litellm collector",
        icon="plus",
        visible=lambda user: bool(rules.may_add(user)),
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find sources by key or name."""
    rows = queries.visible_to(user)
    named = queries.KEY.match(words) if words[:3].upper() == "TS-" else None
    rows = rows.filter(pk=int(named.group(1))) if named else rows.filter(name__icontains=words)
    return [
        SearchHit(each.name, each.get_absolute_url(), f"{each.key} · {each.get_kind_display()}", "layers")
        for each in rows.order_by("name")[:limit]
    ]


contribute(SearchSource("sources", "Sources", find, order=75))


def to_renew(user: Any) -> Iterable[InboxLine]:
    """Return the sources of a person whose token ends soon."""
    for source in queries.ending(user)[:100]:
        yield InboxLine(
            verb="Do",
            title=f"Renew the token of {source.name}",
            url=source.get_absolute_url(),
            detail=f"{source.key} · its programs are refused once it has ended",
            due=source.token.expires_at if source.token else None,
            asked_at=source.created_at,
        )


contribute(InboxSource("usage.tokens", to_renew, rows=lambda user: (queries.ending(user),), order=60))
contribute(
    BriefingLine(
        "usage.silent",
        "burning",
        "sources of observations have fallen silent",
        queries.silent,
        lambda user: f"{reverse('usage-sources')}?silent=true",
        order=60,
        level="warn",
        one="source of observations has fallen silent",
    )
)


def owned(user: User) -> QuerySet[UsageSource]:
    """Return the sources that a person answers for."""
    return UsageSource.objects.filter(owner=user, state=UsageSource.State.ACTIVE).select_related("owner", "surface", "team")


def reassign(source: UsageSource, actor: User, to: User, reason: str) -> UsageSource:
    """Give a source to another person when its owner leaves."""
    return actions.give(source, actor=actor, to=to, reason=reason)


contribute(OwnedSource("usage_sources", "Sources of observations", owned, reassign, order=80))
contribute(ObjectLink("registry.usagesource", lambda pk: reverse("usage-source", args=[f"TS-{pk}"])))
contribute(Commentable("registry.usagesource", queries.visible_to))
contribute(
    ApiRoute("usage-sources", "usage-sources", load=lambda: import_string("registry.usage.sources.api.SourceApi"), order=40)
)


def drop(rows: Sequence[KeptText]) -> int:
    """Let go of kept texts; the calls that they belong to stay, with the fingerprint of what was answered."""
    return KeptText.objects.filter(pk__in=[row.pk for row in rows]).delete()[0]


contribute(
    RetentionKind(
        KEPT_TEXTS,
        "Redacted prompts and outputs",
        "The redacted text goes. The call that it belongs to stays, with its figures and the output's fingerprint.",
        rows=lambda: KeptText.objects.select_related("surface"),
        since="at",
        expire=drop,
        name=lambda row: f"{row.get_kind_display()} of {row.surface}",
        tier="surface__tier",
        surfaces=("surface",),
        batch=500,
        order=130,
    )
)
