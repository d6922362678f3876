"""Alerts and what they told. That nobody is told twice by one step is held by the database."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core import clock
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from incidents.cases.models import Incident


class Alert(Governed):
    """The calling for one incident: where on which escalation path it is, and whether somebody answered.

    `step` is the number of the step that was told last, 0 before the first. `round` counts the laps over steps, from 1 and
    on through every path; `laps_left` is how often this path begins anew. `routed` is the path that the route chose, from
    which the calling went over to the fallback path when nobody answered. While it fires, `next_at` is when the next step
    is told unless somebody acknowledges. `severity` is what was told last.
    """

    class State(models.TextChoices):
        """Where the calling stands."""

        FIRING = "firing", "Calling"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        STOPPED = "stopped", "Over"
        EXHAUSTED = "exhausted", "Nobody answered"

    incident = models.OneToOneField(Incident, on_delete=models.PROTECT, related_name="alert")
    routed = models.ForeignKey("registry.EscalationPath", on_delete=models.PROTECT, related_name="+")
    path = models.ForeignKey("registry.EscalationPath", on_delete=models.PROTECT, related_name="alerts")
    step = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)
    laps_left = models.PositiveSmallIntegerField(default=0)
    severity = models.CharField(max_length=4, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.FIRING)
    next_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="alerts_acknowledged"
    )

    class Meta:
        app_label = "incidents"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "next_at"], name="alert_due")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="firing") & Q(next_at__isnull=False)) | (~Q(state="firing") & Q(next_at__isnull=True)),
                name="firing_alert_goes_on",
                violation_error_message="An alert that fires knows when it goes on, and no other does.",
            ),
            models.CheckConstraint(
                condition=~Q(state="acknowledged") | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledged_by_somebody",
                violation_error_message="An acknowledged alert says who answered, and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"alert of INC-{self.incident_id}"

    def get_absolute_url(self) -> str:
        """Return the page where it is shown: its incident's."""
        return f"{reverse('incident', args=[f'INC-{self.incident_id}'])}#alert"

    @property
    def key(self) -> str:
        """AL-12."""
        return f"AL-{self.pk}" if self.pk else ""

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this alert also touches."""
        return (self.incident, *self.incident.ledger_touches)


@protect
class AlertNotice(AppendOnly):
    """One person or one channel was told by one step of one round. Without a delivery it stood in Plumbline only."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="notices")
    path = models.ForeignKey("registry.EscalationPath", on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()
    person = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="alert_notices")
    channel = models.ForeignKey(
        "governance.Channel", null=True, blank=True, on_delete=models.PROTECT, related_name="alert_notices"
    )
    delivery = models.OneToOneField(
        "governance.Delivery", null=True, blank=True, on_delete=models.PROTECT, related_name="alert_notice"
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        app_label = "incidents"
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "alert"], name="alert_notice_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "round", "step", "person"],
                condition=Q(person__isnull=False),
                name="person_told_once_by_step",
                violation_error_message="This person was told by this step already.",
            ),
            models.UniqueConstraint(
                fields=["alert", "round", "step", "channel"],
                condition=Q(channel__isnull=False),
                name="channel_told_once_by_step",
                violation_error_message="This channel was told by this step already.",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, channel__isnull=True) | Q(person__isnull=True, channel__isnull=False),
                name="alert_notice_to_one",
                violation_error_message="A notice goes to one person or to one channel.",
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.step} of {self.alert}"
