"""What the boxes of the map are called, what is said below their names, and where they lead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from governance.people.models import Team
from registry.catalog.models import Endpoint
from registry.pictures.asking import Asked
from registry.pictures.ways import NOBODY, NOT_APPROVED, UNKNOWN, Box, Map, Tally
from registry.surfaces import queries as surfaces

NOUNS = (("surface", "surfaces"), ("endpoint", "endpoints"), ("vendor", "vendors"), ("data class", "data classes"))


@dataclass(frozen=True, slots=True)
class Label:
    """What a box is called, the line below, its address (or none), and its state ("stop", "warn", or none)."""

    name: str
    detail: str
    url: str
    tone: str


class Names:
    """Names for boxes; `places` are surfaces by id, `classes` data classes by key."""

    def __init__(
        self, user: Any, asked: Asked, places: Mapping[int, str], endpoints: Iterable[Endpoint], classes: Mapping[str, str]
    ) -> None:
        self.user, self.asked, self.places, self.classes = user, asked, places, classes
        self.endpoints = {each.key: each for each in endpoints}
        self.vendors = {str(each.vendor_id): each.vendor for each in self.endpoints.values()}

    def of(self, drawn: Map) -> dict[str, Label]:
        """Return a label for each box."""
        keys = [box.key for column in drawn.columns for box in column]
        teams = dict(Team.objects.values_list("pk", "name")) if any(key.startswith("team:") for key in keys) else {}
        gone = {int(key[8:]) for key in keys if key.startswith("surface:") and key != NOBODY} - self.places.keys()
        seen = surfaces.visible_to(self.user).filter(pk__in=gone).values_list("pk", "name") if gone else ()
        known = {**self.places, **dict(seen)}
        return {box.key: self._label(box, number, teams, known) for number, column in enumerate(drawn.columns) for box in column}

    def _label(self, box: Box, column: int, teams: Mapping[int, str], known: Mapping[int, str]) -> Label:
        kind, _, key = box.key.partition(":")
        tone = "stop" if box.tally.calls[NOT_APPROVED] else "warn" if box.tally.calls[UNKNOWN] else ""
        if kind == "more":
            count = len(box.tally.members)
            return Label(f"{count} more {NOUNS[column][count != 1]}", said(box.tally), "", tone)
        name, url = getattr(self, f"_{kind}")(key, teams, known)
        counted = f"{name} ({len(box.tally.members)})" if kind in ("team", "tier") else name
        return Label(counted, said(box.tally), url, tone)

    def _surface(self, key: str, teams: Mapping[int, str], known: Mapping[int, str]) -> tuple[str, str]:
        if not key:
            return "Not registered", ""
        return known.get(int(key), f"S-{int(key):04d}"), reverse("surface", args=[f"S-{int(key):04d}"])

    def _team(self, key: str, teams: Mapping[int, str], known: Mapping[int, str]) -> tuple[str, str]:
        name = teams.get(int(key), "No team") if key else "No team"
        return name, self.asked.url(team=key or "none", by=None)

    def _tier(self, key: str, teams: Mapping[int, str], known: Mapping[int, str]) -> tuple[str, str]:
        return f"Tier {key}" if key else "No tier", self.asked.url(tier=key or "none", by=None)

    def _endpoint(self, key: str, teams: Mapping[int, str], known: Mapping[int, str]) -> tuple[str, str]:
        found = self.endpoints.get(key)
        return (str(found), found.get_absolute_url()) if found else (key, "")

    def _model(self, key: str, teams: Mapping[int, str], known: Mapping[int, str]) -> tuple[str, str]:
        return (f"{key} (no endpoint)" if key else "Model not said"), ""

    def _vendor(self, key: str, teams: Mapping[int, str], known: Mapping[int, str]) -> tuple[str, str]:
        found = self.vendors.get(key)
        return (str(found), found.get_absolute_url()) if found else ("Vendor not known", "")

    def _class(self, key: str, teams: Mapping[int, str], known: Mapping[int, str]) -> tuple[str, str]:
        if not key:
            return "Not known which", ""
        return self.classes.get(key, key), self.asked.url(data_class=key)


def said(tally: Tally) -> str:
    """Say what was seen at a box: what is not approved first."""
    calls = tally.total
    if not calls:
        return "no calls seen"
    if bad := tally.calls[NOT_APPROVED]:
        return f"{bad:,} of {calls:,} not approved"
    if unknown := tally.calls[UNKNOWN]:
        return f"{unknown:,} of {calls:,} unclear"
    return f"{calls:,} call{'s'[: calls != 1]}"
