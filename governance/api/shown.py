"""What the API asks of the scheduler: that answers kept for repetition go when their day is over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from governance.api import idempotency
from governance.core.contributions import JobKind, Schedule, contribute


def purge_keys(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    """Delete idempotency keys that have expired."""
    return {"deleted": idempotency.purge()}


contribute(JobKind("api.purge-keys", purge_keys, label="Forget old idempotency keys"))
contribute(Schedule("api.purge-keys", job="api.purge-keys", every=timedelta(hours=1)))
