"""What no schema can say: parts of a contract that contradict each other."""

from collections import Counter
from collections.abc import Iterator

from registry.contracts.canonical import line_feeds, normal, text_hash
from registry.contracts.problems import Problem, problem, thousands
from registry.contracts.shape import Contract, Path_, choices, lower_first, node, said

NAMED_ONCE: tuple[tuple[Path_, str], ...] = (
    (("inputs", "data_classes"), "key"),
    (("authority", "tools"), "key"),
    (("prompts",), "key"),
    (("retrieval",), "key"),
    (("evals",), "suite"),
)


def inconsistencies(contract: Contract) -> list[Problem]:
    """Contradictions in a contract that follows the schema."""
    return [
        *_named_twice(contract),
        *_routes(contract),
        *_prompts(contract),
        *_fallback(contract),
        *_money(contract),
        *_review(contract),
    ]


def _rows(contract: Contract, path: Path_) -> list[Contract]:
    found: object = contract
    for step in path:
        found = found.get(step, []) if isinstance(found, dict) else []
    return found if isinstance(found, list) else []


def _named_twice(contract: Contract) -> Iterator[Problem]:
    for path, key in NAMED_ONCE:
        rows = _rows(contract, path)
        seen: dict[str, Contract] = {}
        for index, row in enumerate(rows):
            name = row[key].strip()
            if name in seen and normal({"x": seen[name]}) != normal({"x": row}):
                yield problem(
                    (*path, index, key),
                    f"names {name} a second time, and says something else about it",
                    "Keep one of the two entries.",
                )
            seen.setdefault(name, row)


def _routes(contract: Contract) -> Iterator[Problem]:
    rows = _rows(contract, ("routes",))
    roles = Counter((row["endpoint"].strip(), row["role"], row.get("condition", "").strip()) for row in rows)
    for (endpoint, role, _), count in roles.items():
        if count > 1:
            yield problem(
                ("routes",),
                f"name {endpoint} as {role} {count} times under the same condition",
                "Keep one of the entries.",
            )
    for role, title in choices(node(("routes", 0, "role")) or {}).items():
        total = sum(row.get("share", 0) for row in rows if row["role"] == role)
        if total > 100.0001:
            yield problem(
                ("routes",),
                f"share out {thousands(round(total, 4))} % to the role {lower_first(title)}",
                "Make the shares of one role add up to 100 at most.",
            )


def _prompts(contract: Contract) -> Iterator[Problem]:
    for index, row in enumerate(_rows(contract, ("prompts",))):
        text, held, stated = row.get("text"), row.get("held"), row.get("sha256")
        if text and stated and stated != text_hash(line_feeds(text)):
            yield problem(
                ("prompts", index, "sha256"),
                "does not belong to the text",
                "Leave it out; it is computed from the text.",
            )
        if text and held == "repository":
            yield problem(
                ("prompts", index, "text"),
                "is given, though the prompt is held in a repository",
                "Delete the text, or say that it is held here.",
            )
        if held == "here" and any(row.get(name) for name in ("repository", "commit", "path")):
            yield problem(
                ("prompts", index, "held"),
                "says here, though a repository, path or commit is given",
                "Say that it is held in a repository, or delete these.",
            )


def _fallback(contract: Contract) -> Iterator[Problem]:
    roles = {row["role"] for row in _rows(contract, ("routes",))}
    if not roles:
        return
    needs = {"safer_model": "safer", "next_route": "fallback"}
    for mode, value in contract.get("fallback", {}).items():
        wanted = needs.get(value["action"]) if isinstance(value, dict) else None
        if wanted and wanted not in roles:
            action = said(("fallback", mode, "action"), value["action"])
            yield problem(
                ("fallback", mode, "action"),
                f"is “{action}”, but no route has the role {wanted}",
                "Add such a route, or choose another action.",
            )


def _money(contract: Contract) -> Iterator[Problem]:
    budget = contract.get("budget", {})
    soft, hard = budget.get("soft_percent"), budget.get("hard_percent")
    if soft is not None and hard is not None and soft > hard:
        yield problem(
            ("budget", "soft_percent"),
            f"is {thousands(soft)} %, above the {thousands(hard)} % at which it stops",
            "Warn before it stops.",
        )
    spend = contract.get("limits", {}).get("spend", {})
    if spend and budget.get("currency") and spend["currency"] != budget["currency"]:
        yield problem(
            ("limits", "spend", "currency"),
            f"is {spend['currency']}, but the budget is in {budget['currency']}",
            "Use one currency for both.",
        )


def _review(contract: Contract) -> Iterator[Problem]:
    review = contract.get("human_review", {})
    if contract.get("outputs", {}).get("draft") and review.get("when") in {"never", "sampled", "threshold"}:
        yield problem(
            ("human_review", "when"),
            "is not always, though the outputs say that a person sends every one",
            "Say always, or say that no person sends it.",
        )
    roles = {row["role"] for row in _rows(contract, ("routes",))}
    if roles and "safer" not in roles and "safer_model" in contract.get("kill_switch", {}).get("rungs", ()):
        yield problem(
            ("kill_switch", "rungs"),
            "offer a safer model, but no route has the role safer",
            "Add such a route, or leave out this rung.",
        )
