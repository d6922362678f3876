"""The lists of suites and runs, and how their figures are drawn."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from governance.ui import atoms
from governance.ui.tables import Column, Table
from registry.evals.formats import NAMES
from registry.evals.judging import BELOW, MISSING, PASSING, STALE, UNBOUND, percent
from registry.evals.models import EvalCase, EvalRun, EvalSuite, SuiteState
from registry.evals.movement import Moved, Movement

STANDING = {PASSING: "ok", BELOW: "stop", STALE: "warn", MISSING: "wait", UNBOUND: "stop"}
OUTCOMES = {"pass": "ok", "fail": "stop", "error": "stop", "skip": "wait"}
SUITES = {"active": "ok", "retired": "until"}


def standing(one: Any) -> Any:
    """Say how a suite stands, in shape and words."""
    return atoms.state(STANDING[one.state], one.label)


def outcome(case: EvalCase) -> Any:
    """Say how a case came out."""
    return atoms.state(OUTCOMES[case.outcome], case.get_outcome_display())


def rate(run: EvalRun) -> Any:
    """Show a pass rate; a run that broke off says so."""
    return atoms.state("stop", "Broke off") if run.status == EvalRun.Status.ERRORED else percent(run.pass_rate)


def cost(value: Decimal | None, currency: str) -> str:
    """Write what a run cost, to the cent from one unit on, and as fine as it is below."""
    if value is None:
        return "–"
    shown = f"{value:,.2f}" if value >= 1 or value == 0 else f"{value.normalize():f}"
    return f"{shown}{atoms.NBSP}{currency}"


def duration(milliseconds: int | None) -> str:
    """Write a latency: 840 ms, 1.7 s."""
    if milliseconds is None:
        return "–"
    return f"{milliseconds}{atoms.NBSP}ms" if milliseconds < 1000 else f"{milliseconds / 1000:,.1f}{atoms.NBSP}s"


def moved(figure: Moved) -> str:
    """Say by how much a figure moved against the run before, in words."""
    if figure.percent is None:
        return ""
    if figure.percent == 0:
        return "as before"
    return f"{abs(figure.percent)}{atoms.NBSP}% {'more' if figure.percent > 0 else 'less'} than before"


def spread(said: Movement) -> str:
    """Say the variance between repeated runs in percentage points; how many there are, where one cannot tell."""
    if said.variance is None:
        return "one run only"
    return f"±{said.variance * 100:.1f} points over {len(said.rates)} runs"


def thresholds(suite: EvalSuite) -> str:
    """Say what a suite asks for, by tier."""
    held = suite.current.thresholds if suite.current is not None else {}
    return ", ".join(f"T{tier} {percent(value)}" for tier, value in held.items())


def is_unowned(suite: EvalSuite) -> bool:
    """Whether nobody answers for a suite."""
    return suite.owner is None or not suite.owner.is_active


class SuiteTable(Table):
    """Suites."""

    default_sort = "name"
    columns = (
        Column("name", "Suite", lead=True, sort="name", cell=lambda row: atoms.link(row.get_absolute_url(), row.name, row.key)),
        Column("key", "Key", shown=False, sort="key"),
        Column("owner", "Owner", "owner.name", sort="owner__name", phone=True, cell=lambda row: atoms.person(row.owner)),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(SUITES[row.state], row.get_state_display()),
        ),
        Column("version_", "Version", "current.number", sort="current__number", numeric=True),
        Column("cases", "Cases", "current.case_count", sort="current__case_count", numeric=True),
        Column("thresholds", "Stricter than policy at", thresholds),
        Column("runs", "Runs you see", "run_count", sort="run_count", numeric=True),
        Column(
            "last", "Last run", "last_run_at", sort="last_run_at", cell=lambda row: atoms.time(row.last_run_at, "date", "none")
        ),
        Column("purpose", "Purpose", shown=False, wrap=True),
        Column("good", "What good means", shown=False, wrap=True),
    )

    def tone(self, row: EvalSuite) -> str:
        """Tint what is in use and nobody answers for."""
        return "off" if row.state == SuiteState.ACTIVE and is_unowned(row) else ""


class RunTable(Table):
    """Runs."""

    default_sort = "-ran"
    columns = (
        Column("key", "Run", lead=True, sort="pk", cell=lambda row: atoms.link(row.get_absolute_url(), row.key, row.suite.name)),
        Column("suite", "Suite", "suite.name", sort="suite__name", shown=False),
        Column(
            "surface",
            "Surface",
            "surface.name",
            sort="surface__name",
            cell=lambda row: atoms.link(reverse("surface-evals", args=[row.surface.key]), row.surface.name),
        ),
        Column("revision", "Revision", "revision.number", cell=lambda row: f"r{row.revision.number}" if row.revision else "none"),
        Column("rate", "Pass rate", "pass_rate", sort="pass_rate", numeric=True, phone=True, cell=rate),
        Column("total", "Cases", "total", sort="total", numeric=True),
        Column("failed", "Not passed", lambda row: row.failed + row.errored, numeric=True),
        Column("cost", "Cost", "cost", sort="cost", numeric=True, cell=lambda row: cost(row.cost, row.currency)),
        Column("currency", "Currency", shown=False),
        Column(
            "p50", "Latency, half", "latency_p50_ms", shown=False, numeric=True, cell=lambda row: duration(row.latency_p50_ms)
        ),
        Column(
            "p95",
            "Latency, 95 of 100",
            "latency_p95_ms",
            sort="latency_p95_ms",
            numeric=True,
            cell=lambda row: duration(row.latency_p95_ms),
        ),
        Column("ran", "Ran", "started_at", sort="started_at", phone=True, cell=lambda row: atoms.time(row.started_at)),
        Column("tool", "Tool", "tool", shown=False),
        Column("format", "Format", lambda row: NAMES.get(row.format, row.format), sort="format", shown=False),
        Column("commit", "Commit", "commit", shown=False),
        Column("group", "Group", "group", shown=False),
        Column("by", "Handed in by", "by.name", sort="by__name", shown=False),
    )

    def tone(self, row: EvalRun) -> str:
        """Tint what broke off."""
        return "off" if row.status == EvalRun.Status.ERRORED else ""
