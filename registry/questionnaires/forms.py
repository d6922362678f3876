"""HTML input of questionnaires and answers."""

from collections.abc import Sequence
from typing import Any

from django import forms

from governance.core.errors import Invalid
from governance.core.tabular.headers import letter
from governance.people import queries as people
from governance.people.models import User
from registry.questionnaires.layout import Layout
from registry.questionnaires.models import Short
from registry.questionnaires.sheets.grid import place

WORDS = [("", "No single word"), *Short.choices]
CITED = "Keys of what shows it, such as S-0418, DR-3 or EV-12, parted by commas."


def prose(label: str, help_text: str = "", *, required: bool = True, longest: int = 8000, rows: int = 5) -> forms.CharField:
    """Return a field for sentences."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=longest, widget=forms.Textarea(attrs={"rows": rows})
    )


def day(label: str, help_text: str = "") -> forms.DateField:
    """Return a field for a day that may stay empty."""
    return forms.DateField(
        required=False, label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def keys(text: str) -> list[str]:
    """Return the keys in a text, parted by commas, semicolons, blanks or lines."""
    return [each for each in text.replace(",", " ").replace(";", " ").split() if each]


class Person(forms.ModelChoiceField):
    """One active person."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), **kwargs)


class WithPeople(forms.Form):
    """A form that offers the active people."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, Person):
                field.queryset = people.active_people().order_by("name")


class ReceiveForm(WithPeople):
    """A buyer's file, and until when they wait."""

    file = forms.FileField(label="File", help_text="XLSX or CSV, without macros, up to 25 MB. It is kept as it came.")
    title = forms.CharField(required=False, max_length=200, label="Title", help_text="Empty: the file's name.")
    buyer = forms.CharField(required=False, max_length=200, label="Who asks")
    due_on = day("Answer due")
    owner = Person(label="Owner", empty_label=None, help_text="Who sees to it that all is answered.")


class EditForm(WithPeople):
    """Another title, buyer, day or owner."""

    title = forms.CharField(max_length=200, label="Title")
    buyer = forms.CharField(required=False, max_length=200, label="Who asks")
    due_on = day("Answer due")
    owner = Person(label="Owner", empty_label=None)


class ReasonForm(forms.Form):
    """Why."""

    reason = prose("Why", longest=2000, rows=3)


class AskForm(WithPeople):
    """Whom to ask."""

    of = Person(
        label="Who answers", empty_label=None, help_text="They see this question, what is proposed, and nothing else of it."
    )


class AnswerForm(forms.Form):
    """An answer to one question."""

    short = forms.ChoiceField(required=False, choices=WORDS, label="In a word", help_text="For cells that offer a list.")
    text = prose("Answer", required=False, rows=8)
    cite = forms.CharField(required=False, max_length=400, label="Shown by, further", help_text=CITED)
    keep_it = forms.BooleanField(required=False, label="Keep it in the answer library, for whoever asks next")
    proposal = forms.IntegerField(required=False, min_value=1, max_value=9, widget=forms.HiddenInput)


class KeepForm(WithPeople):
    """An answer of the library."""

    question = prose("Question", longest=2000, rows=2)
    wordings = prose("Other ways to ask it", "One a line.", required=False, rows=3)
    short = forms.ChoiceField(required=False, choices=WORDS, label="In a word")
    text = prose("Answer", rows=7)
    cite = forms.CharField(required=False, max_length=600, label="Shown by", help_text=CITED)
    owner = Person(label="Keeper", empty_label=None)
    review_on = day("Next review", "Empty: as long as policy lets an answer stand.")


class AdoptForm(WithPeople):
    """A prepared answer, in its words or better ones."""

    text = prose("Answer", "It stands in place of the prepared one from then on, with the same sources.", rows=7)
    owner = Person(label="Keeper", empty_label=None)
    review_on = day("Next review")


class ConfirmForm(forms.Form):
    """It still holds."""

    review_on = day("Next review", "Empty: as long as policy lets an answer stand.")


class LayoutForm(forms.Form):
    """How each sheet of a file is laid out: columns by their letters."""

    PARTS = (
        ("question", "Questions in column", True),
        ("answer", "Answers into column", True),
        ("detail", "Comments into column", False),
        ("code", "Numbers in column", False),
        ("section", "Sections in column", False),
    )

    def __init__(self, *args: Any, layouts: Sequence[Layout], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.layouts = list(layouts)
        for index, each in enumerate(self.layouts):
            self.fields[f"used-{index}"] = forms.BooleanField(required=False, initial=each.used, label="Read this sheet")
            for name, label, _ in self.PARTS:
                said = letter(getattr(each, name) - 1) if getattr(each, name) else ""
                self.fields[f"{name}-{index}"] = forms.CharField(required=False, max_length=3, initial=said, label=label)
            self.fields[f"header-{index}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=1_000_000,
                initial=each.header,
                label="Headers in row",
                help_text="0: none.",
            )
            self.fields[f"every_row-{index}"] = forms.BooleanField(
                required=False, initial=each.every_row, label="Rows that look like headings are questions too"
            )

    def sheets(self) -> list[tuple[str, list[Any]]]:
        """Return the sheets with their fields, for the page."""
        names = ("used", *(name for name, _, _ in self.PARTS), "header", "every_row")
        return [(each.sheet, [self[f"{name}-{index}"] for name in names]) for index, each in enumerate(self.layouts)]

    def clean(self) -> dict[str, Any]:
        """Read the letters; each sheet becomes a layout in `layouts`."""
        given = dict(super().clean() or {})
        found = []
        for index, each in enumerate(self.layouts):
            columns = {name: self._column(f"{name}-{index}", given) for name, _, _ in self.PARTS}
            made = Layout(
                each.sheet,
                header=given.get(f"header-{index}") or 0,
                every_row=given.get(f"every_row-{index}", False),
                used=given.get(f"used-{index}", False),
                **columns,
            )
            if not self.errors:
                self._check(made, index)
            found.append(made)
        return {"layouts": found}

    def _check(self, made: Layout, index: int) -> None:
        try:
            made.check()
        except Invalid as error:
            self.add_error(f"question-{index}", error.message)

    def _column(self, name: str, given: dict[str, Any]) -> int:
        said = str(given.get(name) or "").strip()
        found = place(f"{said}1") if said else None
        if said and found is None:
            self.add_error(name, f"{said} is no column. Write its letter, such as C.")
        return found[1] if found else 0
