"""The append-only timeline of an incident, its files, and what is told about it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core import clock
from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from incidents.cases.models.incident import Incident


@protect
class TimelineEntry(AppendOnly):
    """One thing that happened in an incident, for good; a mistake is corrected by a further entry that names it.

    `at` is when it happened, `written_at` when it was written down. `entry_seq` is the ledger entry that it repeats, when
    it was written by itself. `data` holds what the page draws from (before, after, key), never free text.
    """

    class Kind(models.TextChoices):
        """What an entry is about."""

        NOTE = "note", "Note"
        REPORT = "report", "Report"
        STATE = "state", "State"
        SEVERITY = "severity", "Severity"
        ROLE = "role", "Role"
        MODE = "mode", "Mode"
        LEVER = "lever", "Lever"
        REVISION = "revision", "Revision"
        APPROVAL = "approval", "Approval"
        ALERT = "alert", "Alert"
        CLOCK = "clock", "Clock"
        EVAL = "eval", "Eval"
        BUDGET = "budget", "Error budget"
        COMMUNICATION = "communication", "Communication"
        POSTMORTEM = "postmortem", "Postmortem"
        ATTACHMENT = "attachment", "Attachment"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="timeline")
    at = models.DateTimeField()
    written_at = models.DateTimeField(default=clock.now, editable=False)
    author = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.NOTE)
    text = ProseField()
    url = models.CharField(max_length=600, blank=True)
    data = models.JSONField(default=dict, blank=True)
    entry_seq = models.PositiveBigIntegerField(null=True, blank=True)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")

    class Meta:
        app_label = "incidents"
        ordering = ["at", "pk"]
        verbose_name_plural = "timeline entries"
        indexes = [models.Index(fields=["incident", "-at", "-id"], name="timeline_of_incident")]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "entry_seq"],
                name="timeline_ledger_once",
                violation_error_message="This ledger entry is on the timeline already.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="timeline_says_something", violation_error_message="Say what happened."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of INC-{self.incident_id}"

    @property
    def is_automatic(self) -> bool:
        """Whether it was written by the system itself."""
        return self.author_id is None


@protect
class Attachment(AppendOnly):
    """A file that shows something about an incident; its content is kept once, under its hash."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="attachments")
    blob = models.ForeignKey("registry.Blob", on_delete=models.PROTECT, related_name="incident_attachments")
    file_name = NameField(max_length=200)
    by = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    from_reporter = models.BooleanField(default=False)

    class Meta:
        app_label = "incidents"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(file_name=""), name="attachment_has_name")]

    def __str__(self) -> str:
        return self.file_name


class Communication(Governed):
    """What is told about an incident to customers, regulators or staff: a draft until it is sent, then for good."""

    class Audience(models.TextChoices):
        """To whom."""

        CUSTOMERS = "customers", "Customers"
        REGULATORS = "regulators", "Regulators"
        STAFF = "staff", "Staff"

    class State(models.TextChoices):
        """Whether it went out."""

        DRAFT = "draft", "Draft"
        SENT = "sent", "Sent"

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="communication_rows")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    subject = NameField(max_length=200)
    text = ProseField()
    state = models.CharField(max_length=5, choices=State.choices, default=State.DRAFT)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "incidents"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="sent") & Q(sent_at__isnull=False, sent_by__isnull=False))
                | (Q(state="draft") & Q(sent_at__isnull=True, sent_by__isnull=True)),
                name="sent_has_moment_and_person",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def key(self) -> str:
        """COM-12."""
        return f"COM-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the page where it is shown: its incident's."""
        return f"{reverse('incident', args=[f'INC-{self.incident_id}'])}communications/"

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this message also touches."""
        return (self.incident,)


guard(
    "sent_communication_stays",
    Communication,
    "UPDATE",
    "OLD.state = 'sent'",
    "what was sent about an incident never changes; write a further message",
)
