"""Every step of a surface's mode, and the raises that are asked for. Both directions are held by triggers (guards.py)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from registry.surfaces.models import Mode, Surface


class ModeRaise(Governed):
    """Somebody asks that a surface be switched on further: from the mode that holds to one above it, for these terms.

    `terms` holds what was asked as it was hashed; `digest` is its hash and what approvers sign. `base` is the step that
    put the surface where it was: any step after it voids the request.
    """

    class State(models.TextChoices):
        """Where the raise stands."""

        ASKED = "asked", "Waiting for approval"
        DONE = "done", "Raised"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Not answered in time"
        VOIDED = "voided", "Void: the mode moved"

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="mode_raises")
    before = models.CharField(max_length=14, choices=Mode.choices)
    after = models.CharField(max_length=14, choices=Mode.choices)
    reason = ProseField(max_length=4000)
    requester = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    base = models.ForeignKey("registry.ModeChange", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    terms = models.JSONField()
    digest = models.CharField(max_length=64, db_index=True)
    request = models.OneToOneField(
        "governance.ApprovalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="mode_raise"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="mode_raise_moves"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="mode_raise_has_reason",
                violation_error_message="Say why it can be switched on further.",
            ),
            models.UniqueConstraint(
                fields=["surface"],
                condition=Q(state="asked"),
                name="one_open_mode_raise",
                violation_error_message="Raising the mode of this surface waits for approval already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.surface}: from {self.get_before_display().lower()} to {self.get_after_display().lower()}"

    @property
    def key(self) -> str:
        """MR-12."""
        return f"MR-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the page where it is shown: its surface's."""
        return reverse("surface", args=[self.surface.key])

    @property
    def ledger_touches(self) -> tuple[Surface]:
        """What an entry about this raise also touches."""
        return (self.surface,)


@protect
class ModeChange(AppendOnly):
    """A surface's mode moved from one rung to another, at a moment, by a person, for a reason.

    `standing` is in what capacity they did it (owner, Engineering, risk officer); `request` the approval that let a raise
    through, and null for a lowering; `drill` the key of the drill that it belongs to; `fallback` what people get instead
    from then on, as the contract said at that moment.
    """

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="mode_changes")
    before = models.CharField(max_length=14, choices=Mode.choices)
    after = models.CharField(max_length=14, choices=Mode.choices)
    reason = ProseField(max_length=4000)
    actor = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    standing = NameField(max_length=200, blank=True)
    at = models.DateTimeField(db_index=True)
    request = models.OneToOneField(
        "governance.ApprovalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="mode_change"
    )
    drill = NameField(max_length=40, blank=True)
    fallback = ProseField(max_length=2000, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["surface", "-id"], name="mode_change_surface")]
        constraints = [
            models.CheckConstraint(condition=~Q(before=F("after")), name="mode_change_moves"),
            models.CheckConstraint(
                condition=~Q(reason=""), name="mode_change_has_reason", violation_error_message="Say why the mode is moved."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.surface}: {self.get_before_display().lower()} to {self.get_after_display().lower()}"

    @property
    def key(self) -> str:
        """M-12."""
        return f"M-{self.pk}" if self.pk else ""

    @property
    def is_lowering(self) -> bool:
        """Whether it took something away."""
        return self.request_id is None
