"""Fills the plain facts that contract logic asks for from policy and catalogue records."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, QuerySet, Value

from governance.core.asking import asked
from governance.core.reading import once
from governance.people import queries as people
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.models import Tier
from registry.catalog.models import CatalogState, Endpoint, Tool
from registry.contracts.facts import DataClassFacts, Known, Names, TierFacts

NAMED = ("endpoints", "tools", "data_classes", "people")


def tier_facts(tiers: Mapping[int, Tier] | None = None) -> tuple[TierFacts, ...]:
    """Return what each tier demands now; whoever has read the tiers already hands them in."""
    return tuple(_tier(tier) for tier in (policy.tiers() if tiers is None else tiers).values())


def _tier(tier: Tier) -> TierFacts:
    return TierFacts(
        number=tier.number,
        name=tier.name,
        demands=tuple(control["title"] if isinstance(control, dict) else str(control) for control in tier.controls),
        approvers=tuple(step["position"] if isinstance(step, dict) else str(step) for step in tier.approvers),
        logging=tuple(tier.logging_minimum),
        eval_threshold=None if tier.eval_threshold is None else float(tier.eval_threshold),
        drill_days=tier.drill_days,
        review_months=tier.review_months,
        eval_freshness_days=tier.eval_freshness_days,
    )


def data_class_facts() -> tuple[DataClassFacts, ...]:
    """Return the data classes that policy knows now."""
    return tuple(
        DataClassFacts(each.key, each.name, each.is_sensitive, each.minimum_tier) for each in asked(policy.data_classes())
    )


def known() -> Known:
    """Return the keys that a contract may name; what is retired may not be named anew."""
    return Known(
        endpoints=frozenset(Endpoint.objects.exclude(state=CatalogState.RETIRED).values_list("key", flat=True)),
        tools=dict(Tool.objects.exclude(state=CatalogState.RETIRED).values_list("key", "effect")),
        data_classes=frozenset(each.key for each in policy.data_classes()),
        people=frozenset(people.active_people().values_list("ref", flat=True)),
    )


def names() -> Names:
    """Return how keys are called for people."""
    return once("names", _names)


def _names() -> Names:
    """Read all of them in one statement."""
    found: dict[str, dict[str, str]] = {kind: {} for kind in NAMED}
    for kind, key, name in asked(names_question()):
        found[kind][key] = name
    return Names(**found)


def names_question() -> QuerySet[Any]:
    """Return what `names` asks: of what kind, the key, the name."""
    kinds: tuple[tuple[str, QuerySet[Any], str], ...] = (
        ("endpoints", Endpoint.objects.all(), "key"),
        ("tools", Tool.objects.all(), "key"),
        ("data_classes", policy.data_classes(), "key"),
        ("people", User.objects.all(), "ref"),
    )
    first, *others = (
        rows.order_by().annotate(sort=Value(kind, CharField())).values_list("sort", key, "name") for kind, rows, key in kinds
    )
    return first.union(*others, all=True)


def with_references(contract: Any) -> Any:
    """Return a contract in which people named by e-mail address are named by reference; anything else as it was."""
    budget = contract.get("budget") if isinstance(contract, Mapping) else None
    if not isinstance(budget, Mapping):
        return contract
    owner = budget.get("owner")
    if not isinstance(owner, str) or "@" not in owner or len(owner) > 254:
        return contract
    person = people.active_people().filter(email__iexact=owner.strip()).first()
    return contract if person is None else {**contract, "budget": {**budget, "owner": person.ref}}


def is_regulated(contract: Mapping[str, Any]) -> bool:
    """Whether regulated data, or a decision about people with sensitive data, is touched: policy then adds approvers."""
    classes = [row["key"] for row in contract.get("inputs", {}).get("data_classes", [])]
    return policy.is_regulated(classes, decides=contract.get("outputs", {}).get("decision") in {"supports", "makes"})
