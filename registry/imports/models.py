"""Imports: a file on its way in, its rows, and mappings that are kept for the next file."""

from typing import Any

from django.db import models

from governance.core.text import NameField
from governance.ledger.models import Governed
from registry.imports.rows import BatchRows, ProfileRows, RowRows


class ImportProfile(Governed):
    """A mapping of columns to fields, kept under a name and fitted to later files with slightly other headers."""

    name = NameField(max_length=200)
    target = models.CharField(max_length=40)
    mapping = models.JSONField(default=dict)
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="+")

    objects = ProfileRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "name"],
                name="import_profile_once",
                violation_error_message="There is already a saved mapping of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """Its number."""
        return f"IP-{self.pk}" if self.pk else ""


class ImportBatch(models.Model):
    """One file on its way in: how it is read, what its columns mean, what would change, and what did."""

    class State(models.TextChoices):
        """How far it is. Those that end in -ing belong to a job that runs."""

        READING = "reading", "Being read"
        MAPPING = "mapping", "Columns to be matched"
        CHECKING = "checking", "Being checked"
        READY = "ready", "Ready to go in"
        COMMITTING = "committing", "Going in"
        COMMITTED = "committed", "In"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Discarded"

    target = models.CharField(max_length=40)
    name = NameField("file", max_length=200)
    file = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    row_count = models.PositiveIntegerField("rows", default=0)
    owner = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="imports")
    state = models.CharField(max_length=12, choices=State.choices, default=State.MAPPING)
    source = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    mapping = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    profile = models.ForeignKey(ImportProfile, null=True, blank=True, on_delete=models.SET_NULL, related_name="batches")
    job = models.ForeignKey("governance.Job", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    problem = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BatchRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["owner", "-id"], name="import_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """I-0012; also its address."""
        return f"I-{self.pk:04d}" if self.pk else ""

    @property
    def is_running(self) -> bool:
        """Whether a job works on it."""
        return self.state in {self.State.READING, self.State.CHECKING, self.State.COMMITTING, self.State.UNDOING}

    @property
    def is_open(self) -> bool:
        """Whether its columns can still be matched anew."""
        return self.state in {self.State.MAPPING, self.State.READY}

    def count(self, outcome: str) -> int:
        """Return how many rows came out one way in the preview."""
        return int(self.counts.get(outcome, 0))


class ImportRow(models.Model):
    """One row of a file: what it says, what it would change, and what became of it."""

    class Outcome(models.TextChoices):
        """What the preview says."""

        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        SAME = "same", "Same"
        REFUSED = "refused", "Refused"

    class Fate(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", "Not yet in"
        APPLIED = "applied", "In"
        REMOVED = "removed", "Removed again"
        REVERTED = "reverted", "Changed back"
        KEPT = "kept", "Kept"

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=400, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    fate = models.CharField(max_length=8, choices=Fate.choices, default=Fate.WAITING)
    values = models.JSONField(default=dict)
    cells = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    has_warnings = models.BooleanField(default=False)
    differences = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject_key = models.CharField(max_length=120, blank=True)
    seen_version = models.PositiveIntegerField(null=True, blank=True)
    applied_version = models.PositiveIntegerField(null=True, blank=True)

    objects = RowRows.as_manager()

    class Meta:
        app_label = "registry"
        ordering = ["batch", "number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"row {self.number}"

    def said(self) -> list[dict[str, Any]]:
        """Return what must be said about it: what keeps it out first."""
        order = {"refuse": 0, "warn": 1, "note": 2}
        return sorted(self.problems, key=lambda problem: order.get(problem["level"], 3))
