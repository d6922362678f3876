"""Incidents, and what they touch."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from governance.core import clock
from governance.core.text import NameField, ProseField
from governance.ledger.models import Versioned, actor_history
from registry.surfaces.models import Surface


def _person(related_name: str = "+") -> Any:
    return models.ForeignKey("governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name=related_name)


def _scale() -> Any:
    return models.PositiveSmallIntegerField(null=True, blank=True)


def _moment() -> Any:
    return models.DateTimeField(null=True, blank=True)


class IncidentState(models.TextChoices):
    """Where an incident stands, from the first word to the last."""

    REPORTED = "reported", "Reported"
    TRIAGED = "triaged", "Triaged"
    MITIGATING = "mitigating", "Mitigating"
    RESOLVED = "resolved", "Resolved"
    POSTMORTEM = "postmortem", "Postmortem"
    CLOSED = "closed", "Closed"


BURNING = (IncidentState.REPORTED, IncidentState.TRIAGED, IncidentState.MITIGATING)
"""Something is still wrong, or may be."""
OPEN = (*BURNING, IncidentState.RESOLVED, IncidentState.POSTMORTEM)
"""Not closed: something is still to be done about it."""


class Incident(Versioned):
    """Something went wrong, or nearly did: what, where, how bad, who answers for it, and how far it is dealt with.

    `severity` and `category` are keys of the policy; severity is blank until triage. `tier` is the primary surface's at
    triage. `user_harm` and `blast_radius` are 0 (none) to 4. Of a reporter without an account only name and address are
    kept, outside the history, so that they can be forgotten. `source_ref` is what the source calls it.
    """

    ledger_encloses = True

    class Source(models.TextChoices):
        """By which way it came in."""

        FORM = "form", "Form"
        LINK = "link", "Share link"
        API = "api", "REST"
        ALERTMANAGER = "alertmanager", "Alertmanager"
        FINDING = "finding", "Finding"
        EVAL = "eval", "Failed eval"
        IMPORT = "import", "Import"

    title = NameField()
    what = ProseField("what happened", blank=True)
    where = ProseField("where", max_length=4000, blank=True)
    surface = models.ForeignKey(Surface, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents")
    category = models.CharField(max_length=60, blank=True)
    near_miss = models.BooleanField(default=False)
    ongoing = models.BooleanField("still going on", null=True, blank=True)
    severity = models.CharField(max_length=4, blank=True)
    state = models.CharField(max_length=10, choices=IncidentState.choices, default=IncidentState.REPORTED)
    owner = _person("incidents_owned")
    commander = _person("incidents_commanded")
    communications = _person("incidents_spoken_for")
    scribe = _person("incidents_written_down")
    reporter = _person("incidents_reported")
    reporter_name = NameField(max_length=200, blank=True)
    reporter_email = models.EmailField(max_length=254, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.FORM)
    source_ref = models.CharField(max_length=200, blank=True)
    occurred_at = _moment()
    detected_at = _moment()
    reported_at = models.DateTimeField(default=clock.now)
    acknowledged_at = _moment()
    triaged_at = _moment()
    mitigated_at = _moment()
    resolved_at = _moment()
    closed_at = _moment()
    user_harm = _scale()
    blast_radius = _scale()
    people_estimated = models.PositiveIntegerField("people touched, at most", null=True, blank=True)
    vendor = models.ForeignKey("registry.Vendor", null=True, blank=True, on_delete=models.PROTECT, related_name="incidents")
    data_classes = models.JSONField(default=list, blank=True)
    trace_ids = models.JSONField(default=list, blank=True)
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    postmortem_demanded = models.BooleanField(default=False)
    cause = models.CharField(max_length=60, blank=True)
    summary = ProseField(blank=True)
    impact = ProseField(blank=True)
    parties = models.JSONField(default=dict, blank=True)

    history = actor_history(excluded_fields=["reporter_name", "reporter_email"])

    class Meta:
        app_label = "incidents"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "severity"], name="incident_state"),
            models.Index(fields=["-reported_at"], name="incident_reported"),
            models.Index(fields=["surface", "-reported_at"], name="incident_surface"),
            models.Index(fields=["vendor", "-reported_at"], name="incident_vendor"),
            models.Index(fields=["category", "-reported_at"], name="incident_category"),
            models.Index(fields=["source", "source_ref"], name="incident_source"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="incident_has_title"),
            models.CheckConstraint(
                condition=Q(user_harm__isnull=True) | Q(user_harm__lte=4),
                name="incident_user_harm",
                violation_error_message="User harm is 0 to 4.",
            ),
            models.CheckConstraint(
                condition=Q(blast_radius__isnull=True) | Q(blast_radius__lte=4),
                name="incident_blast_radius",
                violation_error_message="Blast radius is 0 to 4.",
            ),
            models.CheckConstraint(condition=Q(tier__isnull=True) | Q(tier__lte=4), name="incident_tier"),
            models.CheckConstraint(
                condition=Q(source="import") | Q(state="reported") | (Q(triaged_at__isnull=False) & ~Q(severity="")),
                name="triaged_has_severity",
                violation_error_message="An incident is triaged with a severity, and only then goes on.",
            ),
            models.CheckConstraint(
                condition=Q(source="import") | ~Q(state__in=("resolved", "postmortem", "closed")) | Q(resolved_at__isnull=False),
                name="resolved_has_moment",
            ),
            models.CheckConstraint(
                condition=(Q(state="closed") & Q(closed_at__isnull=False)) | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="closed_has_moment",
                violation_error_message="An incident is closed at a moment, and only a closed one has it.",
            ),
            models.UniqueConstraint(
                fields=["source", "source_ref"],
                condition=~Q(source_ref="") & Q(state__in=("reported", "triaged", "mitigating")),
                name="one_burning_of_source",
                violation_error_message="What this source calls so is an open incident already.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """INC-12; also its address."""
        return f"INC-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("incident", args=[self.key])

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done about it."""
        return self.state in OPEN

    @property
    def is_burning(self) -> bool:
        """Whether something is still wrong, or may be."""
        return self.state in BURNING

    @property
    def began_at(self) -> Any:
        """Return the earliest moment that is known of it."""
        known = [at for at in (self.occurred_at, self.detected_at, self.reported_at) if at]
        return min(known)

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this incident also touches."""
        return (self.surface,) if self.surface_id else ()


class IncidentSurface(models.Model):
    """An incident touched one more surface beside its primary one; who added it is in the ledger."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="surface_rows")
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="incident_rows")

    class Meta:
        app_label = "incidents"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["incident", "surface"], name="incident_surface_once")]

    def __str__(self) -> str:
        return f"{self.surface} in {self.incident}"


class IncidentEndpoint(models.Model):
    """An incident touched one endpoint; who added it is in the ledger."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="endpoint_rows")
    endpoint = models.ForeignKey("registry.Endpoint", on_delete=models.PROTECT, related_name="incident_rows")

    class Meta:
        app_label = "incidents"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["incident", "endpoint"], name="incident_endpoint_once")]

    def __str__(self) -> str:
        return f"{self.endpoint} in {self.incident}"
