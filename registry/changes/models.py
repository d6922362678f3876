"""Changes, what let each come into force, and what held from when on. R6 is held by the database: see `guards`."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
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
        VOIDED = "voided", "Approval voided"

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
    is_emergency = models.BooleanField(default=False)
    widens = models.BooleanField(default=True, help_text="It widens what holds: nothing a spent error budget lets pass.")
    incident = NameField(max_length=400, blank=True, help_text="What happened that cannot wait; for emergencies.")
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
    planned_at = models.DateTimeField(null=True, blank=True, help_text="The moment that planned_on stands for.")
    rests_on = models.JSONField(default=dict, blank=True, help_text="What the approval rests on, as it was when asked for.")
    requester = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="changes")
    source_author = NameField(max_length=200, blank=True, help_text="Who wrote it in the repository; a reference where known.")
    source_commit = NameField(max_length=100, blank=True)
    source_link = models.URLField(max_length=600, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    approval_ends_at = models.DateTimeField(null=True, blank=True, help_text="Unused till then, the approval expires.")
    in_force_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = ProseField(max_length=4000, blank=True, help_text="Why an approval was voided or expired.")

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
            models.CheckConstraint(
                condition=Q(is_emergency=False) | (~Q(incident="") & Q(is_rollback=False)),
                name="emergency_says_what_happened",
                violation_error_message="An emergency says what happened, and is no rollback.",
            ),
            models.CheckConstraint(
                condition=~Q(state="voided") | ~Q(ended_why=""),
                name="voided_says_why",
                violation_error_message="A voided change says why.",
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
class InForce(AppendOnly):
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


@protect
class Clearance(AppendOnly):
    """What stood when a change was let into force: every control, how many held it back, and what waived them."""

    class Waived(models.TextChoices):
        """By what unmet controls were waived."""

        NOTHING = "", "Nothing"
        EMERGENCY = "emergency", "Emergency"
        ROLLBACK = "rollback", "Rollback"

    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="clearance")
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="clearances")
    revision = models.ForeignKey("registry.Revision", on_delete=models.PROTECT, related_name="clearances")
    at = models.DateTimeField()
    unmet = models.PositiveSmallIntegerField(default=0, help_text="Blocking controls neither met nor excepted.")
    standing = models.JSONField(default=list, blank=True)
    waived_by = models.CharField(max_length=10, choices=Waived.choices, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unmet=0) | ~Q(waived_by=""),
                name="clearance_is_clear_or_waived",
                violation_error_message="Unmet controls hold a revision back, unless an emergency or a rollback waives them.",
            )
        ]

    def __str__(self) -> str:
        return f"clearance of {self.change} at {self.at:%Y-%m-%d %H:%M}"


class FreezeWindow(Governed):
    """A span of time in which nothing new comes into force, everywhere or for some tiers and teams."""

    name = NameField(max_length=200)
    reason = ProseField(max_length=4000)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="freeze_windows")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = ProseField(max_length=4000, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="freeze_span")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=models.F("ends_at")),
                name="freeze_ends_after_start",
                violation_error_message="A freeze ends after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_why="") | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="early_end_says_why",
                violation_error_message="A freeze that ends early says why.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("freeze", args=[self.key])

    @property
    def key(self) -> str:
        """FW-3."""
        return f"FW-{self.pk}" if self.pk else ""


@protect
class FreezeScope(AppendOnly):
    """One tier or one team that a freeze is limited to; without any it covers all. Set when it is made, never after."""

    window = models.ForeignKey(FreezeWindow, on_delete=models.PROTECT, related_name="scopes")
    tier = models.PositiveSmallIntegerField(null=True)
    team = models.ForeignKey("governance.Team", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "registry"
        ordering = ["tier", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(tier__isnull=False, team__isnull=True) | Q(tier__isnull=True, team__isnull=False),
                name="freeze_scope_is_one",
            )
        ]

    def __str__(self) -> str:
        return str(self.team) if self.tier is None else f"tier {self.tier}"


class EmergencyReview(Governed):
    """The look back that every emergency change owes, by somebody who neither asked for it nor let it through."""

    class State(models.TextChoices):
        """Whether it was done."""

        OPEN = "open", "To be reviewed"
        CLOSED = "closed", "Reviewed"

    class Outcome(models.TextChoices):
        """What came of it."""

        KEPT = "kept", "It stays"
        ROLLED_BACK = "rolled_back", "It was taken back"

    change = models.OneToOneField(Change, on_delete=models.PROTECT, related_name="emergency_review")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    reviewer = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=11, choices=Outcome.choices, blank=True)
    findings = ProseField(max_length=8000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="emergency_review_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", reviewer__isnull=True, outcome="", closed_at__isnull=True)
                | (Q(state="closed", reviewer__isnull=False, closed_at__isnull=False) & ~Q(outcome="") & ~Q(findings="")),
                name="closed_review_has_findings",
                violation_error_message="A review is closed with its reviewer, its outcome and what was found.",
            )
        ]

    def __str__(self) -> str:
        return f"review of {self.change}"

    @property
    def key(self) -> str:
        """ER-4."""
        return f"ER-{self.pk}" if self.pk else ""

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this review also touches."""
        return (self.change, self.change.surface)
