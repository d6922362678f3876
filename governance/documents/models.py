"""Documents that were made."""

from django.db import models
from django.db.models import Q

from governance.core.text import NameField
from governance.ledger.appendonly import protect
from governance.ledger.rows import AppendOnly


@protect
class SigningCertificate(AppendOnly):
    """One certificate under which this installation signs documents, recorded before its first signature.

    `own`: it was made here and vouches for itself; otherwise it is the company's, and leads to an issuer.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    subject = models.TextField()
    pem = models.TextField()
    own = models.BooleanField(default=True)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    first_used_at = models.DateTimeField()

    class Meta:
        app_label = "governance"
        ordering = ["-first_used_at", "-pk"]

    def __str__(self) -> str:
        return self.subject

    @property
    def key(self) -> str:
        """The beginning of its fingerprint."""
        return self.fingerprint[:16]


@protect
class Document(AppendOnly):
    """One PDF as it was made: what from, by whom, when, and under which hashes. A newer one never replaces it."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=120, blank=True)
    title = NameField()
    number = models.PositiveIntegerField(default=1)
    source = models.JSONField()
    source_digest = models.CharField(max_length=64)
    file_digest = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField()
    ledger_seq = models.PositiveBigIntegerField(default=0)
    made_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="documents")
    made_at = models.DateTimeField()
    job = models.CharField(max_length=40, blank=True)
    certificate = models.ForeignKey(
        SigningCertificate, on_delete=models.PROTECT, null=True, blank=True, related_name="documents",
        help_text="What the file is signed with; none where it is not signed.",
    )  # fmt: skip
    unsigned_digest = models.CharField(
        max_length=64, blank=True, db_default="", help_text="SHA-256 of the file before it was signed."
    )
    unsigned_size = models.PositiveIntegerField(
        default=0, db_default=0, help_text="The signed file begins with so many unsigned bytes."
    )
    stamped = models.BooleanField(
        default=False, db_default=False, help_text="Whether a time-stamping authority vouches for the moment."
    )

    class Meta:
        app_label = "governance"
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["kind", "subject_id", "-made_at"], name="document_subject")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id", "number"], name="document_number_once"),
            models.UniqueConstraint(fields=["job"], condition=~Q(job=""), name="document_job_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def key(self) -> str:
        """Its verification code."""
        return self.code
