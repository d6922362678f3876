"""What deliveries add to the demo company: half a year of releases of its live surfaces, some that failed, and defects."""

from datetime import timedelta
from functools import partial
from typing import Any

from governance.core import clock
from registry.deliveries import actions
from registry.deliveries.models import Deployment
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState

SHIPPED = 3
"""So many surfaces are shipped by CI, those of the highest tiers."""
EVERY = 1.5
"""Weeks between two releases."""
BEGAN = 16
FAILED = {(0, 2): 3.2, (0, 6): 1.4, (1, 4): 5.5, (2, 1): 2.1, (1, 9): 0.6}
"""Which release of which surface failed, and the hours until it was mended; a hotfix follows each."""
DEFECTS = (
    (13.2, 0, "users", 2, "Copay of plan B quoted as that of plan A", 30),
    (11.0, 1, "checks", 1, "Cites a document that was withdrawn", 20),
    (8.4, 0, "checks", 2, "Sums a deductible twice", 9),
    (6.1, 2, "users", 3, "Letter went out in the wrong language", 5),
    (4.6, 1, "staff", 1, "Answers twice to one question", 52),
    (2.7, 0, "users", 2, "Refuses a question about dental cover", 26),
    (1.2, 2, "checks", 2, "Ignores the limit of a plan", None),
)
"""Weeks ago, of which surface, who noticed first, how bad, what, and the hours until it was mended."""


def tell(story: Any) -> None:
    """Put them on the story's calendar."""
    for number in range(int(BEGAN / EVERY) + 1):
        story.at(BEGAN - number * EVERY, partial(_release, story, number))
    for about in DEFECTS:
        story.at(about[0], partial(_defect, story, about))


def _live(story: Any) -> list[Surface]:
    """Return the surfaces that are shipped: live by now, the riskiest first, each with somebody who answers for it."""
    found = surfaces.visible_to(story.admin).filter(state=SurfaceState.LIVE, owner__is_active=True)
    return list(found.select_related("owner", "team__lead").order_by("-tier", "pk")[:SHIPPED])


def _release(story: Any, number: int) -> None:
    now = clock.now()
    for place, surface in enumerate(_live(story)):
        lead = timedelta(hours=(7, 20, 44)[place] + (number * 5 + place * 3) % 17)
        said = {"version": f"{place + 2}.{number}.0", "committed_at": now - lead, "deployed_at": now}
        told = actions.tell_deployment(
            surface, actor=surface.owner or story.admin, sender_key=f"build/{surface.pk}/{number}", **said
        )
        if (place, number) in FAILED:
            hours = FAILED[place, number]
            begun = now + timedelta(minutes=20)
            story.later(hours + 1, partial(_mend, told, begun, begun + timedelta(hours=hours)))


def _mend(told: Deployment, begun: Any, over: Any) -> None:
    owner = told.surface.owner
    if owner is None or not owner.is_active:
        return
    failed = {"outcome": Deployment.Outcome.FAILED, "failed_at": begun, "restored_at": over}
    actions.correct_deployment(told, actor=owner, reason="It made answers worse and was taken back.", **failed)
    hotfix = f"{told.version.rpartition('.')[0]}.1"
    said = {"version": hotfix, "committed_at": begun, "deployed_at": over, "rework": True}
    actions.tell_deployment(told.surface, actor=owner, sender_key=f"{told.sender_key}/fix", **said)


def _defect(story: Any, about: tuple[float, int, str, int, str, int | None]) -> None:
    _, place, found_by, severity, title, hours = about
    live = _live(story)
    if place >= len(live):
        return
    surface, now = live[place], clock.now()
    fixed = now + timedelta(hours=hours) if hours is not None else None
    key = f"{surface.key}/{title[:24]}"
    told = actions.tell_defect(
        surface,
        actor=surface.owner or story.admin,
        sender_key=key,
        title=title,
        found_by=found_by,
        found_at=now,
        severity=severity,
    )
    if fixed is not None and hours is not None:
        story.later(hours, partial(_fix, told, fixed))


def _fix(told: Any, fixed: Any) -> None:
    owner = told.surface.owner
    if owner is not None and owner.is_active and fixed <= clock.now() + timedelta(minutes=5):
        actions.correct_defect(told, actor=owner, reason="It is mended.", fixed_at=fixed)
