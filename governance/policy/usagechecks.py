"""Whether what a policy says about what is observed fits together: tiers once, findings once, categories that exist."""

from collections.abc import Callable, Iterator

from governance.policy.references import Document, unknown
from governance.policy.schema import Path_
from governance.policy.yamlfile import Problem


def _kept(document: Document) -> Iterator[Problem]:
    """Each tier has one rule, and there is one for all others."""
    for part in ("keep_days", "keep_text"):
        path: Path_ = ("observations", part)
        tiers = [row["tier"] for row in document["observations"][part]]
        for index, tier in enumerate(tiers):
            if tier in tiers[:index]:
                yield Problem("There is already a rule for this tier.", path=(*path, index))
        if None not in tiers:
            yield Problem("One rule leaves the tier out: it holds for every other tier.", path=path)


def _findings(document: Document) -> Iterator[Problem]:
    """A kind of finding has one rule, with a severity and a category that exist; what opens incidents names a category."""
    severities = {row["key"] for row in document["severities"]}
    categories = {row["key"] for row in document["incidents"]["categories"]}
    seen: set[str] = set()
    for index, row in enumerate(document["findings"]):
        path: Path_ = ("findings", index)
        if row["kind"] in seen:
            yield Problem("There is already a rule for this kind of finding.", path=path)
        seen.add(row["kind"])
        if row["severity"] not in severities:
            yield unknown(row["severity"], "severities", (*path, "severity"))
        if row["category"] and row["category"] not in categories:
            yield Problem(
                f"“{row['category']}” is no incident category; there are {', '.join(sorted(categories))}.",
                path=(*path, "category"),
            )
        if row["opens_incident"] and not row["category"]:
            yield Problem("What opens an incident by itself names the incident's category.", path=(*path, "category"))


CHECKS: tuple[Callable[[Document], Iterator[Problem]], ...] = (_kept, _findings)
