"""Results of verifications, and what an administrator took responsibility for. Both are rows that the ledger binds."""

from typing import Any

from django.db import models
from django.urls import reverse

from governance.core.text import ProseField
from governance.ledger.appendonly import protect
from governance.ledger.rows import AppendOnly, Rows
from governance.people import roles

MOST_KEPT = 200
"""How many findings a result keeps; it counts them all."""


class VerificationRows(Rows):
    """Results, for those who read the ledger."""

    def visible_to(self, user: Any) -> "VerificationRows":
        """Return all results for whoever reads the whole ledger, and none for others."""
        return self if user.is_authenticated and roles.reads_all(user) else self.none()


@protect
class Verification(AppendOnly):
    """One look at the whole ledger: how much was computed again, under which root, and what did not hold.

    `findings` are the first of them ({"kind", "what", "said", "seq", "model", "id", "mark", "accepted"}); `problems` counts
    all that nobody accepted. `older` says of a checkpoint that was given whether today's ledger extends it.
    """

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    size = models.PositiveBigIntegerField(help_text="Entries.")
    root = models.CharField(max_length=64)
    checkpoints = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    parts = models.PositiveBigIntegerField(default=0)
    files = models.PositiveBigIntegerField(default=0)
    gone = models.PositiveBigIntegerField(default=0, help_text="Rows, parts and files that were let go, each explained.")
    problems = models.PositiveBigIntegerField(default=0)
    accepted = models.PositiveBigIntegerField(default=0)
    findings = models.JSONField(default=list, blank=True)
    older = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")

    objects = VerificationRows.as_manager()  # type: ignore[misc]

    class Meta:
        app_label = "governance"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"verification {self.key}"

    @property
    def key(self) -> str:
        """VF-7."""
        return f"VF-{self.pk}" if self.pk else ""

    @property
    def holds(self) -> bool:
        """Whether everything was as it should be, or was accepted."""
        return not self.problems

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("verification", args=[self.key])


@protect
class AcceptedFinding(AppendOnly):
    """An administrator knows of a finding and took responsibility for it: it is shown from then on, and no longer alarms.

    `mark` is the SHA-256 over what the finding says and what was seen, so that a further change is a finding of its own.
    """

    mark = models.CharField(max_length=64, unique=True)
    what = models.CharField(max_length=400)
    reason = ProseField(max_length=4000)
    by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        app_label = "governance"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.what
