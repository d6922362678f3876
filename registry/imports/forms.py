"""Forms of imports: a file, how it is read, going in, saving the mapping."""

from typing import Any

from django import forms

from governance.core.tabular.csvfile import DELIMITER_LABELS
from governance.core.tabular.encoding import LABELS
from governance.core.tabular.limits import LIMITS, MEGABYTE
from registry.imports.adapter import targets

AUTO = ("", "Found by itself")


class UploadForm(forms.Form):
    """A file and what its rows are."""

    target = forms.ChoiceField(label="What its rows are", widget=forms.RadioSelect)
    file = forms.FileField(
        label="File",
        help_text=f"CSV, XLSX or JSON with any columns, up to {LIMITS.bytes // MEGABYTE} MB and {LIMITS.rows:,} rows.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.json,.jsonl,.ndjson"}),
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(target.key, target.label) for target in targets(person)]
        self.fields["target"].choices = kinds  # type: ignore[attr-defined]
        if kinds and not self.initial.get("target"):
            self.initial["target"] = kinds[0][0]


class ReadingForm(forms.Form):
    """How the file is read, where what was found is wrong."""

    encoding = forms.ChoiceField(required=False, help_text="Choose another where letters look wrong.")
    delimiter = forms.ChoiceField(required=False, label="Columns are separated by")
    sheet = forms.ChoiceField(required=False)
    header_row = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=60,
        label="Row with the names of the columns",
        help_text="Empty finds it; 0 says that there is none.",
    )

    def __init__(self, *args: Any, source: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_text = bool(source.get("encoding"))
        marks = [(mark, label.capitalize()) for mark, label in DELIMITER_LABELS.items()]
        self.fields["encoding"].choices = [AUTO, *LABELS.items()]  # type: ignore[attr-defined]
        self.fields["delimiter"].choices = [AUTO, *marks]  # type: ignore[attr-defined]
        self.fields["sheet"].choices = [AUTO, *((name, name) for name in source.get("sheets", []))]  # type: ignore[attr-defined]
        for name in ("sheet",) if is_text else ("encoding", "delimiter"):
            del self.fields[name]


class CommitForm(forms.Form):
    """How the rows go in when some are refused."""

    how = forms.ChoiceField(
        label="When a row is refused",
        choices=[("good", "It stays out, the others go in"), ("all", "Nothing goes in")],
        initial="good",
        widget=forms.RadioSelect,
        help_text="Refused rows can be downloaded with the reason beside each. The whole import can be undone.",
    )


class ProfileForm(forms.Form):
    """A name for a saved mapping."""

    name = forms.CharField(
        max_length=200, help_text="The next file of this kind is matched by it, also with slightly other headers."
    )
