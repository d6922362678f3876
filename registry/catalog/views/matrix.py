"""Data rules as a matrix: endpoints down, data classes across, changed in place."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Conflict, Denied, Invalid, PlumblineError, StaleState
from governance.policy import queries as policy
from governance.policy.models import DataClass
from governance.ui import paging
from governance.ui.pages import Page, go
from registry.catalog import actions, queries, rules
from registry.catalog.actions import RuleChange
from registry.catalog.filters import MatrixFilters
from registry.catalog.models import CatalogState, DataRule, Endpoint

SIZE = 40


class MatrixPage(Page):
    """The matrix. GET shows it; POST sets all cells that differ from what was seen, in one action with one reason."""

    title, template = "Data rules", "registry/catalog/matrix.html"

    def columns(self) -> list[DataClass]:
        """Return the data classes, or those chosen in the filter."""
        classes = list(policy.data_classes())
        chosen = [value for value in self.request.GET.getlist("data_class") if value.isdecimal()]
        return [each for each in classes if str(each.pk) in chosen] or classes

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the matrix."""
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Set what was changed; a refusal keeps what was chosen."""
        given = request.POST
        try:
            changes = list(self.changes())
            if not changes:
                raise Conflict("No cell was changed.", fix="Choose another rule in a cell first.")
            moved = actions.set_rules(changes, actor=self.user, reason=given.get("reason", ""))
        except (Conflict, Invalid, Denied, StaleState) as error:
            return self.show(error)
        messages.success(request, f"{moved} {'rule is' if moved == 1 else 'rules are'} set.")
        return go(request, request.get_full_path())

    def changes(self) -> Any:
        """Return the cells whose choice differs from what the person saw."""
        given = self.request.POST
        classes = {str(each.pk): each for each in policy.data_classes()}
        pairs = {name[5:]: str(value) for name, value in given.items() if name.startswith("cell-")}
        wanted = {name.partition("-")[0] for name in pairs}
        rows = {str(row.pk): row for row in self.endpoints().filter(pk__in=[key for key in wanted if key.isdecimal()])}
        for name, value in pairs.items():
            row, _, column = name.partition("-")
            seen = str(given.get(f"seen-{name}", ""))
            if value != seen and row in rows and column in classes:
                yield RuleChange(rows[row], classes[column], value or None, seen)

    def endpoints(self) -> Any:
        """Return the endpoints that the reader may see and that are in use."""
        return queries.endpoints(self.user).exclude(state=CatalogState.RETIRED)

    def show(self, refusal: PlumblineError | None = None) -> HttpResponse:
        """Render the page, after a refusal with what was chosen still in the cells."""
        params = self.request.GET
        filters = MatrixFilters(params, queryset=self.endpoints().order_by("name", "pk"), request=self.request)
        rows = filters.qs if filters.form.is_valid() else self.endpoints().order_by("name", "pk")
        slice_ = paging.window(rows, params.get("page", ""), SIZE)
        columns, editable = self.columns(), bool(rules.may_set_rules(self.user))
        query = params.copy()
        query.pop("page", None)
        return self.render(
            status=refusal.status if refusal else 200,
            columns=columns,
            lines=self.lines(slice_.rows, columns),
            slice=slice_,
            verdict=rules.may_set_rules(self.user),
            editable=editable,
            choices=DataRule.Rule.choices,
            refusal=refusal,
            reason=self.request.POST.get("reason", ""),
            filters=filters.form,
            query=query.urlencode(),
            list_url=reverse("data-rules"),
            searched=bool(params.get("q") or params.get("vendor")),
        )

    def lines(self, rows: Any, columns: list[DataClass]) -> list[dict[str, Any]]:
        """Return the rows of the matrix with their cells."""
        held = queries.rules_of(rows, columns)
        return [{"endpoint": row, "cells": [self.cell(row, each, held[row.pk, each.pk]) for each in columns]} for row in rows]

    def cell(self, row: Endpoint, column: DataClass, effective: queries.Effective) -> dict[str, Any]:
        """Return one cell: what holds, what was seen, what is chosen."""
        name = f"{row.pk}-{column.pk}"
        seen = "" if effective.is_default else effective.rule
        posted = self.request.POST.get(f"cell-{name}") if self.request.method == "POST" else None
        return {
            "name": name,
            "column": column,
            "effective": effective,
            "seen": seen,
            "chosen": seen if posted is None else posted,
            "default": column.default_rule,
        }
