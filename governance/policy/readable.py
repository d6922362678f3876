"""A policy as pages show it: plain rows with names instead of keys. Pure; reads nothing but the document."""

from collections.abc import Mapping, Sequence
from typing import Any

from governance.core.contributions import RetentionKind, contributed
from governance.policy import incidentrules, usagerules

Document = Mapping[str, Any]
DECISIONS = {
    "model": "Model change",
    "prompt": "Prompt change",
    "tool": "Tool permission",
    "data": "Data class",
    "kill_switch": "Kill switch",
    "incident": "Incident",
    "budget": "Budget",
    "exception": "Exception",
}
RULES = {"allowed": "Allowed", "redacted": "Only redacted", "never": "Never"}
LETTERS = {"R": "Responsible", "A": "Accountable", "C": "Consulted", "I": "Informed"}
SUBJECTS = {"policy": "Policy", "charter": "Charter", "vendor": "Vendor", "endpoint": "Endpoint", "tool": "Tool"}


def names(document: Document, section: str) -> dict[str, str]:
    """Return how the keys of a section are called."""
    return {row["key"]: row["name"] for row in document[section]}


def steps(document: Document, held: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the steps of a route in words."""
    called = names(document, "positions")
    return [
        called[step["position"]]
        + (f" × {step['count']}" if step["count"] > 1 else "")
        + (", where regulated" if step["when"] == "regulated" else "")
        for step in held
    ]


def tier_rows(document: Document) -> list[tuple[str, str, list[list[str]]]]:
    """Return the table of tiers: label, kind of cell (text or list), and one list of lines for each tier."""
    tiers = document["tiers"]
    controls, logging, lanes = (names(document, part) for part in ("controls", "logging_fields", "lanes"))
    return [
        ("Example", "text", [[tier["example"]] for tier in tiers]),
        ("Why so", "text", [[tier["why"]] for tier in tiers]),
        ("Who approves", "list", [steps(document, tier["approvers"]) for tier in tiers]),
        ("Lane", "text", [[lanes[tier["lane"]]] for tier in tiers]),
        ("Controls, added to those below", "list", [[controls[key] for key in tier["controls"]] for tier in tiers]),
        ("Logging, added to that below", "list", [[logging[key] for key in tier["logging"]] for tier in tiers]),
        ("Reviewed every", "text", [[many(tier["review_months"], "month")] for tier in tiers]),
        ("Evals pass at", "text", [[_threshold(tier["evals"])] for tier in tiers]),
        ("Eval runs stay fresh", "text", [[days((tier["evals"] or {}).get("freshness_days"))] for tier in tiers]),
        ("Longest exception", "text", [[days(tier["exception_days"])] for tier in tiers]),
        ("Kill-switch drill every", "text", [[days(tier["drill_days"])] for tier in tiers]),
        ("Emergency change reviewed within", "text", [[many(tier["emergency_review_hours"], "hour")] for tier in tiers]),
        ("Postmortem from", "text", [[tier["postmortem_from"]] for tier in tiers]),
    ]


def many(count: int, word: str) -> str:
    """Say a number of things."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def days(count: int | None) -> str:
    """Say a number of days."""
    return many(count, "day") if count else "–"


def _threshold(evals: Mapping[str, Any] | None) -> str:
    return f"{evals['threshold']:g}" if evals else "–"


def route_rows(document: Document) -> list[dict[str, Any]]:
    """Return all routes as lines: what is approved, by whom, in which lane."""
    lanes = names(document, "lanes")
    found = [
        {
            "what": "Change of a surface",
            "tier": tier["number"],
            "tier_name": tier["name"],
            "who": steps(document, tier["approvers"]),
            "in_order": tier["in_order"],
            "lane": lanes[tier["lane"]],
        }
        for tier in document["tiers"]
    ]
    called = {tier["number"]: tier["name"] for tier in document["tiers"]}
    for route in document["routes"]:
        kind = route["change_kind"].replace("_", " ")
        found.append(
            {
                "what": kind.capitalize() if kind else SUBJECTS.get(route["subject"], route["subject"].capitalize()),
                "tier": route["tier"],
                "tier_name": called.get(route["tier"], ""),
                "who": steps(document, route["steps"]),
                "in_order": route["in_order"],
                "lane": lanes[route["lane"]],
            }
        )
    return found


def raci(document: Document) -> list[dict[str, Any]]:
    """Return one matrix for each tier: decisions down, positions across, the letters of each in the cells."""
    positions = names(document, "positions")
    return [
        {
            "tier": tier["number"],
            "name": tier["name"],
            "positions": list(positions.values()),
            "rows": [(DECISIONS[kind], [_letters(row, key) for key in positions]) for kind, row in tier["raci"].items()],
        }
        for tier in document["tiers"]
    ]


def _letters(row: Mapping[str, Any], key: str) -> list[tuple[str, str]]:
    held = [letter for letter in "RACI" if (row["A"] == key if letter == "A" else key in row[letter])]
    return [(letter, LETTERS[letter]) for letter in held]


def class_rows(document: Document) -> list[dict[str, Any]]:
    """Return the data classes with their words."""
    return [{**row, "rule_name": RULES[row["default_rule"]]} for row in document["data_classes"]]


def minutes(count: int) -> str:
    """Say a number of minutes as people do: 45 min, 8 h, 1 h 30 min, 2 days."""
    if count >= 2 * 24 * 60 and count % (24 * 60) == 0:
        return f"{count // (24 * 60)} days"
    hours, rest = divmod(count, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def hours(count: int) -> str:
    """Say a number of hours as the law does: 72 h, and 15 days where they are whole days beyond three."""
    return f"{count // 24} days" if count > 72 and count % 24 == 0 else f"{count} h"


def limit_rows(document: Document) -> list[dict[str, Any]]:
    """Return the limits of incidents as lines, each severity's own tiers below its general one."""
    severities = names(document, "severities")
    tiers = {tier["number"]: tier["name"] for tier in document["tiers"]}
    order, day = list(severities), incidentrules.of(document).business_hours.day_seconds // 60
    known = [row for row in document["clocks"]["limits"] if row["severity"] in severities]
    known.sort(key=lambda row: (order.index(row["severity"]), -1 if row["tier"] is None else row["tier"]))
    return [
        {
            "severity": row["severity"],
            "name": severities[row["severity"]],
            "tier": row["tier"],
            "tier_name": tiers.get(row["tier"], ""),
            "times": [_limit(row[f"{step}_minutes"], row, day) for step in ("acknowledge", "mitigate", "resolve")],
            "postmortem": many(row["postmortem_days"], "working day" if row["business_hours"] else "day"),
            "counts": "Business hours" if row["business_hours"] else "Every hour",
        }
        for row in known
    ]


def _limit(count: int, row: Mapping[str, Any], day: int) -> str:
    """Say a limit; one in business hours as working days of so many minutes, where it is whole ones."""
    whole = row["business_hours"] and count % day == 0
    return many(count // day, "working day") if whole else minutes(count)


def business_hours(document: Document) -> str:
    """Say when the company works."""
    held = document["business_hours"]
    days = ", ".join(day.capitalize() for day in held["weekdays"])
    off = f"; not on {many(len(held['holidays']), 'holiday')}" if held["holidays"] else ""
    return f"{days}, {held['from']} to {held['to']}, {held['zone']}{off}."


def left_out(document: Document) -> str:
    """Say what the outside edition of a postmortem leaves out."""
    parts = [part.replace("_", " ") for part in document["outside_edition"]["redact"]]
    return ", ".join(parts).capitalize() + "." if parts else "Nothing."


def burn_rows(document: Document) -> list[dict[str, Any]]:
    """Return when error budgets alert, as lines."""
    return [
        {
            "name": row["name"],
            "rate": f"{row['rate']:g}",
            "windows": f"{minutes(row['long_minutes'])} and {minutes(row['short_minutes'])}",
            "does": "Calls somebody" if row["page"] else "Tells the owner",
        }
        for row in document["error_budget"]["burn_alerts"]
    ]


def kept_rows(document: Document) -> list[dict[str, Any]]:
    """Return how long each kind of record is kept, as lines: those of policy, then those that it says nothing about."""
    kinds = {kind.key: kind for kind in contributed(RetentionKind)}
    tiers = {tier["number"]: tier["name"] for tier in document["tiers"]}
    rows = [*document["retention"]]
    named = {row["record_kind"] for row in rows}
    held = document["observations"]
    said = (
        (usagerules.OBSERVATIONS, held["keep_days"]),
        (usagerules.KEPT_TEXTS, [row for row in held["keep_text"] if row["keep"]]),
    )
    for key, lines in said:
        rows += [{"record_kind": key, "tier": row["tier"], "days": row["days"]} for row in lines]
    named |= {usagerules.OBSERVATIONS, usagerules.KEPT_TEXTS}
    rows += [{"record_kind": key, "tier": None, "days": None} for key in kinds if key not in named]
    return [
        {
            "name": kinds[key].label if key in kinds else key.replace("_", " ").capitalize(),
            "says": kinds[key].says if key in kinds else "",
            "tier": row["tier"],
            "tier_name": tiers.get(row["tier"], ""),
            "kept": days(row["days"]) if row["days"] else "for good",
        }
        for row in rows
        for key in (row["record_kind"],)
    ]


PUBLIC = {
    "five_questions": "the buyer's five questions",
    "subprocessors": "vendors that process data",
    "status": "the state of the programme",
    "charter": "the charter",
}


def room_lines(document: Document) -> list[str]:
    """Say what a buyer's room may do."""
    rooms = document["rooms"]
    public = ", ".join(PUBLIC[key] for key in rooms["public"]) or "nothing"
    return [
        f"Shown beside chosen documents: {public}.",
        f"A link lasts {days(rooms['longest_days'])} at most; a password is {rooms['password']}.",
        "Documents carry the viewer's name." if rooms["watermark"] else "Documents carry no name.",
        "What is public stands on a page for everybody." if rooms["status_page"] else "There is no page for everybody.",
    ]
