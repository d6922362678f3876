"""Policy as records. The rows say what holds now; each version keeps the whole as it was, under a hash."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from governance.core import digest
from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly, Rows
from governance.people.rows import is_insider


class PolicyRows(models.QuerySet[Any]):
    """What holds for everybody may be read by everybody, guests included."""

    def visible_to(self, user: Any) -> "PolicyRows":
        """Return everything for whoever is signed in and active."""
        return self if user.is_authenticated and user.is_active else self.none()


class VersionRows(PolicyRows, Rows):  # type: ignore[override]
    """Versions of the policy: read by everybody, each bound when it is written."""


class DraftRows(models.QuerySet[Any]):
    """Drafts of the policy."""

    def visible_to(self, user: Any) -> "DraftRows":
        """Return all for those who govern, lead or audit; for others what was put before the company."""
        if not is_insider(user):
            return self.none()
        if user.role in ("administrator", "risk_officer", "leader", "auditor"):
            return self
        return self.filter(Q(author=user) | ~Q(state__in=("draft", "withdrawn")))


@protect
class PolicyVersion(AppendOnly):
    """The whole policy as it was from one moment on: immutable, numbered, hashed over its canonical JSON."""

    number = models.PositiveIntegerField(unique=True)
    label = models.CharField(max_length=40, unique=True)
    document = models.JSONField()
    digest = models.CharField(max_length=64, db_index=True)
    summary = ProseField(max_length=2000, blank=True)
    made_by_ref = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    effective_at = models.DateTimeField(db_index=True)

    objects = VersionRows.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        app_label = "governance"
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"policy {self.label}"

    @property
    def key(self) -> str:
        """The label by which people speak of it, such as 2026.4."""
        return self.label


class PolicyDraft(Governed):
    """A proposed policy: a whole document, compared with what holds, on its way through approval."""

    class State(models.TextChoices):
        """Where the draft stands."""

        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Waiting for approval"
        ADOPTED = "adopted", "Adopted"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    title = NameField()
    reason = ProseField(max_length=4000, blank=True)
    document = models.JSONField()
    based_on = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="drafts")
    effective_at = models.DateTimeField(null=True, blank=True)
    author = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="policy_drafts")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    adopted_as = models.ForeignKey(PolicyVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = DraftRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["-created_at"]
        constraints = [
            # One at a time: the second would be approved against a policy that the first is about to replace.
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="proposed"),
                name="one_proposed_policy",
                violation_error_message="Another draft of the policy waits for approval. Wait for it, or have it withdrawn.",
            ),
            models.CheckConstraint(
                condition=~Q(state="adopted") | Q(adopted_as__isnull=False),
                name="adopted_draft_has_version",
                violation_error_message="An adopted draft names the version that it became.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """Its short name in the ledger."""
        return f"PD-{self.pk}"

    @property
    def digest(self) -> str:
        """What approvers agree to: the whole document, and from when on it holds."""
        return digest.digest({"policy": self.document, "effective_at": self.effective_at})


class Tier(Governed):
    """One level of risk, and what it demands."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = NameField(max_length=100)
    example = NameField(max_length=400, blank=True)
    why = ProseField(max_length=2000, blank=True)
    approvers = models.JSONField(default=list, help_text="Positions that approve a change, each with how many people.")
    lane = models.CharField(max_length=20, default="standard")
    logging_minimum = models.JSONField(default=list, blank=True)
    controls = models.JSONField(default=list, blank=True)
    raci = models.JSONField(default=dict, help_text="Default RACI rows by kind of decision, in positions.")
    review_months = models.PositiveSmallIntegerField(default=12)
    eval_threshold = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    eval_freshness_days = models.PositiveSmallIntegerField(null=True, blank=True)
    exception_days = models.PositiveSmallIntegerField(default=180)
    drill_days = models.PositiveSmallIntegerField(null=True, blank=True)
    emergency_review_hours = models.PositiveSmallIntegerField(default=72)
    postmortem_from = models.CharField(max_length=4, default="SEV2")
    approval_days = models.PositiveSmallIntegerField(default=14, help_text="Days until an unanswered request expires.")
    decide_hours = models.PositiveSmallIntegerField(default=72, help_text="Hours in which a decision is asked for.")
    two_person = models.BooleanField(default=False)

    objects = PolicyRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"T{self.number} {self.name}"

    @property
    def key(self) -> str:
        """T0 to T4."""
        return f"T{self.number}"


class DataClass(Governed):
    """A kind of data by how it must be handled, such as customer or secret."""

    key = models.SlugField(max_length=40, unique=True)
    name = NameField(max_length=100, unique=True)
    description = ProseField(max_length=2000, blank=True)
    rank = models.PositiveSmallIntegerField(default=0, help_text="Order of sensitivity, 0 is least.")
    is_sensitive = models.BooleanField(default=False)
    minimum_tier = models.PositiveSmallIntegerField(default=0)
    default_rule = models.CharField(max_length=10, default="never")
    is_retired = models.BooleanField(default=False)

    objects = PolicyRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["rank", "key"]

    def __str__(self) -> str:
        return self.name


class IncidentCategory(Governed):
    """A kind of incident in words anyone knows, and the path it is answered by."""

    key = models.SlugField(max_length=60, unique=True)
    name = NameField(max_length=120, unique=True)
    plain_words = NameField(max_length=400, blank=True)
    path = NameField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    is_retired = models.BooleanField(default=False)

    objects = PolicyRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.name


class Severity(Governed):
    """How bad an incident is, by user harm and reach."""

    key = models.CharField(max_length=4, unique=True)
    name = NameField(max_length=100)
    description = ProseField(max_length=2000, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    objects = PolicyRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["order"]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"


class ApprovalRoute(Governed):
    """Who approves a kind of thing: steps of a position and how many people, for a tier and a kind of change or any."""

    subject = models.CharField(max_length=30, help_text="change, policy, charter, vendor, endpoint, tool, transfer")
    change_kind = models.CharField(max_length=30, blank=True, help_text="Empty: any kind of change.")
    tier = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: any tier.")
    steps = models.JSONField(default=list)
    in_order = models.BooleanField(default=False)
    lane = models.CharField(max_length=20, default="standard")

    objects = PolicyRows.as_manager()

    class Meta:
        app_label = "governance"
        ordering = ["subject", "tier", "change_kind"]
        constraints = [
            models.UniqueConstraint(
                "subject",
                "change_kind",
                Coalesce("tier", -1),
                name="one_route",
                violation_error_message="There is already a route for this subject, kind and tier.",
            ),
            models.CheckConstraint(
                condition=Q(tier__isnull=True) | Q(tier__lte=4), name="route_tier", violation_error_message="Tiers are 0 to 4."
            ),
        ]

    def __str__(self) -> str:
        return f"route for {self.subject}"

    @property
    def key(self) -> str:
        """Subject, tier and kind in one word."""
        tier = "any" if self.tier is None else f"t{self.tier}"
        return "-".join(filter(None, (self.subject, self.change_kind, tier)))
