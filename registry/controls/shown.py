"""What controls contribute to the kernel: how they follow the ledger, jobs, navigation, briefing, inbox, panel, tab, API."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.core import clock
from governance.core.contributions import (
    AfterEntries,
    ApiRoute,
    BriefingLine,
    InboxLine,
    InboxSource,
    JobKind,
    NavItem,
    ObjectTab,
    PaletteCommand,
    Schedule,
    contribute,
)
from governance.people import roles
from governance.ui.extensions import FamilyTab, ObjectPanel
from registry.controls import following, queries, reading
from registry.controls.models import RED, ControlResult, ControlsState
from registry.surfaces.models import Surface, SurfaceState

EXPIRING_DAYS = 7
MOST_LINES = 50


def follow(job: Any, progress: Any) -> dict[str, int]:
    """Read the ledger on, and look at what it or time touched."""
    return following.follow(progress)


def look_at_all(job: Any, progress: Any) -> dict[str, int]:
    """Look at the controls of every surface."""
    return following.look_at_all(progress)


contribute(AfterEntries("controls", following.after))
contribute(JobKind(following.JOB, follow, label="Look at the controls that something touched"))
contribute(JobKind("controls.evaluate", look_at_all, label="Look at all controls", lease=timedelta(minutes=5)))
contribute(Schedule(following.JOB, following.JOB, every=timedelta(minutes=1)))
contribute(Schedule("controls.evaluate", "controls.evaluate", every=timedelta(days=1)))


def holding(user: Any) -> QuerySet[ControlResult]:
    """Return what holds something back on the live surfaces that a person may see."""
    return queries.visible_to(user).filter(status__in=RED, blocking=True, surface__state=SurfaceState.LIVE)


def expiring(user: Any) -> QuerySet[ControlResult]:
    """Return what time alone turns within the next days on live surfaces."""
    now = clock.now()
    until = now + timedelta(days=EXPIRING_DAYS)
    found = queries.visible_to(user).filter(surface__state=SurfaceState.LIVE)
    return found.filter(expires_at__gt=now, expires_at__lte=until)


def listed(query: str) -> Any:
    """Return the address of the rows with a filter."""
    return lambda user: f"{reverse('control-results')}?{query}"


def mine(user: Any) -> QuerySet[ControlsState]:
    """Return the live surfaces of a person that something holds back."""
    if not roles.may_write(user):
        return ControlsState.objects.none()
    return ControlsState.objects.filter(surface__owner=user, surface__state=SurfaceState.LIVE, unmet_blocking__gt=0)


def to_do(user: Any) -> Iterable[InboxLine]:
    """Return a line for each of a person's live surfaces on which a blocking control is not met."""
    for state in mine(user).select_related("surface").order_by("-unmet_blocking", "surface")[:MOST_LINES]:
        surface, count = state.surface, state.unmet_blocking
        yield InboxLine(
            verb="Do",
            title=f"Meet {count} control{'s'[: count > 1]} of {surface.name}",
            url=reverse("surface-controls", args=[surface.key]),
            detail=f"{surface.key} · nothing new comes into force until then",
            tier=surface.tier,
            asked_at=state.checked_at,
        )


contribute(NavItem("controls", "Controls", "controls", "policy", group="What we can prove", order=5))
contribute(
    PaletteCommand(
        "controls", "Controls by tier", lambda user: reverse("controls"), words="heat map evidence checks", icon="policy"
    )
)
contribute(
    ObjectTab(
        "controls",
        "registry.surface",
        "Controls",
        lambda surface: reverse("surface-controls", args=[surface.key]),
        count=lambda user, surface: unmet(surface),
        order=40,
    )
)


def unmet(surface: Surface) -> int | None:
    """Return how many controls of a surface are red, nothing where none is."""
    state = reading.state_of(surface)
    return state.unmet or None if state else None


contribute(ObjectPanel("controls", "registry.surface", "registry/controls/_panel.html", reading.panel, aside=True, order=5))
contribute(
    BriefingLine(
        "controls.holding",
        "unapproved",
        "blocking controls not met on live surfaces",
        holding,
        listed("red=true&blocking=true&state=live"),
        order=40,
        level="stop",
        one="blocking control not met on a live surface",
    )
)
contribute(
    BriefingLine(
        "controls.expiring",
        "due",
        "controls that expire within a week",
        expiring,
        listed(f"expires_within={EXPIRING_DAYS}&state=live"),
        order=40,
        level="warn",
        one="control that expires within a week",
    )
)
contribute(InboxSource("controls", to_do, rows=lambda user: (mine(user),), order=60))
contribute(ApiRoute("controls", "controls", load=lambda: import_string("registry.controls.api.ControlApi"), order=45))
contribute(FamilyTab("evidence.collected", "evidence", "Collected", "evidence-list", order=10))
contribute(FamilyTab("evidence.by-itself", "evidence", "By itself", "evidence-by-itself", order=20))
contribute(
    ApiRoute(
        "evidence-by-itself", "evidence-by-itself", load=lambda: import_string("registry.controls.api.ByItselfApi"), order=41
    )
)
contribute(
    ApiRoute("surface-controls", "surfaces", load=lambda: import_string("registry.controls.api.SurfaceControlsApi"), order=46)
)
