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
    actor, kinds, went = system_actor(), contributed(RetentionKind), {}
    for done, kind in enumerate(kinds, start=1):
        progress(done, len(kinds), kind.label)
        if count := _kind(kind, actor, lambda some, kind=kind, done=done: progress(done, len(kinds), f"{kind.label}: {some}")):
            went[kind.key] = count
    return {"went": went, "at": clock.now().isoformat()}


def _kind(kind: RetentionKind, actor: Any, tell: Callable[[int], None]) -> int:
    total = 0
    while some := actions.expire(kind, actor=actor):
        total += some
        tell(total)
    return total
