"""Public frameworks that come with the product, as far as a policy names them: keys, editions, ids and titles.

Policy lies below the package that holds their texts, so that package contributes them here. A policy may also bring
frameworks of its own, in its `frameworks`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from governance.core.contributions import contributed


@dataclass(frozen=True)
class FrameworkSource:
    """A framework in one edition: `items()` gives id -> title; a checklist is answered surface by surface."""

    key: str
    label: str
    items: Callable[[], Mapping[str, str]]
    checklist: bool = False
    order: int = 100


def items() -> dict[str, Mapping[str, str]]:
    """Return framework key -> item id -> title for all that come with the product."""
    return {source.key: source.items() for source in contributed(FrameworkSource)}


def checklists() -> dict[str, str]:
    """Return the editions that a surface can be asked to answer, as key -> label."""
    return {source.key: source.label for source in contributed(FrameworkSource) if source.checklist}
