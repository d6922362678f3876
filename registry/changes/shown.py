"""What changes contribute to the kernel's pages and machines."""

from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    ApprovalKind,
    NavItem,
    ObjectLink,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from registry.changes import actions, queries, reading, rules
from registry.changes.models import Change

LOADED = ("revision", "base", "request", "clearance")


def load(subject_id: str) -> Change:
    """Return the change behind an approval request."""
    return Change.objects.select_related("surface__owner", "surface__in_force", *LOADED).get(pk=int(subject_id))


def visible(user: Any, change: Change) -> bool:
    """Whether a person may see a change."""
    return queries.visible_to(user).filter(pk=change.pk).exists()


def url(change: Change) -> str:
    """Return the page on which a change is read and decided."""
    return reverse("change", args=[change.key])


contribute(
    ApprovalKind(
        "change",
        "Change",
        load=load,
        visible=visible,
        url=url,
        settled=actions.settled,
        template="registry/changes/_what.html",
        context=reading.deciding,
    ),
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find changes by key, title or surface."""
    found = queries.visible_to(user)
    named = queries.KEY.match(words)
    found = found.filter(pk=int(named.group(1))) if named else found.filter(title__icontains=words)
    return [
        SearchHit(change.title, url(change), f"{change.key} · {change.surface}", "changes")
        for change in found.order_by("-pk")[:limit]
    ]


def open_count(user: Any) -> int:
    """Count what is proposed or approved and not yet in force."""
    return queries.visible_to(user).filter(state__in=Change.OPEN_STATES).count()


contribute(SearchSource("changes", "Changes", find, order=30))
contribute(NavItem("changes", "Changes", "changes", "changes", group="What changes", order=10, count=open_count))
contribute(ApiRoute("changes", "changes", load=lambda: import_string("registry.changes.api.ChangeApi")))
contribute(Commentable("registry.change", queries.visible_to))
contribute(ApiRoute("freeze-windows", "freeze-windows", load=lambda: import_string("registry.changes.api.FreezeApi")))
contribute(ApiRoute("emergency-reviews", "emergency-reviews", load=lambda: import_string("registry.changes.api.ReviewApi")))
contribute(ObjectLink("registry.change", lambda pk: reverse("change", args=[f"C-{pk}"])))
contribute(ObjectLink("registry.freezewindow", lambda pk: reverse("freeze", args=[f"FW-{pk}"])))
contribute(Commentable("registry.freezewindow", queries.freezes_for))
contribute(PaletteCommand("lanes", "Release lanes", lambda user: reverse("lanes"), words="latency review median policy"))
contribute(PaletteCommand("freezes", "Freezes", lambda user: reverse("freezes"), words="freeze window hold quiet"))
contribute(
    PaletteCommand(
        "freeze.declare",
        "Declare a freeze",
        lambda user: reverse("freeze-new"),
        words="freeze window hold release",
        icon="plus",
        visible=lambda user: bool(rules.may_freeze(user)),
    )
)
