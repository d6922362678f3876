"""Follows registrations that lines began: finished, the line is registered; discarded, it is open again."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from governance.core.contributions import AfterEntries, JobKind, Schedule, contribute
from governance.core.errors import PlumblineError
from governance.ledger.journal import Pending
from governance.ledger.models import Entry
from governance.people.models import User
from governance.people.system import system_actor
from registry.mapping import actions, queries
from registry.mapping.models import MappingLine
from registry.surfaces.models import Draft, Surface

REGISTERED, DISCARDED = "surface.registered", "registration.discarded"
JOB = "mapping.catch_up"


def follow(entries: Sequence[Pending]) -> None:
    """Settle the lines whose registrations were just finished, and open those again whose registrations were discarded."""
    for entry in entries:
        if entry.kind == REGISTERED:
            finished(str(entry.payload.get("source", "")), entry.subject_id, entry.actor_ref)
        elif entry.kind == DISCARDED:
            for line in MappingLine.objects.filter(outcome="drafted", draft_number=int(entry.subject_id)):
                _again(line, entry.actor_ref)


def finished(source: str, surface_id: str, actor_ref: str) -> None:
    """Note of a line that its registration became a surface, where it waits for one."""
    named = queries.LINE_KEY.match(source) if source[:2].upper() == "ML" else None
    line = MappingLine.objects.filter(pk=int(named.group(1)), outcome="drafted").first() if named else None
    if line is None:
        return
    surface, actor = Surface.objects.get(pk=int(surface_id)), User.objects.filter(ref=actor_ref).first()
    actions.settle_registered(line, actor=actor or system_actor(), surface=surface)


def _again(line: MappingLine, actor_ref: str) -> None:
    actor = User.objects.filter(ref=actor_ref).first()
    actions.reopen(line, actor=actor or system_actor())


def catch_up(job: Any, progress: Any) -> dict[str, Any]:
    """Look at every line whose registration is gone and that nobody followed, because a process died meanwhile."""
    looked, again = 0, []
    for line in MappingLine.objects.filter(outcome="drafted").exclude(draft_number__in=Draft.objects.values("pk")):
        looked += 1
        try:
            _look(line)
        except PlumblineError as error:  # changed meanwhile, or its people left: told, and looked at again
            again.append(f"{line.key}: {error.message}")
    return {"looked": looked, "again": again}


def _look(line: MappingLine) -> None:
    told = Entry.objects.filter(kind=REGISTERED, body__contains=f'"source":"{line.key}"').order_by("-seq").first()
    if told is not None:
        source = str(json.loads(told.body)["payload"]["source"])
        finished(source, told.subject_id, told.actor_ref)
        return
    gone = Entry.objects.filter(kind=DISCARDED, subject_id=str(line.draft_number)).order_by("-seq").first()
    _again(line, gone.actor_ref if gone else "")


contribute(AfterEntries("mapping", follow, order=210))
contribute(JobKind(JOB, catch_up, label="Follow registrations that mapping sessions began"))
contribute(Schedule(JOB, JOB, every=timedelta(hours=1)))
