"""Matching columns: which column feeds which field, what words mean, saved mappings."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from governance.core.errors import Invalid, StaleState
from governance.core.tabular import choices
from governance.core.tabular import mapping as mappings
from governance.core.tabular.blanks import is_blank
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.tabular.mapping import FieldMapping, Mapping
from governance.core.verdict import Verdict, require
from governance.ui.pages import ActionPage, go
from registry.imports import actions, queries, rules
from registry.imports.forms import ProfileForm
from registry.imports.models import ImportBatch, ImportProfile
from registry.imports.tables import url
from registry.imports.views.hub import BatchPage
from registry.imports.views.steps import BatchAction

KEEP, IGNORE = "", "-"
_KINDS = {
    "text": "text",
    "prose": "longer texts",
    "date": "dates",
    "yes-no": "yes and no",
    "number": "numbers",
    "choice": "a few words",
    "email": "e-mail addresses",
    "url": "links",
    "key": "numbers of things",
    "empty": "empty",
}


class ColumnsPage(BatchPage):
    """Every column with what is in it, and what it becomes."""

    template = "registry/imports/columns.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the columns."""
        batch = self.setup_batch()
        if batch.is_running or not batch.is_open:
            return go(request, url(batch))
        require(rules.may_map(self.user, batch))
        return self.show(mappings.from_json(batch.mapping))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the mapping, and ask for the preview unless it was only saved."""
        batch = self.setup_batch()
        fields = {field.key: field for field in queries.fields_of(batch)}
        mapping = from_post(request.POST, batch, fields)
        settings = {"create_missing": "create_missing" in request.POST}
        seen = request.POST.get("version", "")
        version = int(seen) if seen.isdecimal() and len(seen) < 10 else None
        try:
            profile = batch.profile
            actions.set_mapping(
                batch, actor=self.user, mapping=mapping, settings=settings, expected_version=version, profile=profile
            )
            if "save" in request.POST:
                return go(request, reverse("import-profile", args=[batch.key]))
            actions.ask_check(batch, actor=self.user)
        except Invalid as error:
            return self.show(mapping, status=422, refusal=error, errors=error.fields)
        except StaleState as error:
            self.setup_batch()
            return self.show(mapping, status=error.status, refusal=error)
        return go(request, url(batch))

    def show(self, mapping: Mapping, status: int = 200, **more: Any) -> HttpResponse:
        """Render the columns under a mapping."""
        batch = self.batch
        fields = queries.fields_of(batch)
        suggested = {name: each for each in batch.source.get("suggestions", []) for name in (each["column"], *each["more"])}
        chosen = {column: key for key, each in mapping.fields.items() for column in each.columns}
        columns = [self.column(column, chosen, mapping, suggested) for column in batch.source["columns"]]
        by_name = {column["name"]: column for column in batch.source["columns"]}
        return self.render(
            status=status,
            **self.common(),
            columns=columns,
            fields=fields,
            filled=[self.filled(field, mapping) for field in fields],
            words=[each for field in fields for each in words_of(field, mapping, by_name)],
            dates=[(field, mapping.fields[field.key].date_order) for field in fields if is_date(field, mapping)],
            mapping=mapping,
            months=MONTHS,
            profiles=queries.profiles_for(self.user, batch.target),
            create_missing=batch.settings.get("create_missing", True),
            unused=sum(1 for column in columns if not column["field"]),
            **more,
        )

    def column(
        self, column: Dict[str, Any], chosen: Dict[str, str], mapping: Mapping, suggested: Dict[str, Any]
    ) -> dict[str, Any]:
        """One column as the page shows it."""
        name = column["name"]
        field = IGNORE if name in mapping.ignored else chosen.get(name, KEEP)
        hint = suggested.get(name)
        because = "; ".join(hint["reasons"]) if hint and hint["field"] == field else ""
        return {
            **column,
            "field": field,
            "why": because,
            "sure": hint["confidence"] if because and hint else None,
            "holds": _KINDS.get(column["kind"], column["kind"]),
            "percent": round(column["fill"] * 100),
        }

    def filled(self, field: TargetField, mapping: Mapping) -> tuple[TargetField, list[str]]:
        """A field with the columns that feed it."""
        each = mapping.fields.get(field.key)
        return field, list(each.columns) if each else []


MONTHS = list(enumerate("January February March April May June July August September October November December".split(), start=1))


def is_date(field: TargetField, mapping: Mapping) -> bool:
    """Whether a date field is fed by a column."""
    return field.kind == Kind.DATE and field.key in mapping.fields


def words_of(field: TargetField, mapping: Mapping, columns: Dict[str, Any]) -> list[dict[str, Any]]:
    """The words of a column that feeds a choice, each with what it means."""
    each = mapping.fields.get(field.key)
    if field.kind not in (Kind.CHOICE, Kind.CHOICES) or each is None or not each.columns:
        return []
    told = {choices.fold(word): meaning for word, meaning in each.values.items()}
    lines = []
    for index, (word, count) in enumerate(columns.get(each.columns[0], {}).get("values", [])):
        if is_blank(word):
            continue
        found = choices.match(word, field.choices)
        meaning = told.get(choices.fold(word), found.value or "")
        lines.append({"name": f"w-{field.key}-{index}", "word": word, "count": count, "meaning": meaning, "found": found})
    return [{"field": field, "lines": lines}] if lines else []


def from_post(given: QueryDict, batch: ImportBatch, fields: Dict[str, TargetField]) -> Mapping:
    """Build the mapping from the form: `c-<index>` names a column's field, `w-<field>-<n>` what a word means."""
    mapping = Mapping()
    columns = batch.source["columns"]
    for column in columns:
        value = given.get(f"c-{column['index']}", KEEP)
        if value == IGNORE:
            mapping.ignored.append(column["name"])
        elif value in fields:
            each = mapping.fields.setdefault(value, FieldMapping(join=_join(fields[value])))
            each.columns.append(column["name"])
    by_name = {column["name"]: column for column in columns}
    for key, each in mapping.fields.items():
        each.date_order = given.get(f"d-{key}", "") if given.get(f"d-{key}", "") in ("day", "month") else ""
        for index, (word, _) in enumerate(by_name[each.columns[0]].get("values", [])):
            name = f"w-{key}-{index}"
            meaning = str(given.get(name, ""))
            if name in given and meaning != (choices.match(word, fields[key].choices).value or ""):
                each.values[word] = meaning
    month = given.get("fiscal_month", "1")
    mapping.fiscal_month = int(month) if month.isdecimal() and 1 <= int(month[:3]) <= 12 else 1
    return mapping


def _join(field: TargetField) -> str:
    return "labelled" if field.kind == Kind.PROSE else "space"


class TakeProfile(BatchPage):
    """Take a saved mapping over."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Fit it to this file, and say what did not fit."""
        batch = self.setup_batch()
        pk = request.POST.get("profile", "")
        profile = queries.get_profile(self.user, int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
        fitted = actions.apply_profile(batch, actor=self.user, profile=profile)
        said = [f"{profile.name} is taken over."]
        if fitted.renamed:
            said.append("; ".join(f"“{old}” is “{new}” here" for old, new in fitted.renamed.items()) + ".")
        if fitted.missing:
            said.append(f"Not in this file: {', '.join(fitted.missing)}.")
        if fitted.new:
            count = len(fitted.new)
            said.append(f"{count} {'column is' if count == 1 else 'columns are'} not in the mapping and kept as other facts.")
        messages.success(request, " ".join(said))
        return go(request, reverse("import-columns", args=[batch.key]))


class SaveProfile(BatchAction):
    """Keep the mapping under a name."""

    title, submit, form_class = "Save this mapping", "Save it", ProfileForm

    def initial(self, obj: ImportBatch) -> dict[str, Any]:
        """Offer the name it had."""
        return {"name": obj.profile.name if obj.profile else ""}

    def perform(self, obj: ImportBatch, given: Dict[str, Any]) -> ImportProfile:
        """Save it."""
        return actions.save_profile(obj, actor=self.user, name=given["name"])

    def said(self, result: ImportProfile) -> str:
        """Say so."""
        return f"The mapping is saved as {result.name}."


class RemoveProfile(ActionPage):
    """Remove a saved mapping."""

    title, submit, tone = "Remove this saved mapping?", "Remove it", "stop"

    def load(self) -> ImportProfile:
        """Return the saved mapping of the address."""
        return queries.get_profile(self.user, self.kwargs["pk"])

    def verdict(self, obj: ImportProfile) -> Verdict:
        """Say whether the person may."""
        return rules.may_remove_profile(self.user, obj)

    def perform(self, obj: ImportProfile, given: Dict[str, Any]) -> ImportProfile:
        """Do it."""
        actions.remove_profile(obj, actor=self.user)
        return obj

    def success_url(self, result: ImportProfile) -> str:
        """Go to the list of imports."""
        return reverse("imports")

    def back_url(self, obj: ImportProfile) -> str:
        """Return to the list of imports."""
        return reverse("imports")

    def said(self, result: ImportProfile) -> str:
        """Say so."""
        return f"{result.name} is removed; imports that used it stay as they are."
