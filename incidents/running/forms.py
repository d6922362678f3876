"""HTML input of running an incident."""

from typing import Any

from django import forms

from governance.people.models import User
from incidents.cases.models import Communication, Incident
from incidents.cases.rules import HARM, RADIUS
from incidents.running import queries, rules
from registry.catalog.models import Endpoint, Vendor


def prose(label: str, help_text: str = "", *, required: bool = False, longest: int = 20_000, rows: int = 3) -> forms.CharField:
    """Return a field for prose."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=longest, widget=widget)


def scale(label: str, help_text: str, words: dict[int, tuple[str, str]]) -> forms.TypedChoiceField:
    """Return a field for a step of 0 to 4, or nothing yet."""
    choices = [("", "Not known yet"), *((str(step), f"{step} · {word}: {means}") for step, (word, means) in words.items())]
    return forms.TypedChoiceField(label=label, help_text=help_text, choices=choices, coerce=int, empty_value=None, required=False)


def moment(label: str, help_text: str) -> forms.DateTimeField:
    """Return a field for a moment that may stay empty."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, help_text=help_text, required=False, widget=widget)


class NoteForm(forms.Form):
    """One more entry of the timeline."""

    text = prose(
        "What happened, or what you found", "Stays as written; a mistake is corrected by a further entry.", required=True
    )
    at = moment("When", "Empty: now.")


class ReasonForm(forms.Form):
    """Why, where it is needed."""

    reason = prose("What was done, and how you know", required=True, longest=4000)


class MaybeReasonForm(forms.Form):
    """Why, where one wants to say it."""

    reason = prose("What is done", "Stands on the timeline.", longest=4000)


class JudgeForm(forms.Form):
    """How bad it is: harm, reach, and the severity that follows or that a person chooses."""

    user_harm = scale("User harm", "What the worst hit person bears. Not tokens, not tickets.", HARM)
    blast_radius = scale("Blast radius", "How many people it reached, or reaches still.", RADIUS)
    people_estimated = forms.IntegerField(
        label="People touched, at most", min_value=0, max_value=2_000_000_000, required=False, help_text="A guess is enough."
    )
    near_miss = forms.BooleanField(label="Near miss: nobody was harmed", required=False)
    severity = forms.ChoiceField(label="Severity")
    reason = prose("Why", "Stands on the timeline.", longest=4000)

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = queries.severities()
        self.fields["severity"].choices = [(key, f"{key} · {name}") for key, name in held.items()]  # type: ignore[attr-defined]
        self.fields["severity"].help_text = "The table above proposes; you decide."


class SeverityForm(JudgeForm):
    """How bad it is now, and why that is another."""

    reason = prose("Why", "Stands on the timeline.", required=True, longest=4000)


class TriageForm(JudgeForm):
    """How bad it is, of what kind, and where."""

    category = forms.ChoiceField(label="Kind")
    surface = forms.CharField(
        label="Surface",
        max_length=40,
        required=False,
        help_text="Its key, such as S-0418. Empty where none is known yet.",
        widget=forms.TextInput(attrs={"list": "surfaces-offered", "autocomplete": "off"}),
    )
    field_order = ("category", "surface", "user_harm", "blast_radius", "people_estimated", "near_miss", "severity", "reason")

    def __init__(self, *args: Any, incident: Incident, offered: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, incident=incident, **kwargs)
        known = [(key, name) for key, name in queries.categories().items()]
        if incident.category and incident.category not in dict(known):
            known.append((incident.category, incident.category))
        self.fields["category"].choices = [("", "Choose a kind"), *known]  # type: ignore[attr-defined]
        self.offered = [(f"S-{pk:04d}", name) for pk, name in offered]


class RoleForm(forms.Form):
    """Who has a part in it."""

    role = forms.ChoiceField(label="Part", choices=list(rules.ROLES.items()))
    person = forms.ModelChoiceField(queryset=User.objects.none(), required=False, empty_label="Nobody")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = queries.may_be_named(None)  # type: ignore[attr-defined]


class EditForm(forms.Form):
    """What an incident says."""

    title = forms.CharField(max_length=400)
    what = prose("What happened", rows=4)
    where = prose("Where", longest=4000, rows=2)
    summary = prose("Summary", "For whoever comes to it later: what is known, and what is done about it.", rows=4)
    impact = prose("Impact", "Who bears what. Goes into drafts for customers and regulators.", rows=4)
    category = forms.ChoiceField(label="Kind", required=False)
    vendor = forms.ModelChoiceField(queryset=Vendor.objects.none(), required=False, empty_label="None")
    occurred_at = moment("Began", "When it went wrong, as far as known.")
    detected_at = moment("Noticed", "When somebody or something first saw it.")
    data_classes = forms.MultipleChoiceField(label="Kinds of data touched", required=False, widget=forms.CheckboxSelectMultiple)
    trace_ids = prose("Trace ids", "One a line.", longest=40_200, rows=2)

    def __init__(self, *args: Any, incident: Incident, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = queries.categories()
        known.setdefault(incident.category, incident.category or "Not known yet")
        known.setdefault("", "Not known yet")
        self.fields["category"].choices = list(known.items())  # type: ignore[attr-defined]
        self.fields["data_classes"].choices = queries.data_classes()  # type: ignore[attr-defined]
        self.fields["vendor"].queryset = Vendor.objects.visible_to(person).order_by("name")  # type: ignore[attr-defined]

    def clean_trace_ids(self) -> list[str]:
        """Return the ids, one a line."""
        return str(self.cleaned_data["trace_ids"]).split()


class AffectForm(forms.Form):
    """What else it touches: keys of surfaces, and endpoints."""

    surfaces = prose("Further surfaces", "Keys such as S-0418, one a line. The primary surface stays.", rows=3)
    endpoints = forms.ModelMultipleChoiceField(
        queryset=Endpoint.objects.none(), required=False, widget=forms.SelectMultiple(attrs={"size": "6"})
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["endpoints"].queryset = Endpoint.objects.visible_to(person).order_by("name")  # type: ignore[attr-defined]


class AudienceForm(forms.Form):
    """For whom a message is."""

    audience = forms.ChoiceField(choices=Communication.Audience.choices, label="For")


class MessageForm(forms.Form):
    """What is told."""

    subject = forms.CharField(max_length=200)
    text = prose("Text", "What is in [brackets] is for you to fill in or strike.", required=True, rows=14)
