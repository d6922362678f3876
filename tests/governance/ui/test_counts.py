"""The figures beside the navigation: those that are numbers of rows are counted in one statement."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.core.contributions import NavItem, contributed
from governance.core.models import Company
from governance.people.models import Team
from governance.ui import shell


def test_numbers_of_rows_are_counted_together(world: Any, monkeypatch: Any) -> None:
    Company.objects.get_or_create(pk=1)
    rows = [NavItem(f"row{n}", "Rows", "home", "risks", count=lambda user: Team.objects.all()) for n in range(4)]
    said = NavItem("said", "Said", "home", "risks", count=lambda user: "3 open")
    monkeypatch.setattr(shell, "visible_items", lambda user: [*rows, said])
    monkeypatch.setattr(shell, "contributed", lambda kind: ())
    with CaptureQueriesContext(connection) as seen:
        counts = shell.count_all(world.ada)
    assert sum("COUNT(" in each["sql"] for each in seen.captured_queries) == 1
    assert counts == {**{f"row{n}": Team.objects.count() for n in range(4)}, "said": "3 open"}


def test_the_navigation_costs_fifteen_queries_at_most(world: Any, client_as: Any, django_assert_max_num_queries: Any) -> None:
    assert any(item.count for item in contributed(NavItem))
    rosa = client_as(world.rosa)
    rosa.get("/ui/counts/")
    with django_assert_max_num_queries(15):
        assert rosa.get("/ui/counts/").status_code == 200
