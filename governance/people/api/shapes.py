"""What people, teams, positions and tokens look like over REST."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose
from governance.api.output import Output
from governance.people import rules, scopes
from governance.people.models import ApiToken, Delegation, Holding, Invitation, Position, Team, User

ROLES = [(role.value, role.label) for role in rules.PERSON_ROLES]
WHO = "Reference (p_...) or e-mail address of a person."


class Who(serializers.CharField):
    """A person by reference or e-mail address."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        kwargs.setdefault("help_text", WHO)
        super().__init__(**kwargs)


class PersonOutput(Output):
    """A person."""

    team = serializers.CharField(source="team.key", allow_null=True)

    class Meta:
        model = User
        fields = (
            "ref",
            "name",
            "title",
            "email",
            "role",
            "team",
            "time_zone",
            "is_active",
            "deactivated_at",
            "expires_at",
            "version",
            "created_at",
        )


class ServiceOutput(Output):
    """A service account."""

    team = serializers.CharField(source="team.key", allow_null=True)

    class Meta:
        model = User
        fields = ("ref", "name", "team", "is_active", "deactivated_at", "version", "created_at")


class TeamOutput(Output):
    """A team."""

    parent = serializers.CharField(source="parent.key", allow_null=True)  # type: ignore[assignment]
    lead = serializers.CharField(source="lead.ref", allow_null=True)

    class Meta:
        model = Team
        fields = ("key", "name", "parent", "lead", "cost_centre", "version", "created_at", "updated_at")


class PositionOutput(Output):
    """A position."""

    class Meta:
        model = Position
        fields = ("key", "name", "description", "per_team", "version", "created_at", "updated_at")


class HoldingOutput(Output):
    """Who holds a position, from when to when."""

    position = serializers.CharField(source="position.key")
    person = serializers.CharField(source="person.ref")
    team = serializers.CharField(source="team.key", allow_null=True)

    class Meta:
        model = Holding
        fields = ("id", "position", "person", "team", "is_deputy", "starts_on", "ends_on", "version")


class SeatOutput(serializers.Serializer[Any]):
    """Somebody who may decide, and why."""

    person = serializers.CharField(help_text="Reference of the person.")
    why = serializers.ChoiceField(choices=["holder", "deputy", "delegate"])
    in_place_of = serializers.CharField(allow_null=True, help_text="Reference of the person who delegated.")


class DelegationOutput(Output):
    """Who decides in whose place."""

    giver = serializers.CharField(source="giver.ref")
    receiver = serializers.CharField(source="receiver.ref")
    position = serializers.CharField(source="position.key", allow_null=True)

    class Meta:
        model = Delegation
        fields = ("id", "giver", "receiver", "position", "starts_at", "ends_at", "reason", "revoked_at", "version")


class InvitationOutput(Output):
    """An invitation; its link is shown once, when it is made."""

    team = serializers.CharField(source="team.key", allow_null=True)
    invited_by = serializers.CharField(source="invited_by.ref")

    class Meta:
        model = Invitation
        fields = (
            "id",
            "email",
            "name",
            "role",
            "team",
            "invited_by",
            "state",
            "expires_at",
            "account_ends_at",
            "sent_at",
            "version",
            "created_at",
        )


class IssuedInvitationOutput(serializers.Serializer[Any]):
    """An invitation at birth, with its link where no mail brings it."""

    id = serializers.IntegerField()
    email = serializers.EmailField()
    link = serializers.CharField(allow_null=True, help_text="Shown once. Null when the link goes out by mail.")
    expires_at = serializers.DateTimeField()


class TokenOutput(Output):
    """An API token, without its secret."""

    owner = serializers.CharField(source="user.ref")
    scopes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ApiToken
        fields = ("id", "name", "owner", "prefix", "scopes", "expires_at", "revoked_at", "last_used_at", "version", "created_at")


class IssuedTokenOutput(serializers.Serializer[Any]):
    """A token at birth: the only answer that holds the secret."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    secret = serializers.CharField(help_text="Shown once; only its hash is kept.")
    scopes = serializers.ListField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


class SessionOutput(serializers.Serializer[Any]):
    """A browser in which one is signed in."""

    id = serializers.IntegerField()
    user_agent = serializers.CharField()
    address = serializers.CharField()
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()


class OwnedOutput(serializers.Serializer[Any]):
    """Something a person answers for."""

    source = serializers.CharField()  # type: ignore[assignment]
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class CountOutput(serializers.Serializer[Any]):
    """How many."""

    count = serializers.IntegerField()


class PersonInput(Input):
    """What can be changed about a person."""

    name = Name(max_length=200, required=False)
    title = Name(max_length=200, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False)
    team = serializers.CharField(max_length=60, required=False, allow_null=True, help_text="A team's key.")
    time_zone = serializers.CharField(max_length=60, required=False)
    example = {"title": "Claims product lead", "team": "claims"}


class RoleInput(Input):
    """A role."""

    role = serializers.ChoiceField(choices=ROLES)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    reason = Prose(required=False, default="", max_length=2000)
    example = {"role": "leader"}


class ThingInput(Nested):
    """One owned thing."""

    source = serializers.CharField(max_length=60)  # type: ignore[assignment]
    id = serializers.CharField(max_length=40)


class ReassignInput(Input):
    """To whom a person's things go."""

    to = Who()
    things = ThingInput(many=True, required=False, help_text="Leave out for all of them.")
    reason = Prose(required=False, default="", max_length=2000)
    example = {"to": "rosa@example.org", "reason": "Left the company"}


class TeamInput(Input):
    """A team."""

    name = Name(max_length=200)
    parent = serializers.CharField(max_length=60, required=False, allow_null=True, help_text="A team's key.")  # type: ignore[assignment]
    lead = Who(required=False, allow_null=True)
    cost_centre = Name(max_length=60, required=False, allow_blank=True)
    example = {"name": "Claims", "cost_centre": "CC-12"}


class PositionInput(Input):
    """A position at birth."""

    name = Name(max_length=200)
    description = Prose(required=False, default="")
    per_team = serializers.BooleanField(required=False, default=False)
    example = {"name": "Data protection officer"}


class PositionChangeInput(Input):
    """What can be changed about a position."""

    name = Name(max_length=200, required=False)
    description = Prose(required=False)
    example = {"description": "Decides on personal data."}


class HoldingInput(Input):
    """Who holds a position, from when to when."""

    position = serializers.CharField(max_length=60, help_text="A position's key.")
    person = Who()
    team = serializers.CharField(max_length=60, required=False, allow_null=True, default=None, help_text="A team's key.")
    is_deputy = serializers.BooleanField(required=False, default=False)
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    example = {"position": "security", "person": "priya@example.org"}


class EndInput(Input):
    """When a holding ends."""

    ends_on = serializers.DateField(required=False, allow_null=True, default=None, help_text="Leave out to end it at once.")
    reason = Prose(required=False, default="", max_length=2000)


class DelegationInput(Input):
    """Who decides in whose place."""

    giver = Who(required=False, help_text="Oneself, unless said otherwise.")
    receiver = Who()
    position = serializers.CharField(max_length=60, required=False, allow_null=True, default=None)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    reason = Prose(max_length=2000, allow_blank=False)
    example = {
        "receiver": "daniel@example.org",
        "starts_at": "2027-01-04T08:00:00Z",
        "ends_at": "2027-01-15T18:00:00Z",
        "reason": "On leave",
    }


class InvitationInput(Input):
    """Whom to invite, as what."""

    email = serializers.EmailField(max_length=254)
    name = Name(max_length=200, required=False, default="", allow_blank=True)
    role = serializers.ChoiceField(choices=ROLES, required=False, default="member")
    team = serializers.CharField(max_length=60, required=False, allow_null=True, default=None)
    account_ends_at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    example = {"email": "sam@example.org", "role": "member", "team": "claims"}


class TokenInput(Input):
    """What a token is made with."""

    name = Name(max_length=200)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=list(scopes.SCOPES.items())), min_length=1)
    expires_at = serializers.DateTimeField()
    owner = Who(required=False, help_text="A service account's reference; oneself, unless said otherwise.")
    example = {"name": "CI", "scopes": ["registry:read"], "expires_at": "2027-01-01T00:00:00Z"}


class ServiceInput(Input):
    """A service account."""

    name = Name(max_length=200)
    team = serializers.CharField(max_length=60, required=False, allow_null=True, default=None)
    example = {"name": "Claims gateway", "team": "claims"}
