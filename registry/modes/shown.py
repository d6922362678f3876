"""What modes contribute to the kernel's pages: the lever, the list, the palette, the briefing, notices, REST."""

import re
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    ApprovalKind,
    BriefingLine,
    NavItem,
    ObjectLink,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.people import roles
from governance.people.models import User
from governance.ui.extensions import ObjectPanel
from registry.modes import actions, queries, reading
from registry.modes.models import ModeRaise
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Mode, Surface, SurfaceState

PULL = re.compile(
    r"^(?:pull(?: the)?(?: kill)? switch|kill switch|pull|lower(?: the)? mode|lower|switch off|stop)(?: of| on)?\s+(.+)$", re.I
)


def load(subject_id: str) -> ModeRaise:
    """Return the raise behind an approval request."""
    return ModeRaise.objects.select_related("surface__in_force", "requester", "request", "base__actor").get(pk=int(subject_id))


def visible(user: Any, raised: ModeRaise) -> bool:
    """Whether a person may see a raise."""
    return queries.raises_visible_to(user).filter(pk=raised.pk).exists()


contribute(
    ApprovalKind(
        "mode",
        "Raising the mode",
        load=load,
        visible=visible,
        url=lambda raised: raised.get_absolute_url(),
        settled=actions.settled,
        template="registry/modes/_what.html",
        context=reading.what,
    )
)
contribute(Commentable("registry.moderaise", queries.raises_visible_to))
contribute(ObjectPanel("surface.mode", "registry.surface", "registry/modes/_panel.html", reading.panel, order=20))


def lowered(user: Any) -> int | None:
    """Count what a person sees running in a lowered mode; nothing where all is well."""
    return queries.lowered(user).count() or None


contribute(NavItem("modes", "Modes", "modes", "power", group="What exists", order=5, count=lowered))
contribute(
    BriefingLine(
        "modes.lowered",
        "burning",
        "surfaces that run in a lowered mode",
        queries.lowered,
        lambda user: reverse("modes"),
        order=10,
        level="stop",
        one="surface that runs in a lowered mode",
    )
)
contribute(
    PaletteCommand(
        "mode.lower",
        "Lower the mode of …",
        lambda user: reverse("mode-lower"),
        words="kill switch pull stop off tools retrieval safer human review emergency",
        icon="power",
        visible=roles.may_write,
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find levers by “pull switch …”, “lower …” or “stop …” and the key or name of a surface."""
    asked = PULL.match(words.strip())
    if asked is None or not roles.may_write(user):
        return []
    rows = surfaces.rows(user).exclude(state=SurfaceState.RETIRED).exclude(mode=Mode.OFF)
    key = surfaces.KEY.match(asked[1].strip())
    rows = rows.filter(pk=int(key.group(1))) if key else rows.filter(name__icontains=asked[1].strip())
    return [
        SearchHit(
            f"Lower the mode of {row.name}",
            reverse("surface-mode", args=[row.key]),
            f"{row.key} · {row.get_mode_display()}",
            "power",
        )
        for row in rows.order_by("name")[:limit]
    ]


contribute(SearchSource("levers", "Levers", find, order=5))


def _answering(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    surface = Surface.objects.select_related("owner", "team__lead").filter(pk=entry.subject_id).first()
    if surface is None:
        return []
    lead = surface.team.lead if surface.team is not None else None
    return list({person.pk: person for person in (surface.owner, lead) if person is not None and person.is_active}.values())


def _moved(entry: Any, body: dict[str, Any]) -> str:
    said = body["payload"]
    return f"The mode of {entry.subject_key} moved from {said['before']} to {said['after']}: {said.get('reason', '')}"[:400]


def _page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("surface", args=[entry.subject_key])


contribute(NoticeRule("mode.lowered", _answering, _moved, _page))
contribute(NoticeRule("mode.raised", _answering, _moved, _page))
contribute(ObjectLink("registry.moderaise", lambda pk: load(pk).get_absolute_url()))
contribute(ApiRoute("modes", "modes", load=lambda: import_string("registry.modes.api.ModeApi"), order=14))
contribute(
    ApiRoute("surface-mode", r"surfaces/(?P<key>[^/]+)/mode", load=lambda: import_string("registry.modes.api.LeverApi"), order=15)
)
