"""What the map is asked: which part of the register, over how many days, and how surfaces stand together."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.urls import reverse

from governance.core import clock
from governance.people.models import Team
from governance.policy.models import DataClass
from registry.catalog.models import Vendor

DAYS = {"1": "Today", "7": "Seven days", "28": "Four weeks", "91": "A quarter"}
TIERS = [*((str(number), f"Tier {number}") for number in range(5)), ("none", "No tier")]
TOGETHER = {"surface": "Each surface", "team": "By team", "tier": "By tier"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the map. Ids of teams and vendors; "none" are those without; `by` empty: as many boxes as can be read."""

    days: int = 7
    team: str = ""
    tier: str = ""
    vendor: int | None = None
    data_class: str = ""
    by: str = ""

    @property
    def until(self) -> date:
        """The last day, included: today, as whole UTC days are counted."""
        return clock.now().date()

    @property
    def since(self) -> date:
        """The first day."""
        return self.until - timedelta(days=self.days - 1)

    def url(self, **other: Any) -> str:
        """Return the address of the map with some of it asked otherwise; None leaves a part out."""
        given = {**self.query(), **{name: str(value) for name, value in other.items() if value is not None}}
        kept = {name: value for name, value in given.items() if other.get(name, "") is not None}
        return f"{reverse('map')}{'?' if kept else ''}{urlencode(kept)}"

    def query(self) -> dict[str, str]:
        """Return it as the parameters of an address, without what goes without saying."""
        found = {
            "days": str(self.days) if self.days != 7 else "",
            "team": self.team,
            "tier": self.tier,
            "vendor": str(self.vendor or ""),
            "data_class": self.data_class,
            "by": self.by,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def pk(self) -> str:
        """Name it in at most 40 characters, for the document that shows it: 7-12-3-none-4-team."""
        held = DataClass.objects.filter(key=self.data_class).values_list("pk", flat=True).first() if self.data_class else ""
        return f"{self.days}-{self.team}-{self.tier}-{self.vendor or ''}-{held or ''}-{self.by}"

    @property
    def key(self) -> str:
        """The same name: a document is asked for by it."""
        return self.pk

    def __str__(self) -> str:
        return f"{DAYS[str(self.days)].lower()} up to {self.until:%-d %B %Y}"


def named(pk: str) -> Asked | None:
    """Return the question of that name (`Asked.pk`); None where there is none."""
    parts = pk.split("-")
    if len(parts) != 6 or parts[0] not in DAYS or parts[5] not in ("", *TOGETHER):
        return None
    days, team, tier, vendor, data_class, by = parts
    numbers = [each for each in (vendor, data_class, *({team, tier} - {"none"})) if each]
    if not all(each.isdecimal() and len(each) < 19 for each in numbers):
        return None
    held = DataClass.objects.filter(pk=data_class).values_list("key", flat=True).first() if data_class else ""
    if held is None:
        return None
    return Asked(int(days), team, tier, int(vendor) if vendor else None, held, by)


class MapForm(forms.Form):
    """The choices above the map; a wrong value is told beside its field."""

    days = forms.ChoiceField(choices=list(DAYS.items()), required=False, label="Seen in")
    team = forms.ChoiceField(required=False, label="Team")
    tier = forms.ChoiceField(choices=[("", "All"), *TIERS], required=False, label="Tier")
    vendor = forms.ChoiceField(required=False, label="Vendor")
    data_class = forms.ChoiceField(required=False, label="Data class")
    by = forms.ChoiceField(choices=[("", "As it fits"), *TOGETHER.items()], required=False, label="Surfaces")

    def __init__(self, user: Any, data: QueryDict | dict[str, str]) -> None:
        given = {name: data.get(name, "") for name in self.base_fields}
        super().__init__({**given, "days": given["days"] or "7"})
        teams = [(str(pk), name) for pk, name in Team.objects.visible_to(user).values_list("pk", "name")]
        vendors = [(str(pk), name) for pk, name in Vendor.objects.visible_to(user).order_by("name").values_list("pk", "name")]
        classes = list(DataClass.objects.filter(is_retired=False).values_list("key", "name"))
        labels = {name: field.label for name, field in self.base_fields.items()}
        for name, options in (("team", [*teams, ("none", "No team")]), ("vendor", vendors), ("data_class", classes)):
            self.fields[name] = forms.ChoiceField(choices=[("", "All"), *options], required=False, label=labels[name])
        for bound in self.fields.values():
            bound.widget.attrs["class"] = "field"

    def asked(self) -> Asked | None:
        """Return the question; None where a value is wrong."""
        if not self.is_valid():
            return None
        said = self.cleaned_data
        return Asked(
            days=int(said["days"]),
            team=said["team"],
            tier=said["tier"],
            vendor=int(said["vendor"]) if said["vendor"] else None,
            data_class=said["data_class"],
            by=said["by"],
        )
