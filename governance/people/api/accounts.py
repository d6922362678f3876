"""People, invitations, service accounts, tokens and sessions over REST."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from governance.api.input import ReasonInput
from governance.api.operations import acts, creates, lists, reads, updates
from governance.api.viewsets import ActionViewSet
from governance.core.errors import Denied
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import actions, lookups, queries
from governance.people.api import bodies, shapes
from governance.people.models import ApiToken, Invitation, User
from governance.people.tables import InvitationFilters, PersonFilters, TokenFilters

SCOPES = {"read": ("people:read",), "write": ("people:write",)}


class PersonApi(ActionViewSet):
    """People who act, own and answer."""

    model = User
    serializer_class = shapes.PersonOutput
    filterset_class = PersonFilters
    ordering_fields = {"name": "name", "email": "email", "created_at": "created_at"}
    ordering = "name"
    related = ("team",)
    lookup_field = "ref"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[User]:
        """People only; programs are under service accounts."""
        return super().get_queryset().filter(kind=User.Kind.PERSON)

    @updates(bodies.PersonInput)
    def partial_update(self, person: User, data: dict[str, Any], expected_version: int) -> User:
        """Change a person's details."""
        if "team" in data:
            data["team"] = lookups.team_or_none(data["team"])
        return actions.change_person(person, actor=self.actor, changes=data, expected_version=expected_version)

    @reads("me", output=shapes.PersonOutput, detail=False)
    def me(self) -> User:
        """Oneself: whose token this is."""
        return User.objects.select_related("team").get(pk=self.actor.pk)

    @acts("role", bodies.RoleInput, method="put")
    def change_role(self, person: User, data: dict[str, Any], expected_version: int | None) -> User:
        """Give a person another role."""
        return actions.change_role(person, actor=self.actor, expected_version=expected_version, **data)

    @acts("deactivation", ReasonInput)
    def deactivate(self, person: User, data: dict[str, Any], expected_version: int | None) -> User:
        """Close an account at once."""
        return actions.deactivate(person, actor=self.actor, expected_version=expected_version, **data)

    @acts("reactivation", ReasonInput)
    def reactivate(self, person: User, data: dict[str, Any], expected_version: int | None) -> User:
        """Open an account again."""
        return actions.reactivate(person, actor=self.actor, expected_version=expected_version, **data)

    @reads("owned", output=shapes.OwnedOutput, many=True)
    def owned(self, person: User) -> list[dict[str, str]]:
        """What a person answers for."""
        found = queries.owned_by(person)
        return [{"source": key, "id": str(obj.pk), "label": str(obj)} for key, objs in found for obj in objs]

    @acts("reassignment", bodies.ReassignInput, output=shapes.CountOutput, if_match="none")
    def reassign(self, person: User, data: dict[str, Any], expected_version: int | None) -> dict[str, int]:
        """Give what a person owns to another: all of it, or what is named. All or nothing."""
        named = data.get("things")
        things = None if named is None else [(each["source"], each["id"]) for each in named]
        to = lookups.person(data["to"], field="to")
        count = actions.reassign(person, actor=self.actor, to=to, things=things, reason=data["reason"])
        return {"count": count}

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, person: User) -> Any:
        """What happened to an account."""
        return entries_for(person)


class InvitationApi(ActionViewSet):
    """Invitations to join."""

    model = Invitation
    serializer_class = shapes.InvitationOutput
    filterset_class = InvitationFilters
    ordering_fields = {"created_at": "created_at", "email": "email"}
    ordering = "-created_at"
    related = ("team", "invited_by")
    lookup_field = "pk"
    required_scopes = SCOPES

    @creates(bodies.InvitationInput, output=shapes.IssuedInvitationOutput, secret=True)
    def create(self, data: dict[str, Any]) -> dict[str, Any]:
        """Invite somebody. Without a mail server the answer holds the link, once."""
        data["team"] = lookups.team_or_none(data["team"])
        return self._issued(actions.invite(actor=self.actor, **data))

    @acts("link", output=shapes.IssuedInvitationOutput, secret=True)
    def renew(self, invitation: Invitation, data: dict[str, Any], expected_version: int | None) -> dict[str, Any]:
        """Make a new link; the old one ends."""
        return self._issued(actions.renew_invitation(invitation, actor=self.actor, expected_version=expected_version))

    @acts("revocation", ReasonInput)
    def revoke(self, invitation: Invitation, data: dict[str, Any], expected_version: int | None) -> Invitation:
        """Take an invitation back."""
        return actions.revoke_invitation(invitation, actor=self.actor, expected_version=expected_version, **data)

    def _issued(self, issued: Any) -> dict[str, Any]:
        made, link = issued.invitation, None
        if issued.secret:
            path = reverse("invitation-accept", args=[issued.secret])
            link = f"{settings.BASE_URL}{path}" if settings.BASE_URL else self.request.build_absolute_uri(path)
        return {"id": made.pk, "email": made.email, "link": link, "expires_at": made.expires_at}


class ServiceApi(ActionViewSet):
    """Service accounts: programs that act under a name of their own."""

    model = User
    serializer_class = shapes.ServiceOutput
    ordering_fields = {"name": "name", "created_at": "created_at"}
    ordering = "name"
    related = ("team",)
    lookup_field = "ref"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[User]:
        """Programs only."""
        return super().get_queryset().filter(kind=User.Kind.SERVICE)

    @creates(bodies.ServiceInput)
    def create(self, data: dict[str, Any]) -> User:
        """Add a service account."""
        team = lookups.team_or_none(data["team"])
        return actions.create_service_account(data["name"], actor=self.actor, team=team)

    @acts("deactivation", ReasonInput)
    def deactivate(self, account: User, data: dict[str, Any], expected_version: int | None) -> User:
        """Close a service account; its tokens end."""
        return actions.deactivate(account, actor=self.actor, expected_version=expected_version, **data)


class TokenApi(ActionViewSet):
    """API tokens: one's own; an administrator sees all. Secrets are shown once, when a token is made."""

    model = ApiToken
    serializer_class = shapes.TokenOutput
    filterset_class = TokenFilters
    ordering_fields = {"created_at": "created_at", "expires_at": "expires_at"}
    ordering = "-created_at"
    related = ("user",)
    lookup_field = "pk"
    required_scopes = SCOPES

    @creates(bodies.TokenInput, output=shapes.IssuedTokenOutput, secret=True)
    def create(self, data: dict[str, Any]) -> dict[str, Any]:
        """Make a token. A token never makes one that may do more than itself."""
        owner = lookups.person(data["owner"], field="owner") if "owner" in data else self.actor
        held = getattr(self.request.auth, "scopes", None)
        beyond = sorted(set(data["scopes"]) - set(held)) if held is not None else []
        if beyond:
            fix = "Use a token that has them, or make it on your account's page."
            raise Denied(f"This token does not have {', '.join(beyond)} itself.", fix=fix)
        issued = actions.create_token(
            owner, actor=self.actor, name=data["name"], scopes_wanted=data["scopes"], expires_at=data["expires_at"]
        )
        token = issued.token
        return {
            "id": token.pk,
            "name": token.name,
            "secret": issued.secret,
            "scopes": token.scopes,
            "expires_at": token.expires_at,
        }

    @acts("revocation", ReasonInput)
    def revoke(self, token: ApiToken, data: dict[str, Any], expected_version: int | None) -> ApiToken:
        """End a token at once."""
        return actions.revoke_token(token, actor=self.actor, expected_version=expected_version, **data)


class SessionApi(ActionViewSet):
    """The browsers in which one is signed in."""

    model = UserSession
    serializer_class = shapes.SessionOutput
    ordering_fields = {"created_at": "created_at"}
    ordering = "-created_at"
    lookup_field = "pk"
    required_scopes = SCOPES

    def get_queryset(self) -> QuerySet[UserSession]:
        """One's own sessions."""
        if getattr(self, "swagger_fake_view", False):
            return UserSession.objects.none()
        return UserSession.objects.filter(user=self.request.user.pk).select_related("user")

    def represent(self, data: Any, output: Any = None, *, many: bool = False) -> Any:
        """Show a session without its key."""
        rows = [_shown(each) if isinstance(each, UserSession) else each for each in (data if many else [data])]
        return rows if many else rows[0]

    @acts("end", status=204, if_match="none")
    def end(self, session: UserSession, data: dict[str, Any], expected_version: int | None) -> None:
        """Sign one browser out."""
        actions.end_session(session, actor=self.actor)


def _shown(session: UserSession) -> dict[str, Any]:
    return {
        "id": session.pk,
        "user_agent": session.user_agent,
        "address": session.ip,
        "created_at": session.created_at,
        "last_seen_at": session.last_seen_at,
    }
