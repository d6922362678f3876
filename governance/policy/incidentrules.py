"""What one policy says about incidents, as values: limits, business hours, regulatory clocks, templates, causes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from governance.policy import schema

Document = Mapping[str, Any]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
END_OF_DAY = "24:00"


@dataclass(frozen=True, slots=True)
class ClockLimits:
    """How long an incident of one severity (in one tier, or any: None) may take, counted from its report.

    The postmortem's days count from its resolution. With `business_hours`, only business hours count, and a day is one
    working day.
    """

    severity: str
    tier: int | None
    acknowledge_minutes: int
    mitigate_minutes: int
    resolve_minutes: int
    postmortem_days: int
    business_hours: bool


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When the company works: a zone, weekdays (0 is Monday), from when to when, and days on which nobody does.

    `closes` is None where the day ends at midnight.
    """

    zone: ZoneInfo
    weekdays: frozenset[int]
    opens: time
    closes: time | None
    holidays: frozenset[date]

    @property
    def day_seconds(self) -> int:
        """The length of a working day by the clock on the wall, in seconds."""
        return _seconds(self.closes) - _seconds(self.opens)


@dataclass(frozen=True, slots=True)
class RegulatoryClock:
    """A deadline of law or contract: hours without any pause from when somebody flagged that it applies."""

    key: str
    name: str
    hours: int
    when: str
    tell: str
    source: str


@dataclass(frozen=True, slots=True)
class TemplateSection:
    """One text of a postmortem: what it is called, what helps to write it, and whether it may stay empty."""

    key: str
    name: str
    hint: str
    demanded: bool


@dataclass(frozen=True, slots=True)
class PostmortemTemplate:
    """What a postmortem of some severities consists of; without severities, of all that no other template names."""

    key: str
    name: str
    severities: tuple[str, ...]
    sections: tuple[TemplateSection, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One condition that makes incidents possible; by it, incidents are found to be alike."""

    key: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class BurnAlert:
    """Alert where both windows burn the budget faster than `rate` (1 spends it in just the budget's window)."""

    key: str
    name: str
    long_minutes: int
    short_minutes: int
    rate: float
    page: bool


@dataclass(frozen=True, slots=True)
class ErrorBudgetDefaults:
    """What a new objective is offered: days of its window, share of good events by tier, and when it alerts."""

    window_days: int
    targets: Mapping[int, float]
    burn_alerts: tuple[BurnAlert, ...]


@dataclass(frozen=True)
class IncidentRules:
    """What the policy in force says about incidents. Never changes once read; a later policy is another value."""

    severities: Mapping[str, str]
    categories: Mapping[str, str]
    before_triage_minutes: int
    warn_at_percent: int
    limits: tuple[ClockLimits, ...]
    business_hours: BusinessHours
    regulatory: Mapping[str, RegulatoryClock]
    public_links: bool
    show_who: bool
    redacted: tuple[str, ...]
    templates: tuple[PostmortemTemplate, ...]
    causes: Mapping[str, Cause]
    error_budget: ErrorBudgetDefaults

    @cached_property
    def _limits(self) -> dict[tuple[str, int | None], ClockLimits]:
        return {(each.severity, each.tier): each for each in self.limits}

    def limits_for(self, severity: str, tier: int | None) -> ClockLimits | None:
        """Return the limits of a severity in a tier: its own, else those for any; None where policy sets none."""
        return self._limits.get((severity, tier)) or self._limits.get((severity, None))

    def template_for(self, severity: str) -> PostmortemTemplate:
        """Return the template that names a severity, else the general one, else the first."""
        named = next((each for each in self.templates if severity in each.severities), None)
        general = next((each for each in self.templates if not each.severities), None)
        return named or general or self.templates[0]


def of(document: Document) -> IncidentRules:
    """Return what a policy document in normal form says about incidents."""
    clocks, reporting, budget = document["clocks"], document["incident_reporting"], document["error_budget"]
    return IncidentRules(
        severities={row["key"]: row["name"] for row in document["severities"]},
        categories={row["key"]: row["name"] for row in document["incidents"]["categories"]},
        before_triage_minutes=clocks["before_triage_minutes"],
        warn_at_percent=clocks["warn_at_percent"],
        limits=tuple(ClockLimits(**row) for row in clocks["limits"]),
        business_hours=_hours(document["business_hours"]),
        regulatory={row["key"]: RegulatoryClock(**row) for row in document["regulatory_clocks"]},
        public_links=reporting["public_links"],
        show_who=reporting["show_who"],
        redacted=tuple(document["outside_edition"]["redact"]),
        templates=tuple(_template(row) for row in document["postmortem_templates"]),
        causes={row["key"]: Cause(**row) for row in document["causes"]},
        error_budget=ErrorBudgetDefaults(
            window_days=budget["window_days"],
            targets={row["tier"]: float(row["target"]) for row in budget["targets"]},
            burn_alerts=tuple(BurnAlert(**row) for row in budget["burn_alerts"]),
        ),
    )


def redactable() -> tuple[str, ...]:
    """Return every part of a postmortem that a policy may leave out of the outside edition, in the schema's order."""
    return tuple(schema.node_at(("outside_edition", "redact", 0))["enum"])


def _hours(row: Document) -> BusinessHours:
    return BusinessHours(
        zone=ZoneInfo(row["zone"]),
        weekdays=frozenset(WEEKDAYS.index(day) for day in row["weekdays"]),
        opens=time.fromisoformat(row["from"]),
        closes=None if row["to"] == END_OF_DAY else time.fromisoformat(row["to"]),
        holidays=frozenset(date.fromisoformat(day) for day in row["holidays"]),
    )


def _template(row: Document) -> PostmortemTemplate:
    sections = tuple(TemplateSection(**section) for section in row["sections"])
    return PostmortemTemplate(row["key"], row["name"], tuple(row["severities"]), sections)


def _seconds(at: time | None) -> int:
    return 24 * 3600 if at is None else at.hour * 3600 + at.minute * 60
