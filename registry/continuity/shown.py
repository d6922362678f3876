"""What continuity contributes: tabs of vendors and endpoints, palette, search, inbox, briefing, owned plans, REST."""

from collections.abc import Iterable
from typing import Any

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
    ObjectTab,
    OwnedSource,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.models import User
from registry.continuity import actions, queries
from registry.continuity.models import ContinuityPlan

for _kind in ("vendor", "endpoint"):
    contribute(
        ObjectTab(
            f"{_kind}.continuity",
            f"registry.{_kind}",
            "Without it",
            lambda thing: reverse(f"{thing._meta.model_name}-continuity", args=[thing.key]),
            order=50,
        )
    )
contribute(
    PaletteCommand(
        "continuity.list",
        "Without a vendor",
        lambda user: reverse("continuity"),
        words="continuity plan fallback exit drill down outage tomorrow gone",
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find plans by key, vendor or endpoint."""
    rows = queries.visible_to(user)
    named = queries.PLAN_KEY.match(words) if words[:2].upper() == "CP" else None
    if named:
        rows = rows.filter(pk=int(named.group(1)))
    else:
        rows = rows.filter(vendor__name__icontains=words) | rows.filter(endpoint__name__icontains=words)
    return [
        SearchHit(f"Without {row.thing.name}", row.get_absolute_url(), f"{row.key} · {row.get_state_display()}", "clock")
        for row in rows.order_by("-pk")[:limit]
    ]


def to_run(user: Any) -> Iterable[InboxLine]:
    """Return the planned drills that a person leads."""
    for drill in queries.to_drill(user).order_by("planned_on")[:100]:
        yield InboxLine(
            verb="Do",
            title=str(drill),
            url=drill.get_absolute_url(),
            detail=f"{drill.key} · {drill.get_scenario_display()}",
            due=clock.end_of(drill.planned_on),
            asked_at=drill.created_at,
        )


def reassign(plan: ContinuityPlan, actor: User, to: User, reason: str) -> ContinuityPlan:
    """Give a plan to another person when its owner leaves."""
    return actions.give_owner(plan, actor=actor, to=to, reason=reason)


contribute(SearchSource("continuity", "Without a vendor", find, order=72))
contribute(InboxSource("continuity", to_run, rows=lambda user: (queries.to_drill(user),), order=52))
contribute(OwnedSource("continuity", "Plans without a vendor", queries.owned, reassign, order=70))
contribute(
    BriefingLine(
        "continuity.overdue",
        "due",
        "plans for a vendor's absence not drilled in time",
        queries.overdue,
        lambda user: f"{reverse('continuity')}?overdue=true",
        order=55,
        level="stop",
        one="plan for a vendor's absence not drilled in time",
    )
)
contribute(
    BriefingLine(
        "continuity.missing",
        "due",
        "vendors in use without a plan for their absence",
        queries.uncovered,
        lambda user: reverse("continuity-missing"),
        order=56,
        level="warn",
        one="vendor in use without a plan for its absence",
    )
)
contribute(Commentable("registry.continuityplan", queries.visible_to))
contribute(Commentable("registry.vendordrill", queries.drills_visible_to))
contribute(ObjectLink("registry.continuityplan", lambda pk: reverse("continuity-plan", args=[f"CP-{pk}"])))
contribute(ObjectLink("registry.vendordrill", lambda pk: reverse("vendor-drill", args=[f"VD-{pk}"])))
contribute(
    ApiRoute(
        "continuity-plans", "continuity-plans", load=lambda: import_string("registry.continuity.api.ContinuityPlanApi"), order=40
    )
)
contribute(
    ApiRoute("vendor-drills", "vendor-drills", load=lambda: import_string("registry.continuity.api.VendorDrillApi"), order=41)
)
