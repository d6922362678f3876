"""Documents that were made, and the company's charter."""

from django.db import models
from django.db.models import Q

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed


@protect
class Document(models.Model):
    """One PDF as it was made: what from, by whom, when, and under which hashes. A newer one never replaces it."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=120, blank=True)
    title = NameField()
    number = models.PositiveIntegerField(default=1)
    source = models.JSONField()
    source_digest = models.CharField(max_length=64)
    file_digest = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    ledger_seq = models.PositiveBigIntegerField(default=0)
    made_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="documents")
    made_at = models.DateTimeField()
    job = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["kind", "subject_id", "-made_at"], name="document_subject")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "number"], name="document_number_once"),
            models.UniqueConstraint(fields=["job"], condition=~Q(job=""), name="document_job_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """Its verification code."""
        return self.code


class Charter(Governed):
    """The company's one-page model-risk charter, one version of it."""

    class State(models.TextChoices):
        """Where the version stands."""

        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Waiting for approval"
        IN_FORCE = "in_force", "In force"
        SUPERSEDED = "superseded", "Superseded"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    number = models.PositiveIntegerField(unique=True)
    title = NameField(default="Model-risk charter")
    company = NameField(max_length=200, blank=True)
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="charters")
    author = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(default=dict)
    drafted = models.JSONField(default=dict)
    note = ProseField(max_length=2000, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    in_force_since = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)

    class Meta:
        app_label = "governance"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="in_force"),
                name="one_charter_in_force",
                violation_error_message="Another version of the charter is in force.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def key(self) -> str:
        """CH-3."""
        return f"CH-{self.number}"
