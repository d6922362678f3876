"""Why the gate says no: a code that programs may rely on, words, and what would make it a yes."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. A gate that names none is open."""

    code: str
    text: str
    fix: str = ""


def told(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """Return reasons as they are kept and answered, each once."""
    return [{"code": each.code, "text": each.text, "fix": each.fix} for each in dict.fromkeys(reasons)]
