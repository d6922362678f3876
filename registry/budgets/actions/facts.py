"""What budgets need to know of an incident, filled by whoever runs it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """One incident as it counts: its key, the ids of the surfaces it affects, when it happened, and how many bad events.

    `bad` is how many people or tasks it hit where that is known, else 1. A near miss counts nothing: nobody was harmed.
    """

    key: str
    surfaces: tuple[int, ...]
    at: datetime
    bad: int = 1
    near_miss: bool = False
