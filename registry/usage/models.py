"""Observations, the paths they took, and their sums. One observation is one call of a model or of a tool."""

from datetime import UTC

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from registry.assets.models import AssetVersion
from registry.catalog.models import Endpoint
from registry.surfaces.models import Revision, Surface

NANO = 1_000_000_000
"""Money is counted in billionths of the company's currency, as whole numbers: sums are exact."""


class UsageSource(Governed):
    """Who sends observations: one surface's program, a team's programs, or a gateway for many; its tokens send as it.

    A surface's source sends for that surface alone, a team's for surfaces of its team, a gateway's for whatever its spans
    name. What it names beyond that is refused, span by span.
    """

    class Kind(models.TextChoices):
        """How far it reaches."""

        SURFACE = "surface", "One surface"
        TEAM = "team", "A team"
        GATEWAY = "gateway", "A gateway"

    class State(models.TextChoices):
        """Whether it may send."""

        ACTIVE = "active", "May send"
        RETIRED = "retired", "Retired"

    ledger_encloses = False
    name = NameField(max_length=200)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="usage_sources")
    team = models.ForeignKey("governance.Team", null=True, blank=True, on_delete=models.PROTECT, related_name="usage_sources")
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="usage_sources")
    token = models.OneToOneField(
        "governance.ApiToken", null=True, blank=True, on_delete=models.PROTECT, related_name="usage_source"
    )
    notes = ProseField(max_length=4000, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)

    class Meta:
        app_label = "registry"
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="surface", surface__isnull=False, team__isnull=True)
                | Q(kind="team", surface__isnull=True, team__isnull=False)
                | Q(kind="gateway", surface__isnull=True, team__isnull=True),
                name="usage_source_reach",
                violation_error_message="A source sends for one surface, for one team, or as a gateway.",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(state="active"),
                name="usage_source_name",
                violation_error_message="A source of this name sends already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("usage-source", args=[self.key])

    @property
    def key(self) -> str:
        """TS-3."""
        return f"TS-{self.pk}" if self.pk else ""


class UsageAlias(Governed):
    """What a program calls a surface or an endpoint: spans whose `attribute` says `value` mean it."""

    class Attribute(models.TextChoices):
        """Which part of a span is looked at."""

        SERVICE = "service", "Service name"
        AGENT = "agent", "Agent or workflow name"
        CLAIM = "claim", "Surface as the span names it"
        MODEL = "model", "Model as the span names it"

    attribute = models.CharField(max_length=8, choices=Attribute.choices)
    value = NameField(max_length=300)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="usage_aliases")
    endpoint = models.ForeignKey(Endpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="usage_aliases")

    class Meta:
        app_label = "registry"
        ordering = ["attribute", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["attribute", "value"],
                name="usage_alias_once",
                violation_error_message="This name already means something. Change that alias instead.",
            ),
            models.CheckConstraint(
                condition=Q(attribute="model", surface__isnull=True, endpoint__isnull=False)
                | (~Q(attribute="model") & Q(surface__isnull=False, endpoint__isnull=True)),
                name="usage_alias_means_one",
                violation_error_message="A model's name means an endpoint; every other name means a surface.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_attribute_display()} {self.value}"

    @property
    def key(self) -> str:
        """UA-3."""
        return f"UA-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return the page where aliases are kept."""
        return reverse("usage-aliases")


class Standing(models.TextChoices):
    """Whether what was observed on a path is what was approved for it."""

    APPROVED = "approved", "As approved"
    NOT_APPROVED = "not_approved", "Not approved"
    UNKNOWN = "unknown", "Cannot be told"


class ClassesFrom(models.TextChoices):
    """How it is known which data classes a call touched."""

    SPAN = "span", "Said by the program"
    CONTRACT = "contract", "All that the contract in force names"
    NOWHERE = "nowhere", "Not known"


class UsagePath(models.Model):
    """One way in which models are used: as seen, and what that was matched to. Written once, never changed.

    The first columns are what programs said; empty means that they did not say. `classes` are keys of data classes between
    spaces, with one at each end, sorted; `carried` the logging fields that calls on this path have, and `missing` those that
    the tier demands and they lack, in the same form. `standing` and `reasons` hold for good, because what they rest on has
    a history of its own. Another revision in force, another match: another path. `digest` is SHA-256 over all of it.
    """

    source = models.ForeignKey(UsageSource, null=True, on_delete=models.PROTECT, related_name="paths")
    claim = models.CharField(max_length=300, blank=True)
    service = models.CharField(max_length=300, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    feature = models.CharField(max_length=300, blank=True)
    environment = models.CharField(max_length=60, blank=True)
    operation = models.CharField(max_length=40, blank=True)
    provider = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=300, blank=True)
    region = models.CharField(max_length=120, blank=True)
    prompt = models.CharField(max_length=300, blank=True)
    tool = models.CharField(max_length=200, blank=True)
    endpoint_said = models.CharField(max_length=100, blank=True)
    carried = models.CharField(max_length=200, blank=True)
    classes = models.CharField(max_length=600, blank=True)
    classes_from = models.CharField(max_length=8, choices=ClassesFrom.choices, default=ClassesFrom.NOWHERE)
    missing = models.CharField(max_length=400, blank=True)
    surface = models.ForeignKey(Surface, null=True, on_delete=models.PROTECT, related_name="paths")
    endpoint = models.ForeignKey(Endpoint, null=True, on_delete=models.PROTECT, related_name="paths")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="paths")
    prompt_version = models.ForeignKey(AssetVersion, null=True, on_delete=models.PROTECT, related_name="paths")
    matched_by = models.CharField(max_length=20, blank=True)
    standing = models.CharField(max_length=12, choices=Standing.choices)
    reasons = models.JSONField(default=list)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, help_text="When findings were last drawn from it; empty: not yet.")

    class Meta:
        app_label = "registry"
        indexes = [
            models.Index(fields=["surface", "standing"], name="path_surface"),
            models.Index(fields=["endpoint"], name="path_endpoint"),
            models.Index(fields=["model"], name="path_model"),
            models.Index(fields=["id"], condition=Q(looked_at__isnull=True), name="path_not_looked_at"),
            models.Index(fields=["service"], condition=Q(surface__isnull=True), name="path_unknown"),
        ]

    def __str__(self) -> str:
        return f"{self.tool or self.model or self.endpoint_said or 'a model'} by {self.claim or self.service or 'nobody named'}"

    @property
    def key(self) -> str:
        """UP-12."""
        return f"UP-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("usage-path", args=[self.key])


class PathClass(models.Model):
    """A path touches this class of data."""

    path = models.ForeignKey(UsagePath, on_delete=models.CASCADE, related_name="path_classes")
    data_class = models.CharField(max_length=100)

    class Meta:
        app_label = "registry"
        constraints = [models.UniqueConstraint(fields=["data_class", "path"], name="path_class_once")]

    def __str__(self) -> str:
        return self.data_class


class Outcome(models.IntegerChoices):
    """How a call ended."""

    UNKNOWN = 0, "Not said"
    OK = 1, "Succeeded"
    ERROR = 2, "Failed"
    OVERRIDDEN = 3, "Changed by a person"
    REFUSED = 4, "Refused by the model"


class Observation(models.Model):
    """One call of a model or a tool. On PostgreSQL partitioned by `at`; stored once for its moment and `uid`.

    `uid` is the first half of SHA-256 over trace and span id, or over the sender's own key. `cost` is in billionths of the
    company's currency, empty where no price is known. `task` tells whether a task ended with it, well (1) or not (2).
    """

    pk = models.CompositePrimaryKey("at", "uid")
    at = models.DateTimeField()
    uid = models.UUIDField()
    path = models.ForeignKey(UsagePath, db_constraint=False, db_index=False, on_delete=models.DO_NOTHING, related_name="+")
    batch = models.ForeignKey(
        "registry.UsageBatch", db_constraint=False, db_index=False, on_delete=models.DO_NOTHING, related_name="+"
    )
    trace = models.UUIDField(null=True)
    span = models.CharField(max_length=16, blank=True)
    tokens_in = models.BigIntegerField(default=0)
    tokens_out = models.BigIntegerField(default=0)
    tokens_cached = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(null=True)
    latency_ms = models.IntegerField(null=True)
    outcome = models.SmallIntegerField(choices=Outcome.choices, default=Outcome.UNKNOWN)
    task = models.SmallIntegerField(default=0)
    error = models.CharField(max_length=120, blank=True)
    override_reason = models.CharField(max_length=400, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "registry"
        indexes = [
            models.Index(fields=["path", "at"], name="observation_path_at"),
            models.Index(fields=["trace"], condition=Q(trace__isnull=False), name="observation_trace"),
        ]

    def __str__(self) -> str:
        return f"{self.uid} at {self.at:%Y-%m-%d %H:%M:%S}"


FIGURES = (
    "calls", "errors", "overridden", "refused", "tokens_in", "tokens_out", "tokens_cached", "cost", "unpriced", "timed",
    "latency_ms", "tasks", "tasks_ok",
)  # fmt: skip
"""What is added up over calls. Beside it stand the slowest call, the first and the last."""


class Sums(models.Model):
    """What was added up over the observations of one path in a span of time (UTC); exact, at every commit."""

    calls = models.BigIntegerField(default=0)
    errors = models.BigIntegerField(default=0)
    overridden = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    tokens_in = models.BigIntegerField(default=0)
    tokens_out = models.BigIntegerField(default=0)
    tokens_cached = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(default=0)
    unpriced = models.BigIntegerField(default=0)
    timed = models.BigIntegerField(default=0)
    latency_ms = models.BigIntegerField(default=0)
    slowest_ms = models.BigIntegerField(default=0)
    tasks = models.BigIntegerField(default=0)
    tasks_ok = models.BigIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        abstract = True


class UsageHour(Sums):
    """The sums of one path in one hour."""

    path = models.ForeignKey(UsagePath, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()

    class Meta:
        app_label = "registry"
        constraints = [models.UniqueConstraint(fields=["hour", "path"], name="usage_hour_once")]
        indexes = [models.Index(fields=["path", "hour"], name="usage_hour_path")]

    def __str__(self) -> str:
        return f"{self.calls} calls in {self.hour:%Y-%m-%d %H}h"


class UsageDay(Sums):
    """The sums of one path on one day; `raw` says whether its single observations are still kept."""

    path = models.ForeignKey(UsagePath, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    raw = models.BooleanField(default=True, db_default=True)

    class Meta:
        app_label = "registry"
        constraints = [models.UniqueConstraint(fields=["day", "path"], name="usage_day_once")]
        indexes = [
            models.Index(fields=["path", "day"], name="usage_day_path"),
            models.Index(fields=["last_at"], condition=Q(raw=True), name="usage_day_raw"),
        ]

    def __str__(self) -> str:
        return f"{self.calls} calls on {self.day}"


class Way(models.TextChoices):
    """How observations came in."""

    OTLP = "otlp", "OpenTelemetry"
    REST = "rest", "REST"
    CSV = "csv", "CSV file"


class UsageBatch(models.Model):
    """One delivery as it was acknowledged: how much of it was stored, was there already, and was refused, and why.

    `digest` is SHA-256 over what was stored of it, as seen (see `registry.usage.sealing`); `refusals` counts reasons.
    `texts_refused` counts prompts and outputs that were sent and not kept.
    """

    received_at = models.DateTimeField(db_index=True)
    source = models.ForeignKey(UsageSource, null=True, on_delete=models.PROTECT, related_name="batches")
    sender = models.ForeignKey("governance.User", null=True, on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=4, choices=Way.choices)
    given = models.IntegerField()
    stored = models.IntegerField()
    duplicates = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    refusals = models.JSONField(default=dict)
    texts_refused = models.IntegerField(default=0)
    texts_kept = models.IntegerField(default=0)
    others = models.IntegerField(default=0, help_text="Spans that are neither calls of models nor of tools.")
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        app_label = "registry"

    def __str__(self) -> str:
        return f"{self.stored} observations by {self.get_way_display()}"


@protect
class SealedHour(AppendOnly):
    """All that was received in one hour (UTC), for good: SHA-256 over the digests of its batches in their order."""

    hour = models.DateTimeField(unique=True)
    batches = models.IntegerField()
    observations = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        app_label = "registry"
        ordering = ["-hour"]

    def __str__(self) -> str:
        return f"received in {self.hour:%Y-%m-%d %H}h"

    @property
    def key(self) -> str:
        """2026-11-21T12, in UTC."""
        return f"{self.hour.astimezone(UTC):%Y-%m-%dT%H}"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("sealed-hour", args=[self.key])


class KeptText(models.Model):
    """A prompt or an output, redacted, of a surface whose tier's policy lets it be kept; it goes at `expires_at`."""

    at = models.DateTimeField()
    uid = models.UUIDField()
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=[("prompt", "Prompt"), ("output", "Output")])
    text = models.TextField()
    redacted = models.IntegerField(default=0, help_text="How many passages were redacted.")
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "registry"
        constraints = [models.UniqueConstraint(fields=["uid", "at", "kind"], name="kept_text_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.uid}"
