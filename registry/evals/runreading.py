"""Puts one run before its readers: its figures, which contract it speaks for, and its cases."""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html

from governance.ui import atoms
from registry.evals import binding, charts, queries
from registry.evals.formats import NAMES
from registry.evals.judging import percent
from registry.evals.models import EvalCase, EvalRun
from registry.evals.movement import MISSED, Movement, movement
from registry.evals.tables import cost, duration, moved, outcome, spread
from registry.surfaces.models import Revision, Surface

CASES = 100
CHOICES = (
    ("", "All"),
    ("failing", "Not passed"),
    ("newly", "Newly failing"),
    ("flaky", "Flaky"),
    ("skipped", "Left out"),
)


def run(obj: EvalRun, params: Mapping[str, str]) -> dict[str, Any]:
    """Return what a run's page shows: figures beside the run before, which contract it speaks for, and its cases."""
    said = movement(obj)
    wanted = params.get("cases", "")
    rows = _chosen(obj, said, wanted)
    after = params.get("after", "")
    if after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    shown = list(rows.order_by("pk")[: CASES + 1])
    more = shown[CASES - 1].pk if len(shown) > CASES else None
    return {
        "movement": said,
        "picture": charts.trend(obj.suite.name, said.trend, None),
        "figures": _figures(obj, said),
        "speaks": _speaks(obj),
        "about": _about(obj),
        "choices": [(key, label, _count(obj, said, key)) for key, label in CHOICES],
        "chosen": wanted if wanted in dict(CHOICES) else "",
        "cases": [_case(each) for each in shown[:CASES]],
        "newly": frozenset(said.newly_failing),
        "flaky": frozenset(said.flaky),
        "more": more,
    }


def _case(case: EvalCase) -> dict[str, Any]:
    took = duration(case.latency_ms)
    return {"name": case.name, "mark": outcome(case), "score": case.score, "took": took, "reason": case.reason}


def _chosen(obj: EvalRun, said: Movement, wanted: str) -> Any:
    rows = obj.cases.all()
    if wanted == "failing":
        return rows.filter(outcome__in=MISSED)
    if wanted == "skipped":
        return rows.filter(outcome=EvalCase.Outcome.SKIP)
    if wanted in ("newly", "flaky"):
        return rows.filter(name__in=(said.newly_failing if wanted == "newly" else said.flaky)[:1000])
    return rows


def _count(obj: EvalRun, said: Movement, key: str) -> int:
    counts = {
        "": obj.total,
        "failing": obj.failed + obj.errored,
        "newly": len(said.newly_failing),
        "flaky": len(said.flaky),
        "skipped": obj.skipped,
    }
    return counts[key]


def _figures(obj: EvalRun, said: Movement) -> list[tuple[str, str, str]]:
    before = f"{percent(said.before.pass_rate)} in {said.before.key}" if said.before else "no run before it"
    return [
        (percent(obj.pass_rate), f"of {obj.counted:,} cases passed", before),
        (f"{obj.failed + obj.errored:,}", "not passed", f"{obj.errored:,} of them by an error"),
        (spread(said), "variance", "of the pass rate between repeated runs"),
        (cost(obj.cost, obj.currency), "cost", moved(said.cost)),
        (
            duration(obj.latency_p95_ms),
            "latency of 95 in 100 cases",
            moved(said.latency) or f"{duration(obj.latency_p50_ms)} for half",
        ),
    ]


def _speaks(obj: EvalRun) -> list[tuple[str, list[str]]]:
    """Return for the revisions that matter why the run does not count for them; nothing where it does."""
    models, found = queries.endpoint_models(), []
    held = Surface.objects.select_related("in_force").get(pk=obj.surface_id)
    proposed = queries.proposed_revision(held)
    named = Revision.objects.filter(pk=obj.revision_id).first() if obj.revision_id else None
    seen = set()
    for revision, label in ((held.in_force, "in force"), (proposed, "proposed"), (named, "named when it was handed in")):
        if revision is not None and revision.pk not in seen:
            seen.add(revision.pk)
            why = binding.differences(obj.prompt_versions, obj.models, binding.demanded(revision.contract, models))
            found.append((f"Revision {revision.number}, {label}", why))
    return found


def _about(obj: EvalRun) -> list[tuple[str, str, Any]]:
    link = format_html('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>', obj.link, obj.link)
    return [
        ("Models", "that answered", ", ".join(obj.models)),
        ("Prompts", "by version", ", ".join(f"{key} {binding.short(value)}" for key, value in obj.prompt_versions.items())),
        ("Tool", "", obj.tool),
        ("Format", "", NAMES.get(obj.format, obj.format)),
        ("Commit", "", obj.commit or atoms.DASH),
        ("Repository", "", obj.repository or atoms.DASH),
        ("Link", "", link if obj.link else atoms.DASH),
        ("Group", "of repeated runs", obj.group or atoms.DASH),
        ("Received", "", atoms.time(obj.received_at)),
        ("Further figures", "", ", ".join(f"{key} {value:g}" for key, value in obj.metrics.items()) or atoms.DASH),
    ]
