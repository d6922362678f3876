"""Suites, their versions, runs and cases. Versions, runs and cases are written once; the database refuses more."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models as db
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import may_go, protect
from governance.ledger.letgo import gone
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from governance.people.rows import InternalRows
from registry.catalog import secrets
from registry.surfaces.models import Surface

COMMIT = RegexValidator(r"^[0-9A-Za-z._/-]{1,100}$", "A commit id, tag or branch: letters, digits, dots, slashes, - and _.")
SHA256 = RegexValidator(r"^[0-9a-f]{64}$", "64 hexadecimal digits.")


class SuiteState(db.TextChoices):
    """Whether a suite may be named by new contracts."""

    ACTIVE = "active", "In use"
    RETIRED = "retired", "Retired"


class EvalSuite(Governed):
    """A set of cases with a meaning: what it is for, what good means, who answers for it. Many contracts may name it."""

    key = db.SlugField(max_length=100, unique=True)
    name = NameField(max_length=200)
    owner = db.ForeignKey("governance.User", null=True, blank=True, on_delete=db.PROTECT, related_name="eval_suites")
    purpose = ProseField(max_length=4000, blank=True)
    state = db.CharField(max_length=8, choices=SuiteState.choices, default=SuiteState.ACTIVE)
    current = db.ForeignKey("registry.SuiteVersion", null=True, blank=True, on_delete=db.PROTECT, related_name="+")

    objects = InternalRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def good(self) -> str:
        """What good means, by the version that holds now."""
        return self.current.good if self.current is not None else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("eval-suite", args=[self.key])

    def clean(self) -> None:
        """Refuse secrets wherever they are typed."""
        refuse_secrets({"name": self.name, "purpose": self.purpose})


@protect
class SuiteVersion(AppendOnly):
    """What a suite was from one moment on: its cases by digest, what good means, and the pass rates it asks for by tier."""

    suite = db.ForeignKey(EvalSuite, on_delete=db.PROTECT, related_name="versions")
    number = db.PositiveIntegerField()
    cases_at = db.JSONField(default=dict, blank=True, help_text="repository, path and commit, or url")
    cases_digest = db.CharField(max_length=64, blank=True, validators=[SHA256])
    case_count = db.PositiveIntegerField(null=True, blank=True)
    thresholds = db.JSONField(default=dict, blank=True, help_text="Tier number to the least pass rate, 0 to 1.")
    good = ProseField(max_length=4000)
    note = ProseField(max_length=2000, blank=True)
    author = db.ForeignKey("governance.User", on_delete=db.PROTECT, related_name="+")
    made_at = db.DateTimeField()
    digest = db.CharField(max_length=64)

    class Meta:
        app_label = "registry"
        ordering = ["suite", "-number"]
        constraints = [db.UniqueConstraint(fields=["suite", "number"], name="suite_version_once")]

    def __str__(self) -> str:
        return f"version {self.number}"


@protect
class EvalRun(AppendOnly):
    """One run of a suite against a surface: what came out, and with which prompts and models it was made.

    `binding` is the digest of prompts and models; runs with the same one speak for the same contracts. `started_at` is
    when it ran (when it was received, where its file does not say), and counts for freshness.
    """

    class Status(db.TextChoices):
        """Whether the run came to its end."""

        FINISHED = "finished", "Finished"
        ERRORED = "errored", "Broke off"

    suite = db.ForeignKey(EvalSuite, on_delete=db.PROTECT, related_name="runs")
    suite_version = db.ForeignKey(SuiteVersion, on_delete=db.PROTECT, related_name="runs")
    surface = db.ForeignKey(Surface, on_delete=db.PROTECT, related_name="eval_runs")
    revision = db.ForeignKey("registry.Revision", null=True, blank=True, on_delete=db.PROTECT, related_name="eval_runs")
    digest = db.CharField("SHA-256 of the file", max_length=64)
    format = db.CharField(max_length=20)
    tool = NameField(max_length=100, blank=True)
    status = db.CharField(max_length=8, choices=Status.choices, default=Status.FINISHED)
    error = NameField(max_length=400, blank=True)
    started_at = db.DateTimeField()
    received_at = db.DateTimeField()
    by = db.ForeignKey("governance.User", on_delete=db.PROTECT, related_name="+")
    commit = db.CharField(max_length=100, blank=True, validators=[COMMIT])
    repository = NameField(max_length=400, blank=True)
    link = db.URLField(max_length=600, blank=True)
    group = NameField(max_length=100, blank=True)
    prompt_versions = db.JSONField(default=dict, blank=True)
    models = db.JSONField(default=list, blank=True)
    binding = db.CharField(max_length=64)
    total = db.PositiveIntegerField(default=0)
    passed = db.PositiveIntegerField(default=0)
    failed = db.PositiveIntegerField(default=0)
    errored = db.PositiveIntegerField(default=0)
    skipped = db.PositiveIntegerField(default=0)
    pass_rate = db.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    cost = db.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    currency = db.CharField(max_length=3, blank=True)
    latency_p50_ms = db.PositiveIntegerField(null=True, blank=True)
    latency_p95_ms = db.PositiveIntegerField(null=True, blank=True)
    metrics = db.JSONField(default=dict, blank=True)

    alternatives: "tuple[EvalRun, ...]" = ()
    """Set by `queries.latest_runs` on the newest run: the newest ones with other prompts or models."""

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [
            db.Index(fields=["surface", "suite", "binding", "-started_at"], name="run_latest"),
            db.Index(fields=["suite", "-started_at"], name="run_of_suite"),
            db.Index(fields=["surface", "group"], name="run_group"),
        ]
        constraints = [
            db.UniqueConstraint(
                fields=["surface", "suite", "digest"],
                condition=Q(revision__isnull=True),
                name="run_file_once",
                violation_error_message="This file is already recorded for this surface and suite.",
            ),
            db.UniqueConstraint(
                fields=["surface", "suite", "revision", "digest"],
                condition=Q(revision__isnull=False),
                name="run_file_once_for_revision",
                violation_error_message="This file is already recorded for this surface, suite and revision.",
            ),
            db.CheckConstraint(
                condition=Q(total=db.F("passed") + db.F("failed") + db.F("errored") + db.F("skipped")),
                name="run_adds_up",
                violation_error_message="Passed, failed, errored and skipped cases make the total.",
            ),
            db.CheckConstraint(
                condition=Q(pass_rate__isnull=True) | Q(pass_rate__gte=0, pass_rate__lte=1),
                name="pass_rate_is_a_share",
                violation_error_message="A pass rate lies between 0 and 1.",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """RUN-12; also its address."""
        return f"RUN-{self.pk}" if self.pk else ""

    @property
    def counted(self) -> int:
        """How many cases the pass rate is of: all but those left out."""
        return self.total - self.skipped

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("eval-run", args=[self.key])


@protect
class EvalCase(AppendOnly):
    """How one case of a run came out. Its name is what is compared between runs; nothing it asked or got is kept."""

    class Outcome(db.TextChoices):
        """What came out."""

        PASS = "pass", "Passed"
        FAIL = "fail", "Failed"
        ERROR = "error", "Error"
        SKIP = "skip", "Left out"

    run = db.ForeignKey(EvalRun, on_delete=db.PROTECT, related_name="cases")
    name = NameField(max_length=300)
    outcome = db.CharField(max_length=5, choices=Outcome.choices)
    score = db.FloatField(null=True, blank=True)
    cost = db.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    latency_ms = db.PositiveIntegerField(null=True, blank=True)
    reason = NameField(max_length=300, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["run", "pk"]
        indexes = [db.Index(fields=["run", "outcome"], name="case_outcome")]
        constraints = [db.UniqueConstraint(fields=["run", "name"], name="case_once")]

    def __str__(self) -> str:
        return self.name


def refuse_secrets(texts: dict[str, Any]) -> None:
    """Refuse text that is a key or password. Raises ValidationError that never repeats it."""
    found = {name: secrets.found_in(str(text or "")) for name, text in texts.items()}
    errors = {name: [f"{what} {secrets.FIX}"] for name, what in found.items() if what}
    if errors:
        raise ValidationError(errors)


may_go(EvalCase, delete=gone("registry.evalcase", "OLD.id"))
