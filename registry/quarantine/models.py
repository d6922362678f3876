"""What is quarantined, and what asks to be lifted. Both directions are held by triggers (guards.py)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger import journal
from governance.ledger.models import Governed
from registry.catalog.models import CatalogRows, Endpoint, Tool, Vendor


class Quarantine(Governed):
    """One thing that no surface uses from a moment on, because somebody said so, until lifting it is approved.

    `kind` says which one of endpoint, tool, vendor or source is meant; a source is named by the key under which contracts
    name it. A vendor's quarantine holds for all its endpoints and tools. `standing` is in what capacity `by` placed it;
    `incident_key` the incident that it was placed for, if any.
    """

    class Kind(models.TextChoices):
        """What is taken out of use."""

        ENDPOINT = "endpoint", "Endpoint"
        SOURCE = "source", "Retrieval source"
        TOOL = "tool", "Tool"
        VENDOR = "vendor", "Vendor"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    endpoint = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="quarantines")
    tool = models.ForeignKey(Tool, null=True, blank=True, on_delete=models.PROTECT, related_name="quarantines")
    vendor = models.ForeignKey(Vendor, null=True, blank=True, on_delete=models.PROTECT, related_name="quarantines")
    source = NameField(max_length=200, blank=True)
    reason = ProseField(max_length=4000)
    by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    standing = NameField(max_length=200, blank=True)
    since = models.DateTimeField(db_index=True)
    incident_key = NameField(max_length=40, blank=True, db_index=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_reason = ProseField(max_length=4000, blank=True)

    objects = CatalogRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["id"], condition=Q(lifted_at__isnull=True), name="quarantine_active")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="endpoint", endpoint__isnull=False, tool__isnull=True, vendor__isnull=True, source="")
                | Q(kind="tool", endpoint__isnull=True, tool__isnull=False, vendor__isnull=True, source="")
                | Q(kind="vendor", endpoint__isnull=True, tool__isnull=True, vendor__isnull=False, source="")
                | (Q(kind="source", endpoint__isnull=True, tool__isnull=True, vendor__isnull=True) & ~Q(source="")),
                name="quarantine_of_one_thing",
                violation_error_message="A quarantine names one thing: an endpoint, a source, a tool or a vendor.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="quarantine_has_reason", violation_error_message="Say why it is quarantined."
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_reason="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_reason="")),
                name="quarantine_lifted_with_reason",
                violation_error_message="Lifting says who did it and why.",
            ),
            *(
                models.UniqueConstraint(
                    fields=[kind],
                    condition=Q(kind=kind, lifted_at__isnull=True),
                    name=f"one_quarantine_of_{kind}",
                    violation_error_message="It is quarantined already.",
                )
                for kind in ("endpoint", "tool", "vendor", "source")
            ),
        ]

    def __str__(self) -> str:
        return f"Quarantine of {self.name}"

    def clean(self) -> None:
        """Refuse a quarantine whose thing is not of its kind."""
        given = [kind for kind in self.Kind.values if (self.source if kind == "source" else getattr(self, f"{kind}_id"))]
        if given != [self.kind]:
            raise ValidationError({"kind": "Name one thing, of the kind that you chose."})

    @property
    def key(self) -> str:
        """Q-4."""
        return f"Q-{self.pk}" if self.pk else ""

    @property
    def thing(self) -> Any:
        """The endpoint, tool or vendor; the key of a source."""
        return self.source if self.kind == self.Kind.SOURCE else getattr(self, self.kind)

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.thing)

    @property
    def thing_key(self) -> str:
        """The key under which contracts and the catalogue name it."""
        return self.source if self.kind == self.Kind.SOURCE else str(self.thing.key)

    @property
    def is_active(self) -> bool:
        """Whether it holds now."""
        return self.lifted_at is None

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("quarantine", args=[self.key])

    @property
    def ledger_touches(self) -> tuple[models.Model, ...]:
        """What an entry about this quarantine also touches."""
        return () if self.kind == self.Kind.SOURCE else (self.thing,)

    def ledger_within(self) -> list[tuple[str, str]]:
        """What the thing belongs to: the vendor of an endpoint or a tool."""
        return [pair for thing in self.ledger_touches for pair in journal.enclosing(thing)]


class QuarantineLift(Governed):
    """Somebody asks that a quarantine be lifted, for a reason that approvers sign.

    `terms` holds what was asked as it was hashed; `digest` is its hash.
    """

    class State(models.TextChoices):
        """Where it stands."""

        ASKED = "asked", "Waiting for approval"
        DONE = "done", "Lifted"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Not answered in time"
        VOIDED = "voided", "Void"

    quarantine = models.ForeignKey(Quarantine, on_delete=models.PROTECT, related_name="lifts")
    reason = ProseField(max_length=4000)
    requester = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    terms = models.JSONField()
    digest = models.CharField(max_length=64, db_index=True)
    request = models.OneToOneField(
        "governance.ApprovalRequest", null=True, blank=True, on_delete=models.PROTECT, related_name="quarantine_lift"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="quarantine_lift_has_reason",
                violation_error_message="Say what was wrong, and why it is safe again.",
            ),
            models.UniqueConstraint(
                fields=["quarantine"],
                condition=Q(state="asked"),
                name="one_open_quarantine_lift",
                violation_error_message="Lifting this quarantine waits for approval already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Lift the quarantine of {self.quarantine.name}"

    @property
    def key(self) -> str:
        """QL-2."""
        return f"QL-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the page where it is shown: its quarantine's."""
        return self.quarantine.get_absolute_url()

    @property
    def ledger_touches(self) -> tuple[Quarantine]:
        """What an entry about it also touches."""
        return (self.quarantine,)

    def ledger_within(self) -> list[tuple[str, str]]:
        """What the quarantine lies within."""
        return [*journal.enclosing(self.quarantine), *self.quarantine.ledger_within()]
