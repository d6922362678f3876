"""Puts objectives before their readers: how they stand in words, their curve, what was counted, what was held."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui import atoms
from registry.budgets import charts, queries, rules
from registry.budgets.burn import Burn
from registry.budgets.models import BudgetEvent, BudgetHold, Objective, Source
from registry.budgets.queries import Standing
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

EVENTS = 50
COMMAND = """curl -X POST {base}/api/v1/objectives/{key}/events \\
  -H "Authorization: Bearer $PLUMBLINE_TOKEN" -H "Content-Type: application/json" \\
  -d '{{"events": [{{"key": "2026-03-02T10:05", "good": 995, "bad": 1}}]}}'"""


def state_of(objective: Objective, standing: Standing) -> tuple[str, str]:
    """Return where an objective stands as a mark and words."""
    if objective.state == Objective.State.RETIRED:
        return "until", "Retired"
    if standing.is_spent:
        return "stop", "Spent"
    said = f"{charts.percent(1 - standing.spent)} left"
    if standing.told:
        return "warn", f"{said}, used up fast"
    return ("ok", said) if standing.counted.total else ("wait", "Nothing counted")


def asks_for(objective: Objective) -> str:
    """Say what it asks for: at most 5 bad in 1,000, over 28 days."""
    return f"at most {number(per_thousand(objective.target))} bad in 1,000, over {objective.window_days} days"


def per_thousand(target: Decimal) -> Decimal:
    """Return how many of 1,000 events may be bad."""
    return (1 - Decimal(target)) * 1000


def number(value: Decimal) -> str:
    """Write a figure without zeros at its end, thousands apart."""
    return f"{value.normalize():,f}".replace(",", "\u202f")


def span(length: timedelta) -> str:
    """Write a length of time as people say it: 5 minutes, 6 hours, 3 days."""
    minutes = int(length.total_seconds()) // 60
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size and (minutes % size == 0 or minutes >= 2 * size):
            count = round(minutes / size)
            return f"{count} {word}{'s'[: count != 1]}"
    return "less than a minute"


def figures(standing: Standing) -> list[tuple[str, str, str]]:
    """Return the figures above the curve: figure, what, beside."""
    lasts = standing.lasts
    rest = span(lasts) if lasts is not None else "0 days" if standing.is_spent else f"{standing.objective.window_days} days"
    if standing.spent > 1:
        budget = (charts.percent(standing.spent), "of the budget used", "nothing is left")
    else:
        budget = (charts.percent(1 - standing.spent), "of the budget left", f"{charts.percent(standing.spent)} used")
    return [
        budget,
        (number(Decimal(standing.counted.bad)), "bad events", f"{number(_whole(standing.allowed))} allowed"),
        (number(Decimal(standing.counted.total)), "events counted", f"in {standing.objective.window_days} days"),
        (rest, "it lasts", "at the pace of the last 3 days" if lasts is not None else "" if standing.is_spent else "or longer"),
    ]


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1")) if value < 100 else value.quantize(Decimal(1))


def pace(burns: Sequence[Burn]) -> list[dict[str, Any]]:
    """Return the pairs of windows as rows: which, how fast in both, the threshold, and whether it is told."""
    return [
        {
            "name": each.pair.name,
            "windows": f"{span(each.pair.long)} and {span(each.pair.short)}",
            "long": f"{each.long:.1f}",
            "short": f"{each.short:.1f}",
            "threshold": f"{each.pair.threshold.normalize():f}",
            "is_told": each.is_told,
        }
        for each in burns
    ]


def whole(objective: Objective, base: str, may: Verdict) -> dict[str, Any]:
    """Return what the page of an objective shows."""
    standing = queries.standing(objective)
    days = queries.curves([objective])[objective.pk]
    return {
        "standing": standing,
        "figures": figures(standing),
        "picture": charts.curve(standing, days),
        "pace": pace(standing.burns),
        "about": _about(objective),
        "holds": held(queries.recent_holds(objective)),
        "may_count": bool(may),
        "command": COMMAND.format(base=base, key=objective.key) if objective.source in rules.COUNTED_BY_HAND else "",
    }


def _about(objective: Objective) -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = [
        ("Bad means", "", objective.bad_means),
        ("Asks for", "", asks_for(objective)),
        ("Counted from", "", _source(objective)),
    ]
    if objective.expected_events:
        found.append(("Reckoned on", "at least", f"{number(Decimal(objective.expected_events))} events"))
    return found


def _source(objective: Objective) -> Any:
    if objective.source == Source.EVALS and objective.suite is not None:
        return atoms.link(objective.suite.get_absolute_url(), objective.suite.name, "Eval runs")
    return objective.get_source_display()


def held(holds: Sequence[BudgetHold]) -> list[dict[str, Any]]:
    """Return holds as rows: since when, until when, how much was used."""
    return [
        {"key": hold.key, "opened_at": hold.opened_at, "closed_at": hold.closed_at, "spent": charts.percent(hold.spent)}
        for hold in holds
    ]


def counted(objective: Objective, before: str) -> dict[str, Any]:
    """Return the newest events of an objective, or those before one of them."""
    rows = BudgetEvent.objects.filter(objective=objective).select_related("by").order_by("-pk")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: EVENTS + 1])
    return {"events": found[:EVENTS], "older": found[EVENTS - 1].pk if len(found) > EVENTS else ""}


def tab(user: Any, surface: Surface, may_edit: Verdict) -> Mapping[str, Any]:
    """Return what a surface's tab of budgets shows."""
    objectives = list(queries.of_surface(surface).order_by("name", "pk"))
    standings, curves = queries.standings(objectives), queries.curves(objectives)
    rows = [
        {
            "objective": each,
            "state": state_of(each, standings[each.pk]),
            "picture": charts.curve(standings[each.pk], curves[each.pk]),
            "figures": figures(standings[each.pk]),
            "asks_for": asks_for(each),
            "hold": standings[each.pk].hold,
        }
        for each in objectives
    ]
    return {
        "rows": rows,
        "is_held": any(row["hold"] for row in rows),
        "may_add": bool(rules.may_keep(user, surface, may_edit)),
        "add_url": f"{reverse('objective-new')}?surface={surface.key}",
        "exception_url": f"{reverse('exception-new')}?surface={surface.key}&control=budget",
    }


def may_keep(user: Any, objective: Objective) -> Verdict:
    """Say whether a person may change an objective and count for it."""
    return rules.may_keep(user, objective.surface, surfaces.may_edit(user, objective.surface))
