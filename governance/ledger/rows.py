"""Rows that are written once: by an action, for good, each bound by digest to an entry of its transaction.

An append-only table refuses rewriting by triggers, and whoever owns the database can drop those. What they cannot do is
give a row another content that has the digest in the ledger. So whatever is `@protect`ed inherits `AppendOnly`::

    from governance.ledger.appendonly import protect
    from governance.ledger.rows import AppendOnly, Rows

    @protect
    class Decision(AppendOnly): ...

A model with reads of its own bases its QuerySet on `Rows`. The ledger's own tables are checked by other means, and say so
by `@checked_by_itself` instead of `@protect`.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from django.db import models

from governance.ledger import journal


class Rows(models.QuerySet[Any]):
    """Many rows at once: bound like single ones."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Store many rows and bind each to the entry that tells of it. Raises OutsideAction outside an action."""
        given = list(objs)
        if not given:
            return given
        binding = binds_now(given[0])
        if kwargs.get("ignore_conflicts") or kwargs.get("update_conflicts"):
            raise TypeError("append-only rows are stored or refused: what a conflict left out could not be bound")
        made = super().bulk_create(given, *args, **kwargs)
        for row in made if binding else ():
            journal.bind_row(row)
        return made


class AppendOnly(models.Model):
    """A row that is written once, by an action, and bound by digest to an entry of its transaction.

    Where rows come in by the thousand, outside any action, `waits` names the column of their moment, and how long a later
    entry may take to bind them (what counts events by the minute seals them by the day).
    """

    waits: ClassVar[tuple[str, timedelta] | None] = None

    objects = Rows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row and bind it. Raises OutsideAction outside an action; a second time the database refuses."""
        binding = binds_now(self)
        super().save(*args, **kwargs)
        if binding:
            journal.bind_row(self)


def binds_now(row: AppendOnly) -> bool:
    """Say whether a row is bound as it is written; raises OutsideAction where it must be and no action is open."""
    if row.waits is not None and not journal.is_open():
        return False
    journal.require_open(row)
    return True
