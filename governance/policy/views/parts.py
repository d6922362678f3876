"""The forms of a draft's rows and parts: each made from the published schema, each saving the whole policy."""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.urls import reverse

from governance.core.errors import NotVisible
from governance.policy import actions, compare, forms, normal, schema
from governance.policy.models import PolicyDraft
from governance.policy.schema import Path_
from governance.policy.views.drafts import rows_of
from governance.policy.views.edits import DraftAction


class _PlaceForm(DraftAction):
    """Base of the forms that change what stands at one place of a draft."""

    form_class, wide = forms.RowForm, True

    def place(self, obj: PolicyDraft) -> tuple[Path_, Path_, dict[str, Any]]:
        """Return the path in the draft, the path in the schema, and what stands there. Raises NotVisible."""
        raise NotImplementedError

    def form_arguments(self, obj: PolicyDraft) -> dict[str, Any]:
        """Give the form what it changes, and the document that it refers to."""
        _, path, row = self.place(obj)
        return {"document": obj.document, "path": path, "row": row}

    def build(self, obj: PolicyDraft, bound: bool) -> BaseForm:
        """Return the form, or 404 for what is not there."""
        self.place(obj)
        self.form = super().build(obj, bound)
        return self.form

    def perform(self, obj: PolicyDraft, given: Mapping[str, Any]) -> PolicyDraft:
        """Put it in its place and save the whole."""
        form: Any = self.form
        document = normal.changed(normal.filled(obj.document), self.place(obj)[0], form.changed_row())
        return actions.change_draft(obj, actor=self.user, document=document, expected_version=self.seen_version)

    def extra(self, obj: PolicyDraft) -> dict[str, Any]:
        """Lay the fields out in columns."""
        return {"fields_template": "governance/policy/_row_fields.html"}

    def success_url(self, result: PolicyDraft) -> str:
        """Return to the parts to edit."""
        return reverse("policy-draft-edit", args=[result.key])

    def back_url(self, obj: PolicyDraft) -> str:
        """Return to the parts to edit."""
        return reverse("policy-draft-edit", args=[obj.key])

    def said(self, result: PolicyDraft) -> str:
        """Say that it is saved."""
        return f"{self.get_title()} is saved in the draft."


class DraftRow(_PlaceForm):
    """One row of a draft."""

    def place(self, obj: PolicyDraft) -> tuple[Path_, Path_, dict[str, Any]]:
        """Return the row of the address."""
        slug, index = self.kwargs["section"], self.kwargs["index"]
        rows = rows_of(normal.filled(obj.document), slug) if slug in forms.SECTIONS else []
        if index >= len(rows):
            raise NotVisible("There is no such row in this draft.", fix="Choose one under Edit.")
        return (*forms.SECTIONS[slug], index), (*forms.SECTIONS[slug], 0), rows[index]

    def get_title(self) -> str:
        """Return the row's name."""
        return compare.name_of(self.place(self.obj)[2])


class DraftPart(_PlaceForm):
    """One part of a draft that is no list."""

    def place(self, obj: PolicyDraft) -> tuple[Path_, Path_, dict[str, Any]]:
        """Return the part of the address; what an older draft does not say has its default."""
        path = forms.PARTS.get(self.kwargs["part"])
        if path is None:
            raise NotVisible("There is no such part of a policy.", fix="Choose one under Edit.")
        part: Any = normal.filled(obj.document)
        for step in path:
            part = part[step]
        return path, path, part

    def get_title(self) -> str:
        """Return what the part is called."""
        title = str(schema.node_at(forms.PARTS[self.kwargs["part"]])["title"])
        return title[:1].upper() + title[1:]
