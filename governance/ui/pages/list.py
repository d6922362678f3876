"""The list page: filters in the address, search while typing, order, columns, views, bulk changes, export as seen."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse

from governance.core.contributions import contributed
from governance.core.errors import NotVisible
from governance.ui import paging, savedviews
from governance.ui.browse import Browse, Pill
from governance.ui.extensions import BulkAction, ListBulk
from governance.ui.pages.base import Page, is_fragment
from governance.ui.tables import Table

COUNTED = re.compile(r"\{total\} (\w+)")
"""The figure in a list's lead, and the word for what it counts."""


def _single(found: re.Match[str]) -> str:
    """Return figure and word for a single row."""
    word = found[1]
    return f"{{total}} {word[:-3]}y" if word.endswith("ies") else f"{{total}} {word.removesuffix('s')}"


@dataclass(frozen=True)
class View:
    """A view that comes with the list. `query` may hold `{me}` for the reader's id."""

    label: str
    query: str = ""

    def href(self, user: Any) -> str:
        """Return the address' parameters for this reader."""
        return self.query.format(me=user.pk)


@dataclass(frozen=True)
class Empty:
    """What an empty list says: why it matters, one main action, one other way in."""

    title: str
    text: str
    action: str = ""
    url: Callable[[Any], str] | None = None
    other: str = ""
    other_url: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class PageAction:
    """A button in the page's head. At most one is primary."""

    label: str
    url: Callable[[Any], str]
    icon: str = ""
    primary: bool = False
    shown: Callable[[Any], bool] = lambda user: True


class ListPage(Page):
    """Base of every list. See the package's docstring for a complete example."""

    key: ClassVar[str] = ""
    url_name: ClassVar[str] = ""
    table: ClassVar[type[Table]]
    filterset: ClassVar[type[django_filters.FilterSet] | None] = None
    search_hint: ClassVar[str] = "Find"
    lead: ClassVar[str] = ""
    views: ClassVar[tuple[View, ...]] = (View("All"),)
    actions: ClassVar[tuple[PageAction, ...]] = ()
    bulk: ClassVar[tuple[BulkAction, ...]] = ()
    empty: ClassVar[Empty] = Empty("Nothing here yet", "What is added shows up here.")
    exports: ClassVar[bool] = True
    keyset: ClassVar[str] = ""
    pinned: ClassVar[int] = 4  # filters that stand in the bar while not set
    page_size: ClassVar[int] = paging.SIZE
    template = "ui/list.html"

    # What a list declares

    def rows(self, user: Any) -> QuerySet[Any]:
        """Return the rows that the person may see: always a `visible_to(user)` of the feature's queries."""
        raise NotImplementedError

    @classmethod
    def urls(cls, prefix: str) -> list[URLPattern]:
        """Return the list's routes: the list, its filter options, counts, export, bulk changes and views."""
        from governance.ui.pages import bulk, export

        name = cls.url_name
        return [
            path(prefix, cls.as_view(), name=name),
            path(f"{prefix}-/filter/<slug:name>/", cls.as_view(part="filter"), name=f"{name}-filter"),
            path(f"{prefix}-/counts/", cls.as_view(part="counts"), name=f"{name}-counts"),
            path(f"{prefix}-/views/", savedviews.view_for(cls), name=f"{name}-views"),
            path(f"{prefix}-/export.<slug:form>", export.view_for(cls), name=f"{name}-export"),
            path(f"{prefix}-/bulk/<slug:action>/", bulk.view_for(cls), name=f"{name}-bulk"),
            path(f"{prefix}-/undo/<str:token>/", bulk.undo_for(cls), name=f"{name}-undo"),
        ]

    # How it works

    part = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, only its changed part for htmx, the options of one filter, or the counts of the views."""
        if self.part == "filter":
            return self.filter_options(kwargs["name"])
        if self.part == "counts":
            return self.render("ui/_view_counts.html", counted=self.count_views())
        browse = self.browse(request.GET)
        if "col" in request.GET:
            return self.choose_columns(request.GET)
        context = self.list_context(browse)
        if not is_fragment(request):
            return self.render(**context)
        response = self.render("ui/_browse_part.html", **context)
        if request.headers.get("HX-Boosted") != "true":
            response["HX-Push-Url"] = request.path + (browse.url(page=request.GET.get("page")) if browse.query else "")
        return response

    def choose_columns(self, params: QueryDict) -> HttpResponse:
        """Write the ticked columns into the address."""
        query = QueryDict(params.get("base", ""), mutable=True)
        query["cols"] = ",".join(key for key in params.getlist("col") if self.table.column(key))
        return HttpResponseRedirect(f"{self.request.path}?{query.urlencode(safe=',')}")

    def browse(self, params: QueryDict) -> Browse:
        """Read the address."""
        filters = self.filterset(params, queryset=None, request=self.request) if self.filterset else None
        return Browse(params, self.table(), filters)

    def list_context(self, browse: Browse) -> dict[str, Any]:
        """Return what the list template shows."""
        base = self.rows(self.user)
        found = self.slice(browse, base)
        untouched = not found.rows and not browse.query and found.number == 1
        bulk = self.bulk_actions()
        picked = frozenset(self.request.GET.getlist("pick"))
        return {
            "browse": browse,
            "slice": found,
            "body": browse.table.body(found.rows, browse.columns, pick=bool(bulk), picked=picked),
            "bulk": bulk,
            "heads": [(column, browse.direction(column), browse.sort_url(column)) for column in browse.columns],
            **self.arrange(browse.pills() if browse.filters else []),
            "views": savedviews.shown(self, browse),
            "untouched": untouched,
            "list_url": reverse(self.url_name),
            # An empty list has its one main action in the middle of the page.
            "buttons": [item for item in self.actions if item.shown(self.user) and not (untouched and item.primary)],
            "said": self.summary(browse, base, found),
            "empty_action": self.empty_action() if untouched else {},
        }

    def arrange(self, pills: list[Pill]) -> dict[str, list[Pill]]:
        """Return the filters that stand in the bar (set ones, and the first few) and those behind *Filter*."""
        free = [pill for pill in pills if not pill.on]
        behind = free[self.pinned :] if len(free) > self.pinned + 1 else []
        return {"pills": pills, "bar": [pill for pill in pills if pill not in behind], "behind": behind}

    def empty_action(self) -> dict[str, str]:
        """Return the labels and addresses that an empty list offers."""
        empty = self.empty
        return {
            "label": empty.action,
            "url": empty.url(self.user) if empty.url else "",
            "other": empty.other,
            "other_url": empty.other_url(self.user) if empty.other_url else "",
        }

    def slice(self, browse: Browse, base: QuerySet[Any]) -> paging.Slice:
        """Return the page of rows that was asked for."""
        if self.keyset:
            params = browse.params
            found = browse.filtered(base)
            return paging.keyset(found, self.keyset, params.get("after", ""), params.get("before", ""), self.page_size)
        return paging.window(browse.rows(base), browse.params.get("page", ""), self.page_size)

    def summary(self, browse: Browse, base: QuerySet[Any], found: paging.Slice) -> str:
        """Return the line beside the heading; `{total}` in it is the number of all rows this person may see."""
        if "{total}" not in self.lead:
            return self.lead
        total = base.count() if browse.query or found.total is None else found.total
        return (COUNTED.sub(_single, self.lead) if total == 1 else self.lead).format(total=f"{total:,}")

    def bulk_actions(self) -> list[BulkAction]:
        """Return the bulk changes this person is offered, those of other apps included."""
        added = [item.action for item in contributed(ListBulk) if item.list_key == self.key]
        return [action for action in (*self.bulk, *added) if action.shown(self.user)]

    def bulk_action(self, key: str) -> BulkAction:
        """Return one bulk change. Raises NotVisible when it is not offered."""
        for action in self.bulk_actions():
            if action.key == key:
                return action
        raise NotVisible("There is no such bulk change here.", fix="Go back to the list and choose one of those offered.")

    def filter_options(self, name: str) -> HttpResponse:
        """Return all options of one filter, fetched when its menu opens."""
        browse = self.browse(self.request.GET)
        if browse.filters is None or name not in browse.filters.filters:
            raise NotVisible("This list has no such filter.", fix="Go back to the list.")
        return self.render("ui/_options.html", pill=browse.pill(name, everything=True))

    def count_views(self) -> list[tuple[str, int]]:
        """Return the number of rows in each view, fetched after the page is shown."""
        counted = []
        for view in savedviews.available(self):
            browse = self.browse(QueryDict(view.query))
            counted.append((view.dom_id, browse.filtered(self.rows(self.user)).count()))
        return counted
