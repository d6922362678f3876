"""What drills contribute to the kernel's pages: palette, search, inbox, briefing, API."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    InboxLine,
    InboxSource,
    ObjectLink,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from registry.switches import queries
from registry.switches.models import Drill

contribute(
    PaletteCommand(
        "drill.plan",
        "Plan a drill",
        lambda user: reverse("drill-new"),
        words="kill switch rollback try lever",
        icon="plus",
        visible=roles.may_write,
    )
)
contribute(PaletteCommand("drill.list", "Drills", lambda user: reverse("drills"), words="kill switch rollback levers"))


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find drills by key or surface."""
    found = queries.visible_to(user)
    named = queries.KEY.match(words) if words[:2].upper() == "DR" else None
    found = found.filter(pk=int(named.group(1))) if named else found.filter(surface__name__icontains=words)
    return [
        SearchHit(str(drill), drill.get_absolute_url(), f"{drill.key} · {drill.get_state_display()}", "clock")
        for drill in found.order_by("-pk")[:limit]
    ]


contribute(SearchSource("drills", "Drills", find, order=70))


def to_run(user: Any) -> Iterable[InboxLine]:
    """Return the planned drills that a person leads."""
    for drill in led(user).order_by("planned_on")[:100]:
        yield InboxLine(
            verb="Do",
            title=str(drill),
            url=drill.get_absolute_url(),
            detail=f"{drill.key} · {drill.lever or drill.get_kind_display()}",
            due=clock.end_of(drill.planned_on),
            tier=drill.surface.tier,
            asked_at=drill.created_at,
        )


def led(user: Any) -> QuerySet[Drill]:
    """Return the planned drills that a person leads."""
    return queries.visible_to(user).filter(led_by=user, state=Drill.State.PLANNED)


contribute(InboxSource("drills", to_run, rows=lambda user: (led(user),), order=50))
contribute(
    BriefingLine(
        "drills.overdue",
        "due",
        "kill switches not drilled in time",
        queries.overdue,
        lambda user: reverse("drills-due"),
        order=50,
        level="stop",
        one="kill switch not drilled in time",
    )
)
contribute(ApiRoute("drills", "drills", load=lambda: import_string("registry.switches.api.DrillApi")))
contribute(Commentable("registry.drill", queries.visible_to))
contribute(ObjectLink("registry.drill", lambda pk: reverse("drill", args=[f"DR-{pk}"])))
