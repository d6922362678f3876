"""Forms of policy drafts: the words around one, the whole as YAML, and one row at a time."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from governance.core.text import MAX_NAME, clean_text
from governance.policy import schema, yamlfile
from governance.policy.schema import Path_

SECTIONS: dict[str, Path_] = {
    "tiers": ("tiers",),
    "data_classes": ("data_classes",),
    "routes": ("routes",),
    "lanes": ("lanes",),
    "positions": ("positions",),
    "controls": ("controls",),
    "categories": ("incidents", "categories"),
    "severities": ("severities",),
    "clock_limits": ("clocks", "limits"),
    "regulatory_clocks": ("regulatory_clocks",),
    "causes": ("causes",),
    "retention": ("retention",),
    "keep_days": ("observations", "keep_days"),
    "keep_text": ("observations", "keep_text"),
    "findings": ("findings",),
    "metrics": ("scorecard", "metrics"),
}
"""The lists whose rows have a form of their own."""
PARTS: dict[str, Path_] = {
    "clocks": ("clocks",),
    "business_hours": ("business_hours",),
    "incident_reporting": ("incident_reporting",),
    "outside_edition": ("outside_edition",),
    "error_budget": ("error_budget",),
    "pack_redaction": ("packs", "redact"),
    "pack_classification": ("packs", "classification"),
    "rooms": ("rooms",),
    "access_review": ("access_review",),
    "answers": ("answers",),
    "observations": ("observations",),
    "spending": ("spending",),
    "loop": ("spending", "loop"),
    "digest": ("digest",),
    "cadence": ("cadence",),
    "scorecard": ("scorecard",),
}
"""The parts that are one thing and not a list, each with a form of its own."""
REFERENCES = {"lane": "lanes", "controls": "controls", "logging": "logging_fields"}
FINDING_CATEGORY = "category"
STEPS = ("approvers.", "steps.")
REQUIRED = ("name", "why", "zone", "from", "to")
FIXED = ("key", "number", "subject", "change_kind", "tier", "severity", "record_kind")
FINDING_FIXED = ("kind",)


class YamlField(forms.CharField):
    """A policy file, typed or pasted."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code-field", "wrap": "off"})
        )
        super().__init__(strip=False, max_length=yamlfile.MAX_BYTES, **kwargs)


class DetailsForm(forms.Form):
    """What a draft is called, why, and from when on it shall hold."""

    title = forms.CharField(label="What changes, in a line", max_length=MAX_NAME, validators=[clean_text])
    reason = forms.CharField(
        label="Why", required=False, max_length=4000, validators=[clean_text], widget=forms.Textarea,
        help_text="Approvers read it first.",
    )  # fmt: skip
    effective_at = forms.DateTimeField(
        label="In force from", required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Leave it empty to put it in force as soon as it is approved.",
    )  # fmt: skip


class StartForm(DetailsForm):
    """A new draft: what holds, to be changed; or a file that somebody edited elsewhere."""

    file = forms.FileField(
        label="Policy file", required=False, help_text="YAML, as exported here. Without one, the draft starts from what holds."
    )
    field_order = ["title", "reason", "file", "effective_at"]

    def clean_file(self) -> str:
        """Return the file's text."""
        return read_upload(self.cleaned_data.get("file"))


class YamlForm(forms.Form):
    """The whole policy of a draft."""

    yaml = YamlField(label="Policy as YAML", required=False, help_text="Comments are read over and not kept.")
    file = forms.FileField(label="Or a file", required=False, help_text="Replaces the text above.")

    def clean_file(self) -> str:
        """Return the file's text."""
        return read_upload(self.cleaned_data.get("file"))

    def clean(self) -> dict[str, Any]:
        """Take the file where there is one, else the text."""
        given = super().clean() or {}
        text = given.get("file") or given.get("yaml", "")
        if not text.strip() and not self.errors:
            raise forms.ValidationError("There is nothing in it. Paste the policy, or choose a file.")
        return {"yaml": text.replace("\r\n", "\n")}


def read_upload(upload: UploadedFile | None) -> str:
    """Return an uploaded file as text. Raises ValidationError for what is too large or not UTF-8."""
    if upload is None:
        return ""
    if (upload.size or 0) > yamlfile.MAX_BYTES:
        raise forms.ValidationError(f"The file is larger than {yamlfile.MAX_BYTES // 1000} KB, which no policy is.")
    try:
        return upload.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise forms.ValidationError("The file is not UTF-8 text. Save it as UTF-8, and choose it again.") from error


class WordsField(forms.CharField):
    """A short list of words in one line, such as days: read apart at commas and spaces."""

    def prepare_value(self, value: Any) -> Any:
        """Show a list as a line."""
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """Return the words."""
        return (super().to_python(value) or "").replace(",", " ").split()

    def run_validators(self, value: Any) -> None:
        """The policy is checked as a whole when it is saved; a list has nothing to check before."""


class NumbersField(WordsField):
    """A short list of whole numbers in one line."""

    def prepare_value(self, value: Any) -> Any:
        """Show a list as a line."""
        return ", ".join(str(one) for one in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[Any]:  # type: ignore[override]
        """Return the numbers. Raises ValidationError for what is none."""
        words = super().to_python(value)
        if wrong := [word for word in words if not word.isascii() or not word.isdigit() or len(word) > 9]:
            raise forms.ValidationError(f"“{wrong[0]}” is no whole number.")
        return [int(word) for word in words]


class RowForm(forms.Form):
    """One row or part of the policy, at a path; its fields are made from the published schema."""

    def __init__(self, *args: Any, document: Mapping[str, Any], path: Path_, row: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document, self.row = document, row
        fixed = FINDING_FIXED if path[0] == "findings" else FIXED
        for name, node in schema.properties(path).items():
            if name not in fixed:
                self._add(name, schema.resolved(node))
        # What is read first comes first: words and figures, then who approves, then the long lists.
        self.order_fields(sorted(self.fields, key=self._place))

    def _place(self, name: str) -> tuple[bool, bool, bool]:
        return name in ("controls", "logging"), name.startswith(STEPS), isinstance(self.fields[name], forms.BooleanField)

    def _add(self, name: str, node: schema.Schema) -> None:
        label = str(node.get("title", name)).capitalize()
        if name in ("approvers", "steps"):
            self._add_steps(name)
        elif name == "evals":
            held = self.row.get("evals") or {}
            for part, inner in node["properties"].items():
                self._set(f"evals.{part}", _scalar(schema.resolved(inner), f"Evals: {inner['title']}", False), held.get(part))
        elif name == FINDING_CATEGORY:
            categories = [(row["key"], row["name"]) for row in self.document["incidents"]["categories"]]
            offered = [("", "None"), *categories]
            self._set(name, forms.ChoiceField(label=label, choices=offered, required=False), self.row.get(name))
        elif name in REFERENCES:
            self._set(name, self._reference(name, label), self.row.get(name))
        elif (field := _listed(node, label)) is not None or (field := _scalar(node, label, name in REQUIRED)) is not None:
            self._set(name, field, self.row.get(name))

    def _set(self, name: str, field: forms.Field | None, value: Any) -> None:
        if field is not None:
            field.initial = value
            self.fields[name] = field

    def _reference(self, name: str, label: str) -> forms.Field:
        choices = [(row["key"], row["name"]) for row in self.document[REFERENCES[name]]]
        if name == "lane":
            return forms.ChoiceField(label=label, choices=choices)
        return forms.MultipleChoiceField(
            label=f"{label}, added to those of the tiers below",
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def _add_steps(self, name: str) -> None:
        held = {step["position"]: step for step in self.row.get(name, ())}
        for position in self.document["positions"]:
            step = held.get(position["key"])
            field = forms.IntegerField(
                label=f"Approvers: {position['name']}", min_value=0, max_value=9, required=False,
                initial=step["count"] if step else 0,
                help_text="Only where regulated data or decisions are touched." if step and step["when"] == "regulated" else "",
            )  # fmt: skip
            self.fields[f"{name}.{position['key']}"] = field

    def changed_row(self) -> dict[str, Any]:
        """Return the row with what was given."""
        row = dict(self.row)
        for name, value in self.cleaned_data.items():
            if "." not in name:
                row[name] = value
        if any(name.startswith("evals.") for name in self.cleaned_data):
            row["evals"] = self._evals()
        for name in ("approvers", "steps"):
            if name in row:
                row[name] = self._steps(name)
        return row

    def _evals(self) -> dict[str, Any] | None:
        given = {name.partition(".")[2]: value for name, value in self.cleaned_data.items() if name.startswith("evals.")}
        return given if any(value is not None for value in given.values()) else None

    def _steps(self, name: str) -> list[dict[str, Any]]:
        counts = {key.partition(".")[2]: count for key, count in self.cleaned_data.items() if key.startswith(f"{name}.")}
        held = {step["position"]: step for step in self.row[name]}
        kept = [key for key in held if counts.get(key)] + [key for key, count in counts.items() if count and key not in held]
        return [{"position": key, "count": counts[key], "when": held.get(key, {"when": "always"})["when"]} for key in kept]


def _listed(node: schema.Schema, label: str) -> forms.Field | None:
    """A form field for a list of words of the schema; None for anything else."""
    items = schema.resolved(node.get("items", {})) if node.get("type") == "array" else {}
    if "enum" in items:
        choices = [(one, _choice(one)) for one in items["enum"]]
        needed = bool(node.get("minItems"))
        return forms.MultipleChoiceField(label=label, choices=choices, required=needed, widget=forms.CheckboxSelectMultiple)
    if items.get("type") == "integer":
        return NumbersField(label=label, required=False, help_text="Commas between them.")
    if items.get("type") == "string":
        hint = f"Each {items['x-kind']}; commas between them." if "x-kind" in items else "Commas between them."
        return WordsField(label=label, required=False, help_text=hint)
    return None


def _choice(word: str) -> str:
    return word if word.isupper() else word.capitalize().replace("_", " ")


def _scalar(node: schema.Schema, label: str, required: bool) -> forms.Field | None:
    """A form field for a plain value of the schema; None for a structure."""
    kinds = node.get("type", ())
    kinds = [kinds] if isinstance(kinds, str) else kinds
    hint = str(node.get("description", "")) if node.get("title") != "key" else ""
    if "enum" in node:
        choices = [(one, _choice(one)) for one in node["enum"]]
        return forms.ChoiceField(label=label, choices=choices, help_text=hint)
    if "boolean" in kinds:
        return forms.BooleanField(label=label, required=False, help_text=hint)
    if "integer" in kinds:
        optional = "null" in kinds or label.startswith("Evals")
        least, most = node.get("minimum"), node.get("maximum")
        return forms.IntegerField(label=label, required=not optional, min_value=least, max_value=most, help_text=hint)
    if "number" in kinds:
        most, step = node.get("maximum", 1), forms.NumberInput(attrs={"step": "0.001"})
        said = hint or "Above 0, at most 1."
        return forms.FloatField(label=label, required=False, min_value=0, max_value=most, help_text=said, widget=step)
    if "string" in kinds:
        long = int(node.get("maxLength", 0)) > 400
        text = forms.Textarea(attrs={"rows": 3}) if long else forms.TextInput()
        most = node.get("maxLength")
        return forms.CharField(
            label=label, required=required, max_length=most, validators=[clean_text], widget=text, help_text=hint
        )
    return None
