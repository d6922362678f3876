"""Deployments and defects. Each is told once under its sender's own key; what was told wrongly is corrected by a further row."""

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.rows import AppendOnly, Rows
from registry.changes.models import Change
from registry.surfaces.models import Surface

COMMIT = RegexValidator(r"^[0-9A-Fa-f]{7,64}$", "A commit is written in 7 to 64 hexadecimal digits.")
INCIDENT = RegexValidator(r"^INC-[1-9][0-9]{0,17}$", "An incident is written like INC-12.")
PRODUCTION = "production"


class Told(Rows):
    """Rows as they stand: without those that a further row corrects."""

    def standing(self) -> Any:
        """Leave out what was corrected."""
        return self.filter(corrected_by__isnull=True)


class Delivery(AppendOnly):
    """What deployments and defects have in common: of which surface, told by whom under which key, and what corrects what.

    `sender_key` is the sender's own (a build's number, a ticket's); a correction bears that of the row which it corrects.
    `incident` is the key of an incident; `reason` says why a row corrects another.
    """

    prefix: ClassVar[str] = ""
    page: ClassVar[str] = ""

    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="%(class)ss")
    change = models.ForeignKey(Change, null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss")
    incident = models.CharField(max_length=24, blank=True, validators=[INCIDENT])
    sender_key = NameField(max_length=200)
    link = models.URLField(max_length=600, blank=True)
    note = ProseField(max_length=4000, blank=True)
    corrects = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by")
    reason = NameField(max_length=400, blank=True)
    by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    objects = Told.as_manager()  # type: ignore[misc]

    class Meta:
        abstract = True

    @property
    def key(self) -> str:
        """DP-12, DF-7."""
        return f"{self.prefix}-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse(self.page, args=[self.key])

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about it also touches."""
        return (self.surface, self.change) if self.change_id else (self.surface,)


@protect
class Deployment(Delivery):
    """One release of a surface's program or configuration into an environment, and how it went.

    Failed means what DORA means: it degraded the service and had to be mended at once (by rollback, hotfix, patch). `planned`
    is false for one that was made because of a failure in production: rework. `committed_at` is when its first commit was
    made, `restored_at` when the service was well again.
    """

    class Outcome(models.TextChoices):
        """How it went."""

        SUCCEEDED = "succeeded", "Went well"
        FAILED = "failed", "Failed"

    prefix, page = "DP", "deployment"

    environment = NameField(max_length=60, default=PRODUCTION)
    version = NameField("release", max_length=100, blank=True)
    commit = models.CharField(max_length=64, blank=True, validators=[COMMIT])
    repository = NameField(max_length=300, blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    deployed_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome.choices, default=Outcome.SUCCEEDED)
    failed_at = models.DateTimeField(null=True, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    rework = models.BooleanField(default=False, help_text="Unplanned: made because something had failed in production.")

    class Meta:
        app_label = "registry"
        ordering = ["-deployed_at", "-pk"]
        indexes = [
            models.Index(fields=["-deployed_at"], name="deployment_at"),
            models.Index(fields=["surface", "-deployed_at"], name="deployment_surface"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["surface", "sender_key"],
                condition=Q(corrects__isnull=True),
                name="deployment_told_once",
                violation_error_message="This deployment was told before under this key.",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""),
                name="deployment_correction_says_why",
                violation_error_message="A correction says why.",
            ),
            models.CheckConstraint(
                condition=Q(outcome="failed", failed_at__isnull=False)
                | Q(outcome="succeeded", failed_at__isnull=True, restored_at__isnull=True),
                name="failed_deployment_has_moment",
                violation_error_message="A deployment that failed says since when; one that went well has no failure to mend.",
            ),
            models.CheckConstraint(
                condition=Q(restored_at__isnull=True) | Q(restored_at__gte=models.F("failed_at")),
                name="deployment_restored_after_failure",
                violation_error_message="It was well again only after it failed.",
            ),
            models.CheckConstraint(
                condition=Q(committed_at__isnull=True) | Q(committed_at__lte=models.F("deployed_at")),
                name="deployment_after_commit",
                violation_error_message="It was deployed only after it was committed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version or self.commit[:12] or self.sender_key} of {self.surface}"


@protect
class Defect(Delivery):
    """Something that was wrong with a surface, and who noticed first: we, or those who use it (then it escaped)."""

    class FoundBy(models.TextChoices):
        """Who noticed first."""

        CHECKS = "checks", "Tests, evals or review"
        STAFF = "staff", "Our people, in use"
        USERS = "users", "Users felt it"

    class Severity(models.IntegerChoices):
        """How bad it is for whoever meets it."""

        MINOR = 1, "Minor"
        MAJOR = 2, "Major"
        CRITICAL = 3, "Critical"

    prefix, page = "DF", "defect"

    title = NameField()
    severity = models.PositiveSmallIntegerField(choices=Severity.choices, default=Severity.MAJOR)
    found_by = models.CharField(max_length=6, choices=FoundBy.choices)
    found_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True, blank=True)
    is_defect = models.BooleanField(default=True, help_text="False where a correction says that it was none after all.")
    deployment = models.ForeignKey(Deployment, null=True, blank=True, on_delete=models.PROTECT, related_name="defects")

    class Meta:
        app_label = "registry"
        ordering = ["-found_at", "-pk"]
        indexes = [
            models.Index(fields=["-found_at"], name="defect_at"),
            models.Index(fields=["surface", "-found_at"], name="defect_surface"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["surface", "sender_key"],
                condition=Q(corrects__isnull=True),
                name="defect_told_once",
                violation_error_message="This defect was told before under this key.",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(reason=""),
                name="defect_correction_says_why",
                violation_error_message="A correction says why.",
            ),
            models.CheckConstraint(
                condition=Q(severity__gte=1, severity__lte=3),
                name="defect_severity",
                violation_error_message="Severity is 1 (minor) to 3 (critical).",
            ),
            models.CheckConstraint(
                condition=Q(fixed_at__isnull=True) | Q(fixed_at__gte=models.F("found_at")),
                name="defect_fixed_after_found",
                violation_error_message="It was mended only after it was found.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
