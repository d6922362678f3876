"""The steps of an import, each an action page: upload, read again, go in, undo, discard, take back from a dead job."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse

from governance.core.tabular.source import Options
from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.imports import actions, queries, rules
from registry.imports.adapter import target_of
from registry.imports.forms import CommitForm, ReadingForm, UploadForm
from registry.imports.models import ImportBatch
from registry.imports.tables import url


class Upload(ActionPage):
    """Take a file in."""

    title, submit, form_class = "Import a file", "Read the file", UploadForm
    lead = "Nothing changes yet: first you match the columns, then you see what each row would do."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may import at all."""
        return rules.may_import(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Begin with the kind of row that the link named."""
        return {"target": self.request.GET.get("target", "")}

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer what the person may import."""
        return {"person": self.user}

    def extra(self, obj: Any) -> dict[str, Any]:
        """Draw the file as a place to drop one."""
        return {"fields_template": "registry/imports/_upload.html"}

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the list."""
        return [("Imports", reverse("imports")), ("Import a file", "")]

    def perform(self, obj: Any, given: Mapping[str, Any]) -> ImportBatch:
        """Store and read the file."""
        file = given["file"]
        return actions.upload(file, actor=self.user, name=file.name, target=given["target"])

    def success_url(self, result: ImportBatch) -> str:
        """Go on to the columns."""
        return url(result)

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("imports")


class BatchAction(ActionPage):
    """Base of what is done to one import."""

    rule: ClassVar[Any] = rules.may_touch

    def load(self) -> ImportBatch:
        """Return the import of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: ImportBatch) -> Verdict:
        """Say whether the person may."""
        return type(self).rule(self.user, obj)  # type: ignore[no-any-return]

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the import."""
        return [("Imports", reverse("imports")), (self.obj.name, url(self.obj)), (self.title, "")]

    def success_url(self, result: Any) -> str:
        """Return to the import."""
        return url(self.obj)

    def back_url(self, obj: ImportBatch) -> str:
        """Return to the import."""
        return url(obj)


class ReadAgain(BatchAction):
    """Read the file in another way."""

    title, submit, form_class, rule = "Read the file differently", "Read it so", ReadingForm, staticmethod(rules.may_map)
    lead = "The matching of columns begins anew."

    def form_arguments(self, obj: ImportBatch) -> dict[str, Any]:
        """Offer what this kind of file has."""
        return {"source": obj.source}

    def initial(self, obj: ImportBatch) -> dict[str, Any]:
        """Begin with how it is read now."""
        return dict(obj.options)

    def perform(self, obj: ImportBatch, given: Mapping[str, Any]) -> ImportBatch:
        """Read it again."""
        chosen = {name: value for name, value in given.items() if value not in ("", None)}
        options = Options.from_json(chosen | {"format": obj.options.get("format")})
        return actions.reread(obj, actor=self.user, options=options, expected_version=self.seen_version)


class Commit(BatchAction):
    """Let the rows in."""

    submit, form_class, rule = "Import", CommitForm, staticmethod(rules.may_commit)

    def get_title(self) -> str:
        """Say how many of what would go in."""
        count = self.obj.count("new") + self.obj.count("changed")
        return f"Import {count:,} {target_of(self.obj.target).label.lower()}?"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the preview."""
        return [("Imports", reverse("imports")), (self.obj.name, url(self.obj)), ("Import", "")]

    def perform(self, obj: ImportBatch, given: Mapping[str, Any]) -> Any:
        """Ask for it."""
        whole = given["how"] == "all"
        return actions.ask_commit(obj, actor=self.user, all_or_nothing=whole, expected_version=self.seen_version)


class Undo(BatchAction):
    """Take a whole import back."""

    title, submit, tone, rule = "Undo this import?", "Undo the import", "stop", staticmethod(rules.may_undo)
    lead = (
        "What it made and nobody touched since is removed; what it changed is changed back. "
        "What somebody touched since stays, and is listed."
    )

    def perform(self, obj: ImportBatch, given: Mapping[str, Any]) -> Any:
        """Ask for it."""
        return actions.ask_undo(obj, actor=self.user, expected_version=self.seen_version)


class Discard(BatchAction):
    """Throw an import away that did not go in."""

    title, submit, tone, rule = "Discard this import?", "Discard", "stop", staticmethod(rules.may_discard)
    lead = "The file and its preview are deleted. Nothing of it had gone in."

    def perform(self, obj: ImportBatch, given: Mapping[str, Any]) -> ImportBatch:
        """Do it."""
        return actions.discard(obj, actor=self.user, expected_version=self.seen_version)

    def success_url(self, result: Any) -> str:
        """Go to the list."""
        return reverse("imports")

    def said(self, result: ImportBatch) -> str:
        """Say so."""
        return f"{result.name} is discarded."


class Release(BatchAction):
    """Take an import out of the hands of a job that will not go on."""

    title, submit, rule = "Go back to the last step?", "Go back", staticmethod(rules.may_release)
    lead = "Rows that went in stay in, and can be undone."

    def perform(self, obj: ImportBatch, given: Mapping[str, Any]) -> ImportBatch:
        """Do it."""
        return actions.release(obj, actor=self.user, expected_version=self.seen_version)
