"""What changes contribute to the kernel's pages and machines."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    ApprovalKind,
    JobKind,
    NavItem,
    ObjectLink,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.core.errors import Conflict, Denied, StaleState
from governance.people.system import system_actor
from registry.changes import actions, queries, reading
from registry.changes.models import Change


def load(subject_id: str) -> Change:
    """Return the change behind an approval request."""
    return Change.objects.select_related("surface", "revision", "base").get(pk=int(subject_id))


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
        context=lambda user, change: reading.what_changes(change),
    ),
)


def move_on(job: Any, progress: Any) -> dict[str, Any]:
    """Take every open change on as far as it may go: into force, voided or expired; what waits is reported by key."""
    due = list(queries.to_move_on().values_list("pk", flat=True))
    moved: dict[str, list[str]] = {}
    for done, pk in enumerate(due, start=1):
        try:
            change = actions.proceed(Change(pk=pk), actor=system_actor())
        except (Denied, StaleState, Conflict) as error:  # decided or changed meanwhile: the next round looks again
            moved.setdefault("again", []).append(f"C-{pk}: {error.message}")
            continue
        moved.setdefault(change.state, []).append(change.key)
        progress(done, len(due), change.key)
    return moved


contribute(JobKind("changes.start_planned", move_on, label="Take approved changes on: into force, voided or expired"))
contribute(Schedule("changes.start_planned", "changes.start_planned", every=timedelta(minutes=5)))


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
contribute(ObjectLink("registry.change", lambda pk: reverse("change", args=[f"C-{pk}"])))
