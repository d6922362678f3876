"""What a policy says about what is observed, as pages show it: findings, what is kept, money and cadence. Pure."""

from collections.abc import Mapping
from typing import Any

from governance.policy.readable import Document, days, many, names


def finding_rows(document: Document) -> list[dict[str, Any]]:
    """Return what policy says of each kind of finding, as lines."""
    severities, categories = names(document, "severities"), names(document["incidents"], "categories")
    return [
        {
            "name": row["kind"].replace("_", " ").capitalize(),
            "severity": f"{row['severity']} {severities.get(row['severity'], '')}".strip(),
            "from": many(row["after_calls"], "call"),
            "does": f"Opens an incident: {categories[row['category']]}" if row["opens_incident"] else "Shown, and told the owner",
        }
        for row in document["findings"]
    ]


def observed_lines(document: Document) -> list[str]:
    """Say what is kept of observed calls."""
    held, called = document["observations"], {tier["number"]: tier["name"] for tier in document["tiers"]}
    lines = []
    for row in held["keep_days"]:
        lines.append(f"Single observations{_of(row, called)} are kept {days(row['days']) if row['days'] else 'for good'}.")
    for row in held["keep_text"]:
        does = f"are kept redacted for {days(row['days'])}" if row["keep"] else "are refused and counted"
        lines.append(f"Prompts and outputs{_of(row, called)} {does}.")
    taken = ", ".join(_REDACTED[kind] for kind in held["redact"])
    return [*lines, f"Redaction takes out {taken}." if taken else "Redaction takes out nothing."]


_REDACTED = {
    "name": "people's names",
    "address": "mail addresses",
    "phone": "telephone numbers",
    "card": "card numbers",
    "iban": "account numbers",
    "ip": "network addresses",
    "secret": "secrets",
}


def _of(row: Mapping[str, Any], called: Mapping[int, str]) -> str:
    return "" if row["tier"] is None else f" of tier {row['tier']} ({called.get(row['tier'], '')})"


def money_lines(document: Document) -> list[str]:
    """Say what policy says about money, the weekly mail and what comes again."""
    money, digest, cadence = document["spending"], document["digest"], document["cadence"]
    warned = " and ".join(f"{one} %" for one in sorted(money["warn_at"])) or "nothing"
    loop = money["loop"]
    return [
        f"Money is counted in {money['currency']}; owners of limits are warned at {warned} of the limit.",
        f"{loop['calls_per_trace']} calls in one trace are a loop; so is an hour at {loop['hour_factor']} times its cost.",
        f"Spend needs an owner within {many(money['unowned_after_days'], 'day')}.",
        f"Leaders get the week by mail on {digest['weekday'].capitalize()} at {digest['hour']:02}:00, by their own clock.",
        f"The eval review is held on {cadence['eval_review'].capitalize()}s, the operations checklist every "
        f"{many(cadence['operations_months'], 'month')}.",
    ]
