"""Exceptions and the surfaces they cover. R9 is held by NOT NULL, checks and triggers as well as by the actions."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from registry.surfaces.models import Surface


class ControlException(Governed):
    """On these surfaces these controls need not be met, from the day of asking until a day that is fixed beforehand.

    What was asked never changes: `terms` holds it as it was hashed, `digest` is its hash and what approvers sign. It
    counts from `active_at` (the approval) until `ends_at`, the last moment of `expires_on` in the company's time zone.
    """

    class State(models.TextChoices):
        """Where the exception stands."""

        REQUESTED = "requested", "Waiting for approval"
        ACTIVE = "active", "In force"
        EXPIRED = "expired", "Expired"
        ENDED = "ended", "Ended early"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        UNANSWERED = "unanswered", "Not answered in time"

    OPEN_STATES = ("requested", "active")

    title = NameField()
    controls = models.JSONField(help_text="Keys of controls; also tier, and owasp:LLM03 for an item of the checklist.")
    surfaces = models.ManyToManyField(Surface, through="registry.ExceptionSurface", related_name="exceptions")
    reason = ProseField(max_length=8000)
    measures = ProseField("compensating measures", max_length=8000)
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="control_exceptions")
    requester = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField(help_text="The strictest tier among its surfaces when it was asked for.")
    starts_on = models.DateField()
    expires_on = models.DateField("ends on")
    latest_on = models.DateField(help_text="The longest that the tier allows, counted from the first day.")
    ends_at = models.DateTimeField()
    terms = models.JSONField()
    digest = models.CharField(max_length=64, db_index=True)
    request = models.OneToOneField(
        "governance.ApprovalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="control_exception"
    )
    extends = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="extensions")
    state = models.CharField(max_length=12, choices=State.choices, default=State.REQUESTED)
    active_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = ProseField(max_length=4000, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "ends_at"], name="exception_state_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lt=F("expires_on")) & Q(expires_on__lte=F("latest_on")),
                name="exception_within_its_days",
                violation_error_message="An exception ends after its first day, and no later than its tier allows.",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(measures=""),
                name="exception_has_reason_and_measures",
                violation_error_message="An exception says why, and what is done instead.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("active", "expired", "ended")) | Q(active_at__isnull=False, active_at__lt=F("ends_at")),
                name="exception_active_before_its_end",
                violation_error_message="An exception cannot come into force after its own end.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("requested", "active"), ended_at__isnull=True)
                | (~Q(state__in=("requested", "active")) & Q(ended_at__isnull=False)),
                name="exception_over_has_end",
                violation_error_message="What is over says since when.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """X-12."""
        return f"X-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("exception", args=[self.key])

    def holds_at(self, moment: datetime) -> bool:
        """Whether it counts at a moment: approved by then, not ended early by then, and not past its last moment."""
        if self.active_at is None or moment < self.active_at or moment > self.ends_at:
            return False
        return self.ended_at is None or moment < self.ended_at

    @property
    def ledger_touches(self) -> tuple[Surface, ...]:
        """What an entry about this exception also touches: its surfaces. Reads them."""
        return tuple(self.surfaces.all()) if self.pk else ()


@protect
class ExceptionSurface(AppendOnly):
    """An exception covers this surface. The list is fixed when the exception is asked for."""

    exception = models.ForeignKey(ControlException, on_delete=models.PROTECT, related_name="covers")
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="exception_covers")

    class Meta:
        app_label = "registry"
        ordering = ["exception", "surface"]
        constraints = [models.UniqueConstraint(fields=["exception", "surface"], name="exception_surface_once")]

    def __str__(self) -> str:
        return f"{self.exception} covers {self.surface}"


APPROVED = (
    "EXISTS (SELECT 1 FROM governance_approvalrequest a WHERE a.id = NEW.request_id AND a.subject_kind = 'exception'"
    " AND a.subject_id = CAST(NEW.id AS VARCHAR(40)) AND a.subject_digest = NEW.digest AND a.state = 'approved')"
)
COVERS = "EXISTS (SELECT 1 FROM registry_exceptionsurface c WHERE c.exception_id = NEW.id)"
FIXED = ("controls", "reason", "measures", "tier", "starts_on", "expires_on", "latest_on", "ends_at", "terms", "digest")
guard(
    "exception_starts_requested",
    ControlException,
    "INSERT",
    "NEW.state <> 'requested' OR NEW.request_id IS NOT NULL OR NEW.controls = '[]'",
    "an exception names controls and starts as a request",
)
guard(
    "exception_active_needs_approval",
    ControlException,
    "UPDATE",
    f"NEW.state = 'active' AND OLD.state <> 'active' AND NOT (OLD.state = 'requested' AND {COVERS} AND {APPROVED})",
    "an exception is in force only with an approved request for its digest",
)
guard(
    "exception_keeps_its_terms",
    ControlException,
    "UPDATE",
    " OR ".join(f"NEW.{name} <> OLD.{name}" for name in FIXED)
    + " OR (OLD.request_id IS NOT NULL AND (NEW.request_id IS NULL OR NEW.request_id <> OLD.request_id))"
    + " OR (OLD.active_at IS NOT NULL AND (NEW.active_at IS NULL OR NEW.active_at <> OLD.active_at))",
    "what an exception says never changes once it is asked for",
)
guard(
    "exception_over_stays_over",
    ControlException,
    "UPDATE",
    "OLD.state NOT IN ('requested', 'active') AND NEW.state <> OLD.state",
    "an exception that is over never comes back: ask for a new one",
)
guard(
    "exception_surfaces_fixed",
    ExceptionSurface,
    "INSERT",
    "NOT EXISTS (SELECT 1 FROM registry_controlexception x WHERE x.id = NEW.exception_id"
    " AND x.state = 'requested' AND x.request_id IS NULL)",
    "the surfaces of an exception are fixed when it is asked for",
)
