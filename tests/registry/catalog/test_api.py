"""The catalogue by REST, under the same rules as the pages."""

import pytest

from governance.approvals.models import ApprovalRequest
from registry.catalog import actions
from registry.catalog.models import DataRule, Endpoint, Tool
from tests.registry.catalog.conftest import approve

V1 = "/api/v1"


def test_a_vendor_goes_from_nothing_to_approved(world, api_as):
    client = api_as(world.noor)
    made = client.post(f"{V1}/vendors", {"name": "Northwind Models"}, format="json")
    assert made.status_code == 201 and made.json()["owner"] == world.noor.ref and made["Location"].endswith("/northwind-models")
    url = f"{V1}/vendors/northwind-models"
    assert client.patch(url, {"notes": "x"}, format="json").status_code == 428
    changed = client.patch(url, {"notes": "Seen."}, format="json", headers={"If-Match": made["ETag"]})
    assert changed.status_code == 200 and changed.json()["notes"] == "Seen."
    stale = client.patch(url, {"notes": "Late."}, format="json", headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412
    terms = {"terms": {"retention": {"says": "30 days", "checked_on": "2026-05-01"}}}
    written = client.patch(f"{url}/terms", terms, format="json", headers={"If-Match": changed["ETag"]})
    assert written.status_code == 200 and written.json()["terms"][0]["topic"] == "retention"
    asked = client.post(f"{url}/proposal", {}, format="json")
    assert asked.status_code == 201 and asked.json()["request"]["state"] == "open"
    approve(ApprovalRequest.objects.get(), world.priya, world.marta)
    assert client.get(url).json()["state"] == "approved"
    reviewed = client.post(f"{url}/review", {}, format="json")
    assert reviewed.status_code == 200 and reviewed.json()["review_on"]
    gone = client.post(f"{url}/suspension", {"reason": "It lost our data."}, format="json")
    assert gone.json()["state"] == "suspended"
    assert client.post(f"{url}/retirement", {}, format="json").json()["state"] == "retired"
    assert client.post(f"{url}/reopening", {}, format="json").json()["state"] == "proposed"


def test_an_endpoint_is_added_priced_and_looked_up(world, api_as, approved_vendor):
    client = api_as(world.noor)
    body = {"name": "Four o", "vendor": approved_vendor.key, "model": "gpt-4o", "region": "eu"}
    made = client.post(f"{V1}/endpoints", body, format="json")
    assert made.status_code == 201 and made.json()["key"] == "gpt-4o-eu"
    url = f"{V1}/endpoints/gpt-4o-eu"
    found = client.get(f"{url}/price-suggestions").json()
    assert found and found[0]["input_price"]
    priced = client.put(
        f"{url}/price",
        {"input_price": "2.50", "output_price": None, "source": "Contract"},
        format="json",
        headers={"If-Match": made["ETag"]},
    )
    assert priced.status_code == 200 and priced.json()["input_price"].startswith("2.5")
    rules = client.get(f"{url}/data-rules").json()
    assert {each["data_class"]: each["rule"] for each in rules}["secret"] == "never"
    unknown = client.post(f"{V1}/endpoints", {**body, "vendor": "nobody"}, format="json")
    assert unknown.status_code == 400 and "vendor" in unknown.content.decode()
    secret = client.post(f"{V1}/endpoints", {**body, "key": "x", "account_ref": "AKIAIOSFODNN7EXAMPLE"}, format="json")
    assert secret.status_code == 400 and "AKIAIOSFODNN7EXAMPLE" not in secret.content.decode()


def test_a_tool_is_added_given_and_changed(world, api_as):
    client = api_as(world.noor)
    made = client.post(f"{V1}/tools", {"name": "Send", "key": "mail.send", "effect": "irreversible"}, format="json")
    assert made.status_code == 201
    url = f"{V1}/tools/mail.send"
    assert client.put(f"{url}/owner", {"owner": world.ben.ref}, format="json").json()["owner"] == world.ben.ref
    assert client.patch(url, {"limits": "20"}, format="json", headers={"If-Match": "*"}).status_code == 403
    assert api_as(world.ben).patch(url, {"limits": "20"}, format="json", headers={"If-Match": "*"}).json()["limits"] == "20"
    assert client.post(f"{V1}/tools", {"name": "X", "effect": "magic"}, format="json").status_code == 400
    assert client.post(f"{V1}/tools", {"name": "X", "effect": "read", "colour": "red"}, format="json").status_code == 400


def test_cells_are_set_all_or_none(world, api_as, endpoint, classes):
    client, url = api_as(world.rosa), f"{V1}/data-rules"
    good = {"endpoint": endpoint.key, "data_class": "customer", "rule": "allowed"}
    done = client.post(f"{url}/cells", {"rules": [good], "reason": "Agreed."}, format="json")
    assert done.status_code == 200 and done.json() == {"moved": 1}
    bad = client.post(f"{url}/cells", {"rules": [{**good, "rule": "never"}, {**good, "endpoint": "nope"}]}, format="json")
    assert bad.status_code == 400
    listed = client.get(f"{url}?endpoint={endpoint.key}").json()["results"]
    assert [(row["data_class"], row["rule"], row["reason"]) for row in listed] == [("customer", "allowed", "Agreed.")]
    assert api_as(world.noor).post(f"{url}/cells", {"rules": [good]}, format="json").status_code == 403
    assert DataRule.objects.get().rule == "allowed"


@pytest.mark.parametrize("path", ["vendors", "endpoints", "tools", "data-rules"])
def test_guests_see_empty_lists_and_auditors_write_nothing(world, api_as, endpoint, tool, path):
    assert api_as(world.gus).get(f"{V1}/{path}").json()["results"] == []
    assert api_as(world.aud).get(f"{V1}/{path}").status_code == 200
    assert api_as(world.aud).post(f"{V1}/vendors", {"name": "X"}, format="json").status_code == 403


@pytest.mark.parametrize("path", ["vendors", "endpoints", "tools"])
def test_lists_cost_the_same_for_one_row_and_three(world, api_as, endpoint, tool, path, django_assert_max_num_queries):
    client, counts = api_as(world.noor), []
    client.get(f"{V1}/{path}")
    for number in (1, 3):
        for index in range(number - 1):
            actions.add_vendor(actor=world.noor, name=f"V{index}")
            actions.add_tool(actor=world.noor, name=f"T{index}", effect="read")
            actions.add_endpoint(actor=world.noor, name=f"E{index}", vendor=endpoint.vendor, model=f"m{index}")
        with django_assert_max_num_queries(8) as seen:
            assert client.get(f"{V1}/{path}").status_code == 200
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]
    assert Endpoint.objects.count() == Tool.objects.count() == 3
