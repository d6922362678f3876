"""Contract as code: a file becomes a change, or says what would come of it."""

import json
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.ledger.models import Entry
from registry.changes.ascode.comment import plain
from registry.changes.models import Change
from registry.contracts.plumbfile import file_schema, to_yaml
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for, make_catalog, make_surface

RETENTION = {"auditability": {**CONTRACT["auditability"], "retention_days": 730}}


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


@pytest.fixture
def noor(world: Any, api_as: Any) -> Any:
    return api_as(world.noor)


def text(surface: Surface, **changes: Any) -> str:
    return to_yaml(contract_for(surface.owner, **changes), surface=surface.key)


def address(surface: Surface) -> str:
    return f"/api/v1/surfaces/{surface.key}/contract"


def send(client: Any, surface: Surface, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = client.post(address(surface), body, format="json")
    assert answer.status_code == status, answer.content
    return dict(answer.json())


def hold(world: Any, client: Any, surface: Surface, **changes: Any) -> Change:
    """Bring a contract into force by way of its file."""
    key = send(client, surface, yaml=text(surface, **changes))["change"]
    change = Change.objects.get(pk=int(key.removeprefix("C-")))
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    surface.refresh_from_db()
    assert surface.in_force_id == change.revision_id
    return change


def test_a_difference_becomes_a_change_that_says_where_it_came_from(world: Any, noor: Any, surface: Surface) -> None:
    link = "https://git.example.com/claims/triage/commit/9c1f3aa4"
    made = send(
        noor, surface, yaml=text(surface), author="SAM@example.org", commit="9c1f3aa4", link=link, title="First", why="Why not."
    )
    assert made["outcome"] == "proposed" and made["approvals"] == [{"position": "team-lead", "name": "Team lead", "people": 1}]
    change = Change.objects.get()
    assert (made["change"], made["revision"], made["digest"]) == (change.key, 1, change.revision.digest)
    assert (change.source_author, change.source_commit, change.source_link) == (world.sam.ref, "9c1f3aa4", link)
    assert (change.title, change.requester) == ("First", world.noor)
    assert Entry.objects.filter(kind="change.proposed", subject_id=str(change.pk)).count() == 1


def test_the_changes_page_says_who_wrote_it_where_and_a_draft_stays(
    world: Any, noor: Any, surface: Surface, client_as: Any
) -> None:
    noor.put(f"/api/v1/surfaces/{surface.key}/draft", {"contract": {"notes": "Half a thought."}}, format="json")
    made = send(
        noor, surface, yaml=text(surface), author="sam@example.org", commit="9c1f3aa4", link="https://git.example.com/c/9"
    )
    page = client_as(world.noor).get(f"/changes/{made['change']}/").content.decode()
    assert "Where it came from" in page and "Sam Carter" in page and "9c1f3aa4" in page
    assert surface.drafts.get().content["notes"] == "Half a thought."


@pytest.mark.parametrize("kind", ["yaml", "form", "json"])
def test_the_file_comes_as_yaml_as_a_form_or_as_json(noor: Any, surface: Surface, kind: str, tmp_path: Any) -> None:
    words = {"commit": "9c1f3aa4", "title": "Moved"}
    if kind == "yaml":
        query = "&".join(f"{name}={value}" for name, value in words.items())
        raw = text(surface).encode()
        answer = noor.generic("POST", f"{address(surface)}?{query}", raw, content_type="application/yaml")
    elif kind == "form":
        path = tmp_path / "plumbline.yaml"
        path.write_text(text(surface))
        with path.open("rb") as file:
            answer = noor.post(address(surface), {"file": file, "replace": "false", **words}, format="multipart")
    else:
        answer = noor.post(address(surface), {"contract": contract_for(surface.owner), **words}, format="json")
    assert answer.status_code == 200 and answer.json()["outcome"] == "proposed", answer.content
    change = Change.objects.get()
    assert (change.title, change.source_commit) == ("Moved", "9c1f3aa4")


def test_what_is_in_force_or_proposed_already_proposes_nothing(world: Any, noor: Any, surface: Surface) -> None:
    hold(world, noor, surface)
    same = send(noor, surface, yaml=text(surface))
    assert (same["outcome"], same["change"]) == ("nothing_to_propose", None)
    assert "Nothing to propose" in same["comment"]
    first = send(noor, surface, yaml=text(surface, **RETENTION))
    again = send(noor, surface, yaml=text(surface, **RETENTION))
    assert (first["outcome"], again["outcome"], again["change"]) == ("proposed", "already_proposed", first["change"])
    assert Change.objects.count() == 2
    file = noor.get(f"{address(surface)}/file")
    assert file.status_code == 200 and send(noor, surface, yaml=file.content.decode())["outcome"] == "nothing_to_propose"


def test_another_open_change_is_replaced_only_when_asked_to(world: Any, noor: Any, surface: Surface, api_as: Any) -> None:
    hold(world, noor, surface)
    first = send(noor, surface, yaml=text(surface, **RETENTION))["change"]
    other = text(surface, notes="Since March also for dental claims.")
    refused = send(noor, surface, 409, yaml=other)
    assert refused["code"] == "change-open" and first in refused["detail"] and "replace" in refused["fix"]
    made = send(noor, surface, yaml=other, replace=True, commit="bb12")
    states = dict(Change.objects.values_list("pk", "state"))
    assert states[int(first.removeprefix("C-"))] == "withdrawn"
    assert states[int(made["change"].removeprefix("C-"))] == "proposed"


def test_a_dry_run_keeps_nothing_and_says_what_would_come_of_it(world: Any, noor: Any, surface: Surface, api_as: Any) -> None:
    hold(world, noor, surface)
    before = (Change.objects.count(), Entry.objects.count())
    wider = {"inputs": {**CONTRACT["inputs"], "data_classes": [{"key": "customer", "handling": "plain"}]}}
    seen = send(noor, surface, yaml=text(surface, **wider), dry_run=True)
    assert (Change.objects.count(), Entry.objects.count()) == before
    assert seen["outcome"] == "would_propose" and not seen["is_ready"] and seen["minimum_tier"] >= 1
    assert any("customer" in one["sentence"].lower() for one in seen["differences"])
    assert any(one["widens"] for one in seen["differences"])
    assert {turn["control"] for turn in seen["breaks"]} >= {"no_sensitive_data"}
    told = seen["comment"]
    assert told.startswith("### Plumbline: Claims triage") and "| Control | Now |" in told
    assert "**Approvals**: Team lead" in told and "implies tier" in told


def test_what_is_wrong_is_said_with_its_line(noor: Any, surface: Surface) -> None:
    wrong = text(surface).replace("meridian-large-eu", "meridian-huge-eu")
    line = next(number for number, row in enumerate(wrong.splitlines(), start=1) if "meridian-huge-eu" in row)
    seen = send(noor, surface, yaml=wrong, dry_run=True)
    assert seen["outcome"] == "problems" and seen["problems"][0]["line"] == line
    assert f"line {line}:" in seen["comment"]
    refused = send(noor, surface, 400, yaml=wrong)
    assert f"Line {line}:" in refused["detail"] and "meridian-large-eu" in refused["detail"]
    broken = send(noor, surface, 400, yaml="plumbline: 1\ncontract: {inputs: [}")
    assert "Line 2" in broken["detail"]
    assert send(noor, surface, 400)["errors"] and not Change.objects.exists()
    assert send(noor, surface, 400, yaml=text(surface).replace(surface.key, "S-9999"))


def test_who_may_not_change_the_surface_may_not_propose_by_file(world: Any, surface: Surface, api_as: Any, noor: Any) -> None:
    assert send(api_as(world.ben), surface, 404, yaml=text(surface))
    assert send(api_as(world.tomas), surface, 404, yaml=text(surface), dry_run=True)
    assert send(api_as(world.ingrid), surface, 403, yaml=text(surface))["grantors"]
    assert send(api_as(world.ingrid), surface, yaml=text(surface), dry_run=True)["outcome"] == "would_propose"
    assert send(api_as(world.noor, "registry:read"), surface, 403, yaml=text(surface))
    assert not Change.objects.exists()


def test_an_idempotency_key_proposes_once(noor: Any, surface: Surface) -> None:
    body = {"yaml": text(surface)}
    first, second = (noor.post(address(surface), body, format="json", HTTP_IDEMPOTENCY_KEY="k1") for _ in range(2))
    assert first.json() == second.json() and second["Idempotency-Replayed"] == "true"
    assert first.json()["outcome"] == "proposed"


def test_the_decision_record_comes_with_the_file_where_the_tier_demands_it(world: Any, noor: Any) -> None:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)
    fields = {"fields": [*CONTRACT["auditability"]["fields"], "trace", "retrieval_sources", "safety_signals"]}
    whole = text(surface, auditability={**CONTRACT["auditability"], **fields})
    seen = send(noor, surface, yaml=whole, dry_run=True)
    assert {one["pointer"] for one in seen["missing"]} == {f"/{name}" for name in RECORD}
    assert {turn["control"] for turn in seen["holds"]} >= {"owasp_clear"}
    made = send(noor, surface, yaml=whole, **RECORD)
    assert made["outcome"] == "proposed" and Change.objects.get().worst_case == RECORD["worst_case"]


def test_nothing_that_was_typed_is_markup_in_a_comment() -> None:
    assert plain("a | b @sam <b>x</b>\n# y [l](u)") == r"a \| b \@sam \<b\>x\</b\> \# y \[l\]\(u\)"


@pytest.mark.django_db
def test_the_schema_is_public_and_the_one_in_the_documents(client: Any, settings: Any) -> None:
    answer = client.get("/schemas/plumbline-v1.json")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/schema+json"
    assert answer.json() == file_schema() == json.loads((settings.BASE_DIR / "docs/schemas/plumbline-v1.json").read_text())
    assert client.get("/schemas/contract-v1.json").json()["title"] == "Contract"
    assert client.get("/schemas/other.json").status_code == 404
