"""Gate checks: what was asked, what was answered and why. Append-only; the gate binds by a trigger."""

from django.db import models
from django.urls import reverse

from governance.core.text import NameField
from governance.ledger.appendonly import guard, protect
from governance.ledger.rows import AppendOnly, Rows
from registry.surfaces.models import Surface


class GateRows(Rows):
    """Checks in the order in which they count: the newest is the one that holds."""

    def binding(self) -> "GateRows":
        """Keep checks of a revision before it held: those decide whether it may come into force."""
        return self.filter(revision__isnull=False, while_in_force=False)


@protect
class GateCheck(AppendOnly):
    """One question of CI to the gate of a surface, and the answer, with every reason for a no.

    `reasons` are {code, text, fix}; `limits` what the caller asked for beside policy; `runs` the keys of the eval runs
    that came along; `measured` one line for each suite looked at: {suite, pass_rate, threshold, run, ...}.
    `while_in_force` says that the revision already held then: such a check is watching, and binds nothing.
    """

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="gate_checks")
    revision = models.ForeignKey("registry.Revision", null=True, on_delete=models.PROTECT, related_name="gate_checks")
    while_in_force = models.BooleanField(default=False)
    passed = models.BooleanField()
    reasons = models.JSONField(default=list, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    runs = models.JSONField(default=list, blank=True)
    measured = models.JSONField(default=list, blank=True)
    commit = NameField(max_length=100, blank=True)
    repository = NameField(max_length=300, blank=True)
    link = models.URLField(max_length=600, blank=True)
    actor = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="gate_checks")
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    took_ms = models.PositiveIntegerField(help_text="Server time from the question to the answer, in milliseconds.")

    objects = GateRows.as_manager()  # type: ignore[misc]

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["revision", "-id"], name="gate_revision"),
            models.Index(fields=["surface", "-id"], name="gate_surface"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {'passed' if self.passed else 'failed'}"

    @property
    def key(self) -> str:
        """G-12."""
        return f"G-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("gate-check", args=[self.key])


LAST_FAILED = (
    "EXISTS (SELECT 1 FROM registry_gatecheck g WHERE g.revision_id = {revision} AND NOT g.while_in_force AND NOT g.passed"
    " AND NOT EXISTS (SELECT 1 FROM registry_gatecheck later"
    " WHERE later.revision_id = g.revision_id AND NOT later.while_in_force AND later.id > g.id))"
)
guard(
    "in_force_needs_open_gate",
    Surface,
    "UPDATE",
    "NEW.in_force_id IS NOT NULL AND (OLD.in_force_id IS NULL OR OLD.in_force_id <> NEW.in_force_id) AND "
    + LAST_FAILED.format(revision="NEW.in_force_id"),
    "a revision whose last gate check failed does not come into force",
)
