"""What surfaces contribute to the kernel's pages: navigation, search, inbox, briefing, panels, owned things, API."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    FirstStep,
    InboxLine,
    InboxSource,
    NavItem,
    OwnedSource,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from governance.people.models import User
from governance.retention.matters import HeldMatter
from governance.ui.extensions import ObjectPanel
from registry.surfaces import access, actions, queries  # noqa: F401 - access contributes itself
from registry.surfaces.models import Surface, SurfaceState
from registry.surfaces.panels import facts_panel


def listed(query: str) -> Any:
    """Return the address of the list with a filter."""
    return lambda user: f"{reverse('surfaces')}?{query}"


def existing(user: Any) -> Any:
    """Return the surfaces a person sees that are not retired."""
    return queries.visible_to(user).exclude(state=SurfaceState.RETIRED)


contribute(
    NavItem(
        "surfaces",
        "Surfaces",
        "surfaces",
        "surface",
        group="What exists",
        order=1,
        count=lambda user: queries.visible_to(user),
    )
)
contribute(
    PaletteCommand(
        "surface.register",
        "Register a surface",
        lambda user: reverse("surface-register"),
        words="add new create model use case",
        icon="plus",
        visible=roles.may_write,
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find surfaces by key, name or purpose; names that begin with the words come first."""
    key = queries.KEY.match(words.strip())
    rows = queries.rows(user)
    found = list(rows.filter(pk=int(key.group(1)))[:1]) if key else []
    found += list(rows.filter(name__istartswith=words).order_by("name")[:limit])
    if len(found) < limit:
        seen = [row.pk for row in found]
        found += list(rows.filter(name__icontains=words).exclude(pk__in=seen).order_by("name")[: limit - len(found)])
    return [
        SearchHit(row.name, row.get_absolute_url(), f"{row.key} · {row.team or 'no team'}", "surface") for row in found[:limit]
    ]


contribute(SearchSource("surfaces", "Surfaces", find, order=10))


def to_answer(user: Any) -> Iterable[InboxLine]:
    """Return the hand-overs that wait for a person."""
    for transfer in queries.transfers_to(user)[:100]:
        yield InboxLine(
            verb="Do",
            title=f"Take over {transfer.surface.name}",
            url=transfer.surface.get_absolute_url()
            if _sees(user, transfer.surface)
            else reverse("transfer-accept", args=[transfer.pk]),
            detail=f"{transfer.surface.key} · asked by {transfer.asked_by}",
            tier=transfer.surface.tier,
            asked_at=transfer.created_at,
        )


def _sees(user: Any, surface: Surface) -> bool:
    return queries.visible_to(user).filter(pk=surface.pk).exists()


contribute(InboxSource("transfers", to_answer, rows=lambda user: (queries.transfers_to(user),), order=30))

contribute(
    BriefingLine(
        "surfaces.unapproved",
        "unapproved",
        "surfaces without an approved contract",
        lambda user: existing(user).filter(in_force__isnull=True),
        listed("approved=false"),
        order=10,
        level="stop",
        one="surface without an approved contract",
    )
)
contribute(
    BriefingLine(
        "surfaces.unowned",
        "unapproved",
        "surfaces that nobody answers for",
        lambda user: queries.unowned(user),
        listed("unowned=true"),
        order=20,
        level="stop",
        one="surface that nobody answers for",
    )
)
contribute(
    BriefingLine(
        "surfaces.review_due",
        "due",
        "surfaces whose review is overdue",
        lambda user: queries.visible_to(user).filter(review_on__lt=clock.today()),
        listed("review_due=true"),
        order=30,
        level="warn",
        one="surface whose review is overdue",
    )
)


def owned(user: User) -> Iterable[Surface]:
    """Return what a person owns and is not retired."""
    return Surface.objects.filter(owner=user).exclude(state=SurfaceState.RETIRED).select_related("owner", "team")


def reassign(surface: Surface, actor: User, to: User, reason: str) -> Surface:
    """Give a surface to another person when its owner leaves."""
    return actions.assign_owner(surface, actor=actor, owner=to, reason=reason)


contribute(OwnedSource("surfaces", "Surfaces", owned, reassign, order=10))
contribute(ApiRoute("surfaces", "surfaces", load=lambda: import_string("registry.surfaces.api.SurfaceApi"), order=10))
contribute(ApiRoute("transfers", "transfers", load=lambda: import_string("registry.surfaces.api.TransferApi"), order=12))
contribute(ApiRoute("contracts", "contracts", load=lambda: import_string("registry.surfaces.api.ContractApi"), order=11))
contribute(Commentable("registry.surface", queries.visible_to))
contribute(
    ObjectPanel(
        "surface.facts",
        "registry.surface",
        "registry/surfaces/_facts.html",
        facts_panel,
        aside=True,
        order=10,
    )
)
contribute(
    ObjectPanel(
        "surface.talk",
        "registry.surface",
        "registry/surfaces/_talk.html",
        lambda user, surface: {"surface": surface},
        order=900,
    )
)
contribute(
    FirstStep(
        "surfaces",
        "Bring in what calls a model today",
        "Import the spreadsheet you have, or register them one by one.",
        done=Surface.objects.exists,
        url=lambda: reverse("imports"),
        order=30,
    )
)
contribute(
    FirstStep(
        "first-approval",
        "Bring one contract into force",
        "Write what one surface may do, propose it, and let the people named approve its hash.",
        done=lambda: Surface.objects.filter(in_force__isnull=False).exists(),
        url=lambda: reverse("surfaces"),
        order=50,
    )
)


def named(ids: Iterable[int]) -> list[tuple[str, str, str]]:
    """Return key, name and address of surfaces by their ids."""
    return [(each.key, each.name, each.get_absolute_url()) for each in Surface.objects.filter(pk__in=list(ids)).order_by("pk")]


contribute(HeldMatter("surfaces", "Surfaces", "S-0418", load=queries.get, named=named, order=10))
