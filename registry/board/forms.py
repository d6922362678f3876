"""The question part by part, for whoever would rather choose than type. A plain GET: what is chosen becomes the address."""

from typing import Any

from django import forms

from governance.people.models import Team
from governance.policy import queries as policy
from registry.board.question import ASKS, MOST, NAMES, PARAMS, STANDINGS, Question
from registry.catalog.models import Endpoint, Vendor

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
Choices = list[tuple[str, str]]


class Typed(forms.CharField):
    """Several names in one line, between commas."""

    def prepare_value(self, value: Any) -> str:
        """Show names between commas."""
        return ", ".join(value) if isinstance(value, list | tuple) else str(value or "")

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the names."""
        return [each.strip() for each in super().clean(value).split(",") if each.strip()][: MOST + 1]


def several(choices: Choices, label: str) -> forms.MultipleChoiceField:
    """Return a field of ticked choices."""
    return forms.MultipleChoiceField(choices=choices, required=False, label=label, widget=forms.CheckboxSelectMultiple)


def chosen(choices: Choices, label: str, any_of: str) -> forms.MultipleChoiceField:
    """Return a field to choose one of a longer list."""
    field = forms.MultipleChoiceField(choices=[("", any_of), *choices], required=False, label=label)
    field.widget = forms.Select(choices=[("", any_of), *choices])
    return field


class QuestionForm(forms.Form):
    """Everything that a question can be narrowed by. Names of fields are those of the address."""

    def __init__(self, user: Any, question: Question, **kwargs: Any) -> None:
        """Offer what this reader knows of, with the question as it is now."""
        initial: dict[str, Any] = {"asks": question.asks, "from": question.start, "to": question.end}
        initial |= {PARAMS[name]: list(getattr(question, name)) for name in NAMES}
        for name in ("vendors", "teams", "endpoints"):
            initial[PARAMS[name]] = next(iter(getattr(question, name)), "")
        super().__init__(initial=initial, **kwargs)
        known = {
            "class": several([(each.key, each.name) for each in policy.data_classes()], "Data class"),
            "from": forms.DateField(label="From", widget=DAY, help_text="Whole days, UTC."),
            "to": forms.DateField(label="To", widget=DAY),
            "standing": several([(key, said.capitalize()) for key, said in STANDINGS.items()], "Only what is"),
            "surface": Typed(label="Surface", required=False, help_text="Keys such as S-0418, between commas."),
            "model": Typed(label="Model", required=False, help_text="As programs or the catalogue name it."),
            "vendor": chosen(_named(Vendor.objects.visible_to(user)), "Vendor", "Any vendor"),
            "endpoint": chosen(_named(Endpoint.objects.visible_to(user)), "Endpoint", "Any endpoint"),
            "team": chosen(_named(Team.objects.visible_to(user)), "Team", "Any team"),
            "asks": forms.ChoiceField(label="What is asked", choices=list(ASKS.items()), widget=forms.RadioSelect),
        }
        self.fields.update(known)


def _named(rows: Any) -> Choices:
    return list(rows.order_by("name").values_list("key", "name"))
