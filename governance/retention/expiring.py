"""The daily work: kind by kind and batch by batch, each batch with its entry, as often as something is due."""

from collections.abc import Callable
from typing import Any

from governance.core import clock
from governance.core.contributions import RetentionKind, contributed
from governance.people.system import system_actor
from governance.policy import queries as policy
from governance.retention import actions

JOB = "retention.expire"


def run(job: Any, progress: Callable[..., None]) -> dict[str, Any]:
    """Let go of everything whose time is over, unless a hold keeps it. Returns how many went, by kind."""
    if policy.latest() is None:  # before the company is set up nothing is kept for so long
        return {"went": {}}
    actor, kinds = system_actor(), contributed(RetentionKind)
    went: dict[str, int] = {}
    for done, kind in enumerate(kinds, start=1):
        progress(done, len(kinds), kind.label)
        while some := actions.expire(kind, actor=actor):
            went[kind.key] = went.get(kind.key, 0) + some
            progress(done, len(kinds), f"{kind.label}: {went[kind.key]}")
    return {"went": went, "at": clock.now().isoformat()}
