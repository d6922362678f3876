"""What somebody asks the scorecard for: period and parts, from an address; and the addresses of other asks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from governance.core.contributions import Cut, Window
from governance.core.errors import Invalid
from governance.people.models import Team
from governance.scorecard import windows

TIERS = range(5)


@dataclass(frozen=True, slots=True)
class Everything:
    """A reader of all there is: for what is made for the whole company, sealed or kept for its leaders."""

    is_authenticated: bool = True
    is_active: bool = True
    role: str = "leader"
    pk: int | None = None
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A period (weeks or months), and the part of the company, as seen by a reader."""

    period: str
    cut: Cut

    @property
    def windows(self) -> tuple[Window, ...]:
        """The windows of the period, oldest first."""
        return tuple(windows.of(self.period))

    @property
    def query(self) -> str:
        """What stands in an address for this; empty for the usual."""
        parts = {"team": self.cut.team, "tier": self.cut.tier, "surface": self.cut.surface}
        given = {name: value for name, value in parts.items() if value is not None}
        return urlencode(({"period": self.period} if self.period != windows.WEEKS else {}) | given)

    def url(self, name: str, *args: Any) -> str:
        """Return the address of a page that shows this."""
        return reverse(name, args=args) + (f"?{self.query}" if self.query else "")

    def over(self, period: str) -> "Asked":
        """Return the same over another period."""
        return replace(self, period=period)

    def of(self, name: str, value: int | None) -> "Asked":
        """Return the same of another part: team, tier or surface."""
        return replace(self, cut=replace(self.cut, **{name: value}))


def asked_for(user: Any, params: Mapping[str, Any]) -> Asked:
    """Read an ask from query parameters. Raises Invalid by field for what there is not."""
    period = params.get("period") or windows.WEEKS
    if period not in windows.PERIODS:
        raise Invalid("There is no such period.", fields={"period": [f"One of {', '.join(windows.PERIODS)}."]})
    found = {name: _number(params, name) for name in ("team", "tier", "surface")}
    if found["tier"] is not None and found["tier"] not in TIERS:
        raise Invalid("There is no such tier.", fields={"tier": ["0 to 4."]})
    if found["team"] is not None and not Team.objects.visible_to(user).filter(pk=found["team"]).exists():
        raise Invalid("There is no such team that you can see.", fields={"team": ["Choose one of the list."]})
    return Asked(period, Cut(user, **found))


def _number(params: Mapping[str, Any], name: str) -> int | None:
    word = str(params.get(name) or "")
    if not word:
        return None
    if not word.isdecimal() or len(word) > 18:
        raise Invalid("This is no number.", fields={name: ["Give its number."]})
    return int(word)
