"""Access that people's accounts give: to sign in, wide roles, team seats, positions, delegations, tokens."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from governance.accessreviews.sources import AccessSource, Held, numbers
from governance.core import clock
from governance.core.contributions import contribute
from governance.people import actions
from governance.people.models import ApiToken, Delegation, Holding, Role, User

WIDE = (Role.ADMINISTRATOR, Role.RISK_OFFICER, Role.LEADER)


def active(ids: Iterable[str] | None) -> Any:
    """Return the accounts that may sign in, people and service accounts."""
    found = User.objects.working(clock.now()).exclude(kind=User.Kind.SYSTEM).filter(**numbers(ids))
    return found.select_related("team").order_by("pk")


def accounts(ids: Iterable[str] | None) -> Iterable[Held]:
    """Every account that may sign in."""
    for each in active(ids):
        until, used = each.expires_at, each.last_login
        yield Held(
            str(each.pk),
            f"Account: {each.get_role_display().lower()}",
            each,
            each.get_absolute_url(),
            since=each.created_at.date(),
            until=until.date() if until else None,
            used_on=used.date() if used else None,
        )


def roles(ids: Iterable[str] | None) -> Iterable[Held]:
    """Every role that is wider than a member's."""
    for each in active(ids).filter(role__in=WIDE):
        yield Held(str(each.pk), f"Role: {each.get_role_display().lower()}", each, each.get_absolute_url())


def seats(ids: Iterable[str] | None) -> Iterable[Held]:
    """Every seat in a team, which shows the team's surfaces."""
    for each in active(ids).filter(team__isnull=False):
        yield Held(str(each.pk), f"Seat in {each.team}", each, each.team.get_absolute_url())


def holdings(ids: Iterable[str] | None) -> Iterable[Held]:
    """Every position that is held today, by holders and deputies."""
    found = Holding.objects.all().on(clock.today()).filter(**numbers(ids)).select_related("person", "position", "team")
    for each in found.order_by("pk"):
        where = f" in {each.team}" if each.team else ""
        what = f"Position: {each.position}{where}{', as deputy' if each.is_deputy else ''}"
        url = each.position.get_absolute_url()
        yield Held(str(each.pk), what, each.person, url, since=each.starts_on, until=each.ends_on)


def delegations(ids: Iterable[str] | None) -> Iterable[Held]:
    """Every delegation that holds now."""
    found = Delegation.objects.all().valid(clock.now()).filter(**numbers(ids)).select_related("giver", "receiver", "position")
    for each in found.order_by("pk"):
        what = f"Decides for {each.giver.ref}{f' as {each.position}' if each.position else ''}"
        url = reverse("delegations")
        yield Held(str(each.pk), what, each.receiver, url, since=each.starts_at.date(), until=each.ends_at.date())


def tokens(ids: Iterable[str] | None) -> Iterable[Held]:
    """Every API token that still opens the door."""
    found = ApiToken.objects.filter(revoked_at=None, expires_at__gt=clock.now(), user__is_active=True).filter(**numbers(ids))
    for each in found.select_related("user").order_by("pk"):
        scopes = "1 scope" if len(each.scopes) == 1 else f"{len(each.scopes)} scopes"
        used = each.last_used_at.date() if each.last_used_at else None
        what = f"Token {each.prefix}…, {scopes}"
        since, until = each.created_at.date(), each.expires_at.date()
        yield Held(str(each.pk), what, each.user, each.user.get_absolute_url(), since=since, until=until, used_on=used)


def _person(pk: str) -> User:
    return User.objects.get(pk=int(pk))


contribute(
    AccessSource(
        "accounts", "Accounts", "The account is deactivated: sessions end, tokens stop.", accounts,
        lambda pk, actor, reason: actions.deactivate(_person(pk), actor=actor, reason=reason), order=10,
    )
)  # fmt: skip
contribute(
    AccessSource(
        "roles", "Wide roles", "They become a member.", roles,
        lambda pk, actor, reason: actions.change_role(_person(pk), actor=actor, role=Role.MEMBER, reason=reason), order=20,
    )
)  # fmt: skip
contribute(
    AccessSource(
        "seats", "Team seats", "They leave the team.", seats,
        lambda pk, actor, reason: actions.change_person(_person(pk), actor=actor, changes={"team": None}, reason=reason),
        order=30,
    )
)  # fmt: skip
contribute(
    AccessSource(
        "positions", "Positions", "They hold it no longer, from now on.", holdings,
        lambda pk, actor, reason: actions.end_holding(
            Holding.objects.select_related("position", "person").get(pk=int(pk)), actor=actor, reason=reason
        ),
        order=40,
    )
)  # fmt: skip
contribute(
    AccessSource(
        "delegations", "Delegations", "The delegation is taken back.", delegations,
        lambda pk, actor, reason: actions.revoke_delegation(
            Delegation.objects.select_related("giver", "receiver", "position").get(pk=int(pk)), actor=actor, reason=reason
        ),
        order=50,
    )
)  # fmt: skip
contribute(
    AccessSource(
        "tokens", "API tokens", "The token stops.", tokens,
        lambda pk, actor, reason: actions.revoke_token(
            ApiToken.objects.select_related("user").get(pk=int(pk)), actor=actor, reason=reason
        ),
        order=60,
    )
)  # fmt: skip
