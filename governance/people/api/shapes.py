"""What people, teams, positions and tokens look like over REST."""

from typing import Any

from rest_framework import serializers

from governance.api.output import Output
from governance.people.models import ApiToken, Delegation, Holding, Invitation, Position, Team, User


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
