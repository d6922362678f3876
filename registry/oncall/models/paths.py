"""Escalation paths, their steps, and the routes that lead to them."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from governance.channels.models import Channel
from governance.core.text import NameField
from governance.ledger.models import Governed
from governance.people.rows import InternalRows
from registry.oncall.models.rotas import Rota
from registry.surfaces.models import Surface

LONGEST_WAIT = 24 * 60  # minutes
MOST_REPEATS = 9


class EscalationPath(Governed):
    """Whom to tell, step by step, until somebody acknowledges; after the last step it begins anew `repeat` times."""

    class State(models.TextChoices):
        """Whether routes may lead to it."""

        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"

    key = models.SlugField(max_length=60, unique=True)
    name = NameField(max_length=200)
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="escalation_paths")
    repeat = models.PositiveSmallIntegerField(default=1, validators=[MaxValueValidator(MOST_REPEATS)])
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)

    objects = InternalRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(state="active"),
                name="escalation_path_name_once",
                violation_error_message="There is an escalation path of this name already.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("escalation-path", args=[self.key])


class EscalationStep(Governed):
    """One target of a step: who is told when the step is reached. Rows of the same number are told together.

    After `wait_minutes` without an acknowledgement the next number is told; it is the same in all rows of a number.
    """

    TARGETS = ("rota", "person", "position", "channel")

    path = models.ForeignKey(EscalationPath, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    wait_minutes = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(LONGEST_WAIT)]
    )
    rota = models.ForeignKey(Rota, null=True, blank=True, on_delete=models.PROTECT, related_name="steps")
    person = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey("governance.Position", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, null=True, blank=True, on_delete=models.PROTECT, related_name="escalation_steps")

    class Meta:
        app_label = "registry"
        ordering = ["path", "number", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rota__isnull=False, person__isnull=True, position__isnull=True, channel__isnull=True)
                | Q(rota__isnull=True, person__isnull=False, position__isnull=True, channel__isnull=True)
                | Q(rota__isnull=True, person__isnull=True, position__isnull=False, channel__isnull=True)
                | Q(rota__isnull=True, person__isnull=True, position__isnull=True, channel__isnull=False),
                name="escalation_step_to_one",
                violation_error_message="A step tells one rota, one person, one position or one channel.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, wait_minutes__gte=1),
                name="escalation_step_waits",
                violation_error_message="Steps count from 1 and wait at least one minute.",
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.number}: {self.target}"

    @property
    def kind(self) -> str:
        """Which of the four it tells: rota, person, position or channel."""
        return next(name for name in self.TARGETS if getattr(self, f"{name}_id") is not None)

    @property
    def target(self) -> Any:
        """The rota, person, position or channel that is told."""
        return getattr(self, self.kind)


class Route(Governed):
    """Which path answers an incident: all that it names must fit, and what it leaves open fits everything.

    The one that leaves all four open is the fallback. It is there from the first day and cannot be lost.
    """

    category = models.SlugField(max_length=60, blank=True)
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="on_call_routes")
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="on_call_routes")
    path = models.ForeignKey(EscalationPath, on_delete=models.PROTECT, related_name="routes")

    class Meta:
        app_label = "registry"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "category",
                Coalesce("tier", -1),
                Coalesce("team", -1),
                Coalesce("surface", -1),
                name="one_on_call_route",
                violation_error_message="There is a route for just this already. Change that one.",
            ),
            models.CheckConstraint(
                condition=Q(tier__isnull=True) | Q(tier__lte=4),
                name="on_call_route_tier",
                violation_error_message="Tiers are 0 to 4.",
            ),
        ]

    def __str__(self) -> str:
        named = [self.category, "" if self.tier is None else f"T{self.tier}", str(self.team or ""), str(self.surface or "")]
        return " · ".join(filter(None, named)) or "Everything else"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("on-call-route", args=[self.key])

    @property
    def key(self) -> str:
        """RT-1."""
        return f"RT-{self.pk}" if self.pk else ""

    @property
    def is_fallback(self) -> bool:
        """Whether it answers what no other route does."""
        return not self.category and self.tier is None and self.team_id is None and self.surface_id is None
