"""What a surface and its contract need before they can be proposed, all of it said at once."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import require
from registry.changes import rules
from registry.contracts import completeness, facts, tiers, validate
from registry.surfaces import facts as held
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

MOST_TOLD = 5  # problems named in the sentence itself; all of them stand beside their fields


def check_ready(surface: Surface) -> None:
    if lacks := rules.is_ready(surface):
        fields = {"surface": [f"{what} {why}" for what, why in lacks]}
        raise Invalid(" ".join(what for what, _ in lacks), code="not-ready", fields=fields)


def sound(surface: Surface, contract: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the canonical contract. Raises Invalid with everything that is wrong or missing, Denied by R4."""
    if contract is None:
        raise Invalid("There is no draft to propose.", fix="Write the contract first, under Contract.")
    whole, problems = validate.accept(contract, known=held.known())
    if problems:
        raise Invalid(
            f"The contract has {len(problems)} problem{'s'[: len(problems) > 1]}.",
            fix=" ".join(each.message for each in problems[:MOST_TOLD]),
            code="contract-invalid",
            fields=_by_pointer((each.pointer, f"{each.message} {each.fix}".strip()) for each in problems),
        )
    tier = facts.tier_of(surface.tier or 0, held.tier_facts())
    if missing := completeness.completeness(whole, tier):
        raise Invalid(
            f"The contract lacks {len(missing)} thing{'s'[: len(missing) > 1]} that tier {surface.tier} asks for.",
            fix=" ".join(each.what for each in missing[:MOST_TOLD]),
            code="contract-incomplete",
            fields=_by_pointer((each.pointer, f"{each.what} {each.why}") for each in missing),
        )
    implied = list(tiers.implications(whole, held.data_class_facts()))
    minimum = max((number for number, _ in implied), default=0)
    verdict = rules.tier_is_enough(surface.tier or 0, minimum, [why for number, why in implied if number == minimum])
    if not verdict and not surfaces.is_tier_excepted(surface):
        require(verdict)
    return whole


def _by_pointer(pairs: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pointer, words in pairs:
        found.setdefault(f"contract{pointer}", []).append(words)
    return found
