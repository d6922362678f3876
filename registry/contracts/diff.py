"""From one contract to another, in the words of the domain."""

from collections.abc import Callable, Iterator

from registry.contracts.canonical import normal
from registry.contracts.diff_lists import prompts, retrieval, suites
from registry.contracts.diff_money import budget
from registry.contracts.diff_parts import auditability, authority, fallback, inputs, outputs, plain_part
from registry.contracts.diff_routes import routes
from registry.contracts.diff_safety import human_review, kill_switch, limits
from registry.contracts.differences import Diff, Difference, kinds_of
from registry.contracts.facts import Names
from registry.contracts.shape import Contract, parts

Teller = Callable[[Contract, Contract, Names], Iterator[Difference]]

TELLERS: dict[str, Teller] = {
    "inputs": inputs,
    "outputs": outputs,
    "authority": authority,
    "fallback": fallback,
    "auditability": auditability,
    "routes": routes,
    "prompts": prompts,
    "retrieval": retrieval,
    "evals": suites,
    "budget": budget,
    "kill_switch": kill_switch,
    "rollback": plain_part("rollback", "recovery"),
    "limits": limits,
    "human_review": human_review,
    "notes": plain_part("notes", "wording"),
}


def diff(old: Contract, new: Contract, names: Names | None = None) -> Diff:
    """What differs between two sound contracts. An empty one as the old stands for "nothing was approved"."""
    before, after = normal(old), normal(new)
    changed = tuple(part for part in parts() if before.get(part) != after.get(part))
    found = tuple(one for part in changed for one in TELLERS[part](before, after, names or Names()))
    untouched = tuple(part for part in parts() if part not in changed)
    return Diff(found, changed, untouched, kinds_of(found))
