"""The pages: what each shows, to whom, and what its forms do."""

import pytest
from django.urls import reverse

from governance.approvals import queries as approvals
from governance.approvals.actions import decide
from governance.core.errors import Denied
from governance.policy import queries as policy
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint
from registry.changes import actions as changes
from registry.contracts.shape import schema
from registry.surfaces import actions, queries
from registry.surfaces.models import OwnerTransfer, Surface
from registry.surfaces.reading import raci_matrix


@pytest.fixture
def triage(world):
    return actions.register(actor=world.noor, name="Claims triage", team=world.team("claims"), tier=1)


@pytest.fixture
def noor(world, client_as):
    return client_as(world.noor)


def at(name, surface, *more):
    return reverse(name, args=[surface.key, *more])


TABS = ["surface", "surface-contract", "surface-raci", "surface-approvals", "surface-documents", "surface-activity"]


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_for_those_who_see_it_and_is_not_there_for_others(world, client_as, triage, tab):
    assert client_as(world.noor).get(at(tab, triage)).status_code == 200
    assert client_as(world.aud).get(at(tab, triage)).status_code == 200
    assert client_as(world.ben).get(at(tab, triage)).status_code == 404
    assert client_as(world.gus).get(at(tab, triage)).status_code == 404


FORMS = ["surface-edit", "surface-tier", "surface-hand-over", "surface-share", "surface-contract-edit", "surface-contract-read"]


@pytest.mark.parametrize("form", FORMS)
def test_forms_open_for_the_owner_and_say_why_not_to_readers(world, client_as, triage, form):
    assert client_as(world.noor).get(at(form, triage)).status_code == 200
    assert client_as(world.aud).get(at(form, triage)).status_code == 403
    assert client_as(world.ben).get(at(form, triage)).status_code == 404


def test_the_list_shows_what_one_may_see_in_few_queries(world, client_as, noor, triage, django_assert_max_num_queries):
    for number in range(3):
        actions.register(actor=world.noor, name=f"Surface {number}", team=world.team("claims"))
    noor.get(reverse("surfaces"))
    with django_assert_max_num_queries(20):
        page = noor.get(reverse("surfaces")).content.decode()
    assert "Claims triage" in page and "Surface 2" in page
    assert "Claims triage" not in client_as(world.ben).get(reverse("surfaces")).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=triage", True), ("q=letters", False), ("tier=1", True), ("tier=4", False), ("tier=none", False), ("state=idea", True),
     ("unowned=true", False), ("approved=false", True), ("approved=true", False), ("review_due=true", False)],
)  # fmt: skip
def test_filters_narrow_the_list(noor, triage, query, found):
    assert ("Claims triage" in noor.get(f"{reverse('surfaces')}?{query}").content.decode()) is found


def test_the_key_finds_a_surface(noor, triage):
    assert "Claims triage" in noor.get(f"{reverse('surfaces')}?q={triage.key.lower()}").content.decode()


def test_facts_are_edited_against_the_version_that_was_seen(noor, triage):
    data = {"version": triage.version, "name": "Claims triage", "purpose": "Suggests a queue.", "team": triage.team_id}
    assert noor.post(at("surface-edit", triage), data).status_code == 302
    assert Surface.objects.get(pk=triage.pk).purpose == "Suggests a queue."
    stale = noor.post(at("surface-edit", triage), data | {"purpose": "Late"})
    assert stale.status_code == 409 and "Late" in stale.content.decode()


def test_html_in_a_name_is_shown_and_never_run(noor, world):
    surface = actions.register(actor=world.noor, name="<script>alert(1)</script>", purpose="<img src=x onerror=alert(1)>")
    for tab in TABS:
        page = noor.get(at(tab, surface)).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page
    assert "<script>alert" not in noor.get(reverse("surfaces")).content.decode()


def test_the_editor_keeps_a_draft_and_shows_problems_where_they_are(noor, triage):
    address = at("surface-contract-edit", triage)
    saved = noor.post(
        address, {"contract.inputs.description": "Claim form", "contract.outputs.audience": "internal", "save": "1"}
    )
    assert saved.status_code == 302
    draft = queries.contract_draft(triage)
    assert draft.content == {
        "schema": "contract-v1",
        "inputs": {"description": "Claim form"},
        "outputs": {"audience": "internal"},
    }
    wrong = noor.post(
        address, {"version": draft.version, "contract.limits.steps": "six", "contract.notes": "Kept text", "save": "1"}
    )
    page = wrong.content.decode()
    assert wrong.status_code == 422 and "must be a whole number" in page and "Kept text" in page and 'value="six"' in page
    stale = noor.post(address, {"version": 0, "contract.notes": "Late", "save": "1"})
    assert stale.status_code == 409 and "Late" in stale.content.decode()


def test_rows_are_added_and_removed_without_script(noor, triage):
    address = at("surface-contract-edit", triage)
    page = noor.post(address, {"contract.notes": "Kept", "add": "contract.routes"}).content.decode()
    assert 'name="contract.routes.0.endpoint"' in page and "Kept" in page
    page = noor.post(
        address, {"contract.routes.0.endpoint": "", "contract.routes.0.role": "primary", "add": "contract.routes"}
    ).content.decode()
    assert 'name="contract.routes.1.endpoint"' in page
    page = noor.post(
        address, {"contract.routes.0.condition": "a", "contract.routes.1.condition": "b", "drop": "contract.routes.0"}
    ).content.decode()
    assert 'name="contract.routes.0.condition"' not in page and 'name="contract.routes.1.condition"' in page


@pytest.mark.parametrize("name", ["contract.nonsense", "x", "contract.", "contract.routes.0.0.0.0.0"])
def test_odd_rows_and_fields_do_no_harm(noor, triage, name):
    assert noor.post(at("surface-contract-edit", triage), {"add": name}).status_code == 200
    assert noor.post(at("surface-contract-edit", triage), {name: "x", "save": "1"}).status_code in (302, 422)


def test_a_plumbline_yaml_goes_out_and_in(noor, triage):
    actions.save_draft(triage, actor=triage.owner, contract={"notes": "From the editor"})
    text = noor.get(at("surface-yaml", triage)).content.decode()
    assert "notes: From the editor" in text and f"surface: {triage.key}" in text
    assert noor.post(at("surface-contract-read", triage), {"text": text.replace("editor", "file")}).status_code == 302
    assert queries.contract_draft(triage).content["notes"] == "From the file"
    wrong = noor.post(at("surface-contract-read", triage), {"text": "plumbline: 1\ncontract:\n  notez: x"})
    assert wrong.status_code == 422 and "Line 3" in wrong.content.decode()
    other = noor.post(at("surface-contract-read", triage), {"text": text.replace(triage.key, "S-9999")})
    assert other.status_code == 422


def test_the_matrix_is_saved_as_a_whole_or_not_at_all(noor, triage):
    cells = {cell.name: cell.letters for _, cells in matrix(triage) for cell in cells}
    changed = cells | {"model|position:legal": "A", "model|position:product-manager": "C", "version": str(triage.version)}
    assert noor.post(at("surface-raci-save", triage), changed).status_code == 302
    own = {line.decision: line for line in queries.raci_of(triage) if not line.is_default}
    assert list(own) == ["model"]
    two = cells | {"prompt|position:legal": "A", "tool|position:legal": "I", "version": ""}
    page = noor.post(at("surface-raci-save", triage), two, follow=True).content.decode()
    assert "2 are accountable" in page
    assert [line.decision for line in queries.raci_of(triage) if not line.is_default] == ["model"]
    noor.post(at("surface-raci-save", triage), {"reset": "model"})
    assert all(line.is_default for line in queries.raci_of(triage))


def matrix(surface):
    return raci_matrix(surface, policy.tier(surface.tier))["lines"]


def endpoint(world):
    if not Endpoint.objects.exists():
        vendor = catalog.add_vendor(actor=world.rosa, name="Meridian AI", owner=world.daniel)
        catalog.add_endpoint(
            actor=world.rosa, name="Meridian", key="meridian", vendor=vendor, model="meridian-2", owner=world.daniel
        )


def test_a_hand_over_is_asked_for_and_accepted(world, client_as, noor, triage):
    noor.post(at("surface-hand-over", triage), {"receiver": world.ben.pk, "reason": "I move on", "version": triage.version})
    transfer = OwnerTransfer.objects.get()
    assert noor.get(reverse("transfer-accept", args=[transfer.pk])).status_code == 403
    ben = client_as(world.ben)
    assert ben.get(reverse("transfer-accept", args=[transfer.pk])).status_code == 200
    ben.post(reverse("transfer-accept", args=[transfer.pk]), {"answer": "Gladly", "version": transfer.version})
    assert Surface.objects.get(pk=triage.pk).owner == world.ben
    assert "took it over" in ben.get(at("surface-activity", triage)).content.decode()


def test_sharing_and_taking_it_back(world, client_as, noor, triage):
    noor.post(at("surface-share", triage), {"person": world.ben.pk, "permission": "view_surface"})
    assert client_as(world.ben).get(at("surface", triage)).status_code == 200
    noor.post(at("surface-unshare", triage), {"with": f"person:{world.ben.ref}"})
    assert client_as(world.ben).get(at("surface", triage)).status_code == 404


def test_many_are_changed_at_once_with_preview_and_undo(world, client_as, triage):
    rosa = client_as(world.rosa)
    address = reverse("surfaces-bulk", args=["owner"])
    picked = {"pick": [triage.pk], "owner": world.sam.pk, "reason": "New team"}
    preview = rosa.post(address, picked | {"stage": "preview"}).content.decode()
    assert "Noor Haddad" in preview and "Sam Carter" in preview
    done = rosa.post(address, picked | {"stage": "do"}, follow=True)
    assert Surface.objects.get(pk=triage.pk).owner == world.sam
    (token,) = rosa.session["undo"]
    rosa.post(reverse("surfaces-undo", args=[token]))
    assert Surface.objects.get(pk=triage.pk).owner == world.noor and done.status_code == 200


def test_exports_hold_what_the_list_shows(noor, triage):
    sent = b"".join(noor.get(reverse("surfaces-export", args=["csv"])).streaming_content).decode("utf-8-sig")
    assert "Claims triage" in sent and "Noor Haddad" in sent


@pytest.fixture
def held(world, triage):
    """A surface of tier 1 with two revisions, the second in force."""
    for number, words in enumerate(("Sort claims.", "Sort claims and say why."), start=1):
        made = contract_of(world, number, words)
        change = changes.propose(triage, actor=world.noor, title=f"Revision {number}", why="Because", contract=made)
        for step in change.request.steps.all():
            request = type(change.request).objects.get(pk=change.request_id)
            person = approvals.deciders_of(step)[0]
            decide(request, actor=person, verdict="approve", comment=f"Good, says {person.name}", digest=request.subject_digest)
        triage.refresh_from_db()
    return triage


def contract_of(world, number, words):
    endpoint(world)
    made = {key: part for key, part in schema()["examples"][0].items() if key not in ("authority", "retrieval")}
    return made | {
        "inputs": {"description": "Claim form", "data_classes": [{"key": "internal", "handling": "plain"}]},
        "outputs": {"description": "A queue", "audience": "internal"},
        "authority": {"description": "Suggests only."},
        "routes": [{"endpoint": "meridian", "role": "primary"}],
        "kill_switch": {"rungs": ["off"], "who": ["Owner"]},
        "budget": {"amount": 1000 * number, "currency": "EUR", "period": "month", "owner": world.noor.ref},
        "prompts": [{"key": "triage", "version": f"v{number}", "held": "here", "text": words}],
    }


def test_what_was_approved_is_shown_with_who_approved_it(noor, held):
    assert held.in_force.number == 2
    for tab in TABS:
        assert noor.get(at(tab, held)).status_code == 200
    approved = noor.get(at("surface-approvals", held)).content.decode()
    assert approved.count("Good, says Lena Fischer") == 2
    revision = noor.get(at("surface-revision", held, 2)).content.decode()
    assert "<ins> and say why</ins>" in revision and "2,000 EUR a month" in revision and held.in_force.digest in revision
    assert noor.get(at("surface-revision", held, 3)).status_code == 404


def test_a_tier_never_lies_below_what_holds(world, held):
    with pytest.raises(Denied):
        actions.set_tier(held, actor=world.noor, tier=0, reason="Less work")
    assert actions.set_tier(held, actor=world.rosa, tier=0, reason="The policy's keeper may").tier == 0


def test_a_live_surface_is_paused_and_resumed(world, noor, held):
    assert noor.post(at("surface-move", held, "paused"), {"reason": "Odd answers", "version": held.version}).status_code == 302
    assert Surface.objects.get(pk=held.pk).state == "paused"
    actions.move(Surface.objects.get(pk=held.pk), actor=world.noor, state="live")
    assert Surface.objects.get(pk=held.pk).state == "live"


def test_the_example_contract_is_read_whole(noor, triage):
    contract = {
        key: part
        for key, part in schema()["examples"][0].items()
        if key not in ("routes", "authority", "evals", "budget", "kill_switch")
    }
    actions.save_draft(triage, actor=triage.owner, contract=contract)
    page = noor.get(at("surface-contract", triage)).content.decode()
    assert "Never: free-text clinical notes." in page and "plan-documents" in page and "This is a draft." in page
