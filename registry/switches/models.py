"""Drills of a surface's levers. That one is done only with an outcome and a time is held by the database."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.models import Governed
from registry.surfaces.models import Surface

LONGEST_SECONDS = 7 * 24 * 3600


class Drill(Governed):
    """One trial of a lever: planned for a day, run, timed in seconds, passed or failed."""

    class Kind(models.TextChoices):
        """What is tried."""

        KILL_SWITCH = "kill_switch", "Kill switch"
        ROLLBACK = "rollback", "Rollback"

    class Outcome(models.TextChoices):
        """How it went."""

        PASSED = "passed", "Passed"
        FAILED = "failed", "Failed"

    class State(models.TextChoices):
        """Where the drill stands."""

        PLANNED = "planned", "Planned"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="drills")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    lever = NameField(max_length=200, blank=True, help_text="Which rung was pulled, or to which revision it went back.")
    planned_on = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    run_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(LONGEST_SECONDS)])
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)
    note = ProseField(max_length=4000, blank=True)
    led_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="drills")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)

    class Meta:
        app_label = "registry"
        ordering = ["-planned_on", "-pk"]
        indexes = [
            models.Index(fields=["surface", "kind", "outcome", "-run_at"], name="drill_last"),
            models.Index(fields=["state", "planned_on"], name="drill_due"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", run_at__isnull=False, seconds__isnull=False, outcome__in=("passed", "failed"))
                | (~Q(state="done") & Q(run_at__isnull=True, seconds__isnull=True, outcome="")),
                name="done_drill_has_outcome",
                violation_error_message="A drill is done with a moment, a time in seconds and an outcome, and only then.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="failed") | ~Q(note=""),
                name="failed_drill_says_why",
                violation_error_message="A failed drill says what went wrong.",
            ),
            models.UniqueConstraint(
                fields=["surface", "kind"],
                condition=Q(state="planned"),
                name="one_planned_drill",
                violation_error_message="A drill of this kind is planned for this surface already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} drill of {self.surface}"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("drill", args=[self.key])

    @property
    def key(self) -> str:
        """DR-12."""
        return f"DR-{self.pk}" if self.pk else ""

    @property
    def is_running(self) -> bool:
        """Whether somebody started the clock and has not stopped it."""
        return self.state == self.State.PLANNED and self.started_at is not None

    @property
    def ledger_touches(self) -> tuple[Surface]:
        """What an entry about this drill also touches."""
        return (self.surface,)
