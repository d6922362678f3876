"""Which hard limits refuse calls now, as plain data. No database, no clock, no request."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SpentUp:
    """What may call no model until the month ends or a limit is raised, each with the key of its limit (SL-4).

    `company` is the company's own limit, empty while it is not reached; surfaces and teams go by id, endpoints by key
    (those of a vendor whose limit is reached), features as programs name them.
    """

    company: str = ""
    surfaces: Mapping[int, str] = field(default_factory=dict)
    teams: Mapping[int, str] = field(default_factory=dict)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, str] = field(default_factory=dict)

    def of(self, surface: int, team: int | None) -> str:
        """Return the limit that refuses a surface's calls; empty for none."""
        return self.company or self.surfaces.get(surface, "") or (self.teams.get(team, "") if team is not None else "")


NOTHING = SpentUp()
