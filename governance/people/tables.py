"""The lists of people, teams, positions, delegations, invitations and tokens."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from governance.core import clock
from governance.people import queries
from governance.people.models import ApiToken, Delegation, Holding, Invitation, Position, Role, Team, User
from governance.ui import atoms
from governance.ui.tables import Column, Table


def person_link(row: User) -> SafeString:
    """Link a person by name."""
    return atoms.link(row.get_absolute_url(), row.name, row.title)


def person_state(row: User) -> SafeString:
    """Say whether an account is open."""
    if row.erased_at:
        return atoms.state("stop", "Erased")
    if not row.is_active:
        return atoms.state("stop", "Left")
    if row.expires_at and row.expires_at <= clock.now():
        return atoms.state("warn", "Ended")
    return atoms.state("ok", "Active")


class PersonFilters(django_filters.FilterSet):
    """Filters of people and service accounts, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    team = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), label="Team")
    role = django_filters.MultipleChoiceFilter(choices=Role.choices, label="Role")
    is_active = django_filters.BooleanFilter(label="Active")

    class Meta:
        model = User
        fields: list[str] = []

    def search(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Find by name, address or job title."""
        return queryset.filter(Q(name__icontains=value) | Q(email__icontains=value) | Q(title__icontains=value))


class PersonTable(Table):
    """How people are listed."""

    default_sort = "name"
    columns = (
        Column("name", "Name", lead=True, sort="name", cell=person_link),
        Column("title", "Job title", sort="title", shown=False),
        Column("email", "E-mail address", sort="email", shown=False),
        Column("team", "Team", "team.name", sort="team__name", phone=True),
        Column("role", "Role", "get_role_display", sort="role", phone=True),
        Column("state", "State", "is_active", sort="is_active", cell=person_state),
        Column(
            "last_login",
            "Last signed in",
            "last_login",
            sort="last_login",
            cell=lambda row: atoms.time(row.last_login, missing="never"),
        ),
        Column("joined", "Joined", "created_at", sort="created_at", shown=False, cell=lambda r: atoms.time(r.created_at)),
    )

    def tone(self, row: User) -> str:
        """Tint who has left."""
        return "" if row.is_active else "off"


class TeamFilters(django_filters.FilterSet):
    """Filters of teams."""

    q = django_filters.CharFilter(method="search", label="Words")
    parent = django_filters.ModelMultipleChoiceFilter(queryset=Team.objects.all(), label="Below")

    class Meta:
        model = Team
        fields: list[str] = []

    def search(self, queryset: QuerySet[Team], name: str, value: str) -> QuerySet[Team]:
        """Find by name, key or cost centre."""
        return queryset.filter(Q(name__icontains=value) | Q(key__icontains=value) | Q(cost_centre__icontains=value))


class TeamTable(Table):
    """How teams are listed."""

    default_sort = "name"
    columns = (
        Column("name", "Team", lead=True, sort="name", cell=lambda r: atoms.link(r.get_absolute_url(), r.name)),
        Column("parent", "Part of", "parent.name", sort="parent__name"),
        Column("lead", "Lead", "lead.name", sort="lead__name", phone=True, cell=lambda r: atoms.person(r.lead, "No lead")),
        Column("cost_centre", "Cost centre", sort="cost_centre"),
        Column("people", "People", numeric=True, sort="people", phone=True),
    )


class PositionFilters(django_filters.FilterSet):
    """Filters of positions."""

    q = django_filters.CharFilter(method="search", label="Words")
    per_team = django_filters.BooleanFilter(label="Held team by team")
    vacant = django_filters.BooleanFilter(method="by_vacant", label="Nobody holds it")

    class Meta:
        model = Position
        fields: list[str] = []

    def search(self, queryset: QuerySet[Position], name: str, value: str) -> QuerySet[Position]:
        """Find by name."""
        return queryset.filter(Q(name__icontains=value) | Q(key__icontains=value))

    def by_vacant(self, queryset: QuerySet[Position], name: str, value: bool) -> QuerySet[Position]:
        """Keep positions that nobody holds now, or all others; those held team by team are the teams' own."""
        vacant = queries.vacant(self.request.user).values("pk") if self.request is not None else Position.objects.none()
        return queryset.filter(pk__in=vacant) if value else queryset.exclude(pk__in=vacant)


def holders_cell(row: Any) -> Any:
    """Name who holds a position now; a position that nobody holds is out of line."""
    held = [each for each in row.held_now if not each.is_deputy]
    if not held:
        return atoms.state("stop", "Nobody") if not row.per_team else atoms.state("wait", "Each team's lead")
    first = atoms.person(held[0].person)
    return first if len(held) == 1 else first + atoms.chip(f"and {len(held) - 1} more")


class PositionTable(Table):
    """How positions are listed. Rows come with `held_now` (see queries.positions_with_holders)."""

    default_sort = "name"
    columns = (
        Column("name", "Position", lead=True, sort="name", cell=lambda r: atoms.link(r.get_absolute_url(), r.name)),
        Column(
            "holders",
            "Held by",
            lambda r: ", ".join(each.person.name for each in r.held_now if not each.is_deputy),
            phone=True,
            cell=holders_cell,
        ),
        Column(
            "deputies",
            "Deputies",
            lambda r: ", ".join(each.person.name for each in r.held_now if each.is_deputy),
        ),
        Column("per_team", "Held", lambda r: "team by team" if r.per_team else "for the company", sort="per_team"),
    )

    def tone(self, row: Any) -> str:
        """Tint a position that nobody holds."""
        return "off" if not row.per_team and not row.held_now else ""


class HoldingFilters(django_filters.FilterSet):
    """Filters of holdings, for the API."""

    position = django_filters.CharFilter(field_name="position__key", label="Position")
    person = django_filters.CharFilter(field_name="person__ref", label="Person")
    team = django_filters.CharFilter(field_name="team__key", label="Team")
    is_deputy = django_filters.BooleanFilter(label="Deputies only")

    class Meta:
        model = Holding
        fields: list[str] = []


class DelegationFilters(django_filters.FilterSet):
    """Filters of delegations."""

    giver = django_filters.ModelMultipleChoiceFilter(queryset=User.objects.filter(kind="person"), label="Given by")
    receiver = django_filters.ModelMultipleChoiceFilter(queryset=User.objects.filter(kind="person"), label="Given to")
    position = django_filters.ModelMultipleChoiceFilter(queryset=Position.objects.all(), label="Position")
    now = django_filters.BooleanFilter(method="holding_now", label="Holds now")

    class Meta:
        model = Delegation
        fields: list[str] = []

    def holding_now(self, queryset: QuerySet[Delegation], name: str, value: bool) -> QuerySet[Delegation]:
        """Keep those that hold at this moment, or the others."""
        valid = Delegation.objects.valid(clock.now()).values("pk")
        return queryset.filter(pk__in=valid) if value else queryset.exclude(pk__in=valid)


def delegation_state(row: Delegation) -> SafeString:
    """Say where a delegation stands."""
    now = clock.now()
    if row.revoked_at:
        return atoms.state("stop", "Taken back")
    if row.ends_at <= now:
        return atoms.state("until", "Over")
    return atoms.state("held", "Holds now") if row.starts_at <= now else atoms.state("wait", "Begins later")


class DelegationTable(Table):
    """How delegations are listed."""

    default_sort = "-starts"
    columns = (
        Column("giver", "In place of", "giver.name", lead=True, sort="giver__name", cell=lambda r: _delegation_link(r)),
        Column("receiver", "Decides", "receiver.name", sort="receiver__name", cell=lambda r: atoms.person(r.receiver)),
        Column("position", "As", lambda r: r.position.name if r.position else "every position", sort="position__name"),
        Column("starts", "From", "starts_at", sort="starts_at", cell=lambda r: atoms.time(r.starts_at)),
        Column("ends", "Until", "ends_at", sort="ends_at", phone=True, cell=lambda r: atoms.time(r.ends_at)),
        Column("state", "State", lambda r: "", phone=True, cell=delegation_state),
        Column("reason", "Why", shown=False, wrap=True),
    )

    def url(self, row: Delegation) -> str:
        """Return the delegation's page."""
        return reverse("delegation", args=[row.pk])

    def name(self, row: Delegation) -> str:
        """Name the row."""
        return str(row)


def _delegation_link(row: Delegation) -> SafeString:
    return atoms.link(reverse("delegation", args=[row.pk]), row.giver.name)


class InvitationFilters(django_filters.FilterSet):
    """Filters of invitations."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Invitation.State.choices, label="State")
    role = django_filters.MultipleChoiceFilter(choices=Role.choices[:-1], label="Role")

    class Meta:
        model = Invitation
        fields: list[str] = []

    def search(self, queryset: QuerySet[Invitation], name: str, value: str) -> QuerySet[Invitation]:
        """Find by name or address."""
        return queryset.filter(Q(name__icontains=value) | Q(email__icontains=value))


def invitation_state(row: Invitation) -> SafeString:
    """Say where an invitation stands."""
    if row.state == Invitation.State.ACCEPTED:
        return atoms.state("ok", "Accepted")
    if row.state == Invitation.State.REVOKED:
        return atoms.state("stop", "Taken back")
    if row.expires_at <= clock.now():
        return atoms.state("warn", "Too old")
    return atoms.state("wait", "Open")


class InvitationTable(Table):
    """How invitations are listed."""

    default_sort = "-asked"
    columns = (
        Column(
            "email",
            "Invited",
            lead=True,
            sort="email",
            cell=lambda r: atoms.link(reverse("invitation", args=[r.pk]), r.email, r.name),
        ),
        Column("role", "Role", "get_role_display", sort="role", phone=True),
        Column("team", "Team", "team.name", sort="team__name"),
        Column("state", "State", "state", sort="state", phone=True, cell=invitation_state),
        Column("by", "By", "invited_by.name", sort="invited_by__name", cell=lambda r: atoms.person(r.invited_by)),
        Column("asked", "Invited on", "created_at", sort="created_at", cell=lambda r: atoms.time(r.created_at)),
        Column("expires", "Good until", "expires_at", sort="expires_at", cell=lambda r: atoms.time(r.expires_at)),
    )

    def url(self, row: Invitation) -> str:
        """Return the invitation's page."""
        return reverse("invitation", args=[row.pk])

    def name(self, row: Invitation) -> str:
        """Name the row."""
        return row.email


class TokenFilters(django_filters.FilterSet):
    """Filters of API tokens."""

    user = django_filters.CharFilter(field_name="user__ref", label="Owner")
    usable = django_filters.BooleanFilter(method="still_usable", label="Usable")

    class Meta:
        model = ApiToken
        fields: list[str] = []

    def still_usable(self, queryset: QuerySet[ApiToken], name: str, value: bool) -> QuerySet[ApiToken]:
        """Keep tokens that still open the door, or the others."""
        good = Q(revoked_at=None, expires_at__gt=clock.now(), user__is_active=True)
        return queryset.filter(good) if value else queryset.exclude(good)
