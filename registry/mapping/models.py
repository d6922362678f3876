"""Mapping sessions, the teams invited to them, and the places they name."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.models import Governed
from registry.surfaces.models import Surface

HOUR = 60


class MappingSession(Governed):
    """One guided hour: led by one person, with the teams that were invited."""

    class State(models.TextChoices):
        """Where the hour stands."""

        PLANNED = "planned", "Planned"
        RUNNING = "running", "Running"
        CLOSED = "closed", "Closed"

    name = NameField(max_length=200)
    facilitator = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="mapping_sessions")
    planned_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=HOUR, validators=[MinValueValidator(10), MaxValueValidator(240)])
    started_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.PLANNED)
    notes = ProseField(max_length=8000, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", started_at__isnull=True, closed_at__isnull=True)
                | Q(state="running", started_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", started_at__isnull=False, closed_at__isnull=False),
                name="mapping_session_moments",
                violation_error_message="A session is closed after it was started.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("mapping-session", args=[self.key])

    @property
    def key(self) -> str:
        """MS-1."""
        return f"MS-{self.pk}" if self.pk else ""


class MappingTeam(Governed):
    """One team invited to a session, and whether it has named everything it knows of."""

    session = models.ForeignKey(MappingSession, on_delete=models.CASCADE, related_name="teams")
    team = models.ForeignKey("governance.Team", on_delete=models.PROTECT, related_name="mappings")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "registry"
        ordering = ["session", "team__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "team"],
                name="mapping_team_once",
                violation_error_message="This team is invited already.",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True) | Q(done_at__isnull=False, done_by__isnull=False),
                name="mapping_team_done_by",
                violation_error_message="Somebody says that a team is done.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} in {self.session}"

    @property
    def key(self) -> str:
        """The session's key and the team's."""
        return f"MS-{self.session_id} {self.team.key}"

    @property
    def ledger_touches(self) -> tuple[MappingSession]:
        """What an entry about it also touches."""
        return (self.session,)


class MappingLine(Governed):
    """One place where a model is called, as somebody or some export named it, and what became of it.

    `made_by` is who makes the product as it was named; `product` the key of what we know it as (see `known.yaml`), empty
    where it is not known. `people` and `spent` are what an export says: who signs in, what it cost in its currency.
    """

    class Origin(models.TextChoices):
        """Where the line is from."""

        SAID = "said", "Named by the team"
        SSO = "sso", "Sign-on export"
        EXPENSES = "expenses", "Expense export"

    class Outcome(models.TextChoices):
        """What became of it."""

        OPEN = "open", "To be settled"
        KNOWN = "known", "In the registry already"
        DRAFTED = "drafted", "Registration begun"
        REGISTERED = "registered", "Registered"
        LEFT = "left", "Left out"

    session = models.ForeignKey(MappingSession, on_delete=models.CASCADE, related_name="lines")
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    what = NameField("what is it called", max_length=200)
    made_by = NameField("who makes it", max_length=200, blank=True)
    purpose = ProseField("what is it used for", max_length=2000, blank=True)
    data_used = NameField("which data goes in", max_length=400, blank=True)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.SAID)
    product = models.CharField(max_length=60, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    spent = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    named_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="mapping_lines")
    draft_number = models.PositiveBigIntegerField(null=True, blank=True, help_text="Of the registration that was begun.")
    left_because = ProseField(max_length=2000, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["session", "team__name", "pk"]
        indexes = [models.Index(fields=["session", "outcome"], name="mapping_line_outcome")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=("known", "registered")) | Q(surface__isnull=False),
                name="mapping_line_has_surface",
                violation_error_message="Say which surface it is.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="drafted", draft_number__isnull=False)
                | (~Q(outcome="drafted") & Q(draft_number__isnull=True)),
                name="mapping_line_drafted",
                violation_error_message="A line is being registered by one registration.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="left") | ~Q(left_because=""),
                name="mapping_line_left_says_why",
                violation_error_message="Say why it is left out.",
            ),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def key(self) -> str:
        """ML-12."""
        return f"ML-{self.pk}" if self.pk else ""

    @property
    def ledger_touches(self) -> tuple[MappingSession]:
        """What an entry about it also touches."""
        return (self.session,)
