"""The API's only table: what was answered to requests that may be sent twice."""

from django.conf import settings
from django.db import models


class IdempotencyKey(models.Model):
    """One POST that its caller may safely repeat: what it asked, and once done, what was answered.

    `status` is empty while the first request is running; `claim` tells which process has it. The answer is stored in
    the same transaction as what it tells of, so that either both are there or neither.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    claim = models.CharField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    withheld = models.BooleanField(default=False)
    claimed_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        app_label = "governance"
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user")]

    def __str__(self) -> str:
        return self.key
