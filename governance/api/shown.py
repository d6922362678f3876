"""What the API contributes: how long answers that may be asked for again are kept."""

from collections.abc import Sequence

from governance.api.models import IdempotencyKey
from governance.core.contributions import RetentionKind, contribute


def forget(rows: Sequence[IdempotencyKey]) -> int:
    """Delete the answers kept for requests that were sent with an Idempotency-Key."""
    return IdempotencyKey.objects.filter(pk__in=[row.pk for row in rows]).delete()[0]


contribute(
    RetentionKind(
        "requests",
        "Answers kept for repeated requests",
        "The answer goes; the same key then is a new request. What was done stays.",
        rows=IdempotencyKey.objects.all,
        since="claimed_at",
        expire=forget,
        name=lambda row: row.key[:60],
        people=("user__ref",),
        batch=5000,
        order=60,
    )
)
