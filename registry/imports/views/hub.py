"""An import's page: what it shows follows from how far it is."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.text import slugify

from governance.core.errors import NotVisible
from governance.core.tabular.refused import write_refused
from governance.core.tabular.writing import FORMATS
from governance.ui import paging
from governance.ui.pages import Page, go
from registry.imports import queries, rules
from registry.imports.adapter import target_of
from registry.imports.models import ImportBatch, ImportRow
from registry.imports.tables import TONES

State = ImportBatch.State
STEPS = (("File", ()), ("Columns", (State.MAPPING,)), ("Preview", (State.READY,)), ("In", (State.COMMITTED, State.UNDONE)))
_SHOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "new": ("New", {"outcome": "new"}),
    "changed": ("Changed", {"outcome": "changed"}),
    "same": ("Same", {"outcome": "same"}),
    "refused": ("Refused", {"outcome": "refused"}),
    "warned": ("To look at", {"has_warnings": True}),
    "kept": ("Kept", {"fate": "kept"}),
}


class BatchPage(Page):
    """Base of pages of one import."""

    nav = "imports"
    batch: ImportBatch

    def setup_batch(self) -> ImportBatch:
        """Read the import of the address."""
        self.batch = queries.get(self.user, self.kwargs["key"])
        return self.batch

    def get_title(self) -> str:
        """The file's name."""
        return self.batch.name

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the list."""
        return [("Imports", reverse("imports")), (self.batch.key, "")]

    def common(self) -> dict[str, Any]:
        """What every page of an import shows."""
        batch = self.batch
        return {
            "batch": batch,
            "target": target_of(batch.target),
            "tone": TONES[batch.state],
            "steps": steps_of(batch),
            "may_touch": rules.may_touch(self.user, batch),
        }


def steps_of(batch: ImportBatch) -> list[dict[str, Any]]:
    """Return the four steps with what is done and where one stands."""
    place = {
        State.READING: 0,
        State.MAPPING: 1,
        State.CHECKING: 1,
        State.READY: 2,
        State.COMMITTING: 2,
        State.DISCARDED: 0,
    }.get(State(batch.state), 3)
    columns = reverse("import-columns", args=[batch.key]) if batch.is_open and place > 1 else ""
    return [
        {"label": label, "done": index < place, "current": index == place, "url": columns if index == 1 else ""}
        for index, (label, _) in enumerate(STEPS)
    ]


class ImportPage(BatchPage):
    """Progress, columns, preview or result."""

    template = "registry/imports/import.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show where it stands."""
        batch = self.setup_batch()
        if batch.state == State.MAPPING and rules.may_map(self.user, batch):
            return go(request, reverse("import-columns", args=[batch.key]))
        if batch.is_running:
            return self.render("registry/imports/running.html", **self.common(), **job_of(batch, self.user))
        return self.render(**self.common(), **self.rows())

    def rows(self) -> dict[str, Any]:
        """The rows under the chosen tab, with the tabs' counts."""
        batch = self.batch
        tabs = [
            {"key": key, "label": label, "count": batch.count(key)}
            for key, (label, _) in _SHOWN.items()
            if batch.count(key) or key in ("new", "refused")
        ]
        asked = self.request.GET.get("show", "")
        first = next((tab["key"] for tab in tabs if tab["count"]), "new")
        show = asked if asked in _SHOWN else str(first)
        found = batch.rows.filter(**_SHOWN[show][1]).order_by("number")
        adapter = target_of(batch.target).adapter
        labels = {field.key: field.label for field in adapter.fields()}
        page = paging.window(found, self.request.GET.get("page", ""))
        for row in page.rows:
            row.brief = brief(row, labels)  # type: ignore[attr-defined]
            gone = row.fate == ImportRow.Fate.REMOVED
            row.url = adapter.url(row.subject_key) if row.subject_key and not gone else ""  # type: ignore[attr-defined]
        going = batch.count("new") + batch.count("changed")
        user, has_any = self.user, sum(batch.count(name) for name in ImportRow.Outcome.values)
        return {
            "tabs": tabs,
            "show": show,
            "slice": page,
            "before": page.number - 1,
            "after": page.number + 1,
            "problems": queries.commonest_problems(batch) if has_any else [],
            "total": has_any,
            "commit": rules.may_commit(user, batch),
            "undo": rules.may_undo(user, batch),
            "discard": rules.may_discard(user, batch),
            "list_url": adapter.list_url(),
            "commit_label": f"Import {going:,} rows" if going != 1 else "Import 1 row",
            **{f"{name}_url": reverse(f"import-{name}", args=[batch.key]) for name in ("commit", "undo", "discard")},
        }


def brief(row: ImportRow, labels: dict[str, str]) -> tuple[str, list[tuple[str, Any]]] | None:
    """What a new row would hold, folded: fields first, then the other facts."""
    if row.outcome != ImportRow.Outcome.NEW:
        return None
    held = row.values
    lines = [(labels.get(key, key), _words(value)) for key, value in held["values"].items() if value not in (None, "", [])]
    lines = [line for line in lines if line[1] != row.label]
    extra = [(name, text) for name, text in held["extra"]]
    return f"{len(lines)} fields, {len(extra)} other facts", [*lines, *extra]


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def job_of(batch: ImportBatch, user: Any) -> dict[str, Any]:
    """The job that works on an import, and whether it is the reader's to stop."""
    release = reverse("import-release", args=[batch.key])
    return {"release_url": release, "job": batch.job, "own_job": batch.job is not None and batch.job.owner_id == user.pk}


class ImportProgress(BatchPage):
    """The part of the page that asks for itself again while a job runs."""

    done: ClassVar[int] = 286

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show how far it is; lead on when it is done."""
        batch = self.setup_batch()
        if not batch.is_running:
            return go(request, reverse("import", args=[batch.key]))
        response = self.render("registry/imports/_running.html", **self.common(), **job_of(batch, self.user))
        if batch.job is None or batch.job.is_over:
            response.status_code = self.done  # htmx: stop polling
        return response


class RefusedFile(BatchPage):
    """The refused rows as a file, in the columns that came in, with the reason beside each."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Stream it."""
        batch, form = self.setup_batch(), self.kwargs["form"]
        if form not in ("csv", "xlsx"):
            raise NotVisible("Refused rows leave as csv or xlsx.", fix="Choose one of the two.")
        return refused_file(batch, form)


def refused_file(batch: ImportBatch, form: str) -> StreamingHttpResponse:
    """Return the answer that streams the refused rows."""
    stream = write_refused(form, queries.headers_of(batch), queries.refused_rows(batch))
    name = f"{slugify(batch.name.rsplit('.', 1)[0]) or 'import'}-refused.{form}"
    return StreamingHttpResponse(
        stream,
        content_type=FORMATS[form].content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
