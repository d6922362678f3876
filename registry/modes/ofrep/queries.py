"""Reads behind the flags: one statement for one surface as for all, and the stamp that says whether anything moved."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from registry.modes.models import ModeChange
from registry.modes.ofrep.flags import Row, Under
from registry.quarantine import queries as quarantine
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

COLUMNS = ("pk", "mode", "state", "tier", "in_force__number", "in_force__digest", "in_force_since")
STEP = {"step": "pk", "step_at": "at", "step_standing": "standing"}
STAMP = "SELECT (SELECT digest FROM governance_entry ORDER BY seq DESC LIMIT 1), (SELECT MAX(id) FROM registry_modechange)"


def _rows(seen: QuerySet[Surface]) -> Iterator[Row]:
    last = ModeChange.objects.filter(surface=OuterRef("pk")).order_by("-pk")
    found = seen.annotate(**{name: Subquery(last.values(column)[:1]) for name, column in STEP.items()})
    under = _under(seen)
    columns = found.order_by("pk").values_list(*COLUMNS, *STEP)
    return (Row(*(*values, under.get(values[0]))) for values in columns)


def _under(seen: QuerySet[Surface]) -> dict[int, Under]:
    """Return what quarantine takes from some surfaces; contracts are read only while anything is quarantined."""
    held = quarantine.in_force()
    return {pk: Under(held, contract) for pk, contract in quarantine.contracts_naming(held, seen)} if held else {}


def row(user: Any, number: int) -> Row | None:
    """Return one surface that a caller may see, or None."""
    return next(_rows(surfaces.visible_to(user).filter(pk=number)), None)


def served(surface: Surface) -> Row:
    """Return what any caller who may see a surface is answered with from now on: how a lever is timed."""
    return next(_rows(Surface.objects.filter(pk=surface.pk)))


def rows(user: Any, numbers: Collection[int] | None = None) -> Iterator[Row]:
    """Return the surfaces that a caller may see, or those of them that are asked for, in the order of their numbers."""
    seen = surfaces.visible_to(user)
    return _rows(seen if numbers is None else seen.filter(pk__in=numbers))


def stamp() -> tuple[Any, ...]:
    """Return what differs once anything moved that an answer could rest on: the ledger's newest digest.

    Every change of a mode, a revision, a quarantine, a share or a role appends to the ledger, and entries are numbered one
    at a time up to the commit; so whoever reads the same newest entry twice reads the same state twice. (The largest id of
    any other table would not do: PostgreSQL hands ids out before it commits.)
    """
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        return tuple(cursor.fetchone())
