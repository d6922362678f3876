"""What the charter contributes: its approval kind, its document, its place in navigation, palette, search and API."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.charter import actions, compare, printing, queries, rules
from governance.charter.models import Charter
from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    ApprovalKind,
    BriefingLine,
    CalendarEvent,
    CalendarSource,
    DocumentKind,
    FirstStep,
    NavItem,
    PaletteCommand,
    RolloutCheck,
    contribute,
)


def load(key: str) -> Charter:
    """Return a version by its id or its key (CH-3)."""
    charters = Charter.objects.select_related("owner", "author")
    if key.upper().startswith("CH-"):
        return charters.get(number=queries.number_of(key) or 0)
    return charters.get(pk=int(key))


def visible(user: Any, charter: Charter) -> bool:
    """Whether a person may see a version."""
    return queries.visible_to(user).filter(pk=charter.pk).exists()


def url(charter: Charter) -> str:
    """Return a version's page."""
    return reverse("charter", args=[charter.key])


def seen(user: Any) -> Any:
    """Return the ids of the versions a person may see, as text."""
    return queries.visible_to(user).order_by().annotate(id_text=Cast("pk", CharField())).values("id_text")


def deciding(user: Any, charter: Charter) -> Mapping[str, Any]:
    """Return what signers look at: what differs from the version in force, and the whole text."""
    before = queries.before(charter)
    return {
        "charter": charter,
        "text": printing.context(charter, user),
        "before": before,
        "differences": compare.differences(before, charter),
    }


contribute(
    ApprovalKind(
        key="charter",
        label="Charter",
        load=load,
        visible=visible,
        url=url,
        settled=actions.settled,
        template="governance/charter/_decide.html",
        context=deciding,
    )
)
contribute(
    DocumentKind(
        key="charter",
        label="Model-risk charter",
        load=load,
        context=printing.context,
        template="documents/charter.html",
        visible=visible,
        url=url,
        seen=seen,
        pages=1,
        title=str,
        order=10,
    )
)
contribute(Commentable("governance.charter", queries.visible_to))
contribute(NavItem("charter", "Charter", "charter-now", "charter", group="Rules", order=5))
contribute(
    PaletteCommand(
        "charter-draft",
        "Draft the next version of the charter",
        lambda user: reverse("charter-draft"),
        words="model risk sign",
        icon="charter",
        visible=lambda user: bool(rules.may_write(user)),
    )
)
contribute(
    BriefingLine(
        "charter.missing",
        "unapproved",
        "charter that is not signed",
        lambda user: int(rules.is_concerned(user) and queries.in_force() is None),
        lambda user: reverse("charters"),
        order=5,
        level="warn",
    )
)
contribute(
    BriefingLine(
        "charter.review_due",
        "due",
        "charter whose review is overdue",
        lambda user: queries.visible_to(user).filter(state=Charter.State.IN_FORCE, next_review_on__lt=clock.today()),
        lambda user: f"{reverse('charters')}?state=in_force",
        order=5,
        level="warn",
    )
)
contribute(ApiRoute("charters", "charters", load=lambda: import_string("governance.charter.api.CharterApi")))
contribute(
    FirstStep(
        "charter",
        "Sign the model-risk charter",
        "One page that says who owns model risk, and what counts as an incident.",
        done=lambda: Charter.objects.filter(state=Charter.State.IN_FORCE).exists(),
        url=lambda: reverse("charters"),
        order=60,
    )
)


def reviews_between(user: Any, start: Any, end: Any) -> Any:
    """Return the charter in force where its review falls between two days."""
    rows = queries.visible_to(user).filter(state=Charter.State.IN_FORCE, next_review_on__range=(start, end))
    return rows.select_related(None).only("number", "next_review_on", "owner")


def review_event(charter: Charter, user: Any) -> list[CalendarEvent]:
    """Put the charter's next review on the calendar."""
    mine, where = charter.owner_id == user.pk, url(charter)
    return [CalendarEvent(charter.key, "Review of the charter", charter.next_review_on, where, charter.key, mine=mine)]


contribute(CalendarSource("charter", "Charter", reviews_between, review_event, order=70))
contribute(
    RolloutCheck(
        "risk_owner",
        "A version of the charter names who owns model risk.",
        lambda: reverse("charters"),
        lambda: (Charter.objects.all(),),
    )
)
contribute(
    RolloutCheck(
        "charter",
        "The charter is signed and in force.",
        lambda: reverse("charters"),
        lambda: (Charter.objects.filter(state=Charter.State.IN_FORCE),),
    )
)
