"""Whether what a policy says about incidents fits together: clocks, business hours, templates, error budgets."""

from collections.abc import Callable, Iterator
from datetime import date
from zoneinfo import available_timezones

from governance.policy.references import Document, keys, unknown
from governance.policy.schema import Path_
from governance.policy.yamlfile import Problem


def _clocks(document: Document) -> Iterator[Problem]:
    """Each severity has limits for any tier, each once; later limits are not shorter than earlier ones."""
    severities = keys(document, "severities")
    seen: set[tuple[str, int | None]] = set()
    for index, row in enumerate(document["clocks"]["limits"]):
        path: Path_ = ("clocks", "limits", index)
        what = (row["severity"], row["tier"])
        if what in seen:
            yield Problem("There are already limits for this severity and tier.", path=path)
        seen.add(what)
        if row["severity"] not in severities:
            yield unknown(row["severity"], "severities", (*path, "severity"))
        if not row["acknowledge_minutes"] <= row["mitigate_minutes"] <= row["resolve_minutes"]:
            yield Problem(
                "It is acknowledged, then mitigated, then resolved: no limit is shorter than the one before.", path=path
            )
    for severity, tier in seen:
        if tier is not None and (severity, None) not in seen:
            yield Problem(f"{severity} has limits in tier {tier} and none for any other tier.", path=("clocks", "limits"))


def _business_hours(document: Document) -> Iterator[Problem]:
    """The zone exists, the day has a length, and holidays are days."""
    hours = document["business_hours"]
    if hours["zone"] not in available_timezones():
        yield Problem(f"“{hours['zone']}” is no time zone; write it like Europe/Berlin.", path=("business_hours", "zone"))
    if hours["from"] >= hours["to"]:
        yield Problem("The working day ends after it begins.", path=("business_hours", "to"))
    for index, word in enumerate(hours["holidays"]):
        try:
            date.fromisoformat(word)
        except ValueError:
            yield Problem(f"There is no day {word}.", path=("business_hours", "holidays", index))


def _templates(document: Document) -> Iterator[Problem]:
    """Every severity has one template for its postmortem, and every section stands once in it."""
    severities = keys(document, "severities")
    named: set[str] = set()
    for index, row in enumerate(document["postmortem_templates"]):
        path: Path_ = ("postmortem_templates", index)
        for place, key in enumerate(row["severities"]):
            if key not in severities:
                yield unknown(key, "severities", (*path, "severities", place))
            if key in named:
                yield Problem(f"Another template names {key} already.", path=(*path, "severities", place))
            named.add(key)
        sections = [section["key"] for section in row["sections"]]
        for place, key in enumerate(sections):
            if key in sections[:place]:
                yield Problem(f"The key “{key}” stands twice.", path=(*path, "sections", place))
        if not any(section["demanded"] for section in row["sections"]):
            yield Problem("At least one section is demanded.", path=(*path, "sections"))
    general = [index for index, row in enumerate(document["postmortem_templates"]) if not row["severities"]]
    if not general and severities - named:
        yield Problem(f"No template is for {', '.join(sorted(severities - named))}.", path=("postmortem_templates",))
    for index in general[1:]:
        yield Problem("Another template names no severity already.", path=("postmortem_templates", index))


def _budgets(document: Document) -> Iterator[Problem]:
    """A tier has one target, and a burn alert looks at a short window inside a long one, inside the budget's own."""
    budget = document["error_budget"]
    tiers = [row["tier"] for row in budget["targets"]]
    for index, tier in enumerate(tiers):
        if tier in tiers[:index]:
            yield Problem(f"Tier {tier} has a target already.", path=("error_budget", "targets", index))
    for index, row in enumerate(budget["burn_alerts"]):
        if not row["short_minutes"] < row["long_minutes"] <= budget["window_days"] * 24 * 60:
            path: Path_ = ("error_budget", "burn_alerts", index)
            yield Problem("The short window lies within the long one, and that within the budget's window.", path=path)


CHECKS: tuple[Callable[[Document], Iterator[Problem]], ...] = (_clocks, _business_hours, _templates, _budgets)
