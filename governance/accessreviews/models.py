"""Reviews of access, their lines, and what was decided of each."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core import clock
from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from governance.people.rows import OversightRows


class AccessReview(Governed):
    """One look at who may do what: opened by schedule or by hand, closed when every line is decided.

    `reviewer` answers for it; whoever governs may decide lines. `digest` is the SHA-256 over the canonical JSON of all
    lines with what was decided (`queries.content`), set when it is closed.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        CANCELLED = "cancelled", "Called off"

    reviewer = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="access_reviews")
    opened_on = models.DateField()
    due_on = models.DateField()
    scheduled = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    ended_because = ProseField("why it was called off", max_length=2000, blank=True)

    objects = OversightRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="access_review_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="open"),
                name="one_open_access_review",
                violation_error_message="A review is open already. Close it first.",
            ),
            models.CheckConstraint(
                condition=(Q(state="closed") & Q(closed_at__isnull=False) & ~Q(digest=""))
                | (~Q(state="closed") & Q(closed_at__isnull=True, digest="")),
                name="closed_access_review_has_digest",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(ended_because=""),
                name="access_review_cancelled_with_reason",
                violation_error_message="Say why it is called off.",
            ),
        ]

    def __str__(self) -> str:
        return f"Access review of {self.opened_on:%-d %B %Y}"

    @property
    def key(self) -> str:
        """AR-1."""
        return f"AR-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("access-review", args=[self.key])


@protect
class AccessLine(AppendOnly):
    """One thing that somebody may do, as it stood when a review was opened.

    `source` names what grants it and `held_id` which grant it is there; `person` is who has it, empty where it belongs to
    nobody with an account. `what` names no person.
    """

    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="lines")
    source = models.CharField(max_length=40)
    held_id = models.CharField(max_length=80)
    person = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="access_lines")
    what = NameField(max_length=400)
    url = models.CharField(max_length=400, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    used_on = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "source", "held_id"], name="access_line_once")]

    def __str__(self) -> str:
        return self.what


@protect
class AccessDecision(AppendOnly):
    """What a reviewer decided of one line; to change one's mind is a further decision, and the newest counts."""

    class Verdict(models.TextChoices):
        """What comes of it."""

        CONFIRMED = "confirmed", "Confirmed"
        REVOKED = "revoked", "Revoked"
        GONE = "gone", "Gone by itself"

    line = models.ForeignKey(AccessLine, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=9, choices=Verdict.choices)
    by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="access_decisions")
    reason = ProseField(max_length=2000, blank=True)
    at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        app_label = "governance"
        ordering = ["pk"]
        indexes = [models.Index(fields=["line", "-id"], name="access_decision_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict="revoked") | ~Q(reason=""),
                name="access_revoked_with_reason",
                violation_error_message="Say why it is revoked.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.line_id}"


guard(
    "access_review_stays_closed",
    AccessReview,
    "UPDATE",
    "OLD.state <> 'open'",
    "a review that is closed or called off never changes; open a new one",
)
guard(
    "access_line_of_open_review",
    AccessDecision,
    "INSERT",
    "NOT EXISTS (SELECT 1 FROM governance_accessline l JOIN governance_accessreview r ON r.id = l.review_id"
    " WHERE l.id = NEW.line_id AND r.state = 'open')",
    "only the lines of an open review are decided",
)
guard(
    "access_not_decided_by_its_holder",
    AccessDecision,
    "INSERT",
    "NEW.verdict <> 'gone' AND EXISTS"
    " (SELECT 1 FROM governance_accessline l WHERE l.id = NEW.line_id AND l.person_id = NEW.by_id)",
    "nobody decides what they may do themselves",
)
