"""What the checks of all surfaces share at one moment: the tiers' demands, the data classes, the catalogue, who sits where."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import BooleanField, CharField, IntegerField, Q, QuerySet, Value

from governance.core import clock, company
from governance.core.asking import asked
from governance.people.bench import TEAM_LEAD, ZONE_KEPT, ZONE_KEY
from governance.people.models import Holding, Team
from governance.policy import queries as policy
from governance.policy import rows
from governance.policy.models import PolicyVersion
from registry.catalog.models import DataRule, Tool, Vendor
from registry.catalog.models import Endpoint as EndpointRow
from registry.controls import held
from registry.evals import queries as evals
from registry.evals.models import EvalSuite


@dataclass
class Ground:
    """The shared facts, each part read once when it is first asked for."""

    at: datetime
    today: date
    zone: tzinfo
    version: PolicyVersion
    document: Mapping[str, Any]
    demands: Mapping[int, held.Demand]
    classes: Mapping[str, held.DataClass]
    raci: Mapping[int, Mapping[str, Mapping[str, Any]]]
    endpoints: dict[str, held.Endpoint] = field(default_factory=dict)
    tools: dict[str, held.Tool] = field(default_factory=dict)
    _suites: dict[str, EvalSuite] | None = None
    _seats: set[tuple[str, int | None]] | None = None
    _parents: dict[int, int | None] = field(default_factory=dict)

    @property
    def positions(self) -> dict[str, str]:
        """How positions are called."""
        return {row["key"]: row["name"] for row in self.document["positions"]}

    @property
    def suites(self) -> dict[str, EvalSuite]:
        """The library of eval suites by key."""
        if self._suites is None:
            self._suites = evals.suites()
        return self._suites

    @property
    def categories(self) -> dict[str, str]:
        """The kinds of incident by key, as people call them."""
        return {row["key"]: row["name"] for row in self.document["incidents"]["categories"]}

    def is_seated(self, position: str, team_id: int | None) -> bool:
        """Whether somebody holds a position (or deputises): for the team or one above it, else for the company."""
        if self._seats is None:
            self._seats, self._parents = seats(self.today)
        seen: set[int] = set()
        while team_id is not None and team_id not in seen:
            if (position, team_id) in self._seats:
                return True
            seen.add(team_id)
            team_id = self._parents.get(team_id)
        return (position, None) in self._seats


def ground(at: datetime | None = None, version: PolicyVersion | None = None) -> Ground:
    """Return the shared facts at a moment (now), under the policy that holds then or the one handed in."""
    at = at or clock.now()
    zone = ZoneInfo(str(cache.get_or_set(ZONE_KEY, lambda: company.current().time_zone, ZONE_KEPT)))
    version = version or policy.in_force(at)
    document = policy.document(version)
    return under(document, at, zone, version)


def under(document: Mapping[str, Any], at: datetime, zone: tzinfo, version: PolicyVersion) -> Ground:
    """Return the shared facts under a policy's document, which may be a draft's."""
    return Ground(
        at=at,
        today=at.astimezone(zone).date(),
        zone=zone,
        version=version,
        document=document,
        demands=demands_of(document),
        classes={
            row["key"]: held.DataClass(row["name"], row["sensitive"], row["regulated"], row["default_rule"])
            for row in document["data_classes"]
        },
        raci={tier["number"]: tier["raci"] for tier in document["tiers"]},
    )


def demands_of(document: Mapping[str, Any]) -> dict[int, held.Demand]:
    """Return what each tier demands, by its number."""
    logged = {row["key"]: row["name"] for row in document["logging_fields"]}
    return {
        row["number"]: held.Demand(
            number=row["number"],
            name=row["name"],
            controls=tuple(row["controls"]),
            logging=tuple(row["logging_minimum"]),
            logging_names=logged,
            drill_days=row["drill_days"] or None,
            eval_threshold=row["eval_threshold"],
            eval_freshness_days=row["eval_freshness_days"],
            approvers=sum(step["count"] for step in row["approvers"] if step["when"] == "always"),
            two_person=row["two_person"],
        )
        for row in rows.tiers(document)
    }


def read_catalogue(ground: Ground, endpoints: Iterable[str] | None = None, tools: Iterable[str] | None = None) -> None:
    """Read endpoints with their vendors and rules, and tools: those named, or all. Three queries at most."""
    named = None if endpoints is None else set(endpoints)
    if named is None or named:
        rules: dict[int, dict[str, str]] = {}
        for pk, key, rule in asked(_rules(named)):
            rules.setdefault(pk, {})[key] = rule
        for row in asked(_endpoints(named)):
            vendor = _vendor(row.vendor)
            ground.endpoints[row.key] = held.Endpoint(row.name, row.model, row.state, vendor, rules.get(row.pk, {}))
    wished = None if tools is None else set(tools)
    if wished is None or wished:
        for tool in asked(_tools(wished)):
            ground.tools[tool.key] = held.Tool(tool.name, tool.effect, tool.state, _vendor(tool.vendor) if tool.vendor else None)


def questions(ground: Ground, endpoints: Collection[str], tools: Collection[str]) -> Iterator[QuerySet[Any]]:
    """Yield what `read_catalogue` and `is_seated` ask for these, so that it can be foretold."""
    if endpoints:
        yield from (_rules(set(endpoints)), _endpoints(set(endpoints)))
    if tools:
        yield _tools(set(tools))
    yield _seats(ground.today)


def _rules(named: set[str] | None) -> QuerySet[Any]:
    wanted = Q() if named is None else Q(endpoint__key__in=sorted(named))
    return DataRule.objects.filter(wanted).values_list("endpoint_id", "data_class__key", "rule")


def _endpoints(named: set[str] | None) -> QuerySet[EndpointRow]:
    found = EndpointRow.objects.select_related("vendor")
    return found if named is None else found.filter(key__in=sorted(named))


def _tools(named: set[str] | None) -> QuerySet[Tool]:
    found = Tool.objects.select_related("vendor")
    return found if named is None else found.filter(key__in=sorted(named))


def _vendor(row: Vendor) -> held.Vendor:
    return held.Vendor(row.key, row.name, row.state, row.review_on)


def seats(today: date) -> tuple[set[tuple[str, int | None]], dict[int, int | None]]:
    """Return the seats that somebody active is in on a day, and each team's parent; a team's lead sits in its lead's seat.

    One question for both: a holding is told as (position, team), a team as ("", team, its parent, whether its lead is there).
    """
    taken: set[tuple[str, int | None]] = set()
    parents: dict[int, int | None] = {}
    for position, team, parent, lead_is_active in asked(_seats(today)):
        if position:
            taken.add((position, team))
            continue
        parents[team] = parent
        if lead_is_active:
            taken.add((TEAM_LEAD, team))
    return taken, parents


def _seats(today: date) -> QuerySet[Any]:
    number: Any = IntegerField(null=True)
    truth: Any = BooleanField(null=True)
    held_now = Holding.objects.on(today).filter(person__is_active=True)
    holdings = held_now.order_by().values_list(
        "position__key", "team_id", Value(None, output_field=number), Value(None, output_field=truth)
    )
    teams = Team.objects.order_by().values_list(Value("", output_field=CharField()), "pk", "parent_id", "lead__is_active")
    return holdings.union(teams, all=True)
