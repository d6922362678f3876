"""Loads the facts of many surfaces at once, in a fixed number of queries for each chunk of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from governance.approvals.models import Decision
from governance.core.asking import asked
from governance.people.models import User
from registry.controls import held, proofs
from registry.controls.ground import Ground, read_catalogue
from registry.evidence import queries as evidence
from registry.exceptions import queries as exceptions
from registry.oncall import board
from registry.surfaces import raci
from registry.surfaces.models import RaciRow, Revision, Surface
from registry.switches import queries as drills
from registry.switches.models import Drill

CHUNK = 500
DRILLED = "drilled_kill_switch"
ROUTED = "on_call_route"
SAYS_YES = ("approve", "conditions")


@dataclass(frozen=True, slots=True)
class Subject:
    """A surface with the contract and the tier under which it is looked at; `number` and `digest` are its revision's."""

    surface: Surface
    tier: int
    contract: Mapping[str, Any]
    number: int = 0
    digest: str = ""


def subject_of(surface: Surface, newest: Revision | None = None) -> Subject:
    """Return a surface as it is looked at by itself: what is in force, else what was proposed last, else nothing."""
    revision = surface.in_force or newest
    tier = surface.tier or 0
    if revision is None:
        return Subject(surface, tier, {})
    return Subject(surface, tier, revision.contract, revision.number, revision.digest)


def of_surfaces(pks: Iterable[int], ground: Ground) -> Iterator[held.Held]:
    """Yield the facts of surfaces that have a tier and are not retired, chunk by chunk; the whole catalogue is read once."""
    read_catalogue(ground)
    listed = list(pks)
    for start in range(0, len(listed), CHUNK):
        chunk = listed[start : start + CHUNK]
        rows = Surface.objects.filter(pk__in=chunk, tier__isnull=False).exclude(state="retired")
        surfaces = list(rows.select_related("owner", "in_force").defer("attributes", "answers", "tier_reasons", "purpose"))
        waiting = [surface.pk for surface in surfaces if surface.in_force_id is None]
        newest: dict[int, Revision] = {}
        if waiting:
            newest = {each.surface_id: each for each in Revision.objects.filter(surface__in=waiting).order_by("number")}
        yield from load([subject_of(surface, newest.get(surface.pk)) for surface in surfaces], ground)


def questions(subjects: Sequence[Subject], ground: Ground) -> Iterator[QuerySet[Any]]:
    """Yield what `load` asks for a few subjects, so that it can be foretold; what it did not foretell is asked by itself."""
    pks = [subject.surface.pk for subject in subjects]
    yield from (_raci_question(pks), _revisions_question(pks), evidence.uses_question(pks), exceptions.active_question(ground.at))
    asking = {
        name: [each.surface.pk for each in subjects if ground.demands[each.tier].asks_for(name)] for name in (DRILLED, ROUTED)
    }
    if asking[DRILLED]:
        yield drills.passed_question(asking[DRILLED], Drill.Kind.KILL_SWITCH)
    if asking[ROUTED]:
        yield board.question(ground.at, asking[ROUTED])
    if refs := _named_people(subjects):
        yield _people_question(refs)
    if wanted := _two_person(subjects, ground):
        yield _approvers_question(wanted)
    yield from proofs.questions(subjects, ground)


def load(subjects: Sequence[Subject], ground: Ground) -> list[held.Held]:
    """Return the facts of some subjects; the catalogue's part must be in the ground already."""
    pks = [subject.surface.pk for subject in subjects]
    overrides = _raci_rows(pks)
    earlier = _revisions(pks)
    uses = evidence.uses_of(pks)
    waivers = exceptions.active_for(pks, ground.at)
    drilling = _asked_for(DRILLED, subjects, ground)
    drilled = drills.last_passed(drilling, Drill.Kind.KILL_SWITCH) if drilling else {}
    people = _people(subjects)
    approved = _approvers(subjects, ground)
    suites = proofs.suites_of(subjects, ground)
    checklists = proofs.checklists_of(subjects, ground)
    calling = _asked_for(ROUTED, subjects, ground)
    routes = board.read(ground.at, calling) if calling else board.Board()
    return [
        held.Held(
            key=subject.surface.key,
            at=ground.at,
            today=ground.today,
            zone=ground.zone,
            demand=ground.demands[subject.tier],
            contract=subject.contract,
            number=subject.number,
            earlier=_earlier(earlier.get(pk, ()), subject),
            owner=_person(subject.surface.owner),
            raci=_lines(subject.surface, overrides.get(pk, ()), ground, subject.tier),
            classes=ground.classes,
            endpoints=ground.endpoints,
            tools=ground.tools,
            people=people,
            uses=[_use(use) for use in uses.get(pk, ())],
            waivers={key: held.Waiver(each.key, each.title, each.ends_at) for key, each in waivers.get(pk, {}).items()},
            suites=suites.get(pk, ()),
            drill=_drill(drilled.get(pk)),
            checklist=checklists.get(pk),
            approved_by=approved.get(pk),
            on_call=_on_call(subject, ground, routes),
        )
        for pk, subject in zip(pks, subjects, strict=True)
    ]


def _asked_for(control: str, subjects: Iterable[Subject], ground: Ground) -> list[int]:
    """The ids of the surfaces whose tier asks for a control."""
    return [subject.surface.pk for subject in subjects if ground.demands[subject.tier].asks_for(control)]


def _person(person: User | None) -> held.Person | None:
    return held.Person(str(person), person.is_active) if person is not None else None


def _drill(drill: Drill | None) -> held.Drill | None:
    return held.Drill(drill.key, drill.run_at) if drill is not None and drill.run_at is not None else None


def _use(use: Any) -> held.Use:
    evidence = use.evidence
    return held.Use(
        use.control,
        evidence.key,
        evidence.title,
        str(evidence.collector),
        evidence.collected_on,
        min((day for day in (use.expires_on, evidence.expires_on) if day is not None), default=None),
        evidence.state == evidence.State.CURRENT,
    )


def _raci_rows(pks: Sequence[int]) -> dict[int, list[RaciRow]]:
    found: dict[int, list[RaciRow]] = {}
    for row in asked(_raci_question(pks)):
        found.setdefault(row.surface_id, []).append(row)
    return found


def _raci_question(pks: Sequence[int]) -> QuerySet[RaciRow]:
    return RaciRow.objects.filter(surface__in=pks).select_related("person", "position")


def _lines(surface: Surface, rows: Iterable[RaciRow], ground: Ground, tier: int) -> list[held.RaciLine]:
    overrides, gone, called = [], set(), {}
    for row in rows:
        if row.person is not None:
            party = raci.Party("person", row.person.ref)
            called[party] = str(row.person)
            gone |= set() if row.person.is_active else {party}
        else:
            party = raci.Party("position", row.position.key if row.position else "")
        overrides.append((row.decision, row.letter, party))
    defaults = {decision: {**row, "A": [row["A"]]} for decision, row in ground.raci[tier].items()}
    lines = raci.matrix(defaults, overrides)
    positions = ground.positions

    def name(party: raci.Party) -> str:
        return called.get(party) or positions.get(party.key, party.key)

    def is_empty(party: raci.Party) -> bool:
        return party in gone if party.kind == "person" else not ground.is_seated(party.key, surface.team_id)

    return [
        held.RaciLine(
            line.decision,
            line.label,
            tuple(name(party) for party in line.row.get("A", ())),
            tuple(name(party) for party in line.row.get("R", ())),
            tuple(name(party) for party in line.row.get("A", ()) if is_empty(party)),
        )
        for line in lines
    ]


def _on_call(subject: Subject, ground: Ground, routes: board.Board) -> held.OnCall:
    """Who would be called for each kind of incident on the surface, where the tier asks."""
    if not ground.demands[subject.tier].asks_for(ROUTED):
        return held.OnCall()
    surface = subject.surface
    ways = {name: routes.call(key, subject.tier, surface.team_id, surface.pk) for key, name in ground.categories.items()}
    routed = [way for way in ways.values() if way is not None and not way.is_fallback]
    steps = {way: routes.empty_step(way, surface.team_id, ground.is_seated) for way in dict.fromkeys(routed)}
    return held.OnCall(
        paths=tuple(name for name, _ in Counter(way.name for way in routed).most_common()),
        unrouted=tuple(name for name, way in ways.items() if way is None or way.is_fallback),
        kinds=len(ways),
        empty=tuple((way.key, way.name, number) for way, number in steps.items() if number),
    )


def _revisions(pks: Sequence[int]) -> dict[int, set[int]]:
    """The numbers of the revisions that held: what a later one was proposed against."""
    found: dict[int, set[int]] = {}
    for pk, number in asked(_revisions_question(pks)):
        found.setdefault(pk, set()).add(number)
    return found


def _revisions_question(pks: Sequence[int]) -> QuerySet[Any]:
    rows = Revision.objects.filter(surface__in=pks, base__isnull=False).order_by()
    return rows.values_list("surface_id", "base__number")


def _earlier(numbers: Iterable[int], subject: Subject) -> tuple[int, ...]:
    now = subject.surface.in_force
    held_before = set(numbers) | ({now.number} if now is not None else set())
    return tuple(sorted(held_before - {subject.number}))


def _people(subjects: Iterable[Subject]) -> dict[str, held.Person]:
    refs = _named_people(subjects)
    if not refs:
        return {}
    return {ref: held.Person(name, is_active) for ref, name, is_active in asked(_people_question(refs))}


def _named_people(subjects: Iterable[Subject]) -> list[str]:
    owners = {(subject.contract.get("budget") or {}).get("owner") for subject in subjects}
    return sorted(owner for owner in owners if owner)


def _people_question(refs: Sequence[str]) -> QuerySet[Any]:
    return User.objects.filter(ref__in=refs).values_list("ref", "name", "is_active")


def _approvers(subjects: Iterable[Subject], ground: Ground) -> dict[int, tuple[str, ...]]:
    """Who approved the very revision in force, where the tier's two-person rule asks."""
    wanted = _two_person(subjects, ground)
    if not wanted:
        return {}
    found: dict[int, dict[int, str]] = {}
    for pk, digest, person, name in asked(_approvers_question(wanted)):
        if (pk, digest) in wanted:
            found.setdefault(pk, {})[person] = name
    return {pk: tuple(names.values()) for pk, names in found.items()}


def _two_person(subjects: Iterable[Subject], ground: Ground) -> set[tuple[int, str]]:
    """The surfaces, with their revision's hash, whose tier asks for a second person and that are looked at as they hold."""
    return {
        (subject.surface.pk, subject.digest)
        for subject in subjects
        if ground.demands[subject.tier].two_person
        and subject.surface.in_force
        and subject.surface.in_force.digest == subject.digest
    }


def _approvers_question(wanted: Iterable[tuple[int, str]]) -> QuerySet[Any]:
    given = Decision.objects.filter(
        request__subject_kind="change",
        request__state="approved",
        request__change__surface__in=sorted({pk for pk, _ in wanted}),
        verdict__in=SAYS_YES,
    ).exclude(person=F("requester"))
    return given.order_by("pk").values_list("request__change__surface", "subject_digest", "person", "person__name")
