"""What time brings about: a warning while there is still time, and the word that it ran out. Each once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from governance.core import clock as time
from governance.core.errors import StaleState
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from governance.policy import queries as policy_queries
from incidents.clocks import queries, words
from incidents.clocks.actions.common import locked, miss, write
from incidents.clocks.models import Clock


def tick(now: datetime | None = None, progress: Callable[..., None] | None = None) -> dict[str, int]:
    """Warn of the clocks that are due soon, and write down those whose time ran out; return how many of each.

    Harmless when run twice or by two at once: each clock is looked at anew under its lock.
    """
    now = now or time.now()
    done = {"missed": 0, "warned": 0}
    for name, rows, act in (("missed", queries.ran_out(now), _miss), ("warned", queries.due_soon(now), _warn)):
        for clock in rows:
            try:
                act(clock, now=now, actor=system_actor())
                done[name] += 1
            except StaleState:
                continue  # moved by a person between the reading and the writing; the next round looks again
            if progress is not None:
                progress(sum(done.values()), 0, clock.key)
    return done


@action
def _miss(clock: Clock, *, now: datetime, actor: User) -> None:
    row = locked(clock)
    if not queries.is_out(row, now):
        raise transitions.stale(row)
    miss(row, actor, policy_queries.incident_rules())


@action
def _warn(clock: Clock, *, now: datetime, actor: User) -> None:
    row = locked(clock)
    if not queries.is_soon(row, now):
        raise transitions.stale(row)
    left = words.length((row.due_at - now).total_seconds())
    changes: dict[str, Any] = {"warned_at": time.now()}
    write(row, actor, "clock.warned", f"{words.doing(row.kind, row.name)} is over in {left}.", changes, due_at=row.due_at)
