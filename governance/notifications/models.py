"""Notices and how far the tail has read."""

from django.db import models

from governance.core.text import NameField


class Tail(models.Model):
    """How far one reader of the ledger has come."""

    name = models.CharField(max_length=40, primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)

    class Meta:
        app_label = "governance"

    def __str__(self) -> str:
        return f"{self.name} at {self.seq}"


class Notice(models.Model):
    """One thing that one person was told."""

    person = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="notices")
    key = models.CharField(max_length=120)
    entry_seq = models.PositiveBigIntegerField(null=True, blank=True)
    text = NameField()
    url = models.CharField(max_length=400, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=400, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [models.Index(fields=["person", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.text
