"""What an approval rests on beside the contract's own words: the tier, and what the catalogue says of what it names.

Read when a change is proposed and kept with it (`Change.rests_on`); read again later, the difference voids the approval.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from governance.core.asking import asked
from governance.policy import queries as policy
from registry.catalog import queries as catalog
from registry.changes import queries
from registry.contracts.shape import Contract

Foundation = Mapping[str, Any]
STRICTNESS = ("allowed", "redacted", "never")


def foundation(contract: Contract, tier: int) -> dict[str, Any]:
    """Return what holds now: `tier`, `endpoints` and `tools` by key, `rules` by "class at endpoint"."""
    endpoints, tools = (asked(question) for question in queries.named_questions(contract))
    named = {row["key"] for row in contract.get("inputs", {}).get("data_classes", [])}
    classes = [each for each in asked(policy.data_classes(retired=True)) if each.key in named]
    rules = catalog.rules_of(endpoints, classes)
    return {
        "tier": tier,
        "endpoints": {
            each.key: {
                "name": each.name,
                "state": each.state,
                "vendor": each.vendor.name,
                "region": each.region,
                "model": each.model,
            }
            for each in endpoints
        },
        "tools": {each.key: {"name": each.name, "state": each.state, "effect": each.effect} for each in tools},
        "rules": {f"{kind.key} at {each.key}": rules[each.pk, kind.pk].rule for each in endpoints for kind in classes},
    }


def questions(contract: Contract) -> Iterator[QuerySet[Any]]:
    """Yield what `foundation` asks, so that it can be foretold."""
    yield from queries.named_questions(contract)
    yield policy.data_classes(retired=True)
    yield catalog.rules_question(sorted({route["endpoint"] for route in contract.get("routes", [])}))


def handling(contract: Contract) -> dict[str, str]:
    """Return how the contract says that each data class is sent: plain or redacted."""
    return {row["key"]: row["handling"] for row in contract.get("inputs", {}).get("data_classes", [])}


def satisfied(rule: str, handled: str) -> bool:
    """Whether a data rule lets a class be sent the way the contract says."""
    return rule == "allowed" or (rule == "redacted" and handled == "redacted")
