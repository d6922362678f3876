"""What an edition for outside does not say: names in texts are replaced by roles. Pure.

Names are replaced where they are known (people, a vendor, its endpoints); e-mail addresses always, along with names.
What nobody recorded cannot be found: a person reads the edition before it leaves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")
SHORTEST = 3
"""Parts of a name that are shorter than this are left alone: they would be found in other words."""


@dataclass
class Redaction:
    """Replaces words in texts and counts how often; `words` maps what must not be said to what is said instead."""

    words: Mapping[str, str]
    addresses: bool = False
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ordered = sorted((word for word in self.words if word), key=len, reverse=True)
        self._pattern = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in ordered)) if ordered else None

    def text(self, value: str) -> str:
        """Return a text with every known word replaced."""
        if self.addresses:
            value = ADDRESS.sub(lambda found: self._said("[address]"), value)
        return self._pattern.sub(lambda found: self._said(self.words[found.group(0)]), value) if self._pattern else value

    def _said(self, instead: str) -> str:
        self.counts[instead] = self.counts.get(instead, 0) + 1
        return instead

    @property
    def places(self) -> int:
        """How often something was replaced."""
        return sum(self.counts.values())


def spoken(name: str, role: str) -> dict[str, str]:
    """Return a person's name, whole and in parts, each with the role that is said instead."""
    parts = [part for part in name.split() if len(part) >= SHORTEST and part[0].isupper()]
    return dict.fromkeys([name, *parts], f"[{role}]") if name.strip() else {}
