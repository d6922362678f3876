"""Differences in the routes: which models answer, in which role and order."""

from collections.abc import Iterator

from registry.contracts.canonical import digest_key
from registry.contracts.diff_common import changed, part_of
from registry.contracts.differences import Difference, Expansion
from registry.contracts.facts import Names
from registry.contracts.shape import Contract, lower_first, said

Rows = list[Contract]
Pair = tuple[Contract, Contract]


def routes(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Endpoints that came, went, took another's place or changed their part; then the order."""
    before, after = part_of(old, "routes"), part_of(new, "routes")
    known = {row["endpoint"] for row in before}
    pairs, gone, come = _pairs(list(before), list(after))
    for was, now in [pair for pair in pairs if pair[0]["endpoint"] != pair[1]["endpoint"]]:
        yield _replaced(was, now, names, known)
    for row in come:
        yield _added(row, names, known)
    for row in gone:
        name = names.of("endpoints", row["endpoint"])
        kinds = ("routing",) if row["endpoint"] in {one["endpoint"] for one in after} else ("model", "routing")
        yield Difference(
            "routes",
            f"endpoint {name}",
            "removed",
            f"endpoint {name} removed as {_role(row)}",
            kinds,
            before=_line(row, names),
        )
    for was, now in pairs:
        yield from _changed(was, now, names)
    if not gone and not come and _order(pairs, before, after):
        told = [", ".join(names.of("endpoints", row["endpoint"]) for row in rows) for rows in (before, after)]
        yield Difference(
            "routes",
            "order of routes",
            "changed",
            f"order of routes changed to {told[1]}",
            ("routing",),
            told[0],
            told[1],
        )


def _pairs(before: Rows, after: Rows) -> tuple[list[Pair], Rows, Rows]:
    """Rows that belong together: the same row, the same endpoint and role, the same endpoint, or else the same role."""
    pairs: list[Pair] = []
    for match in (digest_key, _endpoint_and_role, _endpoint, _sole_role(before, after)):
        for row in list(after):
            twin = next((one for one in before if match(one) is not None and match(one) == match(row)), None)
            if twin is not None:
                pairs.append((twin, row))
                before, after = _without(before, twin), _without(after, row)
    return pairs, before, after


def _without(rows: Rows, row: Contract) -> Rows:
    at = next(index for index, one in enumerate(rows) if one is row)
    return rows[:at] + rows[at + 1 :]


def _endpoint(row: Contract) -> str:
    return str(row["endpoint"])


def _endpoint_and_role(row: Contract) -> str:
    return f"{row['role']} {row['endpoint']}"


class _sole_role:  # noqa: N801 - reads as a function
    """A row's role, where at most one row of each list that is left has it: one took the other's place."""

    def __init__(self, before: Rows, after: Rows) -> None:
        self.before, self.after = before, after

    def __call__(self, row: Contract) -> str | None:
        for rows in (self.before, self.after):
            if sum(one["role"] == row["role"] for one in rows) > 1:
                return None
        return str(row["role"])


def _order(pairs: list[Pair], before: Rows, after: Rows) -> bool:
    """Whether the rows that stayed stand in another order."""
    places = {id(now): index for index, now in enumerate(after)}
    back = {id(was): places[id(now)] for was, now in pairs}
    order = [back[id(row)] for row in before if id(row) in back]
    return order != sorted(order)


def _role(row: Contract) -> str:
    return lower_first(said(("routes", 0, "role"), row["role"]))


def _line(row: Contract, names: Names) -> str:
    share = f"{row['share']} %" if "share" in row else ""
    return ", ".join(filter(None, (names.of("endpoints", row["endpoint"]), _role(row), row.get("condition"), share)))


def _wider(row: Contract, names: Names, known: set[str]) -> tuple[Expansion, ...]:
    if row["endpoint"] in known:
        return ()
    return (Expansion("models", f"Data may go to {names.of('endpoints', row['endpoint'])}, which was not approved before."),)


def _added(row: Contract, names: Names, known: set[str]) -> Difference:
    name = names.of("endpoints", row["endpoint"])
    kinds = ("routing",) if row["endpoint"] in known else ("model", "routing")
    sentence = f"endpoint {name} added as {_role(row)}"
    return Difference(
        "routes",
        f"endpoint {name}",
        "added",
        sentence,
        kinds,
        after=_line(row, names),
        expansions=_wider(row, names, known),
    )


def _replaced(was: Contract, now: Contract, names: Names, known: set[str]) -> Difference:
    old, new = names.of("endpoints", was["endpoint"]), names.of("endpoints", now["endpoint"])
    sentence = f"{_role(now)} endpoint {old} replaced by {new}"
    return Difference(
        "routes",
        f"{_role(now)} endpoint",
        "changed",
        sentence,
        ("model",),
        old,
        new,
        expansions=_wider(now, names, known),
    )


def _changed(was: Contract, now: Contract, names: Names) -> Iterator[Difference]:
    subject = f"endpoint {names.of('endpoints', now['endpoint'])}"
    for key in ("role", "condition", "share"):
        if was.get(key) != now.get(key):
            more = key == "share" and was.get("share") is not None and (now.get("share") is None or now["share"] > was["share"])
            why = (
                (Expansion("reach", f"{subject[:1].upper()}{subject[1:]} takes a larger share of the traffic."),) if more else ()
            )
            yield changed(("routes", 0, key), was.get(key), now.get(key), "routing", subject=subject, expands=why)
