"""Computes every bound row again: changed, removed, exchanged with another, or inserted without any entry."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model

from governance.core import clock
from governance.ledger import appendonly, bound, letgo
from governance.ledger.bound import Reference
from governance.ledger.check import is_history, name_of
from governance.ledger.rows import AppendOnly
from governance.verification.idset import IdSet
from governance.verification.report import Report

AT_ONCE = 500  # ids in one statement: SQLite takes 999 parameters where it is old
SCANNED = 20_000
MOST_COMPARED = 200


class BoundRows:
    """Follows references to rows, batch by batch, and knows at the end which rows no entry binds."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.seen: dict[str, IdSet] = defaultdict(IdSet)
        self._gone: dict[str, Gone] = {}
        self._changed: dict[str, list[tuple[Reference, int, Any]]] = defaultdict(list)

    def take(self, told: Iterable[tuple[int, Reference]]) -> None:
        """Compare the rows that a batch of entries binds with what they hold now."""
        by_model: dict[str, dict[int, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
        for seq, (label, id_, digest) in told:
            by_model[label][id_].append((seq, digest))
        for label, wanted in by_model.items():
            model = model_named(label)
            if model is None:
                self._unknown(label, wanted)
                continue
            self._compare(label, model, wanted)

    def note(self, told: Iterable[Reference]) -> None:
        """Only note that rows are bound: by entries that were written while this walk went on."""
        for label, id_, _ in told:
            self.seen[label].add(id_)

    def _unknown(self, label: str, wanted: dict[int, list[tuple[int, str]]]) -> None:
        seq = min(each for told in wanted.values() for each, _ in told)
        said = f"{len(wanted):,} rows of a table {label}, which this release does not have."
        self.report.find("row-removed", f"Rows of {label}", said, seq=seq, model=label)

    def _compare(self, label: str, model: type[Model], wanted: dict[int, list[tuple[int, str]]]) -> None:
        names = [name for name, _ in bound.columns(model)]
        key, seen = names.index(model._meta.pk.attname), self.seen[label]
        ids = sorted(wanted)
        for start in range(0, len(ids), AT_ONCE):
            part = ids[start : start + AT_ONCE]
            found = {row[key]: row for row in model._base_manager.filter(pk__in=part).values_list(*names)}
            for id_ in part:
                self.report.rows += seen.add(id_)
                row = found.get(id_)
                if row is None:
                    self._missing(label, model, id_, wanted[id_][0][0])
                    continue
                made = bound.digest_of_values(model, row)
                for seq, digest in wanted[id_]:
                    if made != digest:
                        self._differs(label, model, Reference(label, id_, digest), seq, made)

    def _missing(self, label: str, model: type[Model], id_: int, seq: int) -> None:
        if self.gone(label).covers(id_):
            self.report.gone += 1
            return
        said = f"It is gone, and nothing says why. Entry {seq:,} binds it."
        self.report.find("row-removed", _what(model, id_), said, seq=seq, model=label, id=id_)

    def _differs(self, label: str, model: type[Model], reference: Reference, seq: int, made: str) -> None:
        if self.gone(label).covers(reference.id):
            self.report.gone += 1
            return
        row = model._base_manager.filter(pk=reference.id).first()
        if row is None or bound.as_bound(row, reference.digest) is not None:
            return
        if len(self._changed[label]) < MOST_COMPARED:
            self._changed[label].append((reference, seq, row))
            return
        self._say_changed(model, reference, seq, made)

    def _say_changed(self, model: type[Model], reference: Reference, seq: int, made: str) -> None:
        said = f"It was changed after it was written. Entry {seq:,} binds what it held."
        where: dict[str, Any] = {"seq": seq, "model": reference.model, "id": reference.id, "seen": made}
        self.report.find("row-changed", _what(model, reference.id), said, **where)

    def gone(self, label: str) -> "Gone":
        """Return what was let go of a table."""
        if label not in self._gone:
            self._gone[label] = Gone(letgo.all_of(label))
        return self._gone[label]

    def settle(self) -> None:
        """Say of what was changed whether rows were only exchanged with one another."""
        for label, changed in self._changed.items():
            model: Any = model_named(label)
            exchanged = dict(_exchanged(changed))
            for reference, seq, row in changed:
                made = bound.digest_of(row)
                if reference.id not in exchanged:
                    self._say_changed(model, reference, seq, made)
                    continue
                other = exchanged[reference.id]
                said = f"It holds what row {other:,} held: the two were exchanged. Entry {seq:,} binds what it held."
                where: dict[str, Any] = {"seq": seq, "model": label, "id": reference.id, "seen": made}
                self.report.find("rows-exchanged", _what(model, reference.id), said, **where)
        self._changed.clear()

    def unbound(self, progress: Callable[[str], None], catch_up: Callable[[], None]) -> None:
        """Find rows that no entry binds. `catch_up` notes what was written meanwhile, before anything is said."""
        for model in appendonly.bound_models():
            label = model._meta.label_lower
            progress(name_of(model))
            known = self.seen[label]
            left = list(unbound_ids(model, known))
            if left:
                catch_up()
                for id_ in left:
                    if id_ not in known:
                        self._inserted(label, model, id_)

    def _inserted(self, label: str, model: type[Model], id_: int) -> None:
        row = model._base_manager.filter(pk=id_).first()
        if row is None:
            return
        said = "No entry of the ledger binds it: it was not written by this application."
        self.report.find("row-inserted", _what(model, id_), said, model=label, id=id_, seen=bound.digest_of(row))


class Gone:
    """Which ids of a table were let go, as ranges."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._ids = IdSet()
        for first, last in ranges:
            for id_ in range(first, last + 1):
                self._ids.add(id_)

    def covers(self, id_: int) -> bool:
        """Say whether a note explains that this row is gone or emptied."""
        return id_ in self._ids


def model_named(label: str) -> type[Model] | None:
    """Return the model that an entry names, or None when this release has none of that name."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def unbound_ids(model: type[Model], known: IdSet) -> Iterator[int]:
    """Yield the ids of rows that are not among the known ones, save those that may still wait to be bound."""
    rows = model._base_manager.order_by("pk")
    waits = model.waits if issubclass(model, AppendOnly) else None
    if waits is not None:
        column, span = waits
        rows = rows.filter(**{f"{column}__lt": clock.now() - span})
    last = 0
    while found := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:SCANNED]):
        yield from (id_ for id_ in found if id_ not in known)
        last = found[-1]


def _exchanged(changed: Sequence[tuple[Reference, int, Any]]) -> Iterator[tuple[int, int]]:
    """Yield pairs of ids of which the first holds what was bound under the second."""
    bound_under = {reference.digest: reference.id for reference, _, _ in changed}
    ids = [reference.id for reference, _, _ in changed]
    for reference, _, row in changed:
        key = row._meta.pk.attname
        for other in ids:
            if other == reference.id:
                continue
            setattr(row, key, other)
            made = bound.digest_of(row)
            setattr(row, key, reference.id)
            if bound_under.get(made) == other:
                yield reference.id, other
                break


def _what(model: type[Model], id_: int) -> str:
    return f"{'History row' if is_history(model) else 'Row'} {id_:,} of {name_of(model)}"
