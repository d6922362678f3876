"""A list page: filters in the address, order, columns, paging, views, export, bulk changes with undo."""

import csv
import io
import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from governance.core import contributions
from governance.core.models import Job
from governance.ui.extensions import BulkAction, ListBulk
from governance.ui.models import SavedView
from tests.governance.ui import gallery

HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "rows"}


def names(response: Any) -> list[str]:
    """Return the labels of the rows shown, in order."""
    return [row.label for row in response.context["slice"].rows]


def test_a_stranger_is_sent_to_the_door(things: list[Job], client: Client) -> None:
    response = client.get("/things/?q=01")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/?next=/things/")


def test_a_session_that_ended_meanwhile_sends_the_whole_page_to_the_door(things: list[Job], client: Client) -> None:
    response = client.get("/things/?q=01", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://x.example/things/?q=0")
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/accounts/login/?next=/things/%3Fq%3D0"


def test_it_shows_fifty_rows_and_says_how_many_there_are(things: list[Job], browser_of: Client) -> None:
    response = browser_of.get("/things/")
    assert len(names(response)) == 50
    page = strip_tags(response.content.decode())
    assert "59 places where a model is called" in page
    assert "1 to 50 of 59" in page
    assert "Hidden surface" not in page


def test_one_row_is_counted_as_one(things: list[Job], browser_of: Client) -> None:
    things[0].__class__.objects.exclude(pk=things[0].pk).delete()
    assert "1 place where a model is called" in strip_tags(browser_of.get("/things/").content.decode())


def test_the_second_page_holds_the_rest_and_no_row_twice(things: list[Job], browser_of: Client) -> None:
    first, second = browser_of.get("/things/"), browser_of.get("/things/?page=2")
    assert len(names(second)) == 9
    assert not set(names(first)) & set(names(second))


@pytest.mark.parametrize("page", ["0", "-1", "x", "99", "1" * 30, ""])
def test_a_page_that_is_none_falls_back_to_the_nearest(things: list[Job], browser_of: Client, page: str) -> None:
    response = browser_of.get("/things/", {"page": page})
    assert response.status_code == 200
    assert names(response)


def test_sorting_by_a_column_and_back(things: list[Job], browser_of: Client) -> None:
    up = browser_of.get("/things/?sort=calls")
    down = browser_of.get("/things/?sort=-calls")
    assert [row.total for row in up.context["slice"].rows] == sorted(row.total for row in up.context["slice"].rows)
    assert down.context["slice"].rows[0].total == 5800
    assert 'aria-sort="descending"' in down.content.decode()
    assert names(browser_of.get("/things/?sort=nonsense")) == names(browser_of.get("/things/"))


def test_a_filter_narrows_the_list_and_becomes_a_pill_that_removes_it(things: list[Job], browser_of: Client) -> None:
    response = browser_of.get("/things/?state=done&state=failed&q=Surface")
    assert {row.state for row in response.context["slice"].rows} == {"done", "failed"}
    pill = next(pill for pill in response.context["pills"] if pill.on)
    assert pill.shown == "Done, Failed"
    assert pill.off_url == "?q=Surface"
    assert "Remove the filter State" in response.content.decode()


def test_a_range_filter_says_its_ends_and_goes_as_one(things: list[Job], browser_of: Client) -> None:
    response = browser_of.get("/things/?created_after=2020-01-05&created_before=2099-01-01")
    pill = next(pill for pill in response.context["pills"] if pill.on)
    assert (pill.shown, pill.off_url) == ("from 5 Jan 2020 to 1 Jan 2099", "?")


@pytest.mark.parametrize(
    ("query", "said"),
    [("state=nonsense", "State: "), ("attempts=many", "Attempts: "), ("colour=red", "Nothing called “colour”")],
)
def test_a_filter_that_cannot_be_is_left_out_with_a_word(things: list[Job], browser_of: Client, query: str, said: str) -> None:
    response = browser_of.get(f"/things/?{query}")
    assert response.context["slice"].total == 59
    assert said in response.content.decode()
    assert "left out" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("is_locked=maybe", "“maybe” is neither true nor false"),
        ("sort=nonsense", "cannot be sorted by “nonsense”"),
        ("cols=name,nonsense", "no column “nonsense”"),
    ],
)
def test_a_value_that_means_nothing_is_said(things: list[Job], browser_of: Client, query: str, said: str) -> None:
    response = browser_of.get(f"/things/?{query}")
    assert response.context["slice"].total == 59
    assert said in response.content.decode()


def test_nothing_leaves_and_nothing_changes_under_a_filter_that_was_left_out(things: list[Job], browser_of: Client) -> None:
    for query in ("state=nonsense", "is_locked=maybe", "colour=red"):
        refused = browser_of.get(f"/things/-/export.csv?{query}")
        assert refused.status_code == 400
        assert "Correct the filter" in refused.content.decode()
    asked = {"all": "1", "query": "state=nonsense"}
    assert browser_of.post("/things/-/bulk/owner/", asked).status_code == 400
    assert browser_of.get("/things/-/export.csv?sort=nonsense").status_code == 200


def test_search_while_typing_gets_only_the_changed_part_and_a_clean_address(things: list[Job], browser_of: Client) -> None:
    response = browser_of.get("/things/?q=Surface+01&sort=&cols=&state=", **HTMX)
    body = response.content.decode()
    assert "<html" not in body
    assert names(response) == ["Surface 01"]
    assert response["HX-Push-Url"] == "/things/?q=Surface%2001"
    assert 'id="export-links"' in body and "export.csv?q=Surface%2001" in body
    assert "HX-Request" in response["Vary"]


def test_going_back_gets_a_whole_page(things: list[Job], browser_of: Client) -> None:
    response = browser_of.get("/things/", HTTP_HX_REQUEST="true", HTTP_HX_HISTORY_RESTORE_REQUEST="true")
    assert "<html" in response.content.decode()


def test_what_nothing_matches_says_so_and_offers_the_way_out(things: list[Job], browser_of: Client) -> None:
    body = browser_of.get("/things/?q=zzz").content.decode()
    assert "Nothing matches." in body
    assert "Clear all filters" in body


def test_an_empty_list_explains_itself(world: Any, browser_of: Client) -> None:
    Job.objects.all().delete()
    body = browser_of.get("/things/").content.decode()
    assert "No surfaces yet" in body
    assert "Import a file" in body
    assert 'id="filters"' not in body


def test_columns_are_chosen_and_kept_in_the_address(things: list[Job], browser_of: Client) -> None:
    moved = browser_of.get("/things/", {"base": "q=Surface", "col": ["kind", "tier", "nonsense"]})
    assert moved["Location"] == "/things/?q=Surface&cols=kind,tier"
    response = browser_of.get(moved["Location"])
    assert [column.key for column in response.context["browse"].columns] == ["name", "tier", "kind"]


def test_hostile_text_is_shown_as_text(things: list[Job], browser_of: Client) -> None:
    Job.objects.filter(key="S-0001").update(label='<script>alert("1")</script>', args={"owner": "<b>x", "team": "<i>"})
    body = browser_of.get("/things/?q=alert").content.decode()
    assert "<script>alert" not in body and "<b>x" not in body and "<td><i>" not in body
    assert "&lt;script&gt;alert(&quot;1&quot;)" in body
    assert "<script>alert" not in browser_of.get("/things/", {"q": "<script>alert(1)</script>"}).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(things: list[Job], browser_of: Client) -> None:
    browser_of.get("/things/")
    counts = []
    for kept in (1, 3, 50):
        keys = [job.pk for job in things[:kept]]
        Job.objects.exclude(pk__in=keys).filter(key__startswith="S-").delete() if kept < 50 else None
        with CaptureQueriesContext(connection) as queries:
            browser_of.get("/things/")
        counts.append(len(queries))
        if kept < 50:
            Job.objects.filter(key__startswith="S-").delete()
            Job.objects.bulk_create(things)
    assert len(set(counts)) == 1
    assert counts[0] <= 10


def test_an_ever_growing_list_leafs_by_key_without_counting(things: list[Job], browser_of: Client) -> None:
    first = browser_of.get("/entries/")
    with CaptureQueriesContext(connection) as queries:
        second = browser_of.get(f"/entries/?after={first.context['slice'].older}")
    assert not any("OFFSET" in query["sql"] for query in queries)
    assert len(names(first)) == 50 and len(names(second)) == 9
    back = browser_of.get(f"/entries/?before={second.context['slice'].newer}")
    assert names(back) == names(first)


def test_a_view_is_saved_shared_shown_and_deleted_by_its_owner(things: list[Job], world: Any, client_as: Any) -> None:
    noor, sam = client_as(world.noor), client_as(world.sam)
    saved = noor.post("/things/-/views/", {"name": "Broken ones", "query": "state=failed&sort=-calls", "is_shared": "on"})
    assert saved.status_code == 302
    assert saved["Location"] == "/things/?state=failed&sort=-calls"
    page = sam.get("/things/?sort=-calls&state=failed")
    assert [view.label for view in page.context["views"] if view.current] == ["Broken ones"]
    view = SavedView.objects.get()
    assert sam.post("/things/-/views/", {"delete": view.pk}).status_code == 404
    assert noor.post("/things/-/views/", {"delete": view.pk}).status_code == 302
    assert not SavedView.objects.exists()


def test_a_private_view_stays_private_and_an_empty_one_is_refused(things: list[Job], world: Any, client_as: Any) -> None:
    client_as(world.noor).post("/things/-/views/", {"name": "Mine", "query": "q=1"})
    assert "Mine" not in client_as(world.sam).get("/things/").content.decode()
    refused = client_as(world.noor).post("/things/-/views/", {"name": "All", "query": "page=2"})
    assert refused.status_code == 422
    assert "nothing to keep" in refused.content.decode()


def test_counts_of_views_come_after_the_page(things: list[Job], browser_of: Client) -> None:
    body = browser_of.get("/things/-/counts/", **HTMX).content.decode()
    assert '<span id="view-0" hx-swap-oob="true">59</span>' in body


def test_the_options_of_a_filter_can_be_fetched_and_unknown_ones_are_not_there(things: list[Job], browser_of: Client) -> None:
    assert 'value="failed"' in browser_of.get("/things/-/filter/state/", **HTMX).content.decode()
    assert browser_of.get("/things/-/filter/secret/").status_code == 404


def test_many_filters_stand_behind_one_button_and_set_ones_never_do(
    things: list[Job], browser_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery.ThingList, "pinned", 2)
    plain = browser_of.get("/things/").context
    assert [pill.name for pill in plain["bar"]] == ["state", "kind"]
    assert [pill.name for pill in plain["behind"]] == ["attempts", "asker", "created", "is_locked"]
    narrowed = browser_of.get("/things/?attempts=2").context
    assert [pill.name for pill in narrowed["bar"]] == ["attempts", "state", "kind"]
    assert [pill.name for pill in narrowed["behind"]] == ["asker", "created", "is_locked"]


def test_a_long_filter_holds_only_its_set_options_until_it_is_opened(things: list[Job], world: Any, browser_of: Client) -> None:
    body = browser_of.get("/things/", {"asker": world.noor.pk}).content.decode()
    assert "Asked by: Noor Haddad" in body and "Sam Carter" not in body and "hx-trigger=" in body
    assert "Sam Carter" in browser_of.get("/things/-/filter/asker/", {"asker": world.noor.pk}, **HTMX).content.decode()
    assert "Sam Carter" in browser_of.get("/things/?choose=asker").content.decode()


def test_export_gives_the_rows_order_and_columns_that_are_seen(things: list[Job], browser_of: Client) -> None:
    response = browser_of.get("/things/-/export.csv?q=Surface&sort=-calls&cols=calls")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Surface", "Calls, 7 d"]
    assert rows[1] == ["Surface 58", "5800"]
    assert len(rows) == 1 + 59
    assert 'filename="surfaces-' in response["Content-Disposition"]


def test_export_as_json_uses_keys_and_no_other_format_exists(things: list[Job], browser_of: Client) -> None:
    found = json.loads(b"".join(browser_of.get("/things/-/export.json?q=Surface+02").streaming_content))
    assert found[0]["name"] == "Surface 02" and found[0]["calls"] == 200
    assert browser_of.get("/things/-/export.exe").status_code == 404


def test_a_bulk_change_asks_previews_acts_and_can_be_undone(things: list[Job], browser_of: Client) -> None:
    picks = [str(job.pk) for job in things[:3]] + [str(things[58].pk)]
    asked = browser_of.post("/things/-/bulk/owner/", {"pick": picks, "query": "q=S"})
    assert "Say what to set" in asked.content.decode()
    preview = browser_of.post("/things/-/bulk/owner/", {"pick": picks, "owner": "Ada", "stage": "preview", "query": "q=S"})
    body = strip_tags(preview.content.decode())
    assert "Nothing has changed yet" in body and "It is locked." in body and "Give an owner: 3 rows" in body
    assert not Job.objects.filter(args__owner="Ada").exists()
    done = browser_of.post("/things/-/bulk/owner/", {"pick": picks, "owner": "Ada", "stage": "do", "query": "q=S"}, follow=True)
    assert Job.objects.filter(args__owner="Ada").count() == 3
    assert done.redirect_chain == [("/things/?q=S", 302)]
    body = strip_tags(done.content.decode())
    assert "Give an owner: 3 rows changed." in body and "1 not changed. Locked surface: It is locked." in body
    token = next(iter(browser_of.session["undo"]))
    undone = browser_of.post(f"/things/-/undo/{token}/", follow=True)
    assert "Undone: 3 rows are as before." in undone.content.decode()
    assert not Job.objects.filter(args__owner="Ada").exists()
    assert browser_of.post(f"/things/-/undo/{token}/").status_code == 404


def test_a_bulk_change_refuses_what_is_not_seen_too_many_or_nothing(
    things: list[Job], browser_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = next(job for job in things if job.label.startswith("Hidden"))
    assert browser_of.post("/things/-/bulk/owner/", {"pick": [hidden.pk]}).status_code == 400
    assert browser_of.post("/things/-/bulk/owner/", {"pick": ["x", "1; drop"]}).status_code == 400
    assert browser_of.post("/things/-/bulk/nonsense/", {"pick": [things[0].pk]}).status_code == 404
    small = BulkAction("owner", "Give", gallery.give_owner, lambda row, given: ("", ""), limit=5)
    monkeypatch.setattr(gallery.ThingList, "bulk", (small,))
    too_many = browser_of.post("/things/-/bulk/owner/", {"all": "1", "query": "q=Surface"})
    assert too_many.status_code == 413
    assert "more than 5 rows" in too_many.content.decode()


def test_all_that_match_means_those_the_filters_let_through(things: list[Job], browser_of: Client) -> None:
    response = browser_of.post("/things/-/bulk/close/", {"all": "1", "query": "state=failed"})
    assert len(response.context["lines"]) == Job.objects.filter(state="failed").count()


def test_an_app_above_can_add_a_bulk_change(things: list[Job], browser_of: Client) -> None:
    added = BulkAction("shut", "Shut", lambda row, actor, given: None, lambda row, given: ("", ""))
    contributions.contribute(ListBulk("shut", "things", added))
    assert "Shut" in browser_of.get("/things/").content.decode()
