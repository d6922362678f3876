"""How the parts of a policy refer to one another: by the keys of its rows."""

from typing import Any

from governance.policy.schema import Path_
from governance.policy.yamlfile import Problem

Document = dict[str, Any]


def keys(document: Document, name: str) -> set[str]:
    """Return the keys of the rows of a section."""
    return {row["key"] for row in document[name]}


def unknown(key: str, kind: str, path: Path_) -> Problem:
    """Return what is wrong with a reference that leads nowhere."""
    return Problem(f"“{key}” is not among the {kind.replace('_', ' ')} of this policy.", path=path)
