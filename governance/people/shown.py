"""What people contribute: navigation, palette, search, the token door, API routes, what one answers for as a lead."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.api.authentication import TokenResolver
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    Forgotten,
    JobKind,
    NavItem,
    OwnedSource,
    PaletteCommand,
    PersonalStore,
    RetentionKind,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import actions, doors, queries, rules, signins, tasks
from governance.people.actions.invitations import MAIL_JOB
from governance.people.models import Holding, Team, User
from governance.people.rows import is_insider
from governance.ui.extensions import PersonLink


def _keeps_accounts(user: Any) -> bool:
    return bool(rules.may_administer_people(user))


def find_people(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find people by name, address or job title."""
    found = queries.find_people(user, words)[:limit]
    return [SearchHit(each.name, each.get_absolute_url(), each.title or each.get_role_display(), "person") for each in found]


def find_teams(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find teams and positions by name."""
    teams = [SearchHit(each.name, each.get_absolute_url(), "Team", "people") for each in queries.find_teams(user, words)[:limit]]
    positions = queries.find_positions(user, words)[:limit]
    return [*teams, *(SearchHit(each.name, each.get_absolute_url(), "Position", "position") for each in positions)][:limit]


def give_lead(team: Team, *, actor: User, to: User, reason: str = "") -> Team:
    """Let another lead a team."""
    return actions.change_team(team, actor=actor, changes={"lead": to}, reason=reason)


def give_position(holding: Holding, *, actor: User, to: User, reason: str = "") -> Holding:
    """Let another hold a position from today on, as the leaver did."""
    actions.end_holding(holding, actor=actor, reason=reason)
    return actions.name_holder(
        holding.position,
        actor=actor,
        person=to,
        team=holding.team,
        is_deputy=holding.is_deputy,
        ends_on=holding.ends_on if holding.ends_on and holding.ends_on > queries.today() else None,
        reason=reason,
    )


contribute(TokenResolver("people", doors.resolve))
contribute(JobKind(MAIL_JOB, tasks.send_invitation, label="Mail an invitation"))
signins.connect()

contribute(OwnedSource("teams", "Teams led", queries.teams_led, give_lead, order=900))
contribute(OwnedSource("positions", "Positions held", queries.positions_held, give_position, order=910))
contribute(
    BriefingLine(
        "vacant-positions",
        "unapproved",
        "positions that nobody holds",
        queries.vacant,
        lambda user: f"{reverse('positions')}?vacant=true",
        order=80,
        level="stop",
        one="position that nobody holds",
    )
)

contribute(NavItem("people", "People", "people", "people", group="Rules", order=10, visible=is_insider))
contribute(NavItem("teams", "Teams", "teams", "building", group="Rules", order=11, visible=is_insider, family="people"))
contribute(
    NavItem("positions", "Positions", "positions", "position", group="Rules", order=12, visible=is_insider, family="people")
)
contribute(
    NavItem("services", "Service accounts", "services", "key", group="Rules", order=13, visible=_keeps_accounts, family="people")
)
contribute(NavItem("company", "Company", "company", "gear", group="Rules", order=90, visible=_keeps_accounts))

contribute(PersonLink("account", "Your account", "account", "person", order=10))
contribute(PersonLink("security", "Sign-in and security", "account-security", "lock", order=20))
contribute(PersonLink("tokens", "API tokens", "account-tokens", "key", order=30))

contribute(
    PaletteCommand("invite", "Invite somebody", lambda user: reverse("invite"), "add person user", "plus", _keeps_accounts)
)
contribute(
    PaletteCommand(
        "delegate", "Delegate your decisions", lambda user: reverse("delegate"), "absence holiday away", "arrow", is_insider
    )
)
contribute(PaletteCommand("token", "Make an API token", lambda user: reverse("token-add"), "key program", "key"))
contribute(
    PaletteCommand("delegations", "See delegations", lambda user: reverse("delegations"), "absence away", "arrow", is_insider)
)

contribute(SearchSource("people", "People", find_people, order=300))
contribute(SearchSource("teams", "Teams and positions", find_teams, order=310))


def _route(key: str, name: str, order: int) -> None:
    contribute(ApiRoute(key, key, load=lambda: import_string(f"governance.people.api.{name}"), order=order))


_route("people", "PersonApi", 300)
_route("teams", "TeamApi", 301)
_route("positions", "PositionApi", 302)
_route("holdings", "HoldingApi", 303)
_route("delegations", "DelegationApi", 304)
_route("invitations", "InvitationApi", 305)
_route("tokens", "TokenApi", 306)
_route("service-accounts", "ServiceApi", 307)
_route("sessions", "SessionApi", 308)


def forget_account(who: Forgotten) -> int:
    """Erase a person's name, address and ways to sign in."""
    if who.person is not None:
        actions.erase(who.person, actor=who.actor, cause=who.cause, reason=who.cause)
    return int(who.person is not None)


contribute(
    RetentionKind(
        "sign_ins",
        "Browsers signed in",
        "Address and kind of the browser go, and it is signed out.",
        rows=lambda: UserSession.objects.select_related("user"),
        since="last_seen_at",
        expire=actions.forget_sessions,
        name=lambda row: f"{row.user}, {row.user_agent[:60]}",
        people=("user__ref",),
        order=50,
    )
)
contribute(
    PersonalStore(
        "account",
        "Name, address, job title, and ways to sign in",
        find=lambda who: int(who.person is not None),
        erase=forget_account,
        stays="Their reference (p_…) stays in history, decisions and the ledger, which prove what was done and carry no name.",
        order=900,
    )
)
