"""Changes, and what was in force from when on. R6 is held by the database: see the guards at the end."""

from django.db import models
from django.db.models import Q

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from registry.surfaces.models import Surface


class Change(Governed):
    """The proposal that leads from one revision to the next, and its decision record."""

    class State(models.TextChoices):
        """Where the change stands."""

        PROPOSED = "proposed", "Waiting for approval"
        APPROVED = "approved", "Approved, not yet in force"
        IN_FORCE = "in_force", "In force"
        SUPERSEDED = "superseded", "Followed by another"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    OPEN_STATES = ("proposed", "approved")

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="changes")
    revision = models.ForeignKey("registry.Revision", on_delete=models.PROTECT, related_name="changes")
    base = models.ForeignKey("registry.Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    request = models.OneToOneField(
        "governance.ApprovalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="change"
    )
    title = NameField()
    kinds = models.JSONField(default=list)
    is_rollback = models.BooleanField(default=False)
    why = ProseField(max_length=8000)
    worst_case = ProseField(max_length=4000, blank=True)
    blast_radius = ProseField(max_length=4000, blank=True)
    data_touched = ProseField(max_length=4000, blank=True)
    drift_signs = ProseField(max_length=4000, blank=True)
    rollback_trigger = ProseField(max_length=4000, blank=True)
    rollback_to = models.ForeignKey("registry.Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    eval_evidence = ProseField(max_length=4000, blank=True)
    disclosure = models.JSONField(default=list, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    requester = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="changes")
    source_author = NameField(max_length=200, blank=True, help_text="Who wrote it in the repository; a reference where known.")
    source_commit = NameField(max_length=100, blank=True)
    source_link = models.URLField(max_length=600, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    in_force_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"], name="change_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["surface"],
                condition=Q(state__in=("proposed", "approved")),
                name="one_open_change",
                violation_error_message="Another change of this surface is still open. Decide or withdraw it first.",
            ),
            models.UniqueConstraint(
                fields=["surface"],
                condition=Q(state="in_force"),
                name="one_change_in_force",
                violation_error_message="Another change of this surface is in force.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """C-1192."""
        return f"C-{self.pk}" if self.pk else ""

    @property
    def ledger_touches(self) -> tuple[Surface]:
        """What an entry about this change also touches."""
        return (self.surface,)


@protect
class InForce(models.Model):
    """From this moment on, this revision held for this surface (none: nothing held)."""

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="in_force_records")
    revision = models.ForeignKey("registry.Revision", null=True, on_delete=models.PROTECT, related_name="+")
    change = models.ForeignKey(Change, null=True, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        app_label = "registry"
        ordering = ["surface", "since", "pk"]
        indexes = [models.Index(fields=["surface", "-since"], name="in_force_at")]

    def __str__(self) -> str:
        return f"{self.revision or 'nothing'} since {self.since:%Y-%m-%d %H:%M}"


APPROVED = (
    "EXISTS (SELECT 1 FROM registry_change c"
    " JOIN governance_approvalrequest a ON a.id = c.request_id"
    " JOIN registry_revision r ON r.id = c.revision_id"
    " WHERE c.revision_id = {revision} AND c.surface_id = {surface} AND r.surface_id = {surface}"
    " AND a.state = 'approved' AND a.subject_digest = r.digest)"
)
guard(
    "in_force_needs_approval",
    Surface,
    "UPDATE",
    "NEW.in_force_id IS NOT NULL AND (OLD.in_force_id IS NULL OR OLD.in_force_id <> NEW.in_force_id) AND NOT "
    + APPROVED.format(revision="NEW.in_force_id", surface="NEW.id"),
    "a revision comes into force only when its change is approved for its hash",
)
guard(
    "surface_starts_without_revision",
    Surface,
    "INSERT",
    "NEW.in_force_id IS NOT NULL",
    "a new surface has no revision in force",
)
guard(
    "in_force_record_needs_approval",
    InForce,
    "INSERT",
    "NEW.revision_id IS NOT NULL AND NOT " + APPROVED.format(revision="NEW.revision_id", surface="NEW.surface_id"),
    "a revision comes into force only when its change is approved for its hash",
)
