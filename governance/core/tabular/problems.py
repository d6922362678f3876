"""What can be wrong with a row, in words: what is the matter and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How much it matters: the row stays out, something needs a look, or something was done that is worth knowing."""

    REFUSE = "refuse"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about one row."""

    level: Level
    message: str
    fix: str = ""
    field: str = ""
    column: str = ""

    def to_json(self) -> dict[str, Any]:
        """As JSON, without what is empty."""
        plain = {
            "level": self.level.value,
            "message": self.message,
            "fix": self.fix,
            "field": self.field,
            "column": self.column,
        }
        return {key: value for key, value in plain.items() if value}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Problem:
        """Read what `to_json` wrote."""
        return cls(Level(data["level"]), data["message"], data.get("fix", ""), data.get("field", ""), data.get("column", ""))
