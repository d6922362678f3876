"""What quarantine contributes to the kernel's pages: approval of lifting, marks, panel, palette, search, briefing, REST."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    ApprovalKind,
    BriefingLine,
    ObjectLink,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.ledger.models import Mention
from governance.notifications.telling import NoticeRule
from governance.people import roles
from governance.people.models import User
from governance.ui.extensions import ObjectPanel
from registry.quarantine import actions, queries, reading
from registry.quarantine.models import QuarantineLift
from registry.surfaces.marks import ContractMarks


def load(subject_id: str) -> QuarantineLift:
    """Return the lift behind an approval request."""
    rows = QuarantineLift.objects.select_related(
        "quarantine__endpoint", "quarantine__tool", "quarantine__vendor", "quarantine__by", "requester", "request"
    )
    return rows.get(pk=int(subject_id))


def visible(user: Any, lift: QuarantineLift) -> bool:
    """Whether a person may see a request to lift."""
    return queries.lifts_visible_to(user).filter(pk=lift.pk).exists()


contribute(
    ApprovalKind(
        "quarantine",
        "Lifting a quarantine",
        load=load,
        visible=visible,
        url=lambda lift: lift.get_absolute_url(),
        settled=actions.settled,
        template="registry/quarantine/_what.html",
        context=reading.what,
    )
)
contribute(Commentable("registry.quarantine", queries.visible_to))
contribute(Commentable("registry.quarantinelift", queries.lifts_visible_to))
contribute(ObjectPanel("surface.quarantine", "registry.surface", "registry/quarantine/_panel.html", reading.panel, order=25))
contribute(ContractMarks("quarantine", reading.marks))
contribute(
    BriefingLine(
        "quarantine.active",
        "burning",
        "things in quarantine",
        queries.active,
        lambda user: f"{reverse('quarantines')}?active=true",
        order=15,
        level="stop",
        one="thing in quarantine",
    )
)
contribute(
    PaletteCommand(
        "quarantine.place",
        "Quarantine …",
        lambda user: reverse("quarantine-new"),
        words="stop endpoint source tool vendor take out of use lever emergency",
        icon="power",
        visible=roles.may_write,
    )
)
contribute(PaletteCommand("quarantine.list", "Quarantine", lambda user: reverse("quarantines"), words="stopped held lifted"))


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find quarantines by key, or by what is held."""
    rows = queries.visible_to(user)
    named = queries.KEY.match(words) if words[:2].upper() == "Q-" else None
    if named:
        rows = rows.filter(pk=int(named.group(1)))
    else:
        rows = (
            rows.filter(endpoint__name__icontains=words)
            | rows.filter(tool__name__icontains=words)
            | rows.filter(vendor__name__icontains=words)
            | rows.filter(source__icontains=words)
        )
    return [
        SearchHit(str(row), row.get_absolute_url(), f"{row.key} · {reading.state_of(row)[1]}", "power")
        for row in rows.order_by("-pk")[:limit]
    ]


contribute(SearchSource("quarantines", "Quarantine", find, order=65))


def _concerned(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    """Return who owns a surface that is touched."""
    mentions = Mention.objects.filter(entry=entry.pk, subject_type="registry.surface").values_list("subject_id", flat=True)
    return User.objects.filter(surfaces__in=[int(pk) for pk in mentions], is_active=True).distinct()


def _placed(entry: Any, body: dict[str, Any]) -> str:
    said = body["payload"]
    return f"The {said['what']} {said['thing']} is in quarantine, and a surface of yours names it: {said.get('reason', '')}"[:400]


def _lifted(entry: Any, body: dict[str, Any]) -> str:
    said = body["payload"]
    return f"The quarantine of the {said['what']} {said['thing']} is lifted"


def _page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("quarantine", args=[entry.subject_key])


contribute(NoticeRule("quarantine.placed", _concerned, _placed, _page))
contribute(NoticeRule("quarantine.lifted", _concerned, _lifted, _page))
contribute(ObjectLink("registry.quarantine", lambda pk: reverse("quarantine", args=[f"Q-{pk}"])))
contribute(ObjectLink("registry.quarantinelift", lambda pk: load(pk).get_absolute_url()))
contribute(ApiRoute("quarantines", "quarantines", load=lambda: import_string("registry.quarantine.api.QuarantineApi"), order=16))
