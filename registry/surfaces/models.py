"""Surfaces and what they may do. A revision is written once, when it is proposed, and never again (R5)."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly


class Pattern(models.TextChoices):
    """How a model is built in."""

    SAAS_APP = "saas_app", "SaaS app used directly"
    SAAS_COPILOT = "saas_copilot", "SaaS copilot in a suite"
    IDE_ASSISTANT = "ide_assistant", "IDE assistant"
    OWN_BACKEND = "own_backend", "API through our backend"
    CLOUD_MANAGED = "cloud_managed", "Cloud-managed model"
    SELF_HOSTED = "self_hosted", "Self-hosted open model"
    HYBRID_ROUTER = "hybrid_router", "Hybrid router"


class SurfaceState(models.TextChoices):
    """A surface's life, from idea to retired."""

    IDEA = "idea", "Idea"
    BUILDING = "building", "Being built"
    IN_REVIEW = "in_review", "In review"
    LIVE = "live", "Live"
    PAUSED = "paused", "Paused"
    RETIRED = "retired", "Retired"


class Mode(models.TextChoices):
    """How far a surface is switched on, from all to nothing."""

    NORMAL = "normal", "Normal"
    HUMAN_REVIEW = "human_review", "Human review"
    NO_TOOLS = "no_tools", "No tools"
    NO_RETRIEVAL = "no_retrieval", "No retrieval"
    SAFER_MODEL = "safer_model", "Safer model"
    OFF = "off", "Off"


class Surface(Governed):
    """One place where the company calls a model, or lets one act."""

    ledger_encloses = True
    name = NameField()
    purpose = ProseField(blank=True)
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="surfaces")
    owner = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="surfaces")
    pattern = models.CharField(max_length=20, choices=Pattern.choices, blank=True)
    vendor = models.ForeignKey("registry.Vendor", null=True, blank=True, on_delete=models.PROTECT, related_name="surfaces")
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    tier_reasons = models.JSONField(default=list, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=12, choices=SurfaceState.choices, default=SurfaceState.IDEA)
    mode = models.CharField(max_length=14, choices=Mode.choices, default=Mode.NORMAL)
    in_force = models.ForeignKey("registry.Revision", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    in_force_since = models.DateTimeField(null=True, blank=True)
    topic = NameField(max_length=200, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    started_on = models.DateField(null=True, blank=True)
    review_on = models.DateField("next review", null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["state", "tier"], name="surface_state_tier"),
            models.Index(fields=["name"], name="surface_name"),
            models.Index(fields=["external_id"], name="surface_external"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(tier__isnull=True) | Q(tier__lte=4),
                name="surface_tier",
                violation_error_message="Tiers are 0 to 4.",
            ),
            models.CheckConstraint(
                condition=~Q(state="live") | Q(in_force__isnull=False),
                name="live_has_revision",
                violation_error_message="A surface is live only with a revision in force.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """S-0418; also its address."""
        return f"S-{self.pk:04d}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the address of its page."""
        return reverse("surface", args=[self.key])


@protect
class Revision(AppendOnly):
    """One immutable version of a surface's contract, under the hash that people approve."""

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    contract = models.JSONField()
    digest = models.CharField(max_length=64, db_index=True)
    tier = models.PositiveSmallIntegerField()
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    policy_version = models.ForeignKey("governance.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        app_label = "registry"
        ordering = ["surface", "-number"]
        constraints = [models.UniqueConstraint(fields=["surface", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return f"revision {self.number}"

    @property
    def key(self) -> str:
        """S-0418 r14."""
        return f"S-{self.surface_id:04d} r{self.number}"


class Draft(Governed):
    """What somebody is writing: a contract of a surface, or the answers of a registration not finished yet."""

    class Kind(models.TextChoices):
        """What it becomes."""

        REGISTRATION = "registration", "Registration"
        CONTRACT = "contract", "Contract"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="drafts")
    content = models.JSONField(default=dict, blank=True)
    base = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "registry"
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["surface"],
                condition=Q(kind="contract"),
                name="one_contract_draft",
                violation_error_message="Somebody is already drafting a contract for this surface.",
            ),
            models.CheckConstraint(condition=Q(kind="registration") | Q(surface__isnull=False), name="contract_has_surface"),
        ]

    def __str__(self) -> str:
        return f"draft of {self.surface}" if self.surface_id else "registration not finished"

    @property
    def key(self) -> str:
        """The surface's key, or its own."""
        return f"S-{self.surface_id:04d} draft" if self.surface_id else f"DR-{self.pk}"


class RaciRow(Governed):
    """Who is responsible, accountable, consulted or informed for one kind of decision on one surface (an override)."""

    class Decision(models.TextChoices):
        """Kinds of decision."""

        MODEL = "model", "Model change"
        PROMPT = "prompt", "Prompt change"
        TOOL = "tool", "Tool permission"
        DATA = "data", "Data class"
        KILL_SWITCH = "kill_switch", "Kill switch"
        INCIDENT = "incident", "Incident"
        BUDGET = "budget", "Budget"
        EXCEPTION = "exception", "Exception"

    class Letter(models.TextChoices):
        """The four parts."""

        RESPONSIBLE = "R", "Responsible"
        ACCOUNTABLE = "A", "Accountable"
        CONSULTED = "C", "Consulted"
        INFORMED = "I", "Informed"

    surface = models.ForeignKey(Surface, on_delete=models.CASCADE, related_name="raci")
    decision = models.CharField(max_length=12, choices=Decision.choices)
    letter = models.CharField(max_length=1, choices=Letter.choices)
    person = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey("governance.Position", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "registry"
        ordering = ["surface", "decision", "letter", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["surface", "decision"],
                condition=Q(letter="A"),
                name="one_accountable",
                violation_error_message="Exactly one is accountable in a row.",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, position__isnull=True) | Q(person__isnull=True, position__isnull=False),
                name="raci_person_or_position",
                violation_error_message="Name a person or a position, not both.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter} for {self.get_decision_display()}: {self.person or self.position}"

    @property
    def key(self) -> str:
        """The surface's key."""
        return f"S-{self.surface_id:04d}"


class OwnerTransfer(Governed):
    """An owner hands a surface to somebody, who has to accept it."""

    class State(models.TextChoices):
        """Where the transfer stands."""

        OPEN = "open", "Waiting for acceptance"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    surface = models.ForeignKey(Surface, on_delete=models.CASCADE, related_name="transfers")
    giver = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="transfers_received")
    asked_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    reason = ProseField(max_length=2000, blank=True)
    answer = ProseField(max_length=2000, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["surface"],
                condition=Q(state="open"),
                name="one_open_transfer",
                violation_error_message="This surface is already being handed over.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.surface} to {self.receiver}"

    @property
    def key(self) -> str:
        """The surface's key."""
        return f"S-{self.surface_id:04d}"


class SurfaceUserObjectPermission(UserObjectPermissionBase):
    """A person was given sight of, or a hand in, one surface."""

    content_object = models.ForeignKey(Surface, on_delete=models.CASCADE, related_name="user_grants")

    class Meta:
        app_label = "registry"
        unique_together = [("user", "permission", "content_object")]


class SurfaceGroupObjectPermission(GroupObjectPermissionBase):
    """A team was given sight of, or a hand in, one surface."""

    content_object = models.ForeignKey(Surface, on_delete=models.CASCADE, related_name="group_grants")

    class Meta:
        app_label = "registry"
        unique_together = [("group", "permission", "content_object")]
