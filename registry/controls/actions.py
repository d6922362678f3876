"""Brings the kept results in line with what is held. The only writer of them; what turns is told to the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from governance.core import clock
from governance.ledger import journal
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from registry.contracts.problems import listed
from registry.controls import queries
from registry.controls.ground import ground
from registry.controls.models import ControlResult, ControlsState, Status
from registry.controls.standing import Result, Standing
from registry.surfaces.models import Surface

BATCH = 500  # rows for each statement
SLICE = 250  # surfaces for each transaction: SQLite's writers wait for one
COLUMNS = ("title", "status", "why", "next_step", "door", "blocking", "order", "expires_at", "exception_key", "since")
FIGURES = ("turns_at", "demanded", "met", "excepted", "unmet", "unmet_blocking")
Turn = tuple[str, str, str, str, str]  # control, title, status before and now, why


@dataclass
class Written:
    """What one evaluation did."""

    surfaces: int = 0
    written: int = 0
    turned: int = 0


def evaluate(surfaces: Iterable[Surface | int], *, at: datetime | None = None) -> Written:
    """Look at the controls of surfaces and write what differs from the kept results; what turned is told to the ledger.

    Safe to run twice and side by side. Retired surfaces and those without a tier lose their results.
    """
    pks = sorted({each if isinstance(each, int) else each.pk for each in surfaces})
    done = Written()
    if not pks:
        return done
    for start in range(0, len(pks), SLICE):
        _evaluate(pks[start : start + SLICE], at, done)
    return done


def _evaluate(pks: Sequence[int], at: datetime | None, done: Written) -> None:
    with transaction.atomic():
        _lock(pks)
        shared = ground(at)  # after the lock: whoever writes last has read last
        found = {standing.surface_key: standing for standing in queries.standings(pks, shared)}
        before: dict[int, dict[str, ControlResult]] = {pk: {} for pk in pks}
        for row in ControlResult.objects.filter(surface__in=pks).order_by():
            before[row.surface_id][row.control] = row
        writing = _Writing(shared.at)
        for pk in pks:
            standing = found.get(f"S-{pk:04d}")
            writing.add(pk, standing.results if standing else (), before[pk])
        writing.store()
        _keep_figures(pks, found, shared.at)
        if writing.turns:
            tell_turns(writing.turns, actor=system_actor())
    done.surfaces += len(pks)
    done.written += len(writing.new) + len(writing.changed)
    done.turned += len(writing.turns)


def _lock(pks: Sequence[int]) -> None:
    """Hold the surfaces' rows in a fixed order, so that evaluations side by side follow each other and none blocks both."""
    known = set(ControlsState.objects.filter(surface__in=pks).values_list("surface_id", flat=True))
    missing = [ControlsState(surface_id=pk, checked_at=clock.now()) for pk in pks if pk not in known]
    if missing:
        ControlsState.objects.bulk_create(missing, ignore_conflicts=True)
    list(ControlsState.objects.select_for_update().filter(surface__in=pks).order_by("surface_id").values_list("pk"))


class _Writing:
    """Gathers what differs, for a few bulk statements."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.new: list[ControlResult] = []
        self.changed: list[ControlResult] = []
        self.gone: list[int] = []
        self.turns: dict[int, list[Turn]] = {}

    def add(self, pk: int, results: Sequence[Result], before: dict[str, ControlResult]) -> None:
        for order, result in enumerate(results):
            row = before.pop(result.key, None)
            if row is None:
                self.new.append(ControlResult(surface_id=pk, control=result.key, **self._columns(result, order, self.at)))
                continue
            turned = row.status != result.status
            if turned:
                self.turns.setdefault(pk, []).append((result.key, result.title, row.status, result.status, result.why))
            columns = self._columns(result, order, self.at if turned else row.since)
            if any(getattr(row, name) != value for name, value in columns.items()):
                for name, value in columns.items():
                    setattr(row, name, value)
                self.changed.append(row)
        self.gone += [row.pk for row in before.values()]

    @staticmethod
    def _columns(result: Result, order: int, since: datetime) -> dict[str, Any]:
        return {
            "title": result.title,
            "status": str(result.status),
            "why": result.why[:2000],
            "next_step": result.next_step[:400],
            "door": result.door[:200],
            "blocking": result.blocking,
            "order": order,
            "expires_at": result.expires_at,
            "exception_key": result.exception.key if result.exception else "",
            "since": since,
        }

    def store(self) -> None:
        if self.gone:
            ControlResult.objects.filter(pk__in=self.gone).delete()
        if rows := [*self.new, *self.changed]:
            ControlResult.objects.bulk_create(
                rows, batch_size=BATCH, update_conflicts=True, unique_fields=["surface", "control"], update_fields=COLUMNS
            )


def _keep_figures(pks: Sequence[int], found: dict[str, Standing], at: datetime) -> None:
    changed = []
    for row in ControlsState.objects.filter(surface__in=pks).order_by("surface_id"):
        standing = found.get(f"S-{row.surface_id:04d}")
        figures = _figures(standing)
        if any(getattr(row, name) != value for name, value in figures.items()):
            for name, value in figures.items():
                setattr(row, name, value)
            changed.append(row)
    if changed:
        ControlsState.objects.bulk_create(
            changed, batch_size=BATCH, update_conflicts=True, unique_fields=["surface"], update_fields=FIGURES
        )
    ControlsState.objects.filter(surface__in=pks).update(checked_at=at)


def _figures(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {"turns_at": None, **dict.fromkeys(FIGURES[1:], 0)}
    return {
        "turns_at": standing.turns_at,
        "demanded": standing.demanded,
        "met": standing.met,
        "excepted": standing.count(Status.EXCEPTED),
        "unmet": len(standing.unmet),
        "unmet_blocking": len(standing.unmet_blocking),
    }


@action
def tell_turns(turns: dict[int, list[Turn]], *, actor: User) -> None:
    """Tell the ledger which controls turned, one entry for each surface."""
    surfaces = Surface.objects.only("pk", "name").in_bulk(turns)
    for pk, found in sorted(turns.items()):
        journal.record(
            "control.turned",
            actor=actor,
            subject=surfaces[pk],
            payload={
                "turns": [[control, before, now] for control, _, before, now, _ in found],
                "said": listed([f"{title} is {Status(now).label.lower()}" for _, title, _, now, _ in found[:5]], "and")
                + (f" and {len(found) - 5} more" if len(found) > 5 else ""),
            },
            personal={"why": "\n".join(f"{title}: {why}" for _, title, _, _, why in found)},
        )
