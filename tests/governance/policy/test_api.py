"""Policy by REST, under the same rules as the pages."""

import copy

import pytest

from governance.policy import actions, queries, yamlfile
from governance.policy.models import PolicyDraft

V1 = "/api/v1"


@pytest.fixture
def draft(world) -> PolicyDraft:
    made = actions.start_draft(actor=world.rosa, title="Sooner", reason="Because.")
    document = copy.deepcopy(made.document)
    document["tiers"][3]["review_months"] = 2
    return actions.change_draft(made, actor=world.rosa, document=document)


def test_versions_tiers_and_classes_are_read(world, api_as):
    client = api_as(world.noor)
    listed = client.get(f"{V1}/policy/versions").json()
    assert [row["label"] for row in listed["results"]] == ["2026.1"] and "document" not in listed["results"][0]
    whole = client.get(f"{V1}/policy/versions/2026.1").json()
    assert whole["document"] == queries.document() and whole["digest"] == queries.in_force().digest
    assert client.get(f"{V1}/policy/versions/in-force").json()["label"] == "2026.1"
    assert [row["number"] for row in client.get(f"{V1}/tiers").json()["results"]] == [0, 1, 2, 3, 4]
    assert client.get(f"{V1}/tiers/3").json()["review_months"] == 3
    assert client.get(f"{V1}/data-classes/secret").json()["default_rule"] == "never"
    assert len(client.get(f"{V1}/incident-categories").json()["results"]) == 10
    assert len(client.get(f"{V1}/approval-routes").json()["results"]) == 30


def test_the_yaml_comes_out_and_goes_in_without_a_difference(world, api_as):
    client = api_as(world.rosa)
    answer = client.get(f"{V1}/policy/versions/2026.1/yaml")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("application/yaml") and text == yamlfile.dump(queries.document())
    made = client.post(f"{V1}/policy/drafts", {"title": "Round trip", "yaml": text}, format="json")
    assert made.status_code == 201
    assert client.get(f"{V1}/policy/drafts/{made.json()['id']}/comparison").json() == []


def test_a_draft_is_written_compared_and_proposed(world, api_as):
    client = api_as(world.rosa)
    made = client.post(f"{V1}/policy/drafts", {"title": "Sooner", "reason": "Because."}, format="json")
    url = f"{V1}/policy/drafts/{made.json()['id']}"
    document = copy.deepcopy(queries.document())
    document["tiers"][3]["review_months"] = 2
    missing = client.patch(url, {"document": document}, format="json")
    assert missing.status_code == 428
    changed = client.patch(url, {"document": document}, format="json", headers={"If-Match": made["ETag"]})
    assert changed.status_code == 200
    stale = client.patch(url, {"title": "Late"}, format="json", headers={"If-Match": made["ETag"]})
    assert stale.status_code == 412
    moves = client.get(f"{url}/comparison").json()
    assert moves == [
        {"section": "Tiers", "name": "Tier 3, Regulated", "kind": "changed",
         "moves": [{"label": "Months between reviews", "before": "3", "after": "2"}]},
    ]  # fmt: skip
    asked = client.post(f"{url}/proposal", {}, format="json")
    assert asked.status_code == 201 and asked.json()["state"] == "open"
    assert client.get(url).json()["state"] == "proposed"


def test_an_unsound_policy_is_refused_with_each_problem(world, api_as, draft):
    client = api_as(world.rosa)
    text = yamlfile.dump(queries.document()).replace("default_rule: never", "default_rule: often")
    url = f"{V1}/policy/drafts/{draft.pk}"
    answer = client.patch(url, {"yaml": text}, format="json", headers={"If-Match": "*"})
    assert answer.status_code == 400
    assert "“often” is not one of" in answer.content.decode()
    both = client.patch(url, {"yaml": text, "document": {}}, format="json", headers={"If-Match": "*"})
    assert both.status_code == 400


@pytest.mark.parametrize(("nick", "status"), [("noor", 403), ("aud", 403), ("gus", 403), ("bot", 403)])
def test_others_write_nothing(world, api_as, nick, status):
    answer = api_as(getattr(world, nick)).post(f"{V1}/policy/drafts", {"title": "Mine"}, format="json")
    assert answer.status_code == status
    assert not PolicyDraft.objects.exists()


def test_drafts_of_others_are_not_there_for_members(world, api_as, draft):
    assert api_as(world.noor).get(f"{V1}/policy/drafts/{draft.pk}").status_code == 404
    assert api_as(world.noor).get(f"{V1}/policy/drafts").json()["results"] == []


def test_discard_revise_and_base_are_resources(world, api_as, draft):
    client, url = api_as(world.rosa), f"{V1}/policy/drafts/{draft.pk}"
    assert client.put(f"{url}/base", {}, format="json").status_code == 409
    assert client.post(f"{url}/revision", {}, format="json").status_code == 403
    done = client.post(f"{url}/discarding", {"reason": "Not now."}, format="json")
    assert done.status_code == 200 and done.json()["state"] == "withdrawn"
