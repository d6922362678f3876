"""What waits for somebody about changes: inbox, briefing, and who is told when an approval is voided or held."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.contributions import BriefingLine, InboxLine, InboxSource, contribute
from governance.notifications.telling import NoticeRule
from governance.people import roles
from governance.people.models import Role, User
from registry.changes import queries
from registry.changes.drift import drift
from registry.changes.holds import holds
from registry.changes.models import Change, EmergencyReview

MOST = 20
"""Held changes that an inbox explains one by one; the list shows the rest."""


def url(change: Change) -> str:
    """Return a change's page."""
    return reverse("change", args=[change.key])


def held(user: Any) -> QuerySet[Change]:
    """Return the approved changes that a person asked for or owns, and that are not in force."""
    mine = Q(requester=user) | Q(surface__owner=user)
    return Change.objects.filter(mine, state=Change.State.APPROVED)


def voided(user: Any) -> QuerySet[Change]:
    """Return the changes that a person asked for whose approval was voided or expired unused, and that nothing followed."""
    later = Change.objects.filter(surface=OuterRef("surface"), pk__gt=OuterRef("pk"))
    unused = Q(state=Change.State.EXPIRED, approval_ends_at__isnull=False)
    return Change.objects.filter(unused | Q(state=Change.State.VOIDED), ~Exists(later), requester=user)


def to_lift(user: Any) -> Iterable[InboxLine]:
    """Return the approved changes that something holds, with what and what to do; then those to propose again."""
    for change in queries.whole(held(user)).order_by("approval_ends_at")[:MOST]:
        found = holds(change)
        said = " ".join(drift(change)) or (f"{found[0].what} {found[0].fix}" if found else "Nothing holds it any more.")
        yield _line(f"{change.title} is approved, and held", change, said, change.approval_ends_at)
    for change in voided(user).select_related("surface", "revision").order_by("-pk")[:MOST]:
        yield _line(f"Propose {change.title} again", change, change.ended_why, None)


def _line(title: str, change: Change, said: str, due: Any) -> InboxLine:
    detail = f"{change.key} · {change.surface} · {said}"
    return InboxLine("Do", title, url(change), detail[:300], due, change.revision.tier, change.updated_at)


def to_review(user: Any) -> QuerySet[EmergencyReview]:
    """Return the open reviews of emergencies that a person is expected to close: neither asked for nor let in by them."""
    found = EmergencyReview.objects.filter(state=EmergencyReview.State.OPEN)
    found = found.exclude(change__requester=user).exclude(change__request__steps__filled_by=user)
    if roles.governs(user) or (roles.may_write(user) and user.role == Role.LEADER):
        return found
    if not roles.may_write(user):
        return found.none()
    return found.filter(Q(change__surface__owner=user) | Q(change__surface__team__lead=user))


def reviews(user: Any) -> Iterable[InboxLine]:
    """Return the emergencies that a person looks back at."""
    for review in to_review(user).select_related("change__surface", "change__revision").order_by("due_at")[:100]:
        change = review.change
        yield InboxLine(
            verb="Review",
            title=f"The emergency {change.title}",
            url=url(change),
            detail=f"{change.key} · {change.surface} · {change.incident}"[:300],
            due=review.due_at,
            tier=change.revision.tier,
            asked_at=review.created_at,
        )


contribute(InboxSource("changes.held", to_lift, rows=lambda user: (held(user), voided(user)), order=35))
contribute(InboxSource("changes.reviews", reviews, rows=lambda user: (to_review(user),), order=25))


def overdue(user: Any) -> QuerySet[EmergencyReview]:
    """Return the reviews whose deadline has passed."""
    return queries.reviews_for(user).filter(state=EmergencyReview.State.OPEN, due_at__lte=clock.now())


contribute(
    BriefingLine(
        "changes.reviews_overdue",
        "burning",
        "emergency changes not reviewed in time",
        overdue,
        lambda user: f"{reverse('emergencies')}?overdue=true",
        order=30,
        level="stop",
        one="emergency change not reviewed in time",
    )
)
contribute(
    BriefingLine(
        "changes.held",
        "unapproved",
        "approved changes that something holds",
        lambda user: queries.visible_to(user).filter(state=Change.State.APPROVED),
        lambda user: f"{reverse('changes')}?state=approved",
        order=60,
        level="warn",
        one="approved change that something holds",
    )
)


def concerned(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    """Return whoever asked for a change, who owns its surface, and who decided or was asked to decide on it."""
    change = Change.objects.select_related("requester", "surface__owner").filter(pk=entry.subject_id).first()
    if change is None:
        return []
    decided = User.objects.filter(decisions__request=change.request_id).distinct() if change.request_id else []
    return [person for person in (change.requester, change.surface.owner, *decided) if person is not None]


def asked_and_owns(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    """Return whoever asked for a change that is held, and who owns its surface."""
    if not body["payload"].get("held"):
        return []
    change = Change.objects.select_related("requester", "surface__owner").filter(pk=entry.subject_id).first()
    return [] if change is None else [person for person in (change.requester, change.surface.owner) if person is not None]


def owed(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    """Return who looks back at an emergency: the surface's owner, its team's lead, and the risk officers."""
    review = EmergencyReview.objects.select_related("change__surface__owner", "change__surface__team__lead").filter(
        pk=entry.subject_id
    )
    found = review.first()
    if found is None:
        return []
    surface = found.change.surface
    lead = surface.team.lead if surface.team is not None else None
    officers = User.objects.filter(role=Role.RISK_OFFICER, is_active=True)
    return [person for person in (surface.owner, lead, *officers) if person is not None and to_review(person).filter(pk=found.pk)]


def says(template: str) -> Any:
    """Return how a notice reads: its payload in a sentence, the change's key before it."""
    return lambda entry, body: f"{entry.subject_key}: {template.format(**body['payload'])}"


def page(entry: Any, body: dict[str, Any]) -> str:
    """Return the change that an entry is about."""
    return reverse("change", args=[entry.subject_key])


contribute(NoticeRule("change.voided", concerned, says("its approval is void. {why}"), page))
contribute(NoticeRule("change.unused", concerned, says("its approval expired. {why}"), page))
contribute(NoticeRule("change.approved", asked_and_owns, says("approved, and held. {held}"), page))
contribute(
    NoticeRule(
        "emergency.review_owed",
        owed,
        lambda entry, body: f"The emergency {body['payload']['change']} is in force, and is to be reviewed",
        lambda entry, body: reverse("change", args=[body["payload"]["change"]]),
    )
)
