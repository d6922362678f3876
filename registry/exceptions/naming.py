"""What can be excepted, and what it is called: controls of the policy, the tier, audit-trail rows, checklist items."""

from collections.abc import Iterable

from governance.policy import library
from governance.policy import queries as policy
from registry.exceptions import keys

TIER, BUDGET = keys.TIER, keys.BUDGET
OWASP, AUDIT = "owasp:", "audit:"


def known() -> dict[str, str]:
    """Return key -> name of everything that can be excepted now, in the order in which a form offers it."""
    document = policy.document()
    found = {control["key"]: control["name"] for control in document["controls"]}
    found[TIER] = "Tier as high as the contract implies"
    found[BUDGET] = "No expansion while an error budget is spent"
    found |= {AUDIT + row["key"]: f"Audit trail: {row['what']}" for row in document["audit_trail"]}
    return found | checklist_items()


def checklist_items() -> dict[str, str]:
    """Return the items of all checklists: their ids hold the edition, so that LLM03:2025 is never LLM03:2026."""
    items = library.items()
    return {f"{OWASP}{id_}": f"{id_} {title}" for key in library.checklists() for id_, title in items[key].items()}


def labels(keys: Iterable[str]) -> list[str]:
    """Return names for keys; one that policy no longer knows is shown as it was approved."""
    names = known()
    return [names.get(key, key) for key in keys]


def said(labels: list[str], surfaces: list[str]) -> str:
    """Return the title of an exception. Several surfaces are counted: not everybody who sees one may see the others."""
    what = labels[0] if len(labels) == 1 else f"{labels[0]} and {len(labels) - 1} more"
    where = surfaces[0] if len(surfaces) == 1 else f"{len(surfaces)} surfaces"
    return f"{what[:180]} on {where[:180]}"
