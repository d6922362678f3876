"""What is said of one framework item on one surface. Items themselves are data files: they change by edition, not by us."""

from django.db import models
from django.db.models import Q

from governance.core.text import ProseField
from governance.ledger.models import Governed
from registry.surfaces.models import Surface


class FrameworkAnswer(Governed):
    """On this surface, the risk that this item of this edition names is mitigated in this way, or cannot arise.

    `framework` holds the edition as well (owasp-llm-2026): the same id in another edition is another risk.
    """

    class Status(models.TextChoices):
        """What is said."""

        MITIGATED = "mitigated", "Mitigated"
        NOT_APPLICABLE = "not_applicable", "Not applicable"

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="framework_answers")
    framework = models.CharField(max_length=60)
    item = models.CharField(max_length=60)
    status = models.CharField(max_length=16, choices=Status.choices)
    reason = ProseField(max_length=4000)

    class Meta:
        app_label = "registry"
        ordering = ["surface", "framework", "item"]
        constraints = [
            models.UniqueConstraint(
                fields=["surface", "framework", "item"],
                name="one_answer_per_item",
                violation_error_message="Somebody has just answered this item.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="answer_has_reason",
                violation_error_message="Say how it is mitigated, or why it does not apply.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_status_display().lower()}"

    @property
    def key(self) -> str:
        """The surface's key with the item's."""
        return f"S-{self.surface_id:04d} {self.item}"

    @property
    def ledger_touches(self) -> tuple[Surface]:
        """What an entry about this answer also touches."""
        return (self.surface,)
