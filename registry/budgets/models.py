"""Objectives, what was counted for them, and what came of it. Events are written once; the database refuses more."""

from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from registry.evals.models import EvalSuite
from registry.surfaces.models import Surface

WINDOW_DAYS = 28
LONGEST_WINDOW = 90
MOST_COUNTED = 1_000_000_000


class Source(models.TextChoices):
    """Where the events of an objective come from."""

    INCIDENTS = "incidents", "Incidents"
    EVALS = "evals", "Eval runs"
    OBSERVATIONS = "observations", "Observations"
    REST = "rest", "Counted by the service (REST)"


class Level(models.TextChoices):
    """How soon somebody has to look at a budget that is being used up too fast."""

    PAGE = "page", "Now"
    TICKET = "ticket", "Today"


class Objective(Governed):
    """What share of a surface's events has to be good over a moving window; the rest of them is its error budget.

    `target` is that share, above 0 and below 1. `expected_events` is how many events a window holds at least: the budget is
    reckoned on so many where fewer were counted, so that incidents, which know only of bad events, use up a share and not
    all of it. `suite` narrows eval runs to those of one suite.
    """

    class State(models.TextChoices):
        """Whether it counts."""

        ACTIVE = "active", "Counts"
        RETIRED = "retired", "Retired"

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="objectives")
    name = NameField(max_length=200)
    bad_means = ProseField(max_length=4000, help_text="What counts as a bad event, so that two people count alike.")
    target = models.DecimalField(max_digits=7, decimal_places=6, help_text="The share that has to be good: 0.995.")
    window_days = models.PositiveSmallIntegerField(
        default=WINDOW_DAYS, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WINDOW)]
    )
    expected_events = models.PositiveBigIntegerField(default=0, validators=[MaxValueValidator(MOST_COUNTED)])
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.REST)
    suite = models.ForeignKey(EvalSuite, null=True, blank=True, on_delete=models.PROTECT, related_name="objectives")
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="objectives")
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)

    class Meta:
        app_label = "registry"
        ordering = ["surface", "name", "pk"]
        indexes = [models.Index(fields=["state", "source"], name="objective_source")]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__gt=0, target__lt=1),
                name="objective_leaves_a_budget",
                violation_error_message="The target lies above 0 and below 1: an objective of 1 leaves nothing to use.",
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=LONGEST_WINDOW),
                name="objective_window_is_bounded",
                violation_error_message=f"A window has 1 to {LONGEST_WINDOW} days.",
            ),
            models.CheckConstraint(
                condition=~Q(source="incidents") | Q(expected_events__gt=0),
                name="incidents_need_a_volume",
                violation_error_message="Incidents tell of bad events only: say how many events a window has.",
            ),
            models.CheckConstraint(
                condition=Q(suite__isnull=True) | Q(source="evals"),
                name="suite_is_for_evals",
                violation_error_message="Only eval runs are narrowed to a suite.",
            ),
            models.UniqueConstraint(
                fields=["surface", "name"],
                condition=Q(state="active"),
                name="one_objective_of_a_name",
                violation_error_message="This surface has an objective of this name.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("objective", args=[self.key])

    @property
    def key(self) -> str:
        """OB-2."""
        return f"OB-{self.pk}" if self.pk else ""

    @property
    def ledger_touches(self) -> tuple[Surface]:
        """What an entry about this objective also touches."""
        return (self.surface,)


@protect
class BudgetEvent(AppendOnly):
    """So many good and bad events happened on a surface at a moment, told once by its source under a key of its own.

    What was counted wrongly is corrected by a further event with the difference, which may be negative. What services count
    is bound to the ledger when its day is sealed.
    """

    waits = ("counted_at", timedelta(days=5))

    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    good = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)
    source = models.CharField(max_length=12, choices=Source.choices)
    ref = NameField(max_length=200, blank=True, help_text="What it was counted from: INC-12, RUN-40, a trace.")
    key = NameField(max_length=200, help_text="The source's own key: sent twice, it is counted once.")
    by = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    counted_at = models.DateTimeField()

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["objective", "at"], name="budget_event_at"),
            models.Index(fields=["ref"], name="budget_event_ref"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "key"], name="event_counted_once", violation_error_message="This event is counted already."
            ),
            models.CheckConstraint(
                condition=~Q(good=0, bad=0), name="event_counts_something", violation_error_message="An event is good or bad."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.good} good, {self.bad} bad"


class BudgetHour(models.Model):
    """The events of one objective in one hour (UTC), added up when they are counted: what curves and windows are read from.

    `day` is the hour's day in UTC, kept so that curves are grouped without computing it for each row.
    """

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    day = models.DateField()
    good = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)

    class Meta:
        app_label = "registry"
        ordering = ["objective", "hour"]
        constraints = [models.UniqueConstraint(fields=["objective", "hour"], name="budget_hour_once")]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}h"


class BudgetHold(Governed):
    """From `opened_at` to `closed_at` the budget of an objective was spent: its surface may not be expanded meanwhile.

    `spent` is the share of the budget that was used when it opened (1.25 is a quarter more than there was).
    """

    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="holds")
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="budget_holds")
    spent = models.DecimalField(max_digits=12, decimal_places=4)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["objective"],
                condition=Q(closed_at__isnull=True),
                name="one_open_budget_hold",
                violation_error_message="The spent budget of this objective holds already.",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=models.F("opened_at")), name="hold_closes_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return f"hold of {self.objective}"

    @property
    def key(self) -> str:
        """BH-3."""
        return f"BH-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the page where it is shown: its objective's."""
        return self.objective.get_absolute_url()

    @property
    def ledger_touches(self) -> tuple[Objective, Surface]:
        """What an entry about this hold also touches."""
        return (self.objective, self.surface)


class BurnAlert(Governed):
    """From `started_at` to `ended_at` a budget was used up faster than one pair of windows allows.

    `pair` is the key of the policy's burn alert; `rate` is the burn rate over its long window when it began.
    """

    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="alerts")
    pair = models.CharField(max_length=100)
    level = models.CharField(max_length=6, choices=Level.choices)
    rate = models.DecimalField(max_digits=12, decimal_places=2)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["objective", "pair"],
                condition=Q(ended_at__isnull=True),
                name="one_burn_alert_of_a_pair",
                violation_error_message="This burn is told of already.",
            )
        ]

    def __str__(self) -> str:
        return f"burn of {self.objective}"

    @property
    def key(self) -> str:
        """BA-3."""
        return f"BA-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the page where it is shown: its objective's."""
        return self.objective.get_absolute_url()

    @property
    def ledger_touches(self) -> tuple[Objective, Surface]:
        """What an entry about this alert also touches."""
        return (self.objective, self.objective.surface)
