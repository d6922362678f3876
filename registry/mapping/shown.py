"""What mapping sessions contribute: their place among reviews, palette, search, inbox, API."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    InboxLine,
    InboxSource,
    NavItem,
    ObjectLink,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.rows import is_insider
from registry.mapping import queries, rules

contribute(
    NavItem(
        "mapping", "Mapping", "mapping-sessions", "search", group="What changes", order=68, visible=is_insider, family="reviews"
    )
)
contribute(
    PaletteCommand(
        "mapping.plan",
        "Plan a mapping session",
        lambda user: reverse("mapping-new"),
        words="surface shadow inventory where do we call models sso expenses",
        icon="plus",
        visible=lambda user: bool(rules.may_plan(user)),
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find sessions by key or name."""
    found = queries.visible_to(user)
    named = queries.KEY.match(words) if words[:2].upper() == "MS" else None
    found = found.filter(pk=int(named.group(1))) if named else found.filter(name__icontains=words)
    return [
        SearchHit(each.name, each.get_absolute_url(), f"{each.key} · {each.get_state_display()}", "search")
        for each in found[:limit]
    ]


contribute(SearchSource("mapping", "Mapping sessions", find, order=85))


def to_do(user: Any) -> Iterable[InboxLine]:
    """Return what a person's team has still to name, and the sessions of theirs that were closed with open lines."""
    for each in queries.waiting(user):
        title = f"Name where {each.team} calls models"
        url = reverse("mapping-team", args=[each.session.key, each.team.key])
        yield InboxLine("Do", title, url, f"{each.session.key} · {each.session.name}", asked_at=each.session.started_at)
    for session in queries.unsettled(user):
        yield InboxLine(
            "Do", f"Settle what {session.name} left open", session.get_absolute_url(), session.key, asked_at=session.closed_at
        )


contribute(InboxSource("mapping", to_do, rows=lambda user: (queries.waiting(user), queries.unsettled(user)), order=75))
contribute(ApiRoute("mapping-sessions", "mapping-sessions", load=lambda: import_string("registry.mapping.api.SessionApi")))
contribute(ApiRoute("mapping-lines", "mapping-lines", load=lambda: import_string("registry.mapping.api.LineApi")))
contribute(Commentable("registry.mappingsession", queries.visible_to))
contribute(ObjectLink("registry.mappingsession", lambda pk: reverse("mapping-session", args=[f"MS-{pk}"])))
