"""Plans for the day when a vendor or an endpoint is not to be relied on, and the drills of those plans."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.models import Governed
from registry.catalog.models import CatalogRows, Endpoint, Vendor

SHORTEST_DAYS, USUAL_DAYS, LONGEST_DAYS = 7, 180, 730


class ContinuityPlan(Governed):
    """What we would do tomorrow if this vendor (or this one endpoint) changed a policy, degraded, or went down for a day.

    `fallback` says in words what takes over. It is drilled every `drill_every_days` days; `next_drill_on` is the day of
    the next one, and after it the plan is overdue.
    """

    class State(models.TextChoices):
        """Whether the plan counts."""

        ACTIVE = "active", "In use"
        RETIRED = "retired", "Retired"

    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.PROTECT, related_name="continuity_plans")
    endpoint = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="continuity_plans")
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="continuity_plans")
    if_policy_changes = ProseField("if it changed a policy", max_length=4000, blank=True)
    if_degraded = ProseField("if it degraded", max_length=4000, blank=True)
    if_down = ProseField("if it went down for a day", max_length=4000)
    fallback = ProseField("what takes over", max_length=2000)
    drill_every_days = models.PositiveIntegerField(
        default=USUAL_DAYS, validators=[MinValueValidator(SHORTEST_DAYS), MaxValueValidator(LONGEST_DAYS)]
    )
    next_drill_on = models.DateField(db_index=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)

    objects = CatalogRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["next_drill_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(vendor__isnull=False, endpoint__isnull=True) | Q(vendor__isnull=True, endpoint__isnull=False),
                name="continuity_plan_of_one_thing",
                violation_error_message="A plan is for a vendor or for an endpoint.",
            ),
            models.CheckConstraint(
                condition=Q(drill_every_days__gte=SHORTEST_DAYS, drill_every_days__lte=LONGEST_DAYS),
                name="continuity_plan_drilled_in_time",
                violation_error_message=f"Drill it every {SHORTEST_DAYS} to {LONGEST_DAYS} days.",
            ),
            *(
                models.UniqueConstraint(
                    fields=[of],
                    condition=Q(state="active"),
                    name=f"one_continuity_plan_of_{of}",
                    violation_error_message=f"This {of} has a plan already.",
                )
                for of in ("vendor", "endpoint")
            ),
        ]

    def __str__(self) -> str:
        return f"Plan for {self.thing}"

    @property
    def key(self) -> str:
        """CP-3."""
        return f"CP-{self.pk}" if self.pk else ""

    @property
    def thing(self) -> Any:
        """The vendor or endpoint that it is for."""
        return self.vendor if self.vendor_id is not None else self.endpoint

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("continuity-plan", args=[self.key])

    @property
    def ledger_touches(self) -> tuple[models.Model, ...]:
        """What an entry about this plan also touches."""
        return (self.thing,)


class VendorDrill(Governed):
    """One trial of a plan: planned for a day, run, and what came out for every surface.

    `rows` holds, as it was when it ran, each surface whose contract in force relies on the thing: what would be gone, what
    takes over or why nothing does. `seconds` is how long people took to switch over, where they tried it for real.
    """

    class Scenario(models.TextChoices):
        """What is supposed to happen."""

        POLICY = "policy", "It changes a policy"
        DEGRADED = "degraded", "It degrades"
        DOWN = "down", "It is down for a day"

    class Outcome(models.TextChoices):
        """How it went."""

        PASSED = "passed", "Passed"
        FAILED = "failed", "Failed"

    class State(models.TextChoices):
        """Where the drill stands."""

        PLANNED = "planned", "Planned"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    plan = models.ForeignKey(ContinuityPlan, on_delete=models.PROTECT, related_name="drills")
    scenario = models.CharField(max_length=8, choices=Scenario.choices, default=Scenario.DOWN)
    planned_on = models.DateField()
    led_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="vendor_drills")
    run_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(7 * 24 * 3600)])
    outcome = models.CharField(max_length=6, choices=Outcome.choices, blank=True)
    rows = models.JSONField(default=list, blank=True)
    going_on = models.PositiveIntegerField(default=0)
    stopping = models.PositiveIntegerField(default=0)
    note = ProseField(max_length=4000, blank=True)
    lesson = NameField("what changes because of it", max_length=400, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)

    class Meta:
        app_label = "registry"
        ordering = ["-planned_on", "-pk"]
        indexes = [models.Index(fields=["state", "planned_on"], name="vendor_drill_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", run_at__isnull=False, outcome__in=("passed", "failed"))
                | (~Q(state="done") & Q(run_at__isnull=True, outcome="", seconds__isnull=True)),
                name="done_vendor_drill_has_outcome",
                violation_error_message="A drill is done when it has an outcome and a time.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="passed") | Q(stopping=0) | ~Q(note=""),
                name="passed_vendor_drill_says_why",
                violation_error_message="Surfaces would stop; say why the drill passed all the same.",
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state="planned"),
                name="one_planned_vendor_drill",
                violation_error_message="A drill of this plan is planned already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Drill of {self.plan.thing}"

    @property
    def key(self) -> str:
        """VD-3."""
        return f"VD-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("vendor-drill", args=[self.key])

    @property
    def ledger_touches(self) -> tuple[models.Model, ...]:
        """What an entry about this drill also touches."""
        return (self.plan, self.plan.thing)
