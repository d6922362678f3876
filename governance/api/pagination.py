"""Keyset pages: a cursor names the row one stopped at, so no row is skipped or repeated while others write."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework.pagination import BasePagination
from rest_framework.request import Request

from governance.api import ordering
from governance.api.errors import from_fields

DEFAULT_LIMIT, MAX_LIMIT = 50, 200
PARAMETERS = ("cursor", "limit", "sort", "count")
_signer = Signer(salt="plumbline.api.cursor")


@dataclass(frozen=True)
class Page:
    """The rows of one page, and where the pages beside it begin."""

    rows: list[Any]
    next: str | None
    previous: str | None
    count: int | None


class KeysetPagination(BasePagination):
    """Pages of 1 to 200 rows (50 unless asked) in any declared order."""

    def page(self, queryset: QuerySet[Any], request: Request, declared: ordering.Ordering, default: str) -> Page:
        """Cut one page out of a queryset. Raises BadParameters."""
        params = request.query_params
        sort = ordering.chosen(params.get("sort"), declared, default)
        size, counted = limit_of(params), _flag(params, "count")
        count = queryset.count() if counted else None
        queryset, keys = ordering.sort_keys(queryset, sort, declared)
        values, backward = _read_cursor(params.get("cursor", ""), sort, keys)
        if values is not None:
            queryset = queryset.filter(ordering.past(keys, values, backward=backward))
        queryset = queryset.order_by(*(key.order(backward=backward) for key in keys))
        rows = list(queryset[: size + 1])
        more = len(rows) > size
        rows = rows[:size]
        if backward:
            rows.reverse()
        has_next = bool(rows) and (backward or more)
        has_previous = bool(rows) and (more if backward else values is not None)
        return Page(
            rows,
            _cursor(sort, keys, rows[-1], backward=False) if has_next else None,
            _cursor(sort, keys, rows[0], backward=True) if has_previous else None,
            count,
        )

    def body(self, page: Page, results: Iterable[Any], request: Request) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the answer and its Link header (RFC 8288)."""
        links = {"next": _url(request, page.next), "previous": _url(request, page.previous)}
        body: dict[str, Any] = {"results": list(results), **links}
        if page.count is not None:
            body["count"] = page.count
        relations = (("next", links["next"]), ("prev", links["previous"]))
        header = ", ".join(f'<{url}>; rel="{relation}"' for relation, url in relations if url)
        return body, {"Link": header} if header else {}

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """Describe a page."""
        url = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": {**url, "description": "Address of the next page, or null on the last one."},
                "previous": {**url, "description": "Address of the page before, or null on the first one."},
                "count": {"type": "integer", "minimum": 0, "description": "Exact number of rows, with `?count=true`."},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """Describe the parameters of a page."""
        names = [sign + name for name in view.declared_ordering() for sign in ("", "-")]
        sort = "|".join(names)
        made = [
            _parameter(
                "cursor", {"type": "string", "maxLength": 4000}, "Where the page begins, as `next` or `previous` gave it."
            ),
            _parameter(
                "limit",
                {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
                f"Rows on a page, 1 to {MAX_LIMIT}.",
            ),
            _parameter("count", {"type": "boolean", "default": False}, "Also count all rows exactly; costs a query."),
        ]
        if names:
            pattern = {"type": "string", "pattern": f"^({sort})(,({sort})){{0,{ordering.MAX_KEYS - 1}}}$"}
            told = f"Sort by {', '.join(view.declared_ordering())}; a minus turns one round, commas combine."
            told += f" Default: `{view.default_sort()}`." if view.default_sort() else ""
            made.append(_parameter("sort", pattern, told))
        return made


def limit_of(params: QueryDict) -> int:
    """Return the wished size of a page. Raises BadParameters."""
    text = params.get("limit")
    if text is None:
        return DEFAULT_LIMIT
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_LIMIT and len(text) < 9:
        return int(text)
    raise from_fields("The page size cannot be read.", {"limit": f"Give a whole number from 1 to {MAX_LIMIT}."})


def _flag(params: QueryDict, name: str) -> bool:
    text = params.get(name, "false")
    if text not in ("true", "false"):
        raise from_fields("A parameter cannot be read.", {name: "Give `true` or `false`."})
    return text == "true"


def _cursor(sort: str, keys: Sequence[ordering.SortKey], row: Any, *, backward: bool) -> str:
    return _signer.sign_object([sort, int(backward), [key.read(row) for key in keys]], compress=True)


def _read_cursor(text: str, sort: str, keys: Sequence[ordering.SortKey]) -> tuple[list[Any] | None, bool]:
    if not text:
        return None, False
    try:
        made_for, backward, stored = _signer.unsign_object(text)
    except (BadSignature, ValueError) as error:
        raise from_fields("The cursor cannot be read.", {"cursor": "Take it unchanged from `next` or `previous`."}) from error
    if made_for != sort or len(stored) != len(keys):
        raise from_fields(
            "The cursor belongs to another order.", {"cursor": "Keep `sort` while paging, or start again without a cursor."}
        )
    return [key.parse(value) for key, value in zip(keys, stored, strict=True)], bool(backward)


def _url(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    query = request.query_params.copy()
    query["cursor"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
