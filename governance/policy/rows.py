"""What a policy document says, as the columns of its rows: pure, one plan for each table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models

from governance.people.models import Position
from governance.policy.models import ApprovalRoute, DataClass, IncidentCategory, Severity, Tier

Document = Mapping[str, Any]
Columns = dict[str, Any]
Identity = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How one table follows the document: what a row is called, what identifies it, and what its columns hold.

    Rows that the document does not name any more are retired where the table can, else removed; `keeps` leaves them.
    """

    model: type[models.Model]
    what: str
    identity: tuple[str, ...]
    wanted: Callable[[Document], list[Columns]]
    keeps: bool = False

    def identify(self, columns: Mapping[str, Any]) -> Identity:
        """Return what identifies a row among its kind."""
        return tuple(columns[name] for name in self.identity)


def positions(document: Document) -> list[Columns]:
    """The positions that policy names."""
    return [{name: row[name] for name in ("key", "name", "description", "per_team")} for row in document["positions"]]


def tiers(document: Document) -> list[Columns]:
    """The tiers, each with the logging minimum of all below it, and the hours and days of its lane."""
    lanes = {lane["key"]: lane for lane in document["lanes"]}
    logging: list[str] = []
    rows = []
    for tier in document["tiers"]:
        logging = list(dict.fromkeys([*logging, *tier["logging"]]))
        evals = tier["evals"] or {}
        threshold = evals.get("threshold")
        same = ("number", "name", "example", "why", "lane", "raci", "review_months", "exception_days", "drill_days")
        rows.append(
            {name: tier.get(name, "") for name in same}
            | {
                "approvers": tier["approvers"],
                "logging_minimum": logging,
                "controls": [_demand(document, key) for key in demanded(document, tier["number"])],
                "eval_threshold": Decimal(str(threshold)).quantize(Decimal("0.001")) if threshold else None,
                "eval_freshness_days": evals.get("freshness_days"),
                "postmortem_from": tier["postmortem_from"],
                "approval_days": lanes[tier["lane"]]["approval_days"],
                "decide_hours": lanes[tier["lane"]]["decide_hours"],
                "emergency_review_hours": tier["emergency_review_hours"],
                "two_person": tier["two_person"],
            }
        )
    return rows


def _demand(document: Document, key: str) -> Columns:
    control = next(each for each in document["controls"] if each["key"] == key)
    same = ("key", "why", "kind", "applies", "blocking", "blocks_from", "evidence", "evidence_days")
    return {"title": control["name"], **{name: control[name] for name in same}}


def demanded(document: Document, number: int) -> list[str]:
    """The controls of a tier: its own, after those that carry over from the tiers below."""
    carried = {control["key"] for control in document["controls"] if control["carries"]}
    found: list[str] = []
    for tier in document["tiers"]:
        if tier["number"] < number:
            found += [key for key in tier["controls"] if key in carried]
        elif tier["number"] == number:
            found += tier["controls"]
    return list(dict.fromkeys(found))


def data_classes(document: Document) -> list[Columns]:
    """The data classes, ranked as they are listed."""
    return [
        {
            "key": row["key"],
            "name": row["name"],
            "description": row["description"],
            "rank": rank,
            "is_sensitive": row["sensitive"],
            "minimum_tier": row["minimum_tier"],
            "default_rule": row["default_rule"],
            "is_retired": False,
        }
        for rank, row in enumerate(document["data_classes"])
    ]


def categories(document: Document) -> list[Columns]:
    """The incident categories in their order."""
    return [
        {name: row[name] for name in ("key", "name", "plain_words", "path")} | {"order": order, "is_retired": False}
        for order, row in enumerate(document["incidents"]["categories"])
    ]


def severities(document: Document) -> list[Columns]:
    """The severities, worst first."""
    return [
        {name: row[name] for name in ("key", "name", "description")} | {"order": order}
        for order, row in enumerate(document["severities"])
    ]


def approval_routes(document: Document) -> list[Columns]:
    """The routes: those of the tiers, then those that are written out."""
    of_tiers = [
        {
            "subject": "change",
            "change_kind": "",
            "tier": tier["number"],
            "steps": tier["approvers"],
            "in_order": tier["in_order"],
            "lane": tier["lane"],
        }
        for tier in document["tiers"]
    ]
    same = ("subject", "change_kind", "tier", "steps", "in_order", "lane")
    return of_tiers + [{name: route[name] for name in same} for route in document["routes"]]


PLANS = (
    Plan(Position, "position", ("key",), positions, keeps=True),
    Plan(Tier, "tier", ("number",), tiers, keeps=True),
    Plan(DataClass, "data class", ("key",), data_classes),
    Plan(IncidentCategory, "incident category", ("key",), categories),
    Plan(Severity, "severity", ("key",), severities),
    Plan(ApprovalRoute, "approval route", ("subject", "change_kind", "tier"), approval_routes),
)
