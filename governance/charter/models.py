"""The company's model-risk charter, version by version. What was put before people never changes (guards at the end)."""

from typing import Any

from django.db import models
from django.db.models import Q

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard
from governance.ledger.models import Governed
from governance.people.rows import is_insider


class CharterRows(models.QuerySet[Any]):
    """Versions of the charter."""

    def visible_to(self, user: Any) -> "CharterRows":
        """Return all for those who govern, lead or audit; for other insiders what was put before the company."""
        if not is_insider(user):
            return self.none()
        if user.role in ("administrator", "risk_officer", "leader", "auditor"):
            return self
        return self.filter(~Q(state__in=("draft", "withdrawn")) | Q(author=user) | Q(owner=user))


class Charter(Governed):
    """The company's one-page model-risk charter, one version of it."""

    class State(models.TextChoices):
        """Where the version stands."""

        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Waiting for approval"
        IN_FORCE = "in_force", "In force"
        SUPERSEDED = "superseded", "Superseded"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    number = models.PositiveIntegerField(unique=True)
    title = NameField(default="Model-risk charter")
    company = NameField(max_length=200, blank=True)
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="charters")
    author = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField(default=dict)
    drafted = models.JSONField(default=dict)
    note = ProseField(max_length=2000, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    in_force_since = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)

    objects = CharterRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="in_force"),
                name="one_charter_in_force",
                violation_error_message="Another version of the charter is in force.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def key(self) -> str:
        """CH-3."""
        return f"CH-{self.number}"


guard(
    "charter_starts_as_draft",
    Charter,
    "INSERT",
    "NEW.state <> 'draft'",
    "a charter starts as a draft",
)
guard(
    "charter_needs_approval",
    Charter,
    "UPDATE",
    "NEW.state = 'in_force' AND OLD.state <> 'in_force' AND NOT EXISTS (SELECT 1 FROM governance_approvalrequest a"
    " WHERE a.subject_kind = 'charter' AND a.subject_id = CAST(NEW.id AS varchar(40)) AND a.state = 'approved'"
    " AND a.subject_digest = NEW.digest)",
    "a charter comes into force only when it is approved for its hash",
)
guard(
    "charter_keeps_what_was_proposed",
    Charter,
    "UPDATE",
    "OLD.state <> 'draft' AND (NEW.digest <> OLD.digest OR NEW.sections <> OLD.sections OR NEW.drafted <> OLD.drafted"
    " OR NEW.title <> OLD.title OR NEW.number <> OLD.number OR NEW.owner_id <> OLD.owner_id"
    " OR COALESCE(NEW.next_review_on, '1900-01-01') <> COALESCE(OLD.next_review_on, '1900-01-01'))",
    "a charter never changes once it is proposed",
)
