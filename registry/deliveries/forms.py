"""HTML input of deployments and defects."""

from collections.abc import Mapping
from typing import Any

from django import forms

from governance.core.errors import Invalid, NotVisible
from registry.changes import queries as changes
from registry.deliveries import queries
from registry.deliveries.models import PRODUCTION, Defect, Deployment

NO_CHANGE = "Its key, such as C-12; empty: none."


def moment(label: str, required: bool = False, help_text: str = "In your time zone.") -> forms.DateTimeField:
    """Return a field for a moment."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=required, help_text=help_text, widget=widget)


class DeliveryForm(forms.Form):
    """What forms of both have in common: what belongs to it, as keys."""

    change = forms.CharField(required=False, max_length=24, label="Change", help_text=NO_CHANGE)
    incident = forms.RegexField(r"^INC-[1-9][0-9]{0,17}$", required=False, label="Incident", help_text="Its key, such as INC-12.")
    link = forms.URLField(required=False, max_length=600, label="Link", assume_scheme="https")
    note = forms.CharField(required=False, max_length=4000, label="Note", widget=forms.Textarea(attrs={"rows": 2}))
    own: tuple[str, ...] = ()

    def __init__(self, *args: Any, correcting: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        why = forms.CharField(max_length=400, label="What was wrong", help_text="It stays beside what was told first.")
        first = forms.CharField(max_length=40, label="Surface", help_text="Its key, such as S-0418.")
        key = forms.CharField(max_length=200, label="Key", help_text="The sender's own: a build's number, a ticket's key.")
        heading: dict[str, forms.Field] = {} if correcting else {"surface": first, "sender_key": key}
        self.fields = heading | {name: self.fields[name] for name in (*self.own, "change", "incident", "link", "note")}
        if correcting:
            self.fields["reason"] = why


class DeploymentForm(DeliveryForm):
    """A deployment, or what it really was."""

    own = (
        "version", "environment", "deployed_at", "committed_at", "commit", "repository", "outcome", "failed_at", "restored_at",
        "rework",
    )  # fmt: skip
    version = forms.CharField(required=False, max_length=100, label="Release")
    environment = forms.CharField(max_length=60, label="Into", initial=PRODUCTION, help_text="Only production is counted.")
    deployed_at = moment("Deployed", required=True)
    committed_at = moment("First commit", help_text="Its lead time runs from here.")
    commit = forms.RegexField(r"^[0-9A-Fa-f]{7,64}$", required=False, label="Commit")
    repository = forms.CharField(required=False, max_length=300, label="Repository")
    outcome = forms.ChoiceField(
        choices=Deployment.Outcome.choices,
        label="How it went",
        widget=forms.RadioSelect,
        initial=Deployment.Outcome.SUCCEEDED,
        help_text="It failed when the service was worse for it and had to be mended at once.",
    )
    failed_at = moment("Failed since", help_text="Only where it failed.")
    restored_at = moment("Well again since", help_text="Empty while it is not.")
    rework = forms.BooleanField(required=False, label="Rework", help_text="Unplanned: made because something had failed.")


class DefectForm(DeliveryForm):
    """A defect, or what it really was."""

    own = ("title", "found_at", "found_by", "severity", "fixed_at", "deployment", "is_defect")
    title = forms.CharField(max_length=200, label="What is wrong")
    found_at = moment("Found", required=True)
    found_by = forms.ChoiceField(choices=Defect.FoundBy.choices, label="Noticed first by", widget=forms.RadioSelect)
    severity = forms.TypedChoiceField(choices=Defect.Severity.choices, coerce=int, label="Severity", initial=2)
    fixed_at = moment("Mended", help_text="Empty while it is open.")
    deployment = forms.CharField(required=False, max_length=24, label="Came with", help_text="A deployment's key, such as DP-12.")
    is_defect = forms.BooleanField(required=False, label="It was a defect", initial=True)


def resolved(user: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return input with its keys as things that a person sees. Raises Invalid by field for what they do not."""
    found = dict(given)
    wrong: dict[str, list[str]] = {}
    for name, read in (("change", changes.get), ("deployment", queries.get_deployment)):
        if name not in found:
            continue
        key = found[name]
        try:
            found[name] = read(user, key) if key else None
        except NotVisible as error:
            wrong[name] = [error.message]
    if wrong:
        raise Invalid("Something named here is not known.", fields=wrong)
    return found
