"""What erasure contributes: its list, a button on a person's page, inbox, briefing, search, API."""

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
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.erasure import queries, rules, stores  # noqa: F401 - stores contribute themselves
from governance.people.models import User
from governance.ui.extensions import FamilyTab, ObjectButton
from governance.ui.pages import Button

LISTED = 100


def to_decide(user: Any) -> Iterable[InboxLine]:
    """Return the open requests that a person may decide."""
    for each in queries.waiting(user)[:LISTED]:
        yield InboxLine(
            verb="Decide",
            title=f"Erase {each.whose}?",
            url=each.get_absolute_url(),
            detail=f"{each.key} · asked on {each.asked_on:%-d %B %Y}",
            due=clock.end_of(each.due_on),
            asked_at=each.created_at,
        )


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find requests by key."""
    if words[:2].upper() != "ER" or not (named := queries.KEY.match(words)):
        return []
    found = queries.visible_to(user).filter(pk=int(named.group(1)))
    return [SearchHit(each.key, each.get_absolute_url(), each.get_state_display(), "lock") for each in found[:limit]]


def ask_button(user: Any, person: User) -> Button | None:
    """Offer to record a request on the page of somebody who left."""
    if person.kind != User.Kind.PERSON or person.is_active or person.erased_at is not None or not rules.may_record(user):
        return None
    return Button("Erase", f"{reverse('erasure-new')}?person={person.ref}", kind="stop")


contribute(FamilyTab("erasures", "privacy", "Erasures", "erasures", order=10))
contribute(InboxSource("erasures", to_decide, rows=lambda user: (queries.waiting(user),), order=45))
contribute(
    BriefingLine(
        "erasures.late",
        "due",
        "requests to be erased that are late",
        queries.late,
        lambda user: f"{reverse('erasures')}?overdue=true",
        order=45,
        level="stop",
        one="request to be erased that is late",
    )
)
contribute(SearchSource("erasures", "Erasures", find, order=95))
contribute(
    PaletteCommand(
        "erasure.new",
        "Record a request to be erased",
        lambda user: reverse("erasure-new"),
        words="gdpr privacy forget delete person",
        icon="plus",
        visible=lambda user: bool(rules.may_record(user)),
    )
)
contribute(ObjectButton("erasure", "governance.user", ask_button))
contribute(ApiRoute("erasures", "erasures", load=lambda: import_string("governance.erasure.api.ErasureApi")))
contribute(Commentable("governance.erasure", queries.visible_to))
contribute(ObjectLink("governance.erasure", lambda pk: reverse("erasure", args=[f"ER-{pk}"])))
