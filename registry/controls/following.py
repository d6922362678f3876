"""Keeps the results in step: at once after a commit for a few surfaces, by the ledger's tail and the clock for all others.

The ledger is the outbox. Whatever counts is an entry; the tail reads entries from where it last ended and works out which
surfaces rest on what they tell of. Time is followed by `ControlsState.turns_at`, and once a night all are looked at.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from governance.core import clock, jobs
from governance.ledger.models import Entry, Mention
from governance.notifications.models import Tail
from registry.catalog.models import Endpoint, Tool
from registry.controls import actions, keeping
from registry.controls.models import ControlsState
from registry.surfaces.models import Revision, Surface, SurfaceState

AT_ONCE = 20  # surfaces that the request itself still looks at; more are left to a job
BATCH = 1000
TAIL = "controls"
JOB = "controls.follow"
SURFACE = "registry.surface"
UNMOVING = (
    "control.", "asset.", "draft.", "registration.", "comment.", "document.", "import", "notice.", "token.",
    "quarantine.", "surface.shared", "rota.cover", "escalation_path.tried", "channel.tested",
    "budget.", "objective.",
)  # fmt: skip
CATALOGUE = ("registry.vendor", "registry.endpoint", "registry.tool", "registry.datarule")
ROUTE = "registry.route"
CALLED = ("rota.", "escalation_path.", "on_call_route.", "channel.")
SEATS = (
    "position.",
    "team.",
    "person.deactivated",
    "person.reactivated",
    "person.erased",
    "policy.applied",
    "company.changed",
    "access_review.closed",
)
LOOKED_AT = {"owner", "team", "tier", "state", "in_force"}
_paused: ContextVar[bool] = ContextVar("plumbline_controls_paused", default=False)


@dataclass
class Touched:
    """What some entries tell of: surfaces, things of the catalogue and suites by type and key, or something all rest on."""

    surfaces: set[int] = field(default_factory=set)
    things: set[tuple[str, str]] = field(default_factory=set)
    everything: bool = False

    def add(self, kind: str, subject: tuple[str, str, str], touches: Iterable[tuple[str, str]]) -> None:
        """Take in one entry: its kind, its subject's type, id and key, and what it touches."""
        if kind.startswith(UNMOVING):
            return
        if kind.startswith(CALLED):
            self.everything |= not (subject[0] == ROUTE and any(of == SURFACE for of, _ in touches))
        self.everything |= kind.startswith(SEATS)
        type_, id_, key = subject
        for of, pk in ((type_, id_), *touches):
            if of == SURFACE:
                self.surfaces.add(int(pk))
        if type_ in CATALOGUE or type_ == "registry.evalsuite":
            self.things.add((type_, key))

    def __bool__(self) -> bool:
        return bool(self.surfaces or self.things or self.everything)


def existing() -> QuerySet[Surface]:
    """Return the surfaces that controls are looked at for."""
    return Surface.objects.filter(tier__isnull=False).exclude(state=SurfaceState.RETIRED).order_by()


def resting_on(touched: Touched) -> set[int]:
    """Return the ids of the surfaces that rest on what was touched."""
    if touched.everything:
        return set(existing().values_list("pk", flat=True)) | touched.surfaces
    return touched.surfaces | (_naming(touched.things) if touched.things else set())


def _naming(things: set[tuple[str, str]]) -> set[int]:
    """The surfaces whose contract in force, or proposed, names an endpoint, a tool or a suite."""
    by_type = {of: {key for type_, key in things if type_ == of} for of, _ in things}
    vendors = by_type.get("registry.vendor", set())
    ruled = {key.rpartition(" to ")[2] for key in by_type.get("registry.datarule", set())}
    endpoints = by_type.get("registry.endpoint", set()) | ruled
    tools = set(by_type.get("registry.tool", set()))
    if vendors:
        endpoints |= set(Endpoint.objects.filter(vendor__key__in=vendors).values_list("key", flat=True))
        tools |= set(Tool.objects.filter(vendor__key__in=vendors).values_list("key", flat=True))
    suites = by_type.get("registry.evalsuite", set())
    rows = Revision.objects.filter(surface__in=existing()).order_by()
    parts = rows.values_list("surface_id", "contract__routes", "contract__authority__tools", "contract__evals")
    return {
        pk
        for pk, routes, allowed, evals in parts.iterator(chunk_size=2000)
        if any(row.get("endpoint") in endpoints for row in routes or ())
        or any(row.get("key") in tools for row in allowed or ())
        or any(row.get("suite") in suites for row in evals or ())
    }


@contextmanager
def paused() -> Iterator[None]:
    """Leave what happens in the block to the tail: for loads of thousands of entries, which ask for it at their end."""
    token = _paused.set(True)
    try:
        yield
    finally:
        _paused.reset(token)


def after(entries: Sequence[Any]) -> None:
    """Look at the live surfaces that a committed transaction touched: a few now, many by a job that is asked for."""
    touched = Touched()
    for entry in entries:
        if not _is_only_words(entry):
            touched.add(entry.kind, (entry.subject_type, entry.subject_id, entry.subject_key), entry.touches)
    if _paused.get() or not touched or {entry.kind for entry in entries} == {"surface.registered"}:
        return
    live = existing().filter(in_force__isnull=False).values_list("pk", flat=True)
    # What rests on the catalogue or on a seat is looked for only where few can: a request does not read all contracts.
    is_wide = touched.everything or bool(touched.things)
    if len(touched.surfaces) > AT_ONCE or (is_wide and len(live[: AT_ONCE + 1]) > AT_ONCE):
        jobs.enqueue(JOB)
    elif found := list(live.filter(pk__in=resting_on(touched))):
        actions.evaluate(found)
        if any(entry.kind in keeping.MAKING for entry in entries):
            keeping.keep(found)


def _is_only_words(entry: Any) -> bool:
    """Whether an entry tells of a surface's own facts that no check looks at, such as its purpose."""
    changed = entry.payload.get("changed")
    return entry.subject_type == SURFACE and changed is not None and not LOOKED_AT & set(changed)


def follow(progress: Any) -> dict[str, int]:
    """Read the ledger on, look at what it touched and at what time turned; return what was done. Safe to run twice."""
    seen, pks = _read_on()
    pks |= set(due())
    done = _in_steps(sorted(pks), progress)
    if seen is not None:
        _move_tail(seen)
    return done


def look_at_all(progress: Any) -> dict[str, int]:
    """Look at every surface, whatever changed: what nothing told of is found once a night."""
    return _in_steps(sorted(existing().values_list("pk", flat=True)), progress)


def _in_steps(pks: Sequence[int], progress: Any) -> dict[str, int]:
    total = actions.Written()
    for start in range(0, len(pks), actions.SLICE):
        done = actions.evaluate(pks[start : start + actions.SLICE])
        keeping.keep(pks[start : start + actions.SLICE])
        total.surfaces += done.surfaces
        total.written += done.written
        total.turned += done.turned
        progress(total.surfaces, len(pks), "Controls")
    return {"surfaces": total.surfaces, "written": total.written, "turned": total.turned}


def _read_on() -> tuple[int | None, set[int]]:
    """Return up to which entry was read, and the surfaces that those entries touch."""
    tail, _ = Tail.objects.get_or_create(name=TAIL)
    touched, last = Touched(), None
    while True:
        after_seq = tail.seq if last is None else last
        rows = list(
            Entry.objects.filter(seq__gt=after_seq)
            .order_by("seq")
            .values_list("seq", "kind", "subject_type", "subject_id", "subject_key")[:BATCH]
        )
        if not rows:
            return last, resting_on(touched) if touched else set()
        mentions: dict[int, list[tuple[str, str]]] = {}
        for seq, type_, id_ in Mention.objects.filter(entry__gte=rows[0][0], entry__lte=rows[-1][0]).values_list(
            "entry_id", "subject_type", "subject_id"
        ):
            mentions.setdefault(seq, []).append((type_, id_))
        for seq, kind, type_, id_, key in rows:
            touched.add(kind, (type_, id_, key), mentions.get(seq, ()))
        last = rows[-1][0]


def _move_tail(seq: int) -> None:
    with transaction.atomic():
        tail = Tail.objects.select_for_update().get(name=TAIL)
        if tail.seq < seq:
            tail.seq = seq
            tail.save(update_fields=["seq"])


def due() -> set[int]:
    """Return the surfaces of which time alone turned a control, and those never looked at."""
    turned = ControlsState.objects.filter(turns_at__lte=clock.now()).values_list("surface_id", flat=True)
    return set(turned) | set(existing().filter(controls_state__isnull=True).values_list("pk", flat=True))
