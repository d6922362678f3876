"""Binds, once, the rows that versions before this one wrote without binding them.

It is done when an entry says so; from then on a row that no entry binds was written past this application. An installation
whose first entry is of a version that binds never needs it, so that nobody can use it to make their own rows look bound.
"""

import json
from collections.abc import Callable
from itertools import islice

from django.db.models import Model

from governance.core import digest
from governance.ledger import appendonly, journal
from governance.ledger.check import name_of
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.people.models import User
from governance.people.system import system_actor
from governance.verification.entries import Look, stored
from governance.verification.idset import IdSet
from governance.verification.report import Report
from governance.verification.rows import unbound_ids

KIND = "ledger.bound_later"
AT_ONCE = 1000
BINDS_ALL = 2
"""The first version of bodies that binds all append-only rows."""


def needed() -> bool:
    """Whether the ledger began before everything was bound, and what it left is not bound yet."""
    first = Entry.objects.order_by("seq").values_list("body", flat=True).first()
    if first is None or json.loads(first)["v"] >= BINDS_ALL:
        return False
    return not any(json.loads(body)["payload"]["done"] for body in Entry.objects.filter(kind=KIND).values_list("body", flat=True))


def bind_older(progress: Callable[[int, str], None]) -> int:
    """Bind all rows that no entry binds, a thousand to an entry; return how many. Killed, it goes on where it was."""
    if not needed():
        return 0
    known, done = _bound(progress), 0
    actor = system_actor()
    for model in appendonly.bound_models():
        ids = unbound_ids(model, known.get(model._meta.label_lower, IdSet()))
        while part := list(islice(ids, AT_ONCE)):
            done += _bind(model, part, actor=actor)
            progress(done, name_of(model))
    _finish(done, actor=actor)
    return done


def _bound(progress: Callable[[int, str], None]) -> dict[str, IdSet]:
    known: dict[str, IdSet] = {}
    look = Look(Report(started_at=Entry.objects.order_by("seq")[0].at))
    last = Entry.objects.order_by("-seq").values_list("seq", flat=True)[0]
    for batch in stored(1, last):
        for row in batch:
            _, told = look.at(row)
            for label, id_, _ in told.bound if told else ():
                known.setdefault(label, IdSet()).add(id_)
        progress(0, "Reading entries")
    return known


@action
def _bind(model: type[Model], ids: list[int], *, actor: User) -> int:
    rows = list(model._base_manager.filter(pk__in=ids).order_by("pk"))
    for row in rows:
        journal.bind_row(row)
    payload = {"count": len(rows), "models": {model._meta.label_lower: len(rows)}, "done": False}
    journal.record(KIND, actor=actor, subject=actor, payload=digest.plain(payload))
    return len(rows)


@action
def _finish(count: int, *, actor: User) -> None:
    journal.record(KIND, actor=actor, subject=actor, payload={"count": count, "models": {}, "done": True})
