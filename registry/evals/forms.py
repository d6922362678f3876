"""HTML input of suites and runs."""

from collections.abc import Mapping
from typing import Any

from django import forms

from governance.core.text import clean_text
from governance.people import queries as people
from governance.people.models import User
from governance.policy.models import Tier
from registry.evals import content, queries
from registry.evals.formats import MAX_BYTES
from registry.evals.formats.opening import ACCEPTED
from registry.evals.judging import percent
from registry.evals.models import COMMIT, EvalSuite
from registry.surfaces.models import Surface

MEGABYTE = 1024 * 1024
FINDS, IN_FORCE, PROPOSED = "", "in-force", "proposed"


def line(label: str, longest: int, required: bool = False, help_text: str = "", **more: Any) -> forms.CharField:
    """Return a field of one line."""
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=help_text, validators=[clean_text], **more
    )


def prose(label: str, rows: int, longest: int, required: bool = False, help_text: str = "") -> forms.CharField:
    """Return a field of several lines."""
    return line(label, longest, required, help_text, widget=forms.Textarea(attrs={"rows": rows}))


class SuiteForm(forms.Form):
    """What a suite is for, what good means, where its cases live, and what it asks for by tier."""

    name = line("Name", 200, True)
    key = forms.SlugField(
        label="Key",
        required=False,
        max_length=100,
        help_text="How contracts and CI name it. Left empty, it is made from the name; it never changes.",
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), empty_label="Choose a person", help_text="The one person who answers for it."
    )
    purpose = prose("Purpose", 2, 4000, help_text="What it finds out, in a sentence or two.")
    good = prose("What good means", 3, 4000, True, "So that two people judge a result alike.")
    repository = line("Repository", 600, help_text="Where the cases live, such as git.example.com/claims/evals.")
    path = line("Path", 600)
    commit = line("Commit", 64, help_text="7 to 64 hexadecimal digits, so that it cannot move.")
    url = forms.URLField(label="Or an address", required=False, max_length=600, assume_scheme="https")
    cases_digest = line("SHA-256 of the cases", 71)
    case_count = forms.IntegerField(label="Number of cases", required=False, min_value=0, max_value=10_000_000)
    note = line("What is new", 2000, help_text="Why there is a new version, for those who read it later.")

    def __init__(self, *args: Any, user: User, tiers: Mapping[int, Tier], suite: EvalSuite | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people_: Any = self.fields["owner"]
        people_.queryset = people.active_people().order_by("name")
        people_.initial = user.pk if user.kind == User.Kind.PERSON else None
        for number, tier in tiers.items():
            floor = percent(tier.eval_threshold) if tier.eval_threshold is not None else "nothing"
            field = forms.DecimalField(
                label=f"Tier {number}", required=False, max_digits=5, decimal_places=4, min_value=0, max_value=1
            )
            field.help_text = f"Policy asks for {floor}."
            field.widget.attrs["step"] = "any"
            self.fields[f"tier_{number}"] = field
        for name in ("key", "owner") if suite is not None else ("note",):
            del self.fields[name]

    @property
    def thresholds(self) -> str:
        """The names of the threshold fields, for the template."""
        return " ".join(name for name in self.fields if name.startswith("tier_"))

    def given(self) -> dict[str, Any]:
        """Return what the action takes."""
        data = dict(self.cleaned_data)
        said = {name: data[name] for name in ("name", "key", "owner", "purpose", "good", "note") if name in data}
        return said | {
            "cases_at": {name: data[name] for name in content.PLACES if data.get(name)},
            "cases_digest": data["cases_digest"],
            "case_count": data["case_count"],
            "thresholds": {name.removeprefix("tier_"): data[name] for name in self.thresholds.split() if data[name] is not None},
        }


class RunForm(forms.Form):
    """A result file, and what it was made with."""

    suite = forms.ModelChoiceField(EvalSuite.objects.none(), empty_label="Choose a suite", to_field_name="key")
    file = forms.FileField(
        label="Result file",
        help_text=f"{ACCEPTED[:1].upper()}{ACCEPTED[1:]}, up to {MAX_BYTES // MEGABYTE} MB. The format is found by its content; "
        "prompts, outputs and settings in it are not kept.",
        widget=forms.FileInput(attrs={"accept": ".json,.xml,.eval,.jsonl"}),
    )
    revision = forms.ChoiceField(
        required=False,
        help_text="A run counts for a contract only when it was made with its prompts and models. Where the file does not say, "
        "your word counts.",
    )
    commit = line("Commit", 100, help_text="What was tested.")
    link = forms.URLField(label="Link", required=False, max_length=600, assume_scheme="https", help_text="Such as the CI job.")
    group = line("Group", 100, help_text="The same word for runs that repeat each other: it gives variance and flaky cases.")

    def __init__(self, *args: Any, user: User, surface: Surface, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suites: Any = self.fields["suite"]
        suites.queryset = queries.choices(user)
        suites.label_from_instance = lambda suite: f"{suite.name} ({suite.key})"
        options = [(FINDS, "Find it by what the file says")]
        if surface.in_force is not None:
            options.append((IN_FORCE, f"Revision {surface.in_force.number}, in force"))
        self.proposed = queries.proposed_revision(surface)
        if self.proposed is not None:
            options.append((PROPOSED, f"Revision {self.proposed.number}, proposed"))
        self.fields["revision"].choices = options  # type: ignore[attr-defined]
        self.fields["commit"].validators.append(COMMIT)


class GiveForm(forms.Form):
    """Another owner, and why."""

    owner = forms.ModelChoiceField(User.objects.none(), label="New owner", empty_label="Choose a person")
    reason = line("Why", 2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people.active_people().order_by("name")  # type: ignore[attr-defined]


class WhyForm(forms.Form):
    """Why."""

    reason = prose("Why", 2, 2000)
