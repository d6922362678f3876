"""Which incidents a pack tells of, and what an edition for outside does not say of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from governance.core import company
from governance.core.redaction import spoken
from governance.packs.sections import BUYER, INCIDENT
from governance.policy import queries as policy
from incidents.cases import queries
from incidents.cases.models import Incident, IncidentEndpoint, IncidentSurface
from registry.packing.fields import ATTACHMENTS, PEOPLE, TRACES, Voice
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches

SECTION = "incidents"
SHORTEST = 4
"""First words of vendors' names that are shorter would be found in other words."""


def _called(name: str) -> list[str]:
    """Return a vendor's name, and its first word, by which people mostly speak of it; not our own."""
    first = name.split()[0]
    is_ours = first.casefold() in str(company.current()).casefold()
    return [name] if is_ours or len(first) < SHORTEST else [name, first]


@dataclass
class Cases(Ground):
    """The incidents of a window, as they stood at the checkpoint."""

    def __post_init__(self) -> None:
        self.kept = self._kept()
        self.voice = Voice(self.window, self._words())

    def _kept(self) -> frozenset[str]:
        """The parts that stay inside: in a buyer's edition those of policy's edition for outside, and those of the pack."""
        prefix = f"{SECTION}."
        named = {name.removeprefix(prefix) for name in self.window.redact if name.startswith(prefix)}
        named |= self.window.redact & {PEOPLE, ATTACHMENTS, TRACES}
        if self.window.edition == BUYER:
            named |= set(policy.incident_rules(policy.in_force(self.window.as_of)).redacted)
        return frozenset(named)

    def _words(self) -> dict[str, str]:
        """What is said instead of names that no account knows: of outside reporters, of vendors and endpoints."""
        words: dict[str, str] = {}
        if PEOPLE in self.kept:
            for name in Incident.objects.exclude(reporter_name="").order_by("pk").values_list("reporter_name", flat=True):
                words |= spoken(name, "the reporter")
        if "vendor" in self.kept:
            for each in self.endpoints.values():
                words |= dict.fromkeys(_called(each.vendor.name), "[the vendor]")
        if "endpoints" in self.kept:
            words |= {each.name: "[an endpoint]" for each in self.endpoints.values() if each.name}
        return words

    def shows(self, part: str) -> bool:
        """Whether a part of incidents is in this edition."""
        return part not in self.kept

    @cached_property
    def ids(self) -> list[int]:
        """The incidents of the scope that were open at any time in the period, by id."""
        window = self.window
        seen = queries.visible_to(window.asked_by)
        if window.scope == INCIDENT:
            return list(seen.filter(pk__in=window.incident_ids).order_by("pk").values_list("pk", flat=True))
        alive = seen.filter(reported_at__lt=window.until).filter(Q(closed_at__isnull=True) | Q(closed_at__gte=window.since))
        if window.is_company:
            return list(alive.order_by("pk").values_list("pk", flat=True))
        found: set[int] = set()
        for part in batches(window.surface_ids):
            further = IncidentSurface.objects.filter(surface__in=part).values("incident")
            found |= set(alive.filter(Q(surface__in=part) | Q(pk__in=further)).values_list("pk", flat=True))
        if window.vendor_ids and not window.surface_ids:
            routed = IncidentEndpoint.objects.filter(endpoint__vendor__in=window.vendor_ids).values("incident")
            named = alive.filter(Q(vendor__in=window.vendor_ids) | Q(pk__in=routed))
            found |= set(named.values_list("pk", flat=True))
        return sorted(found)

    def incidents(self, *beside: str) -> Iterator[list[Incident]]:
        """Yield the incidents in batches, as they stood at the checkpoint."""
        for part in batches(self.ids):
            yield as_of(Incident.objects.all(), self.at, beside=("surface", *beside), pk__in=part)
