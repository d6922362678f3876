"""What is sent to change people, teams, positions and tokens."""

from typing import Any

from rest_framework import serializers

from governance.api.input import Input, Name, Nested, Prose
from governance.people import rules, scopes

ROLES = [(role.value, role.label) for role in rules.PERSON_ROLES]


WHO = "Reference (p_...) or e-mail address of a person."


class Who(serializers.CharField):
    """A person by reference or e-mail address."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 254)
        kwargs.setdefault("help_text", WHO)
        super().__init__(**kwargs)


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
