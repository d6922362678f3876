"""What a month is charged to whom: lines by team and surface, to the cent, that add up; what nobody answers for comes first."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Max, QuerySet
from django.db.models.functions import Cast

from governance.core import clock, digest
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.people.system import system_actor
from registry.money import amounts, queries, rules, spend
from registry.money.models import Chargeback
from registry.money.spend import Line, Names, everything, month_of
from registry.usage import pricing
from registry.usage import queries as usage

NOBODY, NO_TEAM = "Nobody answers for", "No team"
SETTLES = timedelta(days=3)
"""So long after its end a month's calls still come in late; then its report is made by itself."""
CSV = ("month", "team", "surface", "name", "owner", "calls", "unpriced_calls", "spent", "currency")


def draft(month: date) -> dict[str, Any]:
    """Return what a month (its first day) comes to as of now: lines, total, calls without a price, currency. Reads everything."""
    asked = month_of(month)
    rows = usage.sums(everything(), start=asked.first, end=asked.end, by=("surface", "team", "owner"))
    held = [row for row in rows if row.of["surface"] is not None]
    names = Names(held)
    lines = [(_group(names, row.of["team"], line), line) for row, line in zip(held, _lines(names, held), strict=True)]
    if len(held) < len(rows):
        nameless = [line for line in spend.unowned(everything(), asked) if not line.url]
        lines += [(NOBODY, line) for line in nameless]
    lines.sort(key=lambda each: (each[0] != NOBODY, each[0] == NO_TEAM, each[0], -each[1].row.cost, each[1].name))
    costs = amounts.allot([line.row.cost for _, line in lines])
    made = [_said(group, line, cost) for (group, line), cost in zip(lines, costs, strict=True)]
    unpriced = sum(line.row.unpriced for _, line in lines)
    return {"lines": made, "total": sum(costs, Decimal(0)), "unpriced": unpriced, "currency": pricing.company_currency()}


def _lines(names: Names, rows: Sequence[usage.Row]) -> Iterable[Line]:
    return (names.lines("surface", [row], {})[0] for row in rows)


def _group(names: Names, team: int | None, line: Line) -> str:
    if line.is_unowned:
        return NOBODY
    found = names.named("team", team)
    return str(found.name) if found is not None else NO_TEAM


def _said(group: str, line: Line, cost: Decimal) -> dict[str, Any]:
    row = line.row
    return {
        "team": group,
        "surface": line.detail if line.url else "",
        "name": line.name if line.url else f"{line.name}: {line.detail}",
        "owner": line.owner.ref if line.owner is not None else "",
        "calls": row.calls,
        "unpriced": row.unpriced,
        "spent": f"{cost:.2f}",
    }


@action
def make(month: date, *, actor: User) -> Chargeback:
    """Keep what a month comes to as of now, for good. Raises Denied for who may not, Invalid for a month to come."""
    if actor.kind != User.Kind.SYSTEM:
        require(rules.may_reprice(actor))
    first = month.replace(day=1)
    if first > queries.month():
        raise Invalid("This month has not begun.", fields={"month": ["This month, or one before."]})
    found = draft(first)
    if not found["lines"]:
        raise Conflict("Nothing was observed in this month.", fix="Choose another month.")
    number = (Chargeback.objects.filter(month=first).aggregate(last=Max("number"))["last"] or 0) + 1
    said = {"month": first.isoformat(), "currency": found["currency"], "lines": found["lines"]}
    row = Chargeback(month=first, number=number, lines=found["lines"], total=found["total"], unpriced=found["unpriced"])
    row.currency, row.digest, row.made_by, row.at = found["currency"], digest.digest(said), actor, clock.now()
    told = {"month": f"{first:%B %Y}", "number": number, "total": f"{row.total:.2f}", "currency": row.currency}
    return transitions.create(row, actor=actor, kind="chargeback.made", payload=told | {"digest": row.digest})


def make_due() -> int:
    """Make the report of the month before, once its late calls are in; nothing where there is one, or nothing to tell."""
    today = clock.now().date()
    last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    is_settled = today - today.replace(day=1) >= SETTLES
    if not is_settled or Chargeback.objects.filter(month=last).exists() or not draft(last)["lines"]:
        return 0
    make(last, actor=system_actor())
    return 1


def groups(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return lines by team, in their order, each with what it adds up to."""
    found: list[dict[str, Any]] = []
    for line in lines:
        if not found or found[-1]["name"] != line["team"]:
            found.append({"name": line["team"], "lines": [], "total": Decimal(0), "is_unowned": line["team"] == NOBODY})
        found[-1]["lines"].append(line)
        found[-1]["total"] += Decimal(line["spent"])
    return found


def rows(month: date, lines: Iterable[Mapping[str, Any]], currency: str) -> Iterable[tuple[Any, ...]]:
    """Return lines as a file holds them, and last their sum."""
    total = Decimal(0)
    for line in lines:
        total += Decimal(line["spent"])
        facts = (line["surface"], line["name"], line["owner"], line["calls"], line["unpriced"], line["spent"])
        yield (f"{month:%Y-%m}", line["team"], *facts, currency)
    yield (f"{month:%Y-%m}", "Total", "", "", "", "", "", f"{total:.2f}", currency)


def load(key: str) -> Chargeback:
    """Return a report by its key or number. Raises ValueError."""
    named = re.fullmatch(r"(?i)(?:CB-)?0*(\d{1,18})", key)
    if named is None:
        raise ValueError(f"{key[:40]!r} is not a key")
    return Chargeback.objects.select_related("made_by").get(pk=int(named.group(1)))


def context(report: Chargeback, user: Any) -> dict[str, Any]:
    """Return what the paper shows, as plain data."""
    people = dict(User.objects.filter(ref__in=_refs(report)).values_list("ref", "name"))
    shown = [{**line, "owner": people.get(line["owner"], "")} for line in report.lines]
    return {
        "head": "Chargeback",
        "classification": "Internal",
        "month": f"{report.month:%B %Y}",
        "number": report.number,
        "currency": report.currency,
        "total": f"{report.total:,.2f}",
        "unpriced": report.unpriced,
        "made_at": report.at,
        "lines_sha256": report.digest,
        "teams": [{**each, "total": f"{each['total']:,.2f}"} for each in groups(shown)],
    }


def _refs(report: Chargeback) -> set[str]:
    return {line["owner"] for line in report.lines if line["owner"]}


def seen(user: Any) -> QuerySet[Any, Any]:
    """Return the ids of the reports whose documents a person may see."""
    return queries.chargebacks(user).order_by().annotate(id_text=Cast("pk", CharField())).values("id_text")
