"""People and the parts they play.

A person's name and address live in one row only; all history and the ledger carry the pseudonymous `ref`. Erasing a
person is emptying that row, and breaks nothing.
"""

import secrets
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from guardian.mixins import GuardianUserMixin

from governance.core.text import NameField, ProseField
from governance.ledger.models import Governed, Versioned, actor_history
from governance.people.rows import DelegationRows, InternalRows, InvitationRows, PersonRows, TokenRows


def new_ref() -> str:
    """Return a new pseudonymous reference for a person or service account."""
    return f"p_{secrets.token_hex(8)}"


class Role(models.TextChoices):
    """What the application lets one do; object grants add to it."""

    ADMINISTRATOR = "administrator", "Administrator"
    RISK_OFFICER = "risk_officer", "Risk officer"
    LEADER = "leader", "Leader"
    MEMBER = "member", "Member"
    AUDITOR = "auditor", "Auditor"
    GUEST_AUDITOR = "guest_auditor", "Guest auditor"
    SERVICE = "service", "Service account"


class UserManager(BaseUserManager.from_queryset(PersonRows)):  # type: ignore[misc]
    """Finds people by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with this address."""
        return self.get(email__iexact=username)


class User(Versioned, AbstractBaseUser, PermissionsMixin, GuardianUserMixin):
    """A person, or a service account that acts for a program."""

    class Kind(models.TextChoices):
        """Who stands behind the account."""

        PERSON = "person", "Person"
        SERVICE = "service", "Service account"
        SYSTEM = "system", "Plumbline itself"

    ref = models.CharField(max_length=40, unique=True, default=new_ref, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON)
    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = NameField(max_length=200)
    title = NameField("job title", max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MEMBER)
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    time_zone = models.CharField(max_length=60, default="UTC")
    is_active = models.BooleanField(default=True)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    reads_from = models.DateField(null=True, blank=True)  # a guest reads what was written from this UTC day
    reads_until = models.DateField(null=True, blank=True)  # to this one, both included
    erased_at = models.DateTimeField(null=True, blank=True)
    seen_briefing_at = models.DateTimeField(null=True, blank=True)

    history = actor_history(excluded_fields=["email", "name", "title", "password", "last_login", "time_zone", "seen_briefing_at"])
    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        app_label = "governance"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_once", violation_error_message="Somebody already has this address."
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.GUEST_AUDITOR) | Q(expires_at__isnull=False),
                name="guest_auditor_expires",
                violation_error_message="A guest auditor's account needs an end date.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Nobody enters Django's admin; it is not installed."""
        return False

    @property
    def key(self) -> str:
        """The pseudonymous reference, which the ledger shows for a person."""
        return self.ref

    @property
    def initials(self) -> str:
        """One or two letters for the avatar."""
        parts = [part for part in self.name.split() if part[0].isalnum()]
        letters = [parts[0][0], parts[-1][0]] if len(parts) > 1 else [self.name[:2] or "?"]
        return "".join(letters).upper()

    def get_absolute_url(self) -> str:
        """Return the address of the person's page."""
        return reverse("person", args=[self.ref])

    def get_full_name(self) -> str:
        """Return the name, for Django's own templates."""
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; signing in (Django's `last_login`) and a changed password hash are not governed changes."""
        fields = set(kwargs.get("update_fields") or ())
        if fields and fields <= {"last_login", "password", "time_zone", "seen_briefing_at"} and not self._state.adding:
            type(self).objects.filter(pk=self.pk).update(**{name: getattr(self, name) for name in fields})
            return
        super().save(*args, **kwargs)


class Team(Governed):
    """A part of the company that owns things and pays for them."""

    ledger_encloses = True
    key = models.SlugField(max_length=60, unique=True)
    name = NameField(max_length=200, unique=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    lead = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="leads")
    cost_centre = NameField(max_length=60, blank=True)
    group = models.OneToOneField("auth.Group", null=True, blank=True, on_delete=models.PROTECT, related_name="team")

    objects = InternalRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the team's page."""
        return reverse("team", args=[self.key])


class Position(Governed):
    """A named function that approves, whoever holds it at the time."""

    key = models.SlugField(max_length=60, unique=True)
    name = NameField(max_length=200, unique=True)
    description = ProseField(blank=True)
    per_team = models.BooleanField(default=False, help_text="Held team by team, such as Team lead.")

    objects = InternalRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the position's page."""
        return reverse("position", args=[self.key])


class Holding(Governed):
    """One person holds, or deputises in, a position from one day to another (both included)."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="holdings")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="holdings")
    is_deputy = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = InternalRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["position", "is_deputy", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="holding_ends_after_start",
                violation_error_message="The last day is before the first.",
            ),
            models.UniqueConstraint(
                fields=["position", "person", "team", "starts_on"],
                name="holding_once",
                violation_error_message="This person already holds the position from that day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.position}"

    @property
    def key(self) -> str:
        """The position's key: whose activity this belongs to."""
        return self.position.key


class Delegation(Governed):
    """A person lets another decide in their place for a while; recorded, dated, and revocable."""

    giver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations_given")
    receiver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations_received")
    position = models.ForeignKey(Position, null=True, blank=True, on_delete=models.PROTECT, related_name="delegations")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = ProseField(max_length=2000)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = DelegationRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="delegation_ends_after_start",
                violation_error_message="The delegation ends before it starts.",
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")),
                name="delegation_to_another",
                violation_error_message="One cannot delegate to oneself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} to {self.receiver}"


class Invitation(Versioned):
    """An invitation to join, good once and for a while; only the hash of its link is kept."""

    class State(models.TextChoices):
        """Where the invitation stands."""

        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        REVOKED = "revoked", "Revoked"

    email = models.EmailField(max_length=254)
    name = NameField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.MEMBER)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    expires_at = models.DateTimeField()
    account_ends_at = models.DateTimeField(null=True, blank=True, help_text="When the account itself ends, for guests.")
    sent_at = models.DateTimeField(null=True, blank=True)

    history = actor_history(excluded_fields=["email", "name", "token_digest"])

    objects = InvitationRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(state="open"),
                name="one_open_invitation",
                violation_error_message="There is already an open invitation for this address.",
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class ApiToken(Versioned):
    """A key for programs: shown once, stored as a hash, limited to scopes and a date."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = NameField(max_length=200)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    history = actor_history(excluded_fields=["digest", "last_used_at"])

    objects = TokenRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def is_usable(self) -> bool:
        """Whether it still opens the door."""
        return self.revoked_at is None and self.expires_at > timezone.now()
