"""HTML input of audit packs."""

import re
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django import forms

from governance.core import clock
from governance.packs.models import Pack
from governance.packs.sections import PackScope, Subject
from governance.people.models import User

CHOSEN = re.compile(r"^([a-z]+\.[a-z]+):(\d{1,18})$")


class Day(forms.DateInput):
    """A day, chosen from a calendar."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


def last_quarter(today: date) -> tuple[date, date]:
    """Return the first and last day of the quarter before the one of a day."""
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    ends = first - timedelta(days=1)
    return date(ends.year, ends.month - 2, 1), ends


class PackForm(forms.Form):
    """What a pack is about, its period and edition. Things are ticked among those found, or named by their keys."""

    keys = forms.CharField(required=False, max_length=20_000, label="Or type their keys", help_text="Separated by commas.")
    starts_on = forms.DateField(label="First day", widget=Day)
    ends_on = forms.DateField(label="Last day", help_text="Whole days by UTC, both included.", widget=Day)
    edition = forms.ChoiceField(
        choices=Pack.Edition.choices,
        label="Edition",
        widget=forms.RadioSelect,
        help_text="The buyer's leaves out what policy says; what is left out is named in it.",
    )
    title = forms.CharField(max_length=200, required=False, label="Title", help_text="Left empty: what it is about.")

    def __init__(self, *args: Any, scope: PackScope, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope, self.user = scope, user
        if scope.named is None:
            del self.fields["keys"]
        elif not scope.several:
            self.fields["keys"].label = "Or type its key"
            self.fields["keys"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """Bring together what was ticked and what was typed. Raises NotVisible for what the person may not see."""
        given = super().clean() or {}
        given["subjects"] = self.subjects(given.pop("keys", ""))
        return given

    def subjects(self, typed: str) -> tuple[Subject, ...]:
        """Return what was chosen, each once."""
        if self.scope.named is None:
            return ()
        keys = [key for key in re.split(r"[\s,;]+", typed) if key]
        found = {each.id: each for each in self.scope.named(self.user, keys)} if keys else {}
        ticked = self.data.getlist("subjects") if hasattr(self.data, "getlist") else []
        return tuple({**ticked_subjects(self.scope, self.user, ticked), **found}.values())


def ticked_subjects(scope: PackScope, user: Any, ticked: Collection[str]) -> dict[str, Subject]:
    """Return the ticked things that the person sees, by id, in their order."""
    wanted = dict.fromkeys((found.group(1), found.group(2)) for each in ticked if (found := CHOSEN.match(each)))
    if not wanted:
        return {}
    resolved = scope.resolve(user, tuple(pk for _, pk in wanted)).subjects
    return {each.id: each for each in resolved if (each.type, each.id) in wanted}


class GiveForm(forms.Form):
    """To whom a pack is given."""

    person = forms.ModelChoiceField(queryset=User.objects.none(), label="Person")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.persons().working(clock.now()).order_by("name")  # type: ignore[attr-defined]


class DiscardForm(forms.Form):
    """Why its files are discarded."""

    reason = forms.CharField(max_length=2000, label="Why", widget=forms.Textarea(attrs={"rows": 2}))
