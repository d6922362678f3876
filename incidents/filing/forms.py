"""The four questions, what may be said beside them, and the small forms around reports and links."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from governance.core.text import clean_text
from governance.people.models import Team
from incidents.filing.models import Report
from incidents.filing.queries import Offer
from incidents.filing.rules import LONGEST_TEXT
from incidents.filing.stamps import TRAP

ELSEWHERE = "elsewhere"
SOMEWHERE_ELSE = "Somewhere else, or I don’t know"
ONGOING = (("yes", "Yes, or I think so"), ("no", "No, it stopped"))
HARMS = [(value, label) for value, label in Report.Harm.choices if value != Report.Harm.UNSAID]


class Files(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        """Return all files that were chosen."""
        return [file for file in files.getlist(name) if file]


class FilesField(forms.FileField):
    """Any number of files; how many, how large and of which kind is checked where they are taken in."""

    widget = Files(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files as they came."""
        return list(data or [])


class Words(forms.CharField):
    """Free words without control characters."""

    def __init__(self, *, rows: int = 0, **kwargs: Any) -> None:
        if rows:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def validate(self, value: Any) -> None:
        """Refuse what cannot be stored."""
        super().validate(value)
        if value:
            clean_text(value)


class ReportForm(forms.Form):
    """What happened, where, how bad, is it still going on; a file, and the kind of problem for who knows it."""

    what = Words(
        max_length=LONGEST_TEXT,
        label="1. What happened?",
        help_text="In your own words. What did it say or do, and what should it have done?",
        rows=4,
        error_messages={"required": "Say in a few words what happened."},
    )
    attachments = FilesField(required=False, label="Photo or file")
    surface = forms.ChoiceField(
        widget=forms.RadioSelect,
        required=False,
        label="2. Where did you see it?",
        error_messages={"invalid_choice": "Choose one of these again."},
    )
    where = Words(required=False, max_length=400, label="Name it, or say where in your words")
    harm = forms.ChoiceField(
        choices=HARMS,
        widget=forms.RadioSelect,
        label="3. How bad is it?",
        error_messages={"required": "Choose the line that comes closest."},
    )
    ongoing = forms.ChoiceField(
        choices=ONGOING,
        widget=forms.RadioSelect,
        label="4. Is it still going on?",
        error_messages={"required": "Choose one; if you are not sure, the first."},
    )
    category = forms.ChoiceField(widget=forms.RadioSelect, required=False, label="What kind of problem is it?")

    def __init__(self, *args: Any, offers: Sequence[Offer], categories: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(offer.surface.key, offer.surface.name) for offer in offers]
        self.fields["surface"].choices = [*choices, (ELSEWHERE, SOMEWHERE_ELSE)]  # type: ignore[attr-defined]
        self.whys = {offer.surface.key: offer.why for offer in offers}
        kinds = [(each.key, each.plain_words or each.name) for each in categories]
        self.fields["category"].choices = [*kinds, ("", "I don’t know")]  # type: ignore[attr-defined]

    @property
    def surfaces(self) -> list[dict[str, Any]]:
        """The choices of the second question, each with why it is offered; none chosen means: I don't know."""
        return [
            {"tag": item.tag(), "label": item.choice_label, "why": self.whys.get(str(item.data["value"]), "")}
            for item in self["surface"].subwidgets
        ]

    def answers(self) -> dict[str, Any]:
        """Return the checked answers as `report` takes them, without the surface, which is looked up first."""
        given = self.cleaned_data
        return {
            "what": given["what"],
            "where": given.get("where", ""),
            "harm": given["harm"],
            "ongoing": given["ongoing"] == "yes",
            "category": given.get("category", ""),
            "files": given["attachments"],
        }


class PublicReportForm(ReportForm):
    """The same without an account: who wants to be asked back may say how, and programs fall into a trap."""

    name = Words(required=False, max_length=200, label="Your name")
    email = forms.EmailField(required=False, max_length=254, label="Your e-mail address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[TRAP] = forms.CharField(required=False, max_length=400, label="Leave this empty")

    def answers(self) -> dict[str, Any]:
        """Return the checked answers, with how the reporter can be reached."""
        given = self.cleaned_data
        return super().answers() | {"reporter_name": given.get("name", ""), "reporter_email": given.get("email", "")}


class MoreForm(forms.Form):
    """What a reporter adds."""

    text = Words(required=False, max_length=LONGEST_TEXT, label="What do you know now?", rows=3)
    attachments = FilesField(required=False, label="Photo or file")


class PublicMoreForm(MoreForm):
    """The same without an account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[TRAP] = forms.CharField(required=False, max_length=400, label="Leave this empty")


class AttachForm(forms.Form):
    """Files that show something about an incident."""

    attachments = FilesField(label="Files", help_text="Of any kind; they leave again only as downloads.")


class LinkForm(forms.Form):
    """Where a link is handed out, what it names, and until when."""

    name = Words(max_length=200, label="Where it is handed out", help_text="Such as: poster in the call centre, second floor.")
    surface = forms.CharField(
        required=False,
        max_length=40,
        label="Surface",
        help_text="Its key, such as S-0418. Whoever opens the link reads its name. Empty: none.",
    )
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), required=False, label="Team", empty_label="None", help_text="Whose surfaces are meant."
    )
    expires_on = forms.DateField(
        label="Until", help_text="At most two years from now.", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]


class RevokeForm(forms.Form):
    """Why a link is closed."""

    reason = Words(max_length=2000, label="Why", help_text="Whoever opens it from then on reads that it no longer holds.", rows=2)


class FromEvalForm(forms.Form):
    """What a failed run or check means, before it is reported."""

    what = Words(
        max_length=LONGEST_TEXT, label="What is wrong", help_text="Say it so that it is understood by who is called.", rows=5
    )
    near_miss = forms.BooleanField(
        required=False, label="A near miss: it reached nobody", help_text="It is kept and told, and nobody is called."
    )
