"""Inventories: what one file said of models, and what was made of it."""

from typing import Any

from django.db import models
from django.urls import reverse

from governance.core.text import NameField
from governance.ledger.models import Governed
from governance.people.rows import is_insider
from registry.catalog.models import Vendor


class InventoryRows(models.QuerySet[Any]):
    """Inventories are the company's own, like the catalogue that they fill."""

    def visible_to(self, user: Any) -> "InventoryRows":
        """Return what the reader may see."""
        return self if is_insider(user) else self.none()


class Inventory(Governed):
    """One file that was read: a gateway's configuration, a provider's list of models, or a list of one's own.

    `lines` hold what it says of each model, without any key; `digest` is SHA-256 over the file, which is not kept. `made`
    tells what was taken over: which step, and the key of what came of it.
    """

    class Kind(models.TextChoices):
        """What kind of file it is."""

        LITELLM = "litellm", "LiteLLM configuration"
        PROVIDER = "provider", "A provider's list of models"
        PLAIN = "plain", "A list of our own"

    class State(models.TextChoices):
        """What became of it."""

        READ = "read", "Read"
        TAKEN = "taken", "Taken over"
        DISCARDED = "discarded", "Discarded"

    ledger_encloses = False
    kind = models.CharField(max_length=8, choices=Kind.choices)
    file_name = NameField(max_length=200)
    digest = models.CharField(max_length=64)
    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.PROTECT, related_name="inventories")
    by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="inventories")
    lines = models.JSONField(default=list)
    secrets = models.IntegerField(default=0, help_text="Keys and passwords that were in the file and are stored nowhere.")
    made = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.READ)

    objects = InventoryRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="provider", vendor__isnull=False) | ~models.Q(kind="provider"),
                name="inventory_names_provider",
                violation_error_message="Say whose list of models it is.",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def key(self) -> str:
        """IV-3."""
        return f"IV-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("inventory", args=[self.key])
