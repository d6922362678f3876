"""What the scorecard said: a month sealed for good, and the figures last worked out for the briefing."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.ledger.appendonly import protect
from governance.ledger.rows import AppendOnly, Rows
from governance.people.rows import LedgerReaderRows


class SnapshotRows(Rows, LedgerReaderRows):  # type: ignore[override]
    """Sealed months: for those who read everything, because their figures are the whole company's."""


@protect
class ScoreSnapshot(AppendOnly):
    """All figures of the scorecard for one calendar month (UTC), as they were when it was sealed.

    `figures` is what `sealing.content` makes; `digest` is the SHA-256 over its canonical JSON, and `seq` the number of the
    last entry of the ledger that it could know of. What is told later about the month changes the live figures, not these.
    """

    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    sealed_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField()

    objects = SnapshotRows.as_manager()  # type: ignore[misc]

    class Meta:
        app_label = "governance"
        ordering = ["-year", "-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "month"],
                name="score_snapshot_once",
                violation_error_message="This month is sealed already.",
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, year__gte=2000, year__lte=9999), name="score_snapshot_is_of_a_month"
            ),
        ]

    def __str__(self) -> str:
        return f"Scorecard of {self.first:%B %Y}"

    @property
    def first(self) -> date:
        """The first day of its month."""
        return date(self.year, self.month, 1)

    @property
    def key(self) -> str:
        """SC-2026-10: the month is its name."""
        return f"SC-{self.year:04}-{self.month:02}" if self.month else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("score-snapshot", args=[self.key])


class ScoreStrip(models.Model):
    """The figures of the last twelve weeks over all surfaces, as a worker last made them for the briefing. One row."""

    figures = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        app_label = "governance"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_score_strip")]

    def __str__(self) -> str:
        return f"made at {self.made_at:%Y-%m-%d %H:%M}"
