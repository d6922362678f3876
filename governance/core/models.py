"""The job queue's table."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Job(models.Model):
    """One piece of work that was asked for and must not be lost, with how far it is."""

    class State(models.TextChoices):
        """Where the work stands."""

        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    label = models.CharField(max_length=400, blank=True)
    args = models.JSONField(default=dict)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    progress_label = models.CharField(max_length=400, blank=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    run_after = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "governance"
        indexes = [models.Index(fields=["state", "run_after"], name="job_due")]

    def __str__(self) -> str:
        return self.label or f"{self.kind} {self.pk}"

    @property
    def percent(self) -> int:
        """How far it is, in whole percent; 0 while the total is unknown."""
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}


class Company(models.Model):
    """The company that keeps this register: its name and its choices. There is one row."""

    name = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    classification = models.CharField(max_length=60, default="Confidential")
    founded_at = models.DateTimeField(null=True, blank=True)
    has_demo = models.BooleanField(default=False)
    public_titles = models.BooleanField(default=False, help_text="Whether the page behind a document's code names it.")

    class Meta:
        app_label = "governance"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_company")]

    def __str__(self) -> str:
        return self.name or "Your company"

    @property
    def is_set_up(self) -> bool:
        """Whether the first person has named it."""
        return bool(self.name)
