"""Whether what a policy says about proof fits together: each kind of record is known, and has one rule for a tier."""

from collections.abc import Callable, Iterator

from governance.core.contributions import RetentionKind, contributed
from governance.policy.references import Document
from governance.policy.schema import Path_
from governance.policy.usagerules import KEPT_TEXTS, OBSERVATIONS
from governance.policy.yamlfile import Problem


def _retention(document: Document) -> Iterator[Problem]:
    """A kind of record has one rule for any tier, and one more for a tier where it has tiers."""
    known = {kind.key: kind for kind in contributed(RetentionKind)}
    rules = document["retention"]
    general = {row["record_kind"] for row in rules if row["tier"] is None}
    seen: set[tuple[str, int | None]] = set()
    for index, row in enumerate(rules):
        path: Path_ = ("retention", index)
        if row["record_kind"] in (OBSERVATIONS, KEPT_TEXTS):
            yield Problem("How long these are kept stands under observations.", path=path)
            continue
        kind = known.get(row["record_kind"])
        if kind is None:
            yield Problem(f"“{row['record_kind']}” is no kind of record that is kept; known are {', '.join(known)}.", path=path)
            continue
        if (row["record_kind"], row["tier"]) in seen:
            yield Problem("There is already a rule for this kind of record and tier.", path=path)
        seen.add((row["record_kind"], row["tier"]))
        if row["tier"] is not None and not kind.tier:
            yield Problem(f"{kind.label} belong to no tier; leave the tier out.", path=(*path, "tier"))
        if row["tier"] is not None and row["record_kind"] not in general:
            yield Problem("There is a rule for a tier and none for any other tier.", path=path)
        if row["days"] is not None and row["days"] < kind.least_days:
            yield Problem(f"{kind.label} are needed for {kind.least_days} days.", path=(*path, "days"))


CHECKS: tuple[Callable[[Document], Iterator[Problem]], ...] = (_retention,)
