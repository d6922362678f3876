"""The thirty-day rollout: when it began, and who answers for which step until when."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import ProseField
from governance.ledger.models import Governed


class Rollout(Governed):
    """The company's thirty days: the day on which its first week begins, and who leads it. There is one."""

    starts_on = models.DateField()
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="rollouts")
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        app_label = "governance"
        constraints = [models.CheckConstraint(condition=Q(only=True), name="one_rollout")]

    def __str__(self) -> str:
        return "Thirty-day rollout"

    @property
    def key(self) -> str:
        """How it is called."""
        return "rollout"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("rollout")


class RolloutStep(Governed):
    """Who does one step of policy's rollout, and until when. Whether it is done is seen from what exists.

    `done_*` are for steps of the company's own, which nothing can show; `step` is the step's key in policy.
    """

    step = models.CharField(max_length=60, unique=True)
    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, related_name="steps")
    owner = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="rollout_steps")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_note = ProseField("how", max_length=2000, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(done_note="")),
                name="rollout_step_done_by_somebody",
                violation_error_message="Say how it was done.",
            )
        ]

    def __str__(self) -> str:
        return self.step

    @property
    def key(self) -> str:
        """The step's key."""
        return self.step

    def get_absolute_url(self) -> str:
        """Return the page of the rollout."""
        return reverse("rollout")

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this step also touches."""
        return (self.rollout,)
