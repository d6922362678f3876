"""Reading: objects, lists, pages, filters, versions."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework import serializers

from governance.api.output import Output
from tests.governance.api.conftest import Caller, problem, widget
from tests.governance.api.widgets import Widget, WidgetOutput


def walk(call: Caller, path: str) -> tuple[list[str], str | None]:
    """Follow `next` to the end; return all keys and the last page's `previous`."""
    keys: list[str] = []
    url: str | None = path
    previous = None
    while url:
        page = call.get(url.removeprefix("http://testserver")).json()
        keys += [row["key"] for row in page["results"]]
        url, previous = page["next"], page["previous"]
    return keys, previous


def test_an_object_shows_its_fields_and_its_version(call: Caller, ada: Any) -> None:
    widget(owner=ada, weight=Decimal("1.50"), made_at=datetime(2026, 10, 12, 9, 30, tzinfo=UTC), day=date(2026, 10, 12))
    response = call.get("/widgets/w-1")
    assert response.status_code == 200
    assert response["ETag"] == '"v1"'
    found = response.json()
    assert found["weight"] == "1.50"
    assert found["made_at"] == "2026-10-12T09:30:00Z"
    assert found["day"] == "2026-10-12"
    assert found["owner"] == {"ref": ada.ref, "name": "Ada Lindqvist"}
    assert found["shout"] == f"WIDGET W-1 for {ada.pk}"


def test_what_is_compiled_is_what_rest_framework_would_answer(ada: Any, rf: Any) -> None:
    request = rf.get("/")
    request.user = ada
    widget("w-1", owner=ada, weight=Decimal("2.25"), made_at=datetime(2026, 1, 2, tzinfo=UTC), tags=["a", {"b": 1}])
    widget("w-2")
    for row in Widget.objects.all():
        mine = WidgetOutput(context={"request": request}).to_representation(row)
        theirs = dict(serializers.ModelSerializer.to_representation(WidgetOutput(context={"request": request}), row))
        assert mine == theirs


def test_nothing_is_sent_twice_to_who_has_it(call: Caller, ada: Any) -> None:
    widget()
    assert call.get("/widgets/w-1", If_None_Match='"v1"').status_code == 304
    assert call.get("/widgets/w-1", If_None_Match='"v2"').status_code == 200
    page = call.get("/widgets")
    assert page["ETag"].startswith('W/"')
    assert call.get("/widgets", If_None_Match=page["ETag"]).status_code == 304
    widget("w-2")
    assert call.get("/widgets", If_None_Match=page["ETag"]).status_code == 200
    assert "Authorization" in page["Vary"] and "private" in page["Cache-Control"]


@pytest.mark.parametrize("key", ["nothing", "w-2", "a%00b", "%F0%9F%8C%8D", "..", "x" * 3000])
def test_what_is_hidden_and_what_is_missing_look_the_same(call: Caller, ada: Any, key: str) -> None:
    widget("w-2", hidden=True)
    problem(call.get(f"/widgets/{key}"), 404, "not-found")


@pytest.mark.parametrize(
    "sort",
    ["name", "-name", "size", "-size", "weight", "-weight", "made_at", "owner", "-owner", "size,-weight", "owner,size,name"],
)
def test_pages_hold_every_row_once_in_any_order(call: Caller, ada: Any, sort: str) -> None:
    for number in range(23):
        widget(
            f"w-{number}",
            name=f"Name {number % 4}",
            size=number % 3,
            weight=None if number % 2 else Decimal(number % 5),
            made_at=None if number % 3 else datetime(2026, 1, 1 + number % 4, 0, 0, 0, number, tzinfo=UTC),
            owner=ada if number % 4 else None,
        )
    whole = [row["key"] for row in call.get(f"/widgets?limit=200&sort={sort}").json()["results"]]
    keys, previous = walk(call, f"/widgets?limit=4&sort={sort}")
    assert keys == whole
    assert len(set(keys)) == 23
    back: list[str] = []
    while previous:
        page = call.get(previous.removeprefix("http://testserver")).json()
        back = [row["key"] for row in page["results"]] + back
        previous = page["previous"]
    assert back == whole[: len(back)]
    assert len(back) == 20


def test_a_page_is_not_disturbed_by_who_writes_meanwhile(call: Caller, ada: Any) -> None:
    for number in range(6):
        widget(f"w-{number}", name=f"{number}")
    first = call.get("/widgets?limit=3").json()
    Widget.objects.filter(key="w-0").delete()
    widget("w-early", name="00")
    second = call.get(first["next"].removeprefix("http://testserver")).json()
    assert [row["key"] for row in second["results"]] == ["w-3", "w-4", "w-5"]
    assert second["next"] is None


def test_links_stand_in_the_header_too(call: Caller, ada: Any) -> None:
    for number in range(3):
        widget(f"w-{number}")
    response = call.get("/widgets?limit=1")
    assert response["Link"] == f'<{response.json()["next"]}>; rel="next"'
    second = call.get(response.json()["next"].removeprefix("http://testserver"))
    assert 'rel="prev"' in second["Link"] and 'rel="next"' in second["Link"]


def test_counting_is_asked_for(call: Caller, ada: Any) -> None:
    for number in range(3):
        widget(f"w-{number}")
    assert "count" not in call.get("/widgets").json()
    assert call.get("/widgets?count=true&limit=1").json()["count"] == 3


def test_filters_are_those_of_the_page(call: Caller, ada: Any) -> None:
    widget("w-1", name="Red apple", size=3)
    widget("w-2", name="Blue plum", size=12, colour="blue", owner=ada)
    wanted = {
        "colour=blue": ["w-2"], "q=apple": ["w-1"], "big=true": ["w-2"], "big=false": ["w-1"], "size_min=4": ["w-2"],
        "size_max=4": ["w-1"], f"owner={ada.ref}": ["w-2"], "q=": ["w-2", "w-1"], "colour=blue&q=apple": [],
    }  # fmt: skip
    for query, keys in wanted.items():
        assert [row["key"] for row in call.get(f"/widgets?{query}").json()["results"]] == keys, query


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colours=blue", "colours"),
        ("colour=green", "colour"),
        ("colour=", "colour"),
        ("big=yes", "big"),
        ("big=2", "big"),
        ("size_min=x", "size_min"),
        ("size_min=1.5", "size_min"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("sort=colour", "sort"),
        ("sort=name,-name", "sort"),
        ("count=1", "count"),
        ("cursor=abc", "cursor"),
        ("day=tomorrow", "day"),
        ("q=a%00b", "q"),
        ("limit=" + "9" * 500, "limit"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_refused(call: Caller, ada: Any, query: str, parameter: str) -> None:
    found = problem(call.get(f"/widgets?{query}"), 400, "invalid")
    assert [error["parameter"] for error in found["errors"]] == [parameter]


def test_a_cursor_belongs_to_its_order(call: Caller, ada: Any) -> None:
    widget("w-1")
    widget("w-2")
    cursor = call.get("/widgets?limit=1&sort=size").json()["next"].split("cursor=")[1].split("&")[0]
    problem(call.get(f"/widgets?sort=name&cursor={cursor}"), 400, "invalid")


def test_a_parameter_on_an_object_is_refused_unless_declared(call: Caller, ada: Any) -> None:
    widget()
    problem(call.get("/widgets/w-1?expand=all"), 400, "invalid")
    assert call.get("/widgets/w-1/sheet?days=3").status_code == 200


def test_lists_below_an_object_have_their_own_order(call: Caller, ada: Any) -> None:
    for number in range(3):
        widget(f"w-{number}", size=number)
    keys, _ = walk(call, "/widgets/w-0/siblings?limit=1")
    assert keys == ["w-2", "w-1", "w-0"]
    problem(call.get("/widgets/w-0/siblings?colour=red"), 400, "invalid")


def test_files_and_their_errors(call: Caller, ada: Any) -> None:
    widget()
    response = call.get("/widgets/w-1/sheet", Accept="text/csv")
    assert response.content == b"w-1\r\n"
    problem(call.get("/widgets/none/sheet", Accept="text/csv"), 404, "not-found")


def test_one_row_or_fifty_cost_the_same_queries(call: Caller, ada: Any) -> None:
    counted = []
    for number in range(50):
        widget(f"w-{number}", owner=ada)
        if number in (0, 49):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert call.get("/widgets?colour=red").status_code == 200
            counted.append(len(queries))
    assert counted[0] == counted[1] <= 3


def test_a_field_that_does_not_exist_is_no_silent_null() -> None:
    class Broken(Output):
        missing = serializers.CharField()

        class Meta:
            model = Widget
            fields = ("missing",)

    with pytest.raises(AttributeError):
        Broken().to_representation(Widget(key="w"))


@pytest.mark.parametrize(
    ("query", "status"),
    [("days=3", 200), ("days=x", 400), ("days=1.5", 400), ("days=", 400), ("days=99", 400), ("kind=short", 200), ("kind=x", 400)],
)
def test_declared_parameters_are_read_as_declared(call: Caller, ada: Any, query: str, status: int) -> None:
    widget()
    response = call.get(f"/widgets/w-1/sheet?{query}")
    assert response.status_code == status, response.content
    if status == 400:
        assert problem(response, 400, "invalid")["errors"][0]["parameter"] == query.partition("=")[0]
