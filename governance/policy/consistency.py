"""Whether the parts of a policy fit together: references lead somewhere, nothing is said twice, two people mean two."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from governance.policy import incidentchecks, library, proofchecks, usagechecks
from governance.policy.references import Document, keys, unknown
from governance.policy.schema import Path_
from governance.policy.yamlfile import Problem

TWO_PERSON_TIER = 4
NEEDED_ROUTES = ("policy", "charter")


def problems(document: Document) -> Iterator[Problem]:
    """Each thing that does not fit in a document of sound shape and normal form."""
    for check in CHECKS:
        yield from check(document)


def _twice(document: Document) -> Iterator[Problem]:
    """Keys and names stand for one thing each."""
    lists: list[Path_] = [
        (name,)
        for name, rows in document.items()
        if isinstance(rows, list) and rows and isinstance(rows[0], dict) and "key" in rows[0]
    ]
    lists += [("incidents", "categories"), ("incidents", "levers"), ("scorecard", "metrics"), ("error_budget", "burn_alerts")]
    for path in lists:
        rows: Any = document
        for step in path:
            rows = rows[step]
        for part in ("key", "name"):
            seen: set[str] = set()
            for index, row in enumerate(rows):
                word = str(row.get(part, "")).casefold()
                if word and word in seen:
                    yield Problem(f"The {part} “{row[part]}” stands twice.", path=(*path, index))
                seen.add(word)


def _tiers(document: Document) -> Iterator[Problem]:
    numbers = [tier["number"] for tier in document["tiers"]]
    if numbers != list(range(5)):
        yield Problem("Tiers are 0 to 4, each once, in this order.", path=("tiers",))
    known = keys(document, "controls"), keys(document, "logging_fields"), keys(document, "lanes")
    severities = keys(document, "severities")
    demanded: Counter[str] = Counter()
    for index, tier in enumerate(document["tiers"]):
        for name, held in zip(("controls", "logging"), known[:2], strict=True):
            for place, key in enumerate(tier[name]):
                if key not in held:
                    yield unknown(key, name if name == "controls" else "logging_fields", ("tiers", index, name, place))
        demanded.update(tier["controls"])
        if tier["lane"] not in known[2]:
            yield unknown(tier["lane"], "lanes", ("tiers", index, "lane"))
        if tier["postmortem_from"] not in severities:
            yield unknown(tier["postmortem_from"], "severities", ("tiers", index, "postmortem_from"))
        if tier["evals"] and round(tier["evals"]["threshold"], 3) != tier["evals"]["threshold"]:
            yield Problem("At most three decimals.", path=("tiers", index, "evals", "threshold"))
        yield from _raci(document, tier, ("tiers", index, "raci"))
    for index, tier in enumerate(document["tiers"]):
        for place, key in enumerate(tier["controls"]):
            if demanded[key] > 1 and _carries(document, key) and key not in _first_tier_controls(document, key, index):
                yield Problem(f"A lower tier demands “{key}” already; it carries.", path=("tiers", index, "controls", place))


def _first_tier_controls(document: Document, key: str, index: int) -> list[str]:
    """The controls of a tier when it is the first to name the control; else none."""
    first = next(place for place, tier in enumerate(document["tiers"]) if key in tier["controls"])
    found: list[str] = document["tiers"][index]["controls"] if first == index else []
    return found


def _carries(document: Document, key: str) -> bool:
    return any(control["key"] == key and control["carries"] for control in document["controls"])


def _raci(document: Document, tier: Document, path: Path_) -> Iterator[Problem]:
    positions = keys(document, "positions")
    for kind, row in tier["raci"].items():
        named: list[tuple[Path_, str]] = [(("A",), row["A"])]
        named += [((letter, place), key) for letter in ("R", "C", "I") for place, key in enumerate(row[letter])]
        for rest, key in named:
            if key not in positions:
                yield unknown(key, "positions", (*path, kind, *rest))
        others = Counter(row["R"]) + Counter(row["C"]) + Counter(row["I"])
        for key in [key for key, times in others.items() if times > 1]:
            yield Problem(f"“{key}” has more than one part in this row.", path=(*path, kind))
        if row["A"] in row["C"] or row["A"] in row["I"]:
            yield Problem(f"“{row['A']}” is accountable already; take it out of C and I.", path=(*path, kind))


def _steps(document: Document) -> Iterator[Problem]:
    positions = keys(document, "positions")
    places: list[tuple[Path_, Document]] = [(("tiers", i, "approvers"), t) for i, t in enumerate(document["tiers"])]
    places += [(("routes", i, "steps"), r) for i, r in enumerate(document["routes"])]
    for path, holder in places:
        steps = holder[str(path[-1])]
        seen: set[str] = set()
        for index, step in enumerate(steps):
            if step["position"] not in positions:
                yield unknown(step["position"], "positions", (*path, index, "position"))
            if step["position"] in seen:
                yield Problem(f"“{step['position']}” stands twice; say how many with count.", path=(*path, index))
            seen.add(step["position"])
        always = sum(step["count"] for step in steps if step["when"] == "always")
        if not always:
            yield Problem("At least one step must hold always.", path=path)
        elif always < 2 and _two_person(document, path, holder):
            yield Problem("Two people beside the requester are needed here (two-person rule); this names one.", path=path)


def _two_person(document: Document, path: Path_, holder: Document) -> bool:
    if path[0] == "tiers":
        return bool(holder["two_person"]) or holder["number"] == TWO_PERSON_TIER
    if holder["subject"] not in {"change", "mode", "quarantine", "exception"}:
        return False
    strict = {TWO_PERSON_TIER} | {tier["number"] for tier in document["tiers"] if tier["two_person"]}
    return holder["tier"] is None or holder["tier"] in strict


def _routes(document: Document) -> Iterator[Problem]:
    lanes = keys(document, "lanes")
    seen: set[tuple[str, str, int | None]] = set()
    for index, route in enumerate(document["routes"]):
        what = (route["subject"], route["change_kind"], route["tier"])
        if what in seen:
            yield Problem("There is already a route for this subject, kind and tier.", path=("routes", index))
        seen.add(what)
        if route["lane"] not in lanes:
            yield unknown(route["lane"], "lanes", ("routes", index, "lane"))
        if route["change_kind"] and route["subject"] != "change":
            yield Problem("Only changes have kinds.", path=("routes", index, "change_kind"))
        if route["subject"] == "change" and not route["change_kind"]:
            yield Problem(
                "A tier's own approvers say who approves its changes; name a kind of change here.", path=("routes", index)
            )
    for subject in NEEDED_ROUTES:
        if (subject, "", None) not in seen:
            yield Problem(f"Nobody approves a {subject}. Add a route for it, for any tier.", path=("routes",))


def _classes(document: Document) -> Iterator[Problem]:
    for index, each in enumerate(document["data_classes"]):
        if each["regulated"] and not each["sensitive"]:
            yield Problem("Regulated data is sensitive as well.", path=("data_classes", index, "sensitive"))


def _frameworks(document: Document) -> Iterator[Problem]:
    """What controls meet exists, in a framework that comes with the product or with this policy."""
    held: dict[str, set[str]] = {key: set(items) for key, items in library.items().items()}
    held |= {each["key"]: {entry["id"] for entry in each["entries"]} for each in document["frameworks"]}
    if document["owasp_edition"] not in library.checklists():
        offered = ", ".join(library.checklists())
        yield Problem(f"“{document['owasp_edition']}” is no checklist; it is one of {offered}.", path=("owasp_edition",))
    for index, control in enumerate(document["controls"]):
        for key, ids in control["meets"].items():
            if key not in held:
                yield unknown(key, "frameworks", ("controls", index, "meets", key))
                continue
            for place, item in enumerate(ids):
                if item not in held[key]:
                    yield Problem(f"“{item}” is no item of {key}.", path=("controls", index, "meets", key, place))
        if control["kind"] == "attested" and not control["evidence"]:
            yield Problem("An attested control says which evidence is wanted.", path=("controls", index))


CHECKS: tuple[Callable[[Document], Iterator[Problem]], ...] = (
    _twice,
    _tiers,
    _steps,
    _routes,
    _classes,
    _frameworks,
    *incidentchecks.CHECKS,
    *proofchecks.CHECKS,
    *usagechecks.CHECKS,
)
