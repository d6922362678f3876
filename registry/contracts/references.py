"""Keys in a contract that name nothing in the catalogue."""

from collections.abc import Collection, Iterator

from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from registry.contracts.facts import Known
from registry.contracts.problems import Problem, problem
from registry.contracts.shape import EFFECTS, Contract, Path_, said


def unknown_references(contract: Contract, known: Known) -> list[Problem]:
    """Each key of a looked-up kind that does not exist, and each tool said to do less than it does."""
    return [
        *_named(
            contract.get("inputs", {}).get("data_classes", []),
            ("inputs", "data_classes"),
            "key",
            known.data_classes,
            "a data class of the policy",
        ),
        *_named(contract.get("routes", []), ("routes",), "endpoint", known.endpoints, "an endpoint of the catalogue"),
        *_named(
            contract.get("authority", {}).get("tools", []),
            ("authority", "tools"),
            "key",
            known.tools,
            "a tool of the catalogue",
        ),
        *_named(contract.get("evals", []), ("evals",), "suite", known.suites, "a suite of the library"),
        *_understated(contract, known),
        *_nobody(contract, known),
    ]


def _named(rows: list[Contract], path: Path_, key: str, known: Collection[str] | None, what: str) -> Iterator[Problem]:
    if known is None:
        return
    for index, row in enumerate(rows):
        name = row[key].strip()
        if name in known:
            continue
        near = process.extractOne(name, list(known), scorer=JaroWinkler.similarity, score_cutoff=0.85)
        fix = f"Did you mean {near[0]}?" if near else "Register it first, or choose one that exists."
        yield problem((*path, index, key), f"is {name}, which is not {what}", fix)


def _understated(contract: Contract, known: Known) -> Iterator[Problem]:
    for index, row in enumerate(contract.get("authority", {}).get("tools", [])):
        real = (known.tools or {}).get(row["key"].strip())
        if real in EFFECTS and EFFECTS.index(real) > EFFECTS.index(row["effect"]):
            path: Path_ = ("authority", "tools", index, "effect")
            less, more = said(path, row["effect"]), said(path, real)
            says = f"is “{less}”, but the catalogue says that {row['key']} does more: “{more}”"
            yield problem(path, says, "State the effect that the catalogue gives it, or register a narrower tool.")


def _nobody(contract: Contract, known: Known) -> Iterator[Problem]:
    owner = contract.get("budget", {}).get("owner")
    if owner is not None and known.people is not None and owner not in known.people:
        yield problem(("budget", "owner"), f"is {owner}, who is nobody that may own something", "Name an active person.")
