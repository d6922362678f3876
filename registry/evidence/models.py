"""Evidence: files by their content, what was collected, and which controls it serves."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from governance.core import clock
from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard, protect
from governance.ledger.models import Governed
from governance.ledger.rows import AppendOnly
from registry.surfaces.models import Surface


@protect
class Blob(AppendOnly):
    """The content of a file, kept once however often it was handed in; its SHA-256 is its name."""

    digest = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=120)
    stored_as = models.CharField(max_length=200, unique=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        app_label = "registry"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(size__gt=0), name="blob_not_empty")]

    def __str__(self) -> str:
        return self.digest


class Evidence(Governed):
    """A file, a link or a record that somebody collected to show something; its content never changes, a new one follows."""

    class Kind(models.TextChoices):
        """What it is."""

        FILE = "file", "File"
        LINK = "link", "Link"
        RECORD = "record", "Record held here"

    class State(models.TextChoices):
        """Whether it still speaks."""

        CURRENT = "current", "Current"
        RENEWED = "renewed", "Followed by another"
        WITHDRAWN = "withdrawn", "Withdrawn"

    title = NameField()
    kind = models.CharField(max_length=6, choices=Kind.choices)
    blob = models.ForeignKey(Blob, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    url = models.URLField("link", max_length=2000, blank=True)
    record_type = models.CharField(max_length=60, blank=True)
    record_id = models.CharField(max_length=40, blank=True)
    record_label = NameField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    file_name = NameField(max_length=200, blank=True)
    note = ProseField(max_length=4000, blank=True)
    collector = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="evidence")
    collected_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)
    renews = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewed_by")
    state = models.CharField(max_length=9, choices=State.choices, default=State.CURRENT)
    ended_because = ProseField("why it was withdrawn", max_length=2000, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        verbose_name_plural = "evidence"
        indexes = [
            models.Index(fields=["state", "expires_on"], name="evidence_expiry"),
            models.Index(fields=["record_type", "record_id"], name="evidence_record"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="file") | (Q(blob__isnull=False, url="", record_type="") & ~Q(digest="")),
                name="evidence_file_has_content",
                violation_error_message="A file is kept with its content and hash, and nothing else.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="link") | (Q(blob__isnull=True, record_type="") & ~Q(url="")),
                name="evidence_link_has_address",
                violation_error_message="A link is kept with its address, and nothing else.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="record") | (Q(blob__isnull=True, url="") & ~Q(record_type="") & ~Q(record_id="")),
                name="evidence_record_is_named",
                violation_error_message="A record is kept with its kind and number, and nothing else.",
            ),
            models.CheckConstraint(condition=Q(kind__in=("file", "link", "record")), name="evidence_kind"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gt=F("collected_on")),
                name="evidence_expires_after",
                violation_error_message="It expires after the day on which it was collected.",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(ended_because=""),
                name="evidence_withdrawn_with_reason",
                violation_error_message="Say why it is withdrawn.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """EV-12."""
        return f"EV-{self.pk}" if self.pk else ""

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("evidence", args=[self.key])


class EvidenceUse(Governed):
    """One piece of evidence serves one control of one surface.

    `control` is a control's key, "audit:<row>" of the audit-trail checklist, or "owasp:<item>". `expires_on` is the last
    day on which it counts for that control: the evidence's own, or what policy gives such evidence, whichever is first.
    """

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="uses")
    surface = models.ForeignKey(Surface, on_delete=models.PROTECT, related_name="evidence_uses")
    control = models.CharField(max_length=60)
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "registry"
        ordering = ["surface", "control", "-pk"]
        indexes = [models.Index(fields=["expires_on"], name="evidence_use_expiry")]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "surface", "control"],
                name="evidence_used_once",
                violation_error_message="It serves this control already.",
            ),
            models.CheckConstraint(condition=~Q(control=""), name="evidence_use_names_control"),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} for {self.control} of {self.surface}"

    @property
    def key(self) -> str:
        """The key of the evidence."""
        return f"EV-{self.evidence_id}"


guard(
    "evidence_says_what_it_said",
    Evidence,
    "UPDATE",
    "COALESCE(NEW.blob_id, 0) <> COALESCE(OLD.blob_id, 0) OR NEW.url <> OLD.url OR NEW.digest <> OLD.digest"
    " OR NEW.kind <> OLD.kind OR NEW.record_type <> OLD.record_type OR NEW.record_id <> OLD.record_id"
    " OR NEW.collected_on <> OLD.collected_on OR NEW.collector_id <> OLD.collector_id",
    "what a piece of evidence is never changes; a new one follows it",
)
guard(
    "evidence_use_needs_current",
    EvidenceUse,
    "INSERT",
    "NOT EXISTS (SELECT 1 FROM registry_evidence e WHERE e.id = NEW.evidence_id AND e.state = 'current')",
    "only current evidence can be used",
)
