"""The pages of the catalogue: lists, object pages, terms, prices and the matrix; each cheap, each under the same rules."""

import pytest
from django.urls import reverse

from registry.catalog import actions
from registry.catalog.actions import RuleChange
from registry.catalog.models import DataRule, Endpoint, Tool, Vendor, VendorTerm
from tests.registry.catalog.conftest import approve

MOST_QUERIES = 15
MOST_FOR_STORY = 25  # the ledger reads the history of each kind of thing that the story touches, however long it is
LISTS = ("vendors", "endpoints", "tools")


@pytest.fixture
def catalogue(world, approved_endpoint, tool):
    return {"vendor": approved_endpoint.vendor, "endpoint": approved_endpoint, "tool": tool}


@pytest.mark.parametrize("name", [*LISTS, "data-rules"])
@pytest.mark.parametrize("nick", ["noor", "rosa", "aud", "gus"])
def test_empty_lists_say_why_they_matter_and_what_to_do(world, client_as, name, nick):
    page = client_as(getattr(world, nick)).get(reverse(name))
    assert page.status_code == 200
    assert "yet" in page.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_for_one_row_and_four(world, client_as, catalogue, name, django_assert_max_num_queries):
    client = client_as(world.noor)
    client.get(reverse(name))
    counts = []
    for number in (0, 3):
        for row in range(number):
            made = actions.add_vendor(actor=world.noor, name=f"Vendor {row}")
            actions.add_endpoint(actor=world.noor, name=f"Endpoint {row}", vendor=made, model=f"m-{row}")
            actions.add_tool(actor=world.noor, name=f"Tool {row}", effect="read", vendor=made)
        with django_assert_max_num_queries(MOST_QUERIES) as seen:
            assert client.get(reverse(name)).status_code == 200
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", ["vendor", "endpoint", "tool"])
@pytest.mark.parametrize("tab", ["", "-approvals", "-activity"])
@pytest.mark.parametrize("nick", ["noor", "ben", "aud"])
def test_object_pages_are_cheap_and_readable_by_everybody_inside(
    world, client_as, catalogue, kind, tab, nick, django_assert_max_num_queries
):
    client = client_as(getattr(world, nick))
    client.get(reverse("tools"))
    with django_assert_max_num_queries(MOST_QUERIES if tab != "-activity" else MOST_FOR_STORY):
        page = client.get(reverse(f"{kind}{tab}", args=[catalogue[kind].key]))
    assert page.status_code == 200
    assert catalogue[kind].name in page.content.decode()


@pytest.mark.parametrize("kind", ["vendor", "endpoint", "tool"])
def test_guests_find_nothing(world, client_as, catalogue, kind):
    client = client_as(world.gus)
    assert client.get(reverse(kind, args=[catalogue[kind].key])).status_code == 404
    assert client.get(reverse(f"{kind}-edit", args=[catalogue[kind].key])).status_code == 404


@pytest.mark.parametrize(("name", "key"), [("vendor", "vendors"), ("endpoint", "endpoints"), ("tool", "tools")])
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_lists_leave_as_files_as_seen(world, client_as, catalogue, name, key, form):
    answer = client_as(world.noor).get(reverse(f"{key}-export", args=[form]), {"state": "approved"})
    assert answer.status_code == 200


def test_filters_and_views_find_what_they_say(world, client_as, catalogue):
    client = client_as(world.noor)
    found = {
        reverse("vendors") + "?q=northwind": "Northwind Models",
        reverse("endpoints") + "?q=nw-large&state=approved": "Large in Frankfurt",
        reverse("tools") + "?effect=irreversible": "Pay out a claim",
        reverse("tools") + f"?owner={world.noor.pk}&unowned=false": "Pay out a claim",
    }
    for url, name in found.items():
        assert name in client.get(url).content.decode(), url
    assert "Nothing matches" in client.get(reverse("vendors") + "?review_due=true").content.decode()


def test_a_vendor_is_added_edited_and_proposed_by_form(world, client_as):
    client = client_as(world.noor)
    made = client.post(reverse("vendor-add"), {"name": "Aurora <AI>", "owner": world.noor.pk, "exit_plan": "Wait."})
    vendor = Vendor.objects.get()
    assert made.status_code == 302 and made["Location"] == vendor.get_absolute_url()
    page = client.get(vendor.get_absolute_url()).content.decode()
    assert "Aurora &lt;AI&gt;" in page and "Propose it for use" in page
    edit = reverse("vendor-edit", args=[vendor.key])
    assert client.get(edit).context["form"]["exit_plan"].value() == "Wait."
    given = {"name": "Aurora AI", "exit_plan": "Wait.", "website": "aurora.example", "version": vendor.version}
    assert client.post(edit, given).status_code == 302
    stale = client.post(edit, {**given, "name": "Late"})
    assert stale.status_code == 409 and "Late" in stale.content.decode()
    vendor.refresh_from_db()
    assert client.post(reverse("vendor-propose", args=[vendor.key]), {"version": vendor.version}).status_code == 302
    assert "It waits for approval" in client.get(vendor.get_absolute_url()).content.decode()


def test_a_key_pasted_into_an_endpoint_is_refused_beside_its_field(world, client_as, approved_vendor):
    given = {
        "name": "Leaky", "vendor": approved_vendor.pk, "model": "m", "owner": world.noor.pk,
        "account_ref": "sk-proj-abcDEF1234567890abcDEF1234567890",
    }  # fmt: skip
    answer = client_as(world.noor).post(reverse("endpoint-add"), given)
    assert answer.status_code == 422 and "looks like an API key" in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_the_form_says_what_takes_a_new_approval(world, client_as, catalogue):
    page = client_as(world.noor).get(reverse("endpoint-edit", args=[catalogue["endpoint"].key])).content.decode()
    assert page.count("Changing it takes a new approval") == 4


def test_all_terms_are_saved_from_one_page(world, client_as, vendor):
    client, url = client_as(world.noor), reverse("vendor-terms", args=[vendor.key])
    assert client.get(url).content.decode().count("<fieldset") == 10
    given = {"retention.says": "30 days", "retention.checked_on": "2026-05-01", "exit.says": "Deleted", "version": vendor.version}
    assert client.post(url, given).status_code == 302
    assert VendorTerm.objects.count() == 2
    vendor.refresh_from_db()
    bad = client.post(url, {"retention.says": "x", "retention.source": "javascript:alert(1)", "version": vendor.version})
    assert bad.status_code == 422
    assert client_as(world.ben).get(url).status_code == 403


def test_a_price_is_taken_from_a_list_or_written(world, client_as, approved_vendor):
    made = actions.add_endpoint(actor=world.noor, name="Known", vendor=approved_vendor, model="gpt-4o")
    client, url = client_as(world.noor), reverse("endpoint-price", args=[made.key])
    choices = client.get(url).context["form"].fields["choice"].choices
    assert client.post(url, {"choice": choices[0][0], "version": made.version}).status_code == 302
    made.refresh_from_db()
    assert made.input_price is not None and "genai-prices" in made.price_source
    given = {
        "choice": "",
        "input_price": "1.5",
        "output_price": "",
        "currency": "eur",
        "price_source": "Offer",
        "version": made.version,
    }
    assert client.post(url, given).status_code == 302
    made.refresh_from_db()
    assert (str(made.input_price), made.output_price, made.currency) == ("1.5000", None, "EUR")


def test_the_matrix_is_read_by_all_and_set_by_those_who_govern(
    world, client_as, catalogue, classes, django_assert_max_num_queries
):
    url, row, column = reverse("data-rules"), catalogue["endpoint"].pk, classes["customer"].pk
    reader = client_as(world.noor).get(url).content.decode()
    assert "<select" not in reader.split("<main")[1] and "Only risk officers" in reader
    client = client_as(world.rosa)
    client.get(url)
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(url).content.decode()
    assert f'name="cell-{row}-{column}"' in page and "Policy: redacted" in page
    cell = {f"cell-{row}-{column}": "allowed", f"seen-{row}-{column}": ""}
    assert client.post(url, {**cell, "reason": "Agreed."}).status_code == 302
    assert DataRule.objects.get().reason == "Agreed."
    again = client.post(url, {**cell, "reason": "Kept words."})
    assert again.status_code == 409 and "Kept words." in again.content.decode()
    none = client.post(url, {f"cell-{row}-{column}": "allowed", f"seen-{row}-{column}": "allowed"})
    assert none.status_code == 409 and "No cell was changed" in none.content.decode()
    assert client_as(world.noor).post(url, {**cell, f"cell-{row}-{column}": "never"}).status_code == 403


def test_the_matrix_costs_the_same_for_one_endpoint_and_six(world, client_as, catalogue, django_assert_max_num_queries):
    client, counts = client_as(world.rosa), []
    client.get(reverse("data-rules"))
    for number in (0, 5):
        for index in range(number):
            actions.add_endpoint(actor=world.noor, name=f"E{index}", vendor=catalogue["vendor"], model=f"m{index}")
        with django_assert_max_num_queries(MOST_QUERIES) as seen:
            client.get(reverse("data-rules"))
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "params", ["?page=0", "?page=99999999999", "?q=%00", "?vendor=x", "?data_class=abc", "?data_class=1&q=zz"]
)
def test_odd_addresses_of_the_matrix_do_no_harm(world, client_as, catalogue, params):
    assert client_as(world.rosa).get(reverse("data-rules") + params).status_code == 200


def test_owners_are_changed_in_bulk_and_put_back(world, client_as, catalogue):
    client = client_as(world.rosa)
    url = reverse("tools-bulk", args=["owner"])
    preview = client.post(url, {"pick": [catalogue["tool"].pk], "stage": "preview", "owner": world.ben.pk})
    assert preview.status_code == 200 and "Ben Okafor" in preview.content.decode()
    client.post(url, {"pick": [catalogue["tool"].pk], "stage": "do", "owner": world.ben.pk})
    assert Tool.objects.get().owner == world.ben
    undo = next(iter(client.session["undo"]))
    client.post(reverse("tools-undo", args=[undo]))
    assert Tool.objects.get().owner == world.noor


def test_the_deciding_screen_shows_terms_and_what_may_go_there(world, client_as, approved_vendor, classes):
    actions.set_terms(approved_vendor, actor=world.noor, terms={"retention": {"says": "30 <b>days</b>"}})
    made = actions.add_endpoint(actor=world.noor, name="New", vendor=approved_vendor, model="m")
    actions.set_rules([RuleChange(made, classes["customer"], "never")], actor=world.rosa, reason="Not yet.")
    request = actions.propose(made, actor=world.noor)
    page = client_as(world.priya).get(reverse("approval", args=[request.key])).content.decode()
    assert "What may go there" in page and "Not yet." in page
    approve(request, world.priya, world.daniel)
    assert Endpoint.objects.get().state == "approved"


def test_a_suspension_needs_a_reason(world, client_as, catalogue):
    client, url = client_as(world.noor), reverse("vendor-suspend", args=[catalogue["vendor"].key])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Lost our data."}).status_code == 302
    page = client.get(catalogue["vendor"].get_absolute_url()).content.decode()
    assert "It is suspended" in page
    assert client.post(reverse("vendor-retire", args=[catalogue["vendor"].key]), {}).status_code == 302
    assert client.post(reverse("vendor-reopen", args=[catalogue["vendor"].key]), {}).status_code == 302
