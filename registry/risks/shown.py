"""What the register contributes: navigation, palette, search, inbox, briefing, owned things, a surface's tab, API."""

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
    ObjectLink,
    ObjectTab,
    OwnedSource,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.models import User
from registry.risks import actions, queries, rules
from registry.risks.models import Risk

LISTED = 100


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find risks by key or title."""
    found = queries.visible_to(user)
    named = queries.KEY.match(words.strip()) if words.strip()[:1] in "Rr" else None
    found = found.filter(pk=int(named.group(1))) if named else found.filter(title__icontains=words)
    return [
        SearchHit(each.title, each.get_absolute_url(), f"{each.key} · {each.score} of 25", "flag", 0.5)
        for each in found.order_by("-score", "pk")[:limit]
    ]


def to_review(user: Any) -> Iterable[InboxLine]:
    """Return the risks that a person owns and has to look at again."""
    for risk in queries.to_review(user)[:LISTED]:
        yield InboxLine(
            verb="Review",
            title=risk.title,
            url=risk.get_absolute_url(),
            detail=f"{risk.key} · {risk.score} of 25 · {risk.surface or 'of the company'}",
            due=clock.end_of(risk.review_on),
            asked_at=risk.created_at,
        )


def owned(user: User) -> Iterable[Risk]:
    """Return the risks that a person owns and that are not closed."""
    return Risk.objects.filter(owner=user, state__in=queries.OPEN).select_related("owner", "surface")


def reassign(risk: Risk, actor: User, to: User, reason: str) -> Risk:
    """Give a risk to another person when its owner leaves."""
    return actions.give_owner(risk, actor=actor, to=to, reason=reason)


contribute(
    NavItem(
        "risks",
        "Risks",
        "risks",
        "flag",
        group="What we can prove",
        order=8,
        count=lambda user: queries.visible_to(user).filter(state__in=queries.OPEN),
    )
)
contribute(
    PaletteCommand(
        "risk.add",
        "Add a risk of the company",
        lambda user: reverse("risk-add"),
        words="new register what could go wrong",
        icon="plus",
        visible=lambda user: bool(rules.may_keep_company_risks(user)),
    )
)
contribute(PaletteCommand("risk.map", "Risks by likelihood and impact", lambda user: reverse("risk-map"), words="heat map"))
contribute(SearchSource("risks", "Risks", find, order=55))
contribute(InboxSource("risks", to_review, rows=lambda user: (queries.to_review(user),), order=45))
contribute(OwnedSource("risks", "Risks", owned, reassign, order=60))
contribute(
    BriefingLine(
        "risks.unowned",
        "unapproved",
        "risks that nobody answers for",
        lambda user: queries.visible_to(user).filter(state__in=queries.OPEN, owner__is_active=False),
        lambda user: f"{reverse('risks')}?unowned=true",
        order=60,
        level="stop",
        one="risk that nobody answers for",
    )
)
contribute(
    BriefingLine(
        "risks.review_due",
        "due",
        "risks whose review is overdue",
        lambda user: queries.overdue(user),
        lambda user: f"{reverse('risks')}?overdue=true",
        order=65,
        level="warn",
        one="risk whose review is overdue",
    )
)
contribute(
    ObjectTab(
        "risks",
        "registry.surface",
        "Risks",
        lambda surface: reverse("surface-risks", args=[surface.key]),
        order=60,
    )
)
contribute(
    FirstStep(
        "risks",
        "Begin the risk register",
        "Policy names five areas; one press drafts a risk for each, which you then weigh.",
        done=queries.has_company_risks,
        url=lambda: reverse("risk-areas"),
        order=60,
    )
)
contribute(ApiRoute("risks", "risks", load=lambda: import_string("registry.risks.api.RiskApi"), order=41))
contribute(Commentable("registry.risk", queries.visible_to))
contribute(ObjectLink("registry.risk", lambda pk: reverse("risk", args=[f"R-{pk}"])))
