"""The agenda of the weekly eval review: cost and latency, failures, variance, findings, what shipped and what is planned."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from governance.core.asking import asked
from governance.core.contributions import AgendaLine, AgendaSection, contribute
from governance.people.models import User
from governance.policy import queries as policy
from governance.reviews.agenda import Window
from registry.changes.models import Change
from registry.evals.models import EvalCase, EvalRun
from registry.evals.movement import MISSED
from registry.findings.models import Finding
from registry.money import amounts
from registry.money import queries as money
from registry.money.models import SpendLimit
from registry.money.spend import everything
from registry.surfaces.models import Surface
from registry.usage import queries as usage

MOVED = 0.2
"""A fifth more or less, in cost or in mean latency, is told."""
LEAST_CALLS = 20
"""Fewer calls on either side say nothing about a mean."""
SPREAD = 0.05
"""Five points between repeated runs are a warning."""
AHEAD = timedelta(days=14)
MOST, TOP = 40, 12
SURFACE = "registry.surface"


def moments(window: Window) -> tuple[datetime, datetime]:
    """Return the first moment of a window's days, and the first after them."""
    begun = timezone.make_aware(datetime.combine(window.since, time()))
    return begun, timezone.make_aware(datetime.combine(window.until + timedelta(days=1), time()))


def before(window: Window) -> tuple[date, date]:
    """Return as many days just before a window."""
    days = window.until - window.since
    return window.since - days - timedelta(days=1), window.since - timedelta(days=1)


def change_of(now: float | None, then: float | None) -> float | None:
    """Return by which share something rose or fell; None where that says nothing."""
    return (now - then) / then if now is not None and then else None


def said(share: float | None) -> str:
    """Write a movement: +24 %, or new where there was nothing before."""
    return f"{share * 100:+.0f}\N{NO-BREAK SPACE}%" if share is not None else "new"


def movement(window: Window, subject: Any) -> list[AgendaLine]:
    """Cost and latency of each surface beside as many days before, the largest difference in money first."""
    reader, (start, end) = everything(), before(window)
    now = {row.of["surface"]: row for row in usage.sums(reader, start=window.since, end=window.until, by=("surface",))}
    then = {row.of["surface"]: row for row in usage.sums(reader, start=start, end=end, by=("surface",))}
    known = Surface.objects.select_related("owner").in_bulk([pk for pk in now if pk is not None])
    told = []
    for pk, row in now.items():
        cost, latency = _moves(row, then.get(pk, usage.Row()))
        if pk in known and (abs(cost or 0) >= MOVED or abs(latency or 0) >= MOVED):
            told.append((abs(row.cost - then.get(pk, usage.Row()).cost), _moved(known[pk], row, then.get(pk), cost, latency)))
    lines = [line for _, line in sorted(told, key=lambda each: -each[0])]
    return [_all(now.values(), then.values()), *lines] if now else []


def _moves(row: usage.Row, was: usage.Row) -> tuple[float | None, float | None]:
    cost = change_of(row.cost, was.cost) if min(row.calls, was.calls) >= LEAST_CALLS else None
    latency = change_of(row.mean_ms, was.mean_ms) if min(row.timed, was.timed) >= LEAST_CALLS else None
    return cost, latency


def _moved(surface: Surface, row: usage.Row, was: usage.Row | None, cost: float | None, latency: float | None) -> AgendaLine:
    currency = policy.usage_rules().spending.currency
    parts = [f"{row.calls:,} calls"]
    if latency is not None and was is not None:
        parts.append(f"mean latency {was.mean_ms or 0:,.0f} to {row.mean_ms or 0:,.0f} ms ({said(latency)})")
    worse = max(cost or 0, latency or 0) >= MOVED
    return AgendaLine(
        surface.name,
        f"{amounts.said(row.cost, currency)}, {said(cost)}",
        ", ".join(parts),
        surface.get_absolute_url(),
        "warn" if worse else "ok",
        (SURFACE, str(surface.pk)),
        surface.owner,
    )


def _all(now: Iterable[usage.Row], then: Iterable[usage.Row]) -> AgendaLine:
    cost, was, calls = sum(row.cost for row in now), sum(row.cost for row in then), sum(row.calls for row in now)
    value = f"{amounts.said(cost, policy.usage_rules().spending.currency)}, {said(change_of(cost, was))}"
    return AgendaLine("All that was observed", value, f"{calls:,} calls", reverse("spend"))


def missed(window: Window) -> QuerySet[Any, Any]:
    """Return the eval cases that failed, each with how many runs and the last of them, the most frequent first."""
    begun, over = moments(window)
    cases = EvalCase.objects.filter(outcome__in=MISSED, run__started_at__gte=begun, run__started_at__lt=over)
    rows = cases.order_by().values("name", "run__suite__name", "run__surface", "run__surface__name", "run__surface__owner")
    return rows.annotate(runs=Count("run", distinct=True), last=Max("run")).order_by("-runs", "name")[:TOP]


def failures(window: Window, subject: Any) -> list[AgendaLine]:
    """The eval cases that failed in most runs."""
    found = asked(missed(window))
    owners = User.objects.in_bulk([each["run__surface__owner"] for each in found if each["run__surface__owner"]])
    return [
        AgendaLine(
            each["name"],
            "1 run" if each["runs"] == 1 else f"{each['runs']} runs",
            f"{each['run__suite__name']} on {each['run__surface__name']}",
            reverse("eval-run", args=[f"RUN-{each['last']}"]),
            "stop" if each["runs"] > 1 else "warn",
            (SURFACE, str(each["run__surface"])),
            owners.get(each["run__surface__owner"]),
        )
        for each in found
    ]


def repeated(window: Window) -> QuerySet[Any, Any]:
    """Return repeated runs with the same prompts and models whose pass rates lie apart, widest first."""
    begun, over = moments(window)
    runs = EvalRun.objects.filter(status=EvalRun.Status.FINISHED, started_at__gte=begun, started_at__lt=over)
    runs = runs.filter(pass_rate__isnull=False).order_by()
    rows = runs.values("surface", "surface__name", "suite__name", "binding")
    ends = {"runs": Count("pk"), "least": Min("pass_rate"), "most": Max("pass_rate"), "last": Max("pk")}
    apart = F("most") - F("least")
    return rows.annotate(**ends).filter(runs__gt=1, most__gt=F("least")).annotate(apart=apart).order_by("-apart")[:20]


def variance(window: Window, subject: Any) -> list[AgendaLine]:
    """How far the pass rate of repeated runs lies apart."""
    return [
        AgendaLine(
            f"{each['suite__name']} on {each['surface__name']}",
            f"{each['apart'] * 100:.1f} points",
            f"{each['least'] * 100:.1f} to {each['most'] * 100:.1f}\N{NO-BREAK SPACE}% over {each['runs']} runs",
            reverse("eval-run", args=[f"RUN-{each['last']}"]),
            "warn" if each["apart"] >= SPREAD else "",
            (SURFACE, str(each["surface"])),
        )
        for each in asked(repeated(window))
    ]


def open_findings() -> QuerySet[Finding]:
    """Return the open findings, those seen most first."""
    rows = Finding.objects.filter(state=Finding.State.OPEN).select_related("surface", "owner", "tally")
    return rows.order_by("-tally__calls", "-pk")


def found_lines(rows: QuerySet[Finding], window: Window) -> list[AgendaLine]:
    """Return findings as lines; what began in the window says so."""
    begun, _ = moments(window)
    lines = []
    for each in asked(rows):
        tally = getattr(each, "tally", None)
        calls = f"{tally.calls:,} calls" if tally is not None else ""
        new = "new" if each.opened_at >= begun else ""
        about = (SURFACE, str(each.surface_id)) if each.surface_id else ("registry.finding", str(each.pk))
        where = f"{each.key} · {each.get_kind_display()}"
        detail = f"{where} · {new}" if new else where
        lines.append(AgendaLine(each.title, calls, detail, each.get_absolute_url(), "stop" if new else "warn", about, each.owner))
    return lines


def findings(window: Window, subject: Any) -> list[AgendaLine]:
    """What runs otherwise than it was approved and is open."""
    return found_lines(open_findings()[:MOST], window)


def coming(window: Window) -> QuerySet[Change]:
    """Return the changes on their way, but those planned for later than the next two weeks."""
    rows = Change.objects.filter(state__in=("proposed", "approved")).exclude(planned_on__gt=window.until + AHEAD)
    return rows.select_related("surface", "requester").order_by(F("planned_on").asc(nulls_last=True), "pk")[:MOST]


def planned(window: Window, subject: Any) -> list[AgendaLine]:
    """The changes on their way that are planned for the next two weeks, or have no day yet."""
    return [
        AgendaLine(
            each.title,
            f"{each.planned_on:%-d %b}" if each.planned_on else "no day",
            f"{each.key} · {each.surface.name} · {each.get_state_display()}",
            reverse("change", args=[each.key]),
            "warn" if each.planned_on and each.planned_on <= window.until else "",
            (SURFACE, str(each.surface_id)),
            each.requester,
        )
        for each in asked(coming(window))
    ]


def came(window: Window) -> QuerySet[Change]:
    """Return the changes that came into force."""
    begun, over = moments(window)
    rows = Change.objects.filter(in_force_at__gte=begun, in_force_at__lt=over).select_related("surface", "requester")
    return rows.order_by("in_force_at")[:MOST]


def shipped(window: Window, subject: Any) -> list[AgendaLine]:
    """The changes that came into force, and the emergencies and rollbacks among them."""
    return [
        AgendaLine(
            each.title,
            "rollback" if each.is_rollback else "emergency" if each.is_emergency else "",
            f"{each.key} · {each.surface.name}",
            reverse("change", args=[each.key]),
            "warn" if each.is_rollback or each.is_emergency else "",
            (SURFACE, str(each.surface_id)),
            each.requester,
        )
        for each in asked(came(window))
    ]


def reached() -> QuerySet[SpendLimit]:
    """Return the spend limits that were reached this month."""
    return money.reached().select_related("owner", "surface", "team", "vendor")


def limits(window: Window, subject: Any) -> list[AgendaLine]:
    """The spend limits that were reached this month."""
    lines = []
    for each in asked(reached()):
        about = (SURFACE, str(each.surface_id)) if each.surface_id else ("", "")
        said_ = f"{each.hard:,.2f}\N{NO-BREAK SPACE}{each.currency}"
        lines.append(AgendaLine(str(each), said_, "hard limit reached", each.get_absolute_url(), "stop", about, each.owner))
    return lines


for key, label, made, quiet, order, asks in (
    ("movement", "Cost and latency", movement, "Nothing was observed in these days.", 10, lambda window, subject: ()),
    ("limits", "Spend limits reached", limits, "No limit is reached this month.", 15, lambda window, subject: (reached(),)),
    ("failures", "Top failure cases", failures, "No case of any run failed.", 20, lambda window, subject: (missed(window),)),
    (
        "variance",
        "Variance between repeated runs",
        variance,
        "Repeated runs came out alike, or none were repeated.",
        30,
        lambda window, subject: (repeated(window),),
    ),
    (
        "findings",
        "Findings",
        findings,
        "All that was observed was approved.",
        40,
        lambda window, subject: (open_findings()[:MOST],),
    ),
    ("shipped", "Came into force", shipped, "No change came into force.", 60, lambda window, subject: (came(window),)),
    ("planned", "Planned changes", planned, "No change is on its way.", 70, lambda window, subject: (coming(window),)),
):
    contribute(AgendaSection(f"eval.{key}", label, "eval", made, quiet, order, asks))
