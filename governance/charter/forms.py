"""The charter as people edit it: plain text, one line for each rule or point."""

from collections.abc import Mapping
from typing import Any

from django import forms

from governance.charter.models import Charter
from governance.charter.printing import titled
from governance.core.text import clean_text
from governance.people.models import User


def lines_field(label: str, help_text: str, rows: int = 5) -> forms.CharField:
    """Return a field whose every line is a point."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=60_000,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class CharterForm(forms.Form):
    """The words of a draft."""

    title = forms.CharField(max_length=400, label="Title", validators=[clean_text])
    owner = forms.ModelChoiceField(
        queryset=User.objects.none(), label="Model-risk owner", help_text="The one person who answers for model risk."
    )
    next_review_on = forms.DateField(
        label="Next review", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    lead = forms.CharField(
        max_length=2000,
        label="Opening words",
        help_text="Two or three sentences: what this page is, and whom it binds.",
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    rules = lines_field("What we hold to", "One rule a line: a heading, a colon, and what it means.", rows=9)
    incidents = lines_field("What counts as an incident", "One case a line.")
    response = forms.CharField(
        max_length=4000,
        required=False,
        label="What we do then",
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    note = forms.CharField(
        max_length=2000,
        required=False,
        label="Note to the signers",
        help_text="Not printed. What is different from the version in force, and why.",
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, charter: Charter, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        self.held = [section["key"] for section in titled(charter.sections.get("held", {}))]
        for section in titled(charter.sections.get("held", {})):
            help_text = "Drafted from what is held; one point a line."
            self.fields[f"held_{section['key']}"] = lines_field(section["label"], help_text, rows=5)
        self.order_fields([*("title", "owner", "next_review_on", "lead", "rules"), *(f"held_{key}" for key in self.held)])

    def clean_rules(self) -> list[dict[str, str]]:
        """Return the rules as headings with their meaning."""
        found, wrong = [], []
        for line in split(self.cleaned_data["rules"]):
            label, colon, text = line.partition(":")
            if not colon or not text.strip():
                wrong.append(line)
            found.append({"label": label.strip(), "text": text.strip()})
        if wrong:
            raise forms.ValidationError(f"Write a heading, a colon, and what it means. This line has none: “{wrong[0][:80]}”")
        return found

    def clean_incidents(self) -> list[str]:
        """Return the points."""
        return split(self.cleaned_data["incidents"])

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("title", "owner", "next_review_on", "note")},
            "sections": {
                **{name: data[name] for name in ("lead", "rules", "incidents", "response")},
                "held": {key: split(data[f"held_{key}"]) for key in self.held},
            },
        }


def split(text: str) -> list[str]:
    """Return the lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def initial(charter: Charter) -> dict[str, Any]:
    """Return a draft as the form shows it."""
    sections: Mapping[str, Any] = charter.sections
    return {
        "title": charter.title,
        "owner": charter.owner_id,
        "next_review_on": charter.next_review_on,
        "note": charter.note,
        "lead": sections["lead"],
        "rules": "\n".join(f"{rule['label']}: {rule['text']}" for rule in sections["rules"]),
        "incidents": "\n".join(sections["incidents"]),
        "response": sections["response"],
        **{f"held_{key}": "\n".join(lines) for key, lines in sections["held"].items()},
    }


class ReasonForm(forms.Form):
    """Why something is given up."""

    reason = forms.CharField(label="Why", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
