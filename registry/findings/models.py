"""Findings, the ways of use they rest on, and how often each was seen. One identity is one finding, for good."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.models import Governed
from registry.catalog.models import Endpoint
from registry.surfaces.models import Surface
from registry.usage.models import UsagePath, UsageSource


class FindingKind(models.TextChoices):
    """What is not as it was approved; policy says how grave each is."""

    UNKNOWN_SURFACE = "unknown_surface", "Unknown surface"
    UNKNOWN_ENDPOINT = "unknown_endpoint", "Unknown model"
    NOTHING_IN_FORCE = "nothing_in_force", "Nothing in force"
    MODEL_NOT_APPROVED = "model_not_approved", "Model not approved"
    REGION_NOT_APPROVED = "region_not_approved", "Region not approved"
    DATA_CLASS = "data_class", "Data class not allowed"
    TOOL = "tool", "Tool not allowed"
    MODE_IGNORED = "mode_ignored", "Mode ignored"
    OUT_OF_USE = "out_of_use", "Out of use, and called"
    ENDPOINT_DEPRECATED = "endpoint_deprecated", "Endpoint deprecated"
    LOGGING_FIELD = "logging_field", "Logging field missing"
    TOO_MANY_NAMES = "too_many_names", "Too many new names"
    BUDGET_PASSED = "budget_passed", "Budget passed"
    SPEND_LOOP = "spend_loop", "Spend that looks like a loop"


class Finding(Governed):
    """One difference between what was observed and what was approved, from when it was opened until it is settled.

    `identity` is SHA-256 over what makes it the same difference again. `surface`, `endpoint` and `source` are what it is
    about, as far as they are known; `opened_at` is when it was opened last. `reason` says why it is put off, dismissed or
    settled; `change` is the one that allows it by now, from `settled_at` on. How often it was seen stands in its tally.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "Open"
        SNOOZED = "snoozed", "Put off"
        ACCEPTED = "accepted", "Settled"
        DISMISSED = "dismissed", "Dismissed"

    class Resolution(models.TextChoices):
        """What settled it."""

        NOTHING = "", "Not settled"
        CHANGE = "change", "A change allows it"
        REGISTRATION = "registration", "It is registered"
        CATALOGUE = "catalogue", "The catalogue allows it"
        GONE = "gone", "It does not happen any more"

    UNSETTLED = ("open", "snoozed")

    kind = models.CharField(max_length=20, choices=FindingKind.choices)
    identity = models.CharField(max_length=64)
    title = NameField(max_length=300)
    detail = ProseField(max_length=4000, blank=True)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    endpoint = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    source = models.ForeignKey(UsageSource, null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    owner = models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    snoozed_until = models.DateField(null=True, blank=True)
    reason = ProseField(max_length=4000, blank=True)
    resolution = models.CharField(max_length=12, choices=Resolution.choices, default=Resolution.NOTHING, blank=True)
    change = models.ForeignKey("registry.Change", null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "kind"], name="finding_state_kind"),
            models.Index(fields=["surface", "state"], name="finding_surface"),
            models.Index(fields=["snoozed_until"], condition=Q(state="snoozed"), name="finding_snoozed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["identity"], name="finding_once", violation_error_message="This is a finding already."
            ),
            models.CheckConstraint(
                condition=Q(state="snoozed", snoozed_until__isnull=False) | (~Q(state="snoozed") & Q(snoozed_until__isnull=True)),
                name="snoozed_finding_has_an_end",
                violation_error_message="A finding is put off until a day, and only then has one.",
            ),
            models.CheckConstraint(
                condition=(Q(state="accepted", settled_at__isnull=False) & ~Q(resolution=""))
                | (~Q(state="accepted") & Q(settled_at__isnull=True, change__isnull=True, resolution="")),
                name="settled_finding_says_by_what",
                violation_error_message="A finding is settled by something from a moment on, and only then says so.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("snoozed", "dismissed")) | ~Q(reason=""),
                name="finding_left_alone_says_why",
                violation_error_message="Whoever puts a finding off or dismisses it says why.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """F-12."""
        return f"F-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("finding", args=[self.key])

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it, now or later."""
        return self.state in self.UNSETTLED

    @property
    def ledger_touches(self) -> tuple[Surface | None, Endpoint | None]:
        """What an entry about it also touches."""
        return (self.surface, self.endpoint)


class FindingTally(models.Model):
    """How often a finding was seen, first and last: counted from the sums of its paths, never typed."""

    finding = models.OneToOneField(Finding, primary_key=True, on_delete=models.CASCADE, related_name="tally")
    calls = models.BigIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        app_label = "registry"

    def __str__(self) -> str:
        return f"{self.calls} calls"


class FindingPath(models.Model):
    """A finding rests on what was seen on this path."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="finding_paths")
    path = models.ForeignKey(UsagePath, on_delete=models.CASCADE, related_name="finding_paths")

    class Meta:
        app_label = "registry"
        constraints = [models.UniqueConstraint(fields=["finding", "path"], name="finding_path_once")]

    def __str__(self) -> str:
        return f"{self.finding_id} on path {self.path_id}"
