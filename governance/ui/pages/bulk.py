"""Bulk changes: choose, see each row before and after, then do it; undo while the session lasts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.crypto import get_random_string

from governance.core.errors import Invalid, NotVisible, PlumblineError, TooLarge
from governance.ui.extensions import BulkAction
from governance.ui.pages.action import NoFields
from governance.ui.pages.base import Page, go
from governance.ui.pages.list import ListPage

KEPT_UNDOS = 5


@dataclass(frozen=True)
class Line:
    """One row of the preview."""

    name: str
    url: str
    before: Any
    after: Any
    refusal: str = ""


class BulkPage(Page):
    """Form, preview and execution of one bulk change of a list."""

    template = "ui/bulk.html"
    owner: type[ListPage]

    def prepare(self) -> tuple[ListPage, BulkAction]:
        """Return the list and the change of the address."""
        listing = self.owner()
        listing.setup(self.request, **self.kwargs)
        return listing, listing.bulk_action(self.kwargs["action"])

    def picked(self, listing: ListPage, action: BulkAction) -> list[Any]:
        """Return the chosen rows that the person may see: the ticked ones, or all that the filters let through."""
        base = listing.rows(self.user)
        if self.request.POST.get("all"):
            browse = listing.browse(QueryDict(self.request.POST.get("query", "")))
            browse.require_clear()
            rows = list(browse.rows(base)[: action.limit + 1])
        else:
            keys = self.request.POST.getlist("pick")
            rows = list(base.filter(pk__in=[key for key in keys if key.isdecimal()][: action.limit + 1]))
        if len(rows) > action.limit:
            raise TooLarge(f"That is more than {action.limit:,} rows at once.", fix="Narrow the filters, and do it in parts.")
        if not rows:
            raise Invalid("No rows are chosen.", fix="Tick the rows to change in the list, then choose what to do.")
        return rows

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A bulk change begins in the list."""
        return go(request, reverse(self.owner.url_name))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for what is needed, show the preview, or do it: three posts of one form."""
        listing, action = self.prepare()
        rows = self.picked(listing, action)
        stage = request.POST.get("stage", "")
        needs_form = action.form is not None
        form = (action.form or NoFields)(request.POST if stage or not needs_form else None)
        self.title = f"{action.label}: {len(rows):,} {'row' if len(rows) == 1 else 'rows'}"
        self.crumbs = [(listing.get_title(), reverse(self.owner.url_name)), (action.label, "")]
        shown: dict[str, Any] = {"action": action, "form": form, "picks": [row.pk for row in rows], "back": self.back()}
        if (needs_form and not stage) or not form.is_valid():
            return self.render(**shown, stage="preview", status=422 if stage else 200)
        lines = [self.line(listing, action, row, form.cleaned_data) for row in rows]
        if stage != "do":
            doable = sum(1 for line in lines if not line.refusal)
            return self.render(**shown, stage="do", lines=lines, doable=doable)
        return self.perform(listing, action, rows, form.cleaned_data)

    def back(self) -> str:
        """Return the list as it was."""
        query = self.request.POST.get("query", "")
        return reverse(self.owner.url_name) + (f"?{query}" if query else "")

    def line(self, listing: ListPage, action: BulkAction, row: Any, given: Mapping[str, Any]) -> Line:
        """Return one line of the preview."""
        table = listing.table()
        verdict = action.allowed(row, self.user, given)
        before, after = action.describe(row, given)
        return Line(table.name(row), table.url(row), before, after, "" if verdict else verdict.reason)

    def perform(self, listing: ListPage, action: BulkAction, rows: list[Any], given: Mapping[str, Any]) -> HttpResponse:
        """Change row by row; one that is refused does not hold back the others, and is named with its reason."""
        done: list[tuple[Any, Any]] = []
        refused: list[str] = []
        for row in rows:
            try:
                with transaction.atomic():
                    done.append((row.pk, action.change(row, self.user, given)))
            except PlumblineError as error:
                refused.append(f"{listing.table().name(row)}: {error}")
        undo = self.remember(action, done) if done and action.revert else ""
        if done:
            said = f"{action.label}: {len(done):,} {'row' if len(done) == 1 else 'rows'} changed."
            messages.success(self.request, said, extra_tags=f"undo {undo}" if undo else "")
        if refused:
            more = f" And {len(refused) - 5} more." if len(refused) > 5 else ""
            messages.warning(self.request, f"{len(refused):,} not changed. " + " ".join(refused[:5]) + more)
        return go(self.request, self.back())

    def remember(self, action: BulkAction, done: list[tuple[Any, Any]]) -> str:
        """Keep in the session what undo needs; returns the address that undoes."""
        token = get_random_string(16)
        kept = dict(list(self.request.session.get("undo", {}).items())[-(KEPT_UNDOS - 1) :])
        kept[token] = {"list": self.owner.key, "action": action.key, "done": json.loads(json.dumps(done, default=str))}
        self.request.session["undo"] = kept
        return reverse(f"{self.owner.url_name}-undo", kwargs={"token": token})


class UndoPage(Page):
    """Undoes a bulk change, row by row, through the feature's own action."""

    owner: type[ListPage]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Undo takes a post."""
        return go(request, reverse(self.owner.url_name))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Revert each row that still can be."""
        kept = dict(request.session.get("undo", {}))
        memory = kept.pop(self.kwargs["token"], None)
        if memory is None or memory["list"] != self.owner.key:
            raise NotVisible("This change can no longer be undone here.", fix="Each row's activity tab shows what it was before.")
        listing = self.owner()
        listing.setup(request, **self.kwargs)
        action = listing.bulk_action(memory["action"])
        count, refused = revert(listing, action, memory["done"], self.user)
        request.session["undo"] = kept
        messages.success(request, f"Undone: {count:,} {'row is' if count == 1 else 'rows are'} as before.")
        if refused:
            messages.warning(request, f"{len(refused):,} not undone. " + " ".join(refused[:5]))
        return go(request, reverse(self.owner.url_name))


def revert(listing: ListPage, action: BulkAction, done: list[tuple[Any, Any]], user: Any) -> tuple[int, list[str]]:
    """Undo each row; return how many were, and why others were not."""
    if action.revert is None:
        raise NotVisible("This change cannot be undone.", fix="Change the rows again, or see their activity.")
    rows = {row.pk: row for row in listing.rows(user).filter(pk__in=[pk for pk, _ in done])}
    count, refused = 0, [f"{len(done) - len(rows)} can no longer be seen."] if len(rows) < len(done) else []
    for pk, memory in done:
        if pk not in rows:
            continue
        try:
            with transaction.atomic():
                action.revert(rows[pk], user, memory)
            count += 1
        except PlumblineError as error:
            refused.append(f"{listing.table().name(rows[pk])}: {error}")
    return count, refused


def view_for(owner: type[ListPage]) -> Callable[..., Any]:
    """Return the view of a list's bulk changes."""
    return type(f"{owner.__name__}Bulk", (BulkPage,), {"owner": owner}).as_view()  # type: ignore[attr-defined, no-any-return]


def undo_for(owner: type[ListPage]) -> Callable[..., Any]:
    """Return the view that undoes a list's bulk changes."""
    return type(f"{owner.__name__}Undo", (UndoPage,), {"owner": owner}).as_view()  # type: ignore[attr-defined, no-any-return]
