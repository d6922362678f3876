"""What exceptions contribute: their approval kind, the job that ends them, notices, inbox, briefing, charter, search."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    ApprovalKind,
    BriefingLine,
    CharterSection,
    InboxLine,
    InboxSource,
    JobKind,
    NavItem,
    ObjectLink,
    OwnedSource,
    PaletteCommand,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.core.errors import StaleState
from governance.notifications.telling import NoticeRule
from governance.people import roles
from governance.people.models import User
from governance.people.system import system_actor
from governance.ui.extensions import ObjectPanel
from registry.exceptions import actions, queries, reading
from registry.exceptions.models import ControlException

A_WEEK = 7


def load(subject_id: str) -> ControlException:
    """Return the exception behind an approval request."""
    return ControlException.objects.select_related("owner", "requester", "request", "extends").get(pk=int(subject_id))


def visible(user: Any, exception: ControlException) -> bool:
    """Whether a person may see an exception."""
    return queries.visible_to(user).filter(pk=exception.pk).exists()


contribute(
    ApprovalKind(
        "exception",
        "Exception",
        load=load,
        visible=visible,
        url=lambda exception: exception.get_absolute_url(),
        settled=actions.settled,
        template="registry/exceptions/_what.html",
        context=reading.what,
    )
)


def keep_time(job: Any, progress: Any) -> dict[str, int]:
    """Write down which exceptions have ended, and remind those who answer for what ends soon."""
    expired = reminded = 0
    for exception in queries.due_to_end():
        try:
            actions.expire(exception, actor=system_actor())
            expired += 1
        except StaleState:
            continue  # ended by a person between the reading and the writing
        progress(expired, 0, exception.key)
    for exception in queries.ending().filter(reminded_at__isnull=True):
        try:
            actions.remind(exception, actor=system_actor())
            reminded += 1
        except StaleState:
            continue  # ended or reminded of in the meantime
        progress(expired + reminded, 0, exception.key)
    return {"expired": expired, "reminded": reminded}


contribute(JobKind("exceptions.keep_time", keep_time, label="End exceptions on their day, and remind before"))
contribute(Schedule("exceptions.keep_time", "exceptions.keep_time", every=timedelta(minutes=5)))


def _told(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    return User.objects.filter(ref__in=body["payload"].get("told") or [body["payload"].get("owner", "")])


def _page(entry: Any, body: dict[str, Any]) -> str:
    return reverse("exception", args=[entry.subject_key])


def _over(how: str) -> Any:
    def text(entry: Any, body: dict[str, Any]) -> str:
        said = body["payload"]
        count = len(said["relied_on"])
        leans = f" {count} surface{'s rely' if count > 1 else ' relies'} on it." if count else ""
        return f"The exception {said['title']} {how}.{leans}"

    return text


def _until(template: str) -> Any:
    return lambda entry, body: template.format(**body["payload"])


contribute(NoticeRule("exception.expired", _told, _over("has expired"), _page))
contribute(NoticeRule("exception.ended", _told, _over("was ended early"), _page))
contribute(NoticeRule("exception.reminded", _told, _until("The exception {title} ends on {expires_on}"), _page))
contribute(NoticeRule("exception.in_force", _told, _until("You answer for the exception {title} until {expires_on}"), _page))


def to_do(user: Any) -> Iterable[InboxLine]:
    """Return the exceptions that a person answers for and that end soon, or ended while something relies on them."""
    for exception in queries.relying().filter(owner=user).order_by("ends_at")[:100]:
        yield _line(exception, f"Mend what relied on {exception.title}", "It has ended.")
    for exception in queries.ending().filter(owner=user).order_by("ends_at")[:100]:
        yield _line(exception, f"Meet or extend: {exception.title}", "It ends by itself.")


def _line(exception: ControlException, title: str, detail: str) -> InboxLine:
    return InboxLine(
        verb="Do",
        title=title,
        url=exception.get_absolute_url(),
        detail=f"{exception.key} · {detail}",
        due=exception.ends_at,
        tier=exception.tier,
        asked_at=exception.active_at,
    )


def to_do_rows(user: Any) -> tuple[QuerySet[ControlException], ...]:
    """Return what those lines are made of."""
    return queries.relying().filter(owner=user), queries.ending().filter(owner=user)


contribute(InboxSource("exceptions", to_do, rows=to_do_rows, order=40))
contribute(
    BriefingLine(
        "exceptions.relied_on",
        "unapproved",
        "exceptions that ended while something relies on them",
        lambda user: queries.visible_to(user).filter(pk__in=queries.relying().values("pk")),
        lambda user: f"{reverse('exceptions')}?relied_on=true",
        order=40,
        level="stop",
        one="exception that ended while something relies on it",
    )
)
contribute(
    BriefingLine(
        "exceptions.ending",
        "due",
        "exceptions that end within a week",
        lambda user: queries.visible_to(user).filter(pk__in=queries.ending(A_WEEK).values("pk")),
        lambda user: f"{reverse('exceptions')}?ends_within={A_WEEK}",
        order=40,
        level="warn",
        one="exception that ends within a week",
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find exceptions by key or title."""
    found, named = queries.visible_to(user), queries.KEY.match(words)
    found = found.filter(pk=int(named.group(1))) if named else found.filter(title__icontains=words)
    return [
        SearchHit(each.title, each.get_absolute_url(), f"{each.key} · until {each.expires_on:%-d %B %Y}", "exceptions")
        for each in found.order_by("-pk")[:limit]
    ]


def in_force(user: Any) -> int:
    """Count the exceptions in force that a person sees."""
    return queries.visible_to(user).filter(pk__in=queries.holding().values("pk")).count()


def owned(user: User) -> Iterable[ControlException]:
    """Return the exceptions that a person answers for and that are not over."""
    found = ControlException.objects.filter(owner=user, state__in=ControlException.OPEN_STATES)
    return found.select_related("owner", "requester", "request")


def reassign(exception: ControlException, actor: User, to: User, reason: str) -> ControlException:
    """Give an exception to another person when its owner leaves."""
    return actions.give_owner(exception, actor=actor, owner=to, reason=reason)


contribute(SearchSource("exceptions", "Exceptions", find, order=35))
contribute(NavItem("exceptions", "Exceptions", "exceptions", "exceptions", group="What changes", order=30, count=in_force))
contribute(
    PaletteCommand(
        "exception.ask",
        "Ask for an exception",
        lambda user: reverse("exception-new"),
        words="waiver control not met time-boxed",
        icon="exceptions",
        visible=roles.may_write,
    )
)
contribute(OwnedSource("exceptions", "Exceptions", owned, reassign, order=40))
contribute(CharterSection("exceptions", "Exceptions in force", reading.in_charter, order=30))
contribute(Commentable("registry.controlexception", queries.visible_to))
contribute(ObjectLink("registry.controlexception", lambda pk: reverse("exception", args=[f"X-{pk}"])))
contribute(
    ObjectPanel(
        "surface.exceptions",
        "registry.surface",
        "registry/exceptions/_of_surface.html",
        reading.of_surface,
        aside=True,
        order=40,
    )
)
contribute(ApiRoute("exceptions", "exceptions", load=lambda: import_string("registry.exceptions.api.ExceptionApi"), order=30))
