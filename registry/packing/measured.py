"""Coverage of frameworks and error budgets, reckoned as of the checkpoint."""

from collections.abc import Iterator, Mapping
from typing import Any

from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.budgets import queries as budgets_
from registry.budgets.models import BudgetHold, Objective
from registry.controls.models import DEMANDED
from registry.coverage import counting
from registry.coverage.queries import CLEAR
from registry.exceptions import queries as exceptions
from registry.frameworks import library
from registry.frameworks import queries as frameworks_
from registry.frameworks.library import Framework
from registry.frameworks.models import FrameworkAnswer
from registry.packing.controlled import stood
from registry.packing.fields import PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter
from registry.surfaces.models import SurfaceState

SAID = {
    "covered": ("ok", "Covered"),
    "partly": ("warn", "Partly"),
    "open": ("stop", "Open"),
    "unasked": ("wait", "Asked of no surface"),
    "none": ("wait", "No control of policy"),
}
COVERAGE = (
    Field("framework", "Framework"),
    Field("edition", "Edition"),
    Field("item", "Item"),
    Field("title", "Title"),
    Field("controls", "Controls that meet it"),
    Field("state", "How far it is covered"),
    Field("asked", "Surfaces of which it is asked"),
    Field("met", "Met by computation"),
    Field("attested", "Met, at least in part by evidence or an answer"),
    Field("excepted", "Excepted"),
    Field("not_met", "Not met"),
)
ANSWERS = (
    Field("surface", "Surface", lambda row: f"S-{row.surface_id:04d}"),
    Field("surface_name", "Name", "surface.name"),
    Field("framework", "Framework"),
    Field("item", "Item"),
    Field("status", "Status", "get_status_display"),
    Field("reason", "How, or why not", prose=True),
    Field("entry", "Ledger entry", cites=True),
)
OBJECTIVES = (
    Field("key", "Objective"),
    Field("surface", "Surface", lambda row: f"S-{row.surface_id:04d}"),
    Field("surface_name", "Name", "surface.name"),
    Field("name", "Objective's name"),
    Field("bad_means", "What counts as bad", prose=True),
    Field("target", "Share that has to be good"),
    Field("window_days", "Days looked at"),
    Field("source", "Counted from", "get_source_display"),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("good", "Good events in the window"),
    Field("bad", "Bad events in the window"),
    Field("spent", "Share of the budget that is used"),
    Field("state", "State", "get_state_display"),
)
HOLDS = (
    Field("key", "Hold"),
    Field("objective", "Objective", "objective.name"),
    Field("surface", "Surface", lambda row: f"S-{row.surface_id:04d}"),
    Field("surface_name", "Name", "surface.name"),
    Field("opened_at", "From"),
    Field("closed_at", "Until"),
    Field("spent", "Share of the budget used when it began"),
)


def frameworks(window: Window) -> Iterator[RecordSet]:
    """Give the coverage of each framework over the window's surfaces, and what surfaces answered."""
    ground = Ground(window)
    told = "How far the controls of policy, as they stood on the surfaces of the scope, cover each item of each framework."
    yield records(window, "framework-coverage", "Coverage of frameworks", COVERAGE, _coverage(ground), told, ground.voice)
    told = "What surfaces said of items of checklists: mitigated, or not applicable with a reason."
    yield records(window, "framework-answers", "Answers to checklists", ANSWERS, _answers(ground), told, ground.voice)


def _coverage(ground: Ground) -> Iterator[dict[str, Any]]:
    document = ground.document
    places, standing = counting.gathered(_demanded(ground))
    asked = 0
    for bits in standing.get(CLEAR, {}).values():
        asked |= bits
    standing |= _said(ground, asked, places, frameworks_.edition(document))
    for framework in library.frameworks():
        crosswalk = {
            item: [counting.Meeting(each["key"], each["name"], each["kind"] == counting.ATTESTED) for each in found]
            for item, found in frameworks_.crosswalk(framework.key, document).items()
        }
        in_use = framework.key == frameworks_.edition(document).key
        for each in counting.count(framework, crosswalk, standing, by_answers=in_use).items:
            yield {
                "framework": framework.name,
                "edition": framework.edition,
                "item": each.item.id,
                "title": each.item.title,
                "controls": [control.key for control in each.controls],
                "state": SAID[each.state][1],
                "asked": each.asked,
                **{name: each.counts[name] for name in ("met", "attested", "excepted", "not_met")},
            }


def _demanded(ground: Ground) -> Iterator[tuple[int, str, str]]:
    for part in ground.surfaces():
        alive = [held.surface.pk for held in part if held.surface.state != SurfaceState.RETIRED]
        for row, status, _ in stood(ground, alive):
            if status in DEMANDED:
                yield row.surface_id, row.control, str(status)


def _said(ground: Ground, asked: int, places: Mapping[int, int], checklist: Framework) -> dict[str, dict[str, int]]:
    """Say how each item of the checklist in use stood on the surfaces of which it was asked."""
    given: dict[str, list[int]] = {}
    waived: dict[str, list[int]] = {}
    for part in batches(sorted(places)):
        for row in as_of(FrameworkAnswer.objects.all(), ground.at, removable=True, surface__in=part):
            if row.framework == checklist.key:
                given.setdefault(row.item, []).append(places[row.surface_id])
        for surface, held in exceptions.active_for(part, ground.at).items():
            for key in held:
                waived.setdefault(key, []).append(places[surface])
    size, found = len(places), {}
    everything = waived.get(CLEAR, [])
    for item in checklist.items:
        key = f"{counting.ANSWER}{item.id}"
        answered = counting.packed(given.get(item.id, ()), size) & asked
        excepted = counting.packed([*waived.get(key, ()), *everything], size) & asked & ~answered
        found[key] = {counting.ATTESTED: answered, counting.EXCEPTED: excepted, "not_met": asked & ~answered & ~excepted}
    return found


def _answers(ground: Ground) -> Iterator[Any]:
    kinds = ("framework.answered", "framework.answer_changed")
    for part in batches(ground.window.surface_ids):
        rows = as_of(FrameworkAnswer.objects.all(), ground.at, beside=("surface",), removable=True, surface__in=part)
        entries = ground.entries(kinds, "registry.frameworkanswer", [row.pk for row in rows])
        for row in sorted(rows, key=lambda each: (each.surface_id, each.framework, each.item)):
            row.entry = entries.get(str(row.pk))  # type: ignore[attr-defined]
            yield row


def budgets(window: Window) -> Iterator[RecordSet]:
    """Give objectives with what is used of their budgets, and when a spent one held a surface."""
    ground = Ground(window)
    told = "What share of each surface's events has to be good, and how much of the rest was used up at the checkpoint."
    yield records(window, "error-budgets", "Error budgets", OBJECTIVES, _objectives(ground), told, ground.voice)
    told = "The times in which a spent budget kept a surface from being expanded."
    yield records(window, "budget-holds", "Spent budgets", HOLDS, _holds(ground), told, ground.voice)


def _objectives(ground: Ground) -> Iterator[Any]:
    for part in batches(ground.window.surface_ids):
        rows = as_of(Objective.objects.all(), ground.at, beside=("surface", "owner", "suite"), surface__in=part)
        stands = budgets_.standings(rows, ground.at)
        for row in sorted(rows, key=lambda each: (each.surface_id, each.pk)):
            found: Any = row
            found.good, found.bad = stands[row.pk].counted.good, stands[row.pk].counted.bad
            found.spent = round(stands[row.pk].spent, 4)
            yield found


def _holds(ground: Ground) -> Iterator[Any]:
    window = ground.window
    for part in batches(window.surface_ids):
        for row in as_of(BudgetHold.objects.all(), ground.at, beside=("surface", "objective"), surface__in=part):
            if row.opened_at < window.until and (row.closed_at is None or row.closed_at >= window.since):
                yield row


def _state(row: dict[str, Any]) -> tuple[str, str]:
    return next(each for each in SAID.values() if each[1] == row["state"])


def _spent(row: dict[str, Any]) -> tuple[str, str]:
    share = float(row["spent"])
    return "stop" if share >= 1 else "warn" if share >= 0.75 else "ok", f"{share * 100:.0f} %"


ITEMS = Sheet(
    "framework-coverage",
    (
        Print("item", "Item", kind="code", width="c14"),
        Print("title", "Title"),
        Print("state", "Covered", kind="state", width="c14", state=_state),
        Print("asked", "Asked", kind="number", width="c8"),
        Print("met", "Met", kind="number", width="c8"),
        Print("attested", "Attested", kind="number", width="c8"),
        Print("excepted", "Excepted", kind="number", width="c8"),
        Print("not_met", "Not met", kind="number", width="c8"),
    ),
    group=("framework", "edition"),
    empty="No framework comes with this installation.",
    only=lambda row: row["state"] != SAID["none"][1],
    foot="Figures are surfaces of the scope. Items that no control of policy meets are in records/framework-coverage.csv.",
)
GIVEN = Sheet(
    "framework-answers",
    (
        Print("item", "Item", kind="code", width="c14", under=("framework",)),
        Print("status", "Answer", width="c17"),
        Print("reason", "How, or why not"),
        Print("entry", "Entry", kind="entry", width="c8"),
    ),
    title="Answers to checklists",
    group=("surface", "surface_name"),
    empty="No surface of this scope has answered a checklist.",
)
USED = Sheet(
    "error-budgets",
    (
        Print("name", "Objective", kind="strong", width="c28", under=("key",)),
        Print("target", "To be good", kind="number", width="c11"),
        Print("window_days", "Days", kind="number", width="c8"),
        Print("good", "Good", kind="number", width="c11"),
        Print("bad", "Bad", kind="number", width="c8"),
        Print("spent", "Used", kind="state", width="c14", state=_spent),
        Print("source", "Counted from", under=("owner",)),
    ),
    group=("surface", "surface_name"),
    empty="No surface of this scope has an objective.",
)
SPENT = Sheet(
    "budget-holds",
    (
        Print("objective", "Objective", width="c34", under=("surface", "surface_name")),
        Print("opened_at", "From, UTC", kind="moment", width="c24"),
        Print("closed_at", "Until, UTC", kind="moment", width="c24", none="holds"),
        Print("spent", "Used when it began", kind="number"),
    ),
    title="Spent budgets",
    empty="No budget was spent in the period.",
)


def framework_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the coverage."""
    lead = "Which items of public frameworks the controls of policy meet, counted over the surfaces of the scope."
    yield chapter("frameworks", "Frameworks", lead, found, ITEMS, GIVEN)


def budget_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the budgets."""
    lead = "How much may go wrong before a surface may no longer be expanded, and how much of that was used."
    yield chapter("error-budgets", "Error budgets", lead, found, USED, SPENT)


SECTIONS = (
    PackSection("frameworks", "Frameworks", 110, frameworks, framework_pages),
    PackSection("budgets", "Error budgets", 170, budgets, budget_pages),
)
