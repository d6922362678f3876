"""HTML input of assets."""

from typing import Any

from django import forms

from governance.core.text import clean_text
from governance.people import queries as people
from governance.people.models import Team
from registry.assets.actions.keeping import BY_HAND
from registry.assets.models import Asset
from registry.catalog.forms import OwnerField


def line(label: str, help_text: str = "", *, required: bool = False, longest: int = 400) -> forms.CharField:
    """Return a field for one line."""
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=longest, validators=[clean_text])


def prose(label: str, help_text: str = "", *, required: bool = False, rows: int = 3, longest: int = 4000) -> forms.CharField:
    """Return a field for a few sentences; what was typed is kept as it is, spaces at the ends included."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=longest,
        strip=False,
        validators=[clean_text],
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class RegisterForm(forms.Form):
    """A prompt or retrieval source that several surfaces share."""

    kind = forms.ChoiceField(label="What it is", choices=[(kind.value, kind.label) for kind in BY_HAND], widget=forms.RadioSelect)
    contract_key = line("Key in contracts", "How contracts name it, such as claims-triage.", required=True, longest=200)
    name = line("Name", "How people call it. Left empty, it is the key.")
    description = prose("What it is for", "In a sentence or two.")
    owner = OwnerField(help_text="The one person who answers for it.")
    team = forms.ModelChoiceField(queryset=Team.objects.none(), required=False, label="Team", empty_label="The owner's")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]
        self.fields["owner"].initial = user.pk
        self.fields["team"].queryset = Team.objects.order_by("name")  # type: ignore[attr-defined]


class EditForm(forms.Form):
    """What is said of an asset."""

    name = line("Name", required=True)
    description = prose("What it is for", "In a sentence or two.")


class PromptVersionForm(forms.Form):
    """The next version of a prompt: its words, or where they are."""

    label = line("Version", "Such as v32. Left empty, it is the beginning of the commit or the hash.", longest=200)
    reason = prose("Why", "What is different, and what for.", required=True)
    text = prose("Words", "As the model gets them. Left empty, name repository and commit.", rows=12, longest=60_000)
    repository = line("Repository", "Such as github.com/halden/prompts.")
    path = line("Path", "The file in it, such as triage/system.md.")
    commit = line("Commit", "Its digits; a branch can move, a commit cannot.", longest=64)
    sha256 = line("Hash of the words", "SHA-256, where the words are only in the repository.", longest=64)
    link = forms.URLField(label="Link", required=False, max_length=600, assume_scheme="https")


class SourceVersionForm(forms.Form):
    """The next version of a retrieval source."""

    label = line("Version", "Left empty, it is the snapshot.", longest=200)
    reason = prose("Why", "What is different, and what for.", required=True)
    snapshot = line("Snapshot", "The name or number by which this state of the index can be found again.")
    documents = prose("Documents", "Which documents it holds, and of when.", longest=2000)
    access = prose("Access scope", "Whose permissions apply when it is searched.", longest=2000)
    link = forms.URLField(label="Link", required=False, max_length=600, assume_scheme="https")


class ShareForm(forms.Form):
    """Who answers for it once every surface can name it."""

    owner = OwnerField(help_text="Until now the owner of its surface answered for it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


def version_form(asset: Asset) -> type[forms.Form]:
    """Return the form for the next version of an asset."""
    return PromptVersionForm if asset.kind == Asset.Kind.PROMPT else SourceVersionForm
