"""Clocks: one row for each limit that an incident is measured by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core.text import NameField
from governance.ledger.models import Governed
from incidents.cases.models import Incident


def _moment() -> Any:
    return models.DateTimeField(null=True, blank=True)


class Clock(Governed):
    """An incident has until `due_at` for one step: `limit_seconds` of counted time from `started_at`.

    `kind` is acknowledge, mitigate, resolve or postmortem, or the key of a regulatory clock of the policy; those are flagged
    by a person (`flagged_by`) and are never paused. `business` clocks count business hours only. `pauses` are the ended
    pauses as [from, to, reason] in ISO 8601; `paused_at` is the beginning of one that lasts. `warned_at` and `breached_at`
    are when warning and breach were told of, and stay when the clock is set anew only where they still hold.
    """

    class Stopped(models.TextChoices):
        """Why it does not run any more."""

        MET = "met", "Done"
        OFF = "off", "Called off"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=40)
    name = NameField(max_length=100)
    started_at = models.DateTimeField()
    limit_seconds = models.PositiveIntegerField()
    business = models.BooleanField("counts business hours only", default=False)
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paused_at = _moment()
    pauses = models.JSONField(default=list, blank=True)
    stopped_at = _moment()
    stopped_as = models.CharField(max_length=3, choices=Stopped.choices, blank=True)
    warned_at = _moment()
    breached_at = _moment()
    flagged_by = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "incidents"
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(stopped_at__isnull=True), name="clock_running"),
            models.Index(fields=["kind", "-breached_at"], name="clock_breached"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind"],
                name="clock_once",
                violation_error_message="This clock of the incident is there already.",
            ),
            models.CheckConstraint(condition=Q(limit_seconds__gt=0), name="clock_has_limit"),
            models.CheckConstraint(condition=Q(warn_at__lte=F("due_at")), name="clock_warns_before"),
            models.CheckConstraint(
                condition=(Q(stopped_at__isnull=True) & Q(stopped_as="")) | (Q(stopped_at__isnull=False) & ~Q(stopped_as="")),
                name="clock_stopped_as",
            ),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True) | Q(stopped_at__isnull=True),
                name="clock_paused_runs",
                violation_error_message="What has stopped cannot be paused.",
            ),
            models.CheckConstraint(
                condition=Q(flagged_by__isnull=True) | (Q(paused_at__isnull=True) & Q(business=False)),
                name="law_never_pauses",
                violation_error_message="A deadline of law or contract is never paused, and counts every hour.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, INC-{self.incident_id}"

    @property
    def key(self) -> str:
        """CLK-12."""
        return f"CLK-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the page where it is shown: its incident's."""
        return reverse("incident", args=[f"INC-{self.incident_id}"])

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this clock also touches."""
        return (self.incident,)

    @property
    def is_running(self) -> bool:
        """Whether it has not stopped; a paused one runs in this sense."""
        return self.stopped_at is None

    def intervals(self) -> Sequence[tuple[datetime, datetime | None]]:
        """Return its pauses as moments, the lasting one with an open end."""
        ended = [(datetime.fromisoformat(begun), datetime.fromisoformat(over)) for begun, over, *_ in self.pauses]
        return [*ended, (self.paused_at, None)] if self.paused_at else ended
