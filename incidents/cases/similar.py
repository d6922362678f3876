"""Past incidents that resemble one: same surface, vendor or category, and alike in words."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from rapidfuzz import fuzz, utils

from incidents.cases import queries
from incidents.cases.models import Incident

LOOKED_AT = 150
"""At most so many are compared in words; those of the same surface come first, then the newest."""
LEAST = 45
SAME_SURFACE, SAME_VENDOR, SAME_CATEGORY = 25, 10, 15
WORDS = 0.6


@dataclass(frozen=True)
class Alike:
    """A past incident with how much it resembles (0 to 100) and in what."""

    incident: Incident
    score: int
    why: str


def similar(incident: Incident, user: Any, most: int = 5) -> list[Alike]:
    """Return the past incidents a person may see that resemble one, the most alike first."""
    same = Q(category=incident.category) if incident.category else Q(pk__in=[])
    if incident.surface_id:
        same |= Q(surface=incident.surface_id)
    if incident.vendor_id:
        same |= Q(vendor=incident.vendor_id)
    first = Case(When(surface=incident.surface_id or 0, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = queries.visible_to(user).filter(same).exclude(pk=incident.pk).order_by(first, "-pk")
    told = found.only("pk", "title", "state", "severity", "category", "surface", "vendor", "reported_at", "near_miss")
    scored = [_compare(incident, other) for other in told[:LOOKED_AT]]
    return sorted((each for each in scored if each.score >= LEAST), key=lambda each: (-each.score, -each.incident.pk))[:most]


def _compare(incident: Incident, other: Incident) -> Alike:
    alike = fuzz.token_set_ratio(incident.title, other.title, processor=utils.default_process)
    score, why = alike * WORDS * 0.85, []
    if incident.surface_id and incident.surface_id == other.surface_id:
        score, why = score + SAME_SURFACE, ["same surface"]
    elif incident.vendor_id and incident.vendor_id == other.vendor_id:
        score, why = score + SAME_VENDOR, ["same vendor"]
    if incident.category and incident.category == other.category:
        score, why = score + SAME_CATEGORY, [*why, "same kind"]
    if alike >= 60:
        why.append("alike in words")
    return Alike(other, min(100, round(score)), ", ".join(why))
