"""The sections of a company file: which records, which fields each has, and of which kind each field is.

`standing` is said for readers and never read back: whether a thing is approved or in force follows from decisions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TEXT, LIST, MAP, WHOLE, NUMBER, YES, DAY, PERSON, CONTRACT, SAID = (
    "text", "list", "map", "whole", "number", "yes", "day", "person", "contract", "said",
)  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True)
class Section:
    """One kind of record: its name in the file, what one is called, its fields in order, and what identifies a row."""

    name: str
    what: str
    fields: Mapping[str, str]
    needed: tuple[str, ...]
    identity: tuple[str, ...] = ("key",)

    def identify(self, row: Row) -> tuple[Any, ...]:
        """Return what identifies a row among its kind."""
        return tuple(row.get(name, "") for name in self.identity)

    def title(self, row: Row) -> str:
        """Return how a row is called in a sentence."""
        named = str(row.get("name") or " to ".join(str(row.get(name, "?")) for name in self.identity))
        return f"{self.what} {named}"[:200]


SECTIONS = (
    Section("teams", "team", {"key": TEXT, "name": TEXT, "parent": TEXT, "lead": PERSON, "cost_centre": TEXT}, ("key", "name")),
    Section("positions", "position", {"key": TEXT, "name": TEXT, "description": TEXT, "per_team": YES}, ("key", "name")),
    Section(
        "vendors",
        "vendor",
        {
            "key": TEXT, "standing": SAID, "name": TEXT, "owner": PERSON, "website": TEXT, "review_on": DAY, "exit_plan": TEXT,
            "exit_drilled_on": DAY, "notes": TEXT, "terms": MAP,
        },
        ("key", "name"),
    ),
    Section(
        "endpoints",
        "endpoint",
        {
            "key": TEXT, "standing": SAID, "name": TEXT, "vendor": TEXT, "model": TEXT, "region": TEXT, "owner": PERSON,
            "account_ref": TEXT, "key_ref": TEXT, "key_rotates_on": DAY, "who_may_use": TEXT, "price_source": TEXT,
            "input_price": NUMBER, "output_price": NUMBER, "currency": TEXT, "deprecates_on": DAY, "notes": TEXT,
        },
        ("key", "name", "vendor", "model"),
    ),
    Section(
        "tools",
        "tool",
        {
            "key": TEXT, "standing": SAID, "name": TEXT, "description": TEXT, "effect": TEXT, "limits": TEXT, "vendor": TEXT,
            "owner": PERSON,
        },
        ("key", "name", "effect"),
    ),
    Section(
        "data_rules",
        "data rule",
        {"data_class": TEXT, "endpoint": TEXT, "rule": TEXT, "reason": TEXT},
        ("data_class", "endpoint", "rule"),
        ("data_class", "endpoint"),
    ),
    Section(
        "suites",
        "eval suite",
        {
            "key": TEXT, "standing": SAID, "name": TEXT, "owner": PERSON, "purpose": TEXT, "good": TEXT, "cases_at": MAP,
            "cases_digest": TEXT, "case_count": WHOLE, "thresholds": MAP,
        },
        ("key", "name", "good"),
    ),
    Section(
        "surfaces",
        "surface",
        {
            "key": TEXT, "standing": SAID, "name": TEXT, "purpose": TEXT, "team": TEXT, "owner": PERSON, "pattern": TEXT,
            "vendor": TEXT, "tier": WHOLE, "topic": TEXT, "external_id": TEXT, "started_on": DAY, "review_on": DAY,
            "answers": MAP, "attributes": MAP, "raci": MAP, "contract": CONTRACT,
        },
        ("name",),
    ),
)  # fmt: skip
BY_NAME = {section.name: section for section in SECTIONS}
