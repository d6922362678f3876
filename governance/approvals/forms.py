"""What a decider types: a comment, a reason, conditions, a delegate."""

from typing import Any

from django import forms

from governance.people.models import User

COMMENT = forms.Textarea(attrs={"rows": 3})


class ApproveForm(forms.Form):
    """A yes, with a word if one likes."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    comment = forms.CharField(label="Comment", required=False, widget=COMMENT, max_length=20_000)


class ReasonForm(forms.Form):
    """A no, which needs a reason."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    comment = forms.CharField(
        label="Why",
        widget=COMMENT,
        max_length=20_000,
        help_text="What would have to change for a yes? It stays on record.",
    )


class AbstainForm(forms.Form):
    """Neither: somebody else in the position decides."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    comment = forms.CharField(
        label="Why", required=False, widget=COMMENT, max_length=20_000, help_text="For example, a conflict of interest."
    )


class DelegateForm(forms.Form):
    """Hands this one decision to somebody else."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    delegate_to = forms.ModelChoiceField(queryset=User.objects.none(), label="To whom")
    comment = forms.CharField(label="Comment", required=False, widget=COMMENT, max_length=20_000)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["delegate_to"].queryset = people  # type: ignore[attr-defined]


class ConditionForm(forms.Form):
    """Something that has to be done along with the yes."""

    text = forms.CharField(label="What must be done", widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="By whom")
    due_on = forms.DateField(label="Until", widget=forms.DateInput(attrs={"type": "date"}))


class ConditionsForm(forms.Form):
    """A yes with one to three conditions."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)
    MOST = 3

    def __init__(self, *args: Any, people: Any, owner: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, self.MOST + 1):
            for name, field in ConditionForm.base_fields.items():
                shown = field.__class__ is forms.ModelChoiceField
                made = forms.ModelChoiceField(people, label=field.label) if shown else _copy(field)
                made.required = number == 1
                if number > 1:
                    made.label = f"{field.label} (condition {number}, if there is one)"
                self.fields[f"{name}_{number}"] = made
            if owner is not None:
                self.fields[f"owner_{number}"].initial = owner if number == 1 else None
        self.fields["comment"] = forms.CharField(label="Comment", required=False, widget=COMMENT, max_length=20_000)

    def clean(self) -> dict[str, Any]:
        """Gather the conditions; one that was begun must be complete."""
        given = super().clean() or {}
        conditions = []
        for number in range(1, self.MOST + 1):
            parts = {name: given.pop(f"{name}_{number}", None) for name in ("text", "owner", "due_on")}
            if not any(parts.values()):
                continue
            for name, value in parts.items():
                if not value and f"{name}_{number}" not in self.errors:
                    self.add_error(f"{name}_{number}", "A condition says what, by whom and until when.")
            conditions.append(parts)
        return given | {"conditions": conditions}


def _copy(field: Any) -> Any:
    made = type(field)(label=field.label, widget=field.widget.__class__(attrs=field.widget.attrs))
    made.max_length = getattr(field, "max_length", None)
    return made


class NoteForm(forms.Form):
    """How a condition was met."""

    note = forms.CharField(label="How it was met", widget=COMMENT, max_length=2000)


class WithdrawForm(forms.Form):
    """Why a request is taken back."""

    reason = forms.CharField(label="Why", widget=COMMENT, max_length=4000)
