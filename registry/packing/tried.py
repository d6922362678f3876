"""What was tried: modes that were moved, drills of levers and of vendors' outages, eval runs, gate checks, quarantines."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.catalog.models import Endpoint
from registry.continuity.models import ContinuityPlan, VendorDrill
from registry.evals.models import EvalRun
from registry.gates.models import GateCheck
from registry.modes.models import ModeChange
from registry.packing.fields import COSTS, PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter
from registry.quarantine import queries as quarantines_
from registry.quarantine.models import Quarantine
from registry.switches.models import Drill

SURFACE = Field("surface", "Surface", lambda row: f"S-{row.surface_id:04d}")
NAME = Field("surface_name", "Name", "surface.name")
ENTRY = Field("entry", "Ledger entry", cites=True)
MODES = (
    Field("key", "Step"),
    SURFACE,
    NAME,
    Field("before", "From", "get_before_display"),
    Field("after", "To", "get_after_display"),
    Field("at", "When"),
    Field("by", "By", "actor.name", group=PEOPLE),
    Field("standing", "In what capacity"),
    Field("reason", "Why", prose=True),
    Field("fallback", "What people got instead", prose=True),
    Field("drill", "Drill"),
    Field("request", "Approval", "request.key"),
)
DRILLS = (
    Field("key", "Drill"),
    SURFACE,
    NAME,
    Field("kind", "What was tried", "get_kind_display"),
    Field("lever", "Lever"),
    Field("planned_on", "Planned for"),
    Field("run_at", "Run"),
    Field("seconds", "Seconds"),
    Field("outcome", "Outcome", "get_outcome_display"),
    Field("state", "State", "get_state_display"),
    Field("led_by", "Led by", "led_by.name", group=PEOPLE),
    Field("note", "Note", prose=True),
    ENTRY,
)
VENDOR_DRILLS = (
    Field("key", "Drill"),
    Field("plan", "Plan", "plan.key"),
    Field("thing", "Of", lambda row: str(row.plan.thing)),
    Field("scenario", "Supposed", "get_scenario_display"),
    Field("planned_on", "Planned for"),
    Field("run_at", "Run"),
    Field("seconds", "Seconds to switch over"),
    Field("outcome", "Outcome", "get_outcome_display"),
    Field("going_on", "Surfaces that went on"),
    Field("stopping", "Surfaces that would stop"),
    Field("lesson", "What changes because of it", prose=True),
    Field("note", "Note", prose=True),
    Field("led_by", "Led by", "led_by.name", group=PEOPLE),
    Field("state", "State", "get_state_display"),
)
RUNS = (
    Field("key", "Run"),
    SURFACE,
    NAME,
    Field("suite", "Suite", "suite.name"),
    Field("suite_version", "Version of the suite", "suite_version.number"),
    Field("revision", "Revision", "revision.number"),
    Field("started_at", "Run"),
    Field("received_at", "Received"),
    Field("status", "Status", "get_status_display"),
    Field("passed", "Passed"),
    Field("failed", "Failed"),
    Field("errored", "Errors"),
    Field("skipped", "Left out"),
    Field("pass_rate", "Pass rate"),
    Field("cost", "Cost", group=COSTS),
    Field("currency", "Currency", group=COSTS),
    Field("latency_p50_ms", "Median latency, ms"),
    Field("latency_p95_ms", "95th percentile of latency, ms"),
    Field("models", "Models"),
    Field("prompt_versions", "Prompts"),
    Field("commit", "Commit"),
    Field("sha256", "SHA-256 of its file", "digest"),
    ENTRY,
)
GATES = (
    Field("key", "Check"),
    SURFACE,
    NAME,
    Field("revision", "Revision", "revision.number"),
    Field("at", "When"),
    Field("passed", "Passed"),
    Field("reasons", "Reasons", lambda row: [each.get("text", "") for each in row.reasons]),
    Field("runs", "Runs"),
    Field("commit", "Commit"),
    Field("policy", "Policy version", "policy_version.label"),
    ENTRY,
)
QUARANTINES = (
    Field("key", "Quarantine"),
    Field("kind", "What", "get_kind_display"),
    Field("name", "Which"),
    Field("reason", "Why", prose=True),
    Field("since", "Since"),
    Field("by", "By", "by.name", group=PEOPLE),
    Field("standing", "In what capacity"),
    Field("incident", "Incident", "incident_key"),
    Field("lifted_at", "Lifted"),
    Field("lifted_by", "Lifted by", "lifted_by.name", group=PEOPLE),
    Field("lifted_reason", "Why it was lifted", prose=True),
    ENTRY,
)


def levers(window: Window) -> Iterator[RecordSet]:
    """Give mode changes and drills."""
    ground = Ground(window)
    told = "Every step of a surface's mode in the period: lowered at once, raised by approval."
    yield records(window, "mode-changes", "Mode changes", MODES, _modes(ground), told, ground.voice)
    told = "Drills of kill switches and rollbacks that were planned for the period or run in it, and the last one that passed."
    yield records(window, "drills", "Drills", DRILLS, _drills(ground), told, ground.voice)
    told = "Drills of a day without a vendor or an endpoint."
    yield records(window, "vendor-drills", "Drills of vendors", VENDOR_DRILLS, _vendor_drills(ground), told, ground.voice)


def _modes(ground: Ground) -> Iterator[Any]:
    window = ground.window
    for part in batches(window.surface_ids):
        rows = ModeChange.objects.filter(surface__in=part, at__gte=window.since, at__lt=window.until)
        yield from rows.select_related("surface", "actor", "request").order_by("surface_id", "pk")


def _drills(ground: Ground) -> Iterator[Any]:
    window = ground.window
    for part in batches(window.surface_ids):
        rows = as_of(Drill.objects.all(), ground.at, beside=("surface", "led_by"), surface__in=part)
        last = {(row.surface_id, row.kind): row.pk for row in rows if row.outcome == Drill.Outcome.PASSED}
        kept = [
            row
            for row in rows
            if row.pk in last.values()
            or window.start <= row.planned_on <= window.end
            or (row.run_at is not None and window.since <= row.run_at < window.until)
        ]
        entries = ground.entries(("drill.done",), "registry.drill", [row.pk for row in kept])
        for row in sorted(kept, key=lambda each: (each.surface_id, each.pk)):
            row.entry = entries.get(str(row.pk))  # type: ignore[attr-defined]
            yield row


def _vendor_drills(ground: Ground) -> Iterator[Any]:
    window = ground.window
    endpoints = Endpoint.objects.filter(vendor__in=window.vendor_ids).values("pk")
    plans = ContinuityPlan.objects.visible_to(window.asked_by).filter(Q(vendor__in=window.vendor_ids) | Q(endpoint__in=endpoints))
    pks = list(plans.order_by("pk").values_list("pk", flat=True))
    beside = ("plan__vendor", "plan__endpoint", "led_by")
    for row in as_of(VendorDrill.objects.all(), ground.at, beside=beside, plan__in=pks):
        ran = row.run_at is not None and window.since <= row.run_at < window.until
        if ran or window.start <= row.planned_on <= window.end:
            yield row


def evals(window: Window) -> Iterator[RecordSet]:
    """Give eval runs and gate checks."""
    ground = Ground(window)
    told = "Every eval run that was handed in during the period; its cases stay in the eval library."
    yield records(window, "eval-runs", "Eval runs", RUNS, _runs(ground), told, ground.voice)
    told = "Every question of CI to the gate in the period, with the answer and its reasons."
    yield records(window, "gate-checks", "Gate checks", GATES, _gates(ground), told, ground.voice)


def _runs(ground: Ground) -> Iterator[Any]:
    window = ground.window
    for part in batches(window.surface_ids):
        rows = EvalRun.objects.filter(surface__in=part, received_at__gte=window.since, received_at__lt=window.until)
        rows = rows.select_related("surface", "suite", "suite_version", "revision").defer("revision__contract", "metrics")
        for some in batches(rows.order_by("surface_id", "pk").iterator(chunk_size=500), 500):
            entries = ground.entries(("run.recorded",), "registry.evalrun", [row.pk for row in some])
            for row in some:
                row.entry = entries.get(str(row.pk))
                yield row


def _gates(ground: Ground) -> Iterator[Any]:
    window = ground.window
    for part in batches(window.surface_ids):
        rows = GateCheck.objects.filter(surface__in=part, at__gte=window.since, at__lt=window.until)
        rows = rows.select_related("surface", "revision", "policy_version").defer(
            "revision__contract", "policy_version__document"
        )
        for some in batches(rows.order_by("surface_id", "pk").iterator(chunk_size=500), 500):
            entries = ground.entries(("gate.checked",), "registry.gatecheck", [row.pk for row in some])
            for row in some:
                row.entry = entries.get(str(row.pk))
                yield row


def quarantines(window: Window) -> Iterator[RecordSet]:
    """Give the quarantines of what surfaces of the scope could use."""
    ground = Ground(window)
    told = "What was taken out of use for every surface at any time in the period."
    yield records(window, "quarantines", "Quarantines", QUARANTINES, _quarantines(ground), told, ground.voice)


def _quarantines(ground: Ground) -> Iterator[Any]:
    window = ground.window
    allowed = quarantines_.visible_to(window.asked_by)
    vendors = window.vendor_ids
    named = Q(vendor__in=vendors) | Q(endpoint__vendor__in=vendors) | Q(tool__vendor__in=vendors)
    scoped = (
        allowed if window.is_company else allowed.filter(named | Q(kind=Quarantine.Kind.SOURCE) | Q(tool__vendor__isnull=True))
    )
    pks = scoped.filter(since__lt=window.until).order_by("pk").values_list("pk", flat=True)
    beside = ("endpoint", "tool", "vendor", "by", "lifted_by")
    for part in batches(pks):
        rows = as_of(Quarantine.objects.all(), ground.at, beside=beside, pk__in=part)
        entries = ground.entries(("quarantine.placed",), "registry.quarantine", [row.pk for row in rows])
        for row in rows:
            if row.lifted_at is None or row.lifted_at >= window.since:
                row.entry = entries.get(str(row.pk))  # type: ignore[attr-defined]
                yield row


def _outcome(row: dict[str, Any]) -> tuple[str, str]:
    if row["outcome"]:
        return {"Passed": "ok", "Failed": "stop"}.get(row["outcome"], "wait"), row["outcome"]
    return "wait", row["state"]


STEPS = Sheet(
    "mode-changes",
    (
        Print("at", "When, UTC", kind="moment", width="c20"),
        Print("before", "From", width="c14"),
        Print("after", "To", kind="strong", width="c14"),
        Print("reason", "Why", under=("fallback",)),
        Print("standing", "By", width="c17", under=("by", "request")),
    ),
    title="Modes",
    group=("surface", "surface_name"),
    empty="No mode was moved in the period.",
)
TRIALS = Sheet(
    "drills",
    (
        Print("surface_name", "Surface", width="c24", under=("surface", "key")),
        Print("kind", "Tried", width="c17", under=("lever",)),
        Print("run_at", "Run, UTC", kind="moment", width="c20", none="not yet", under=("led_by",)),
        Print("seconds", "Seconds", kind="number", width="c8"),
        Print("outcome", "Outcome", kind="state", width="c14", state=_outcome),
        Print("note", "Note", most=200),
    ),
    title="Drills of levers",
    empty="No drill was planned or run in the period, and none passed before.",
)
OUTAGES = Sheet(
    "vendor-drills",
    (
        Print("thing", "Of", kind="strong", width="c20", under=("key",)),
        Print("scenario", "Supposed", width="c20"),
        Print("run_at", "Run, UTC", kind="moment", width="c20", none="not yet"),
        Print("outcome", "Outcome", kind="state", width="c14", state=_outcome),
        Print("lesson", "What changes because of it", under=("note",), most=200),
    ),
    title="Drills of a day without a vendor",
    empty="No such drill was planned or run in the period.",
)
RUN = Sheet(
    "eval-runs",
    (
        Print("suite", "Suite", width="c24", under=("key",)),
        Print("started_at", "Run, UTC", kind="moment", width="c28"),
        Print("pass_rate", "Pass rate", kind="number", width="c11"),
        Print("passed", "Passed", kind="number", width="c8"),
        Print("failed", "Failed", kind="number", width="c8"),
        Print("sha256", "SHA-256 of its file", kind="hash"),
    ),
    title="Eval runs",
    group=("surface", "surface_name"),
    empty="No eval run was handed in during the period.",
)
GATE = Sheet(
    "gate-checks",
    (
        Print("at", "When, UTC", kind="moment", width="c20", under=("key",)),
        Print("revision", "Revision", kind="revision", width="c11"),
        Print(
            "passed",
            "Answer",
            kind="state",
            width="c11",
            state=lambda row: ("ok", "Passed") if row["passed"] else ("stop", "Failed"),
        ),
        Print("reasons", "Reasons", kind="list", none="None"),
        Print("commit", "Commit", kind="code", width="c17"),
    ),
    title="Gate checks",
    group=("surface", "surface_name"),
    empty="CI asked the gate nothing in the period.",
)
AWAY = Sheet(
    "quarantines",
    (
        Print("name", "Which", kind="strong", width="c24", under=("kind", "key")),
        Print("since", "Since, UTC", kind="moment", width="c20", under=("by",)),
        Print("reason", "Why", under=("incident",)),
        Print("lifted_at", "Lifted, UTC", kind="moment", width="c20", none="holds", under=("lifted_reason",), most=120),
    ),
    empty="Nothing was in quarantine in the period.",
)


def lever_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set modes and drills."""
    lead = "How far each surface was switched on, who moved it and why, and what drills of its levers showed."
    yield chapter("levers", "Modes and drills", lead, found, STEPS, TRIALS, OUTAGES)


def eval_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set eval runs and gate checks."""
    yield chapter("evals", "Evals and gates", "What was measured, and what builds were told.", found, RUN, GATE)


def quarantine_pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the quarantines."""
    yield chapter("quarantine", "Quarantine", "What was taken out of use for every surface, and for how long.", found, AWAY)


SECTIONS = (
    PackSection("levers", "Modes and drills", 120, levers, lever_pages),
    PackSection("evals", "Evals and gates", 130, evals, eval_pages),
    PackSection("quarantine", "Quarantine", 140, quarantines, quarantine_pages),
)
