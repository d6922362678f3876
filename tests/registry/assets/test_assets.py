"""Assets: what a revision names is noted, versions never change, and a silent swap is seen."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from governance.approvals import actions as approvals
from governance.core import digest, jobs
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ledger.models import Entry
from registry.assets import actions, queries, reading
from registry.assets.models import Asset, AssetUse, AssetVersion
from registry.catalog.actions import change_item
from registry.changes import actions as changes
from registry.surfaces.models import Surface
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface

PROMPT = {"key": "triage", "version": "v31", "held": "here", "text": "You sort claims. Say why."}


@pytest.fixture
def surface(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))


def in_force(world: Any, surface: Surface, **parts: Any) -> Any:
    """Bring a contract into force, and note what it names."""
    contract = contract_for(surface.owner, **parts)
    change = changes.propose(surface, actor=world.noor, title="Next", why="It helps.", contract=contract, record=RECORD)
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    actions.remember(change.revision, actor=world.noor)
    surface.refresh_from_db()
    return change.revision


def shared(world: Any, **more: Any) -> Asset:
    return actions.register_asset(actor=world.noor, kind="prompt", contract_key="tone", name="Tone of voice", **more)


def test_a_revision_notes_its_prompts_sources_tools_and_routes(world: Any, surface: Surface) -> None:
    revision = in_force(
        world,
        surface,
        retrieval=[{"key": "policies", "snapshot": "2026-01", "documents": "All policies", "access": "The asker's"}],
        authority={"description": "Reads claims.", "tools": [{"key": "claims.read", "effect": "read"}]},
    )
    named = {use.version.asset.kind: use.version for use in AssetUse.objects.filter(revision=revision)}
    assert set(named) == {"prompt", "retrieval", "tool", "route"}
    assert (named["prompt"].label, named["prompt"].digest) == ("v31", digest.sha256(PROMPT["text"].encode()))
    assert (named["prompt"].reason, named["prompt"].author) == ("It helps.", world.noor)
    assert (named["retrieval"].label, named["retrieval"].access) == ("2026-01", "The asker's")
    assert named["route"].facts[0]["model"] == "meridian-2.1-large"
    assert (named["tool"].asset.tool.key, named["tool"].facts[0]["effect"]) == ("claims.read", "read")
    assert all(version.is_sound() for version in named.values())

    before = AssetVersion.objects.count(), Entry.objects.count()
    assert actions.remember(revision, actor=world.noor) == []
    assert (AssetVersion.objects.count(), Entry.objects.count()) == before


def test_the_job_notes_what_nobody_did(world: Any, surface: Surface) -> None:
    contract = contract_for(surface.owner)
    revision = changes.propose(surface, actor=world.noor, title="A", why="B", contract=contract, record=RECORD).revision
    jobs.enqueue("assets.remember")
    jobs.run_pending()
    assert AssetUse.objects.filter(revision=revision).count() == 2
    assert not queries.unremembered().exists()


@pytest.mark.django_db(transaction=True)
def test_a_proposal_is_noted_as_soon_as_it_is_committed(world: Any, surface: Surface, monkeypatch: Any) -> None:
    contract = contract_for(surface.owner)
    revision = changes.propose(surface, actor=world.noor, title="A", why="B", contract=contract, record=RECORD).revision
    jobs.run_pending()
    assert AssetUse.objects.filter(revision=revision).count() == 2


def test_only_the_author_has_a_revision_noted(world: Any, surface: Surface) -> None:
    revision = in_force(world, surface)
    with pytest.raises(Denied):
        actions.remember(revision, actor=world.ben)


def test_other_words_under_a_known_label_are_never_taken_for_it(world: Any, surface: Surface) -> None:
    in_force(world, surface)
    in_force(world, surface, prompts=[{**PROMPT, "text": "You sort claims fast."}])
    asset = Asset.objects.get(kind="prompt")
    first, second = asset.versions.order_by("number")
    assert first.label == "v31"
    assert second.label == f"v31 ({second.digest[:8]})"
    assert asset.newest == second


def test_what_is_newer_than_approved_is_shown_word_by_word(world: Any, surface: Surface) -> None:
    in_force(world, surface)
    asset = Asset.objects.get(kind="prompt")
    actions.record_version(asset, actor=world.noor, label="v32", text="You sort claims. Say why, in one line.")

    row = next(row for row in reading.since_approved(surface) if row.standing.asset == asset)

    assert row.says == ("warn", "v32 is newer")
    assert [piece.text for piece in row.moved[0].segments if piece.kind == "ins"] == [", in one line"]
    assert list(queries.visible_to(world.noor).filter(pk__in=_moved(world))) == [asset]


def _moved(world: Any) -> list[int]:
    from registry.assets.tables import AssetFilters

    return [row.pk for row in AssetFilters({"moved": "true"}, queryset=queries.rows(world.noor)).qs]


def test_a_model_swapped_in_the_catalogue_is_seen(world: Any, surface: Surface) -> None:
    from registry.catalog.models import Endpoint

    in_force(world, surface)
    assert not any(row.standing.moved for row in reading.since_approved(surface))
    change_item(Endpoint.objects.get(), actor=world.ada, model="meridian-3")
    row = next(row for row in reading.since_approved(surface) if row.standing.moved)
    assert row.says[0] == "stop"
    assert [one.label for one in row.moved] == ["Model"]


def test_versions_and_uses_never_change(world: Any) -> None:
    version = actions.record_version(shared(world), actor=world.noor, text="Kind.")
    with pytest.raises(IntegrityError), transaction.atomic():
        AssetVersion.objects.filter(pk=version.pk).update(text="Harsh.")
    with pytest.raises(IntegrityError), transaction.atomic():
        version.delete()
    other = shared_other(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Asset.objects.filter(pk=other.pk).update(newest=version)


def shared_other(world: Any) -> Asset:
    return actions.register_asset(actor=world.noor, kind="prompt", contract_key="other")


def test_a_version_is_recorded_once(world: Any) -> None:
    asset = shared(world)
    first = actions.record_version(asset, actor=world.noor, label="v1", text="Kind.", reason="First")
    assert actions.record_version(asset, actor=world.noor, label="v1", text="Kind.") == first
    with pytest.raises(Conflict, match="something else"):
        actions.record_version(asset, actor=world.noor, label="v1", text="Harsh.")
    with pytest.raises(StaleState):
        actions.record_version(asset, actor=world.noor, label="v2", text="Harsh.", expected_version=1)
    told = Entry.objects.get(kind="asset.version_recorded")
    assert first.digest in told.body


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "text"),
        ({"commit": "9f2c1ab"}, "repository"),
        ({"text": "Kind.", "sha256": "0" * 64}, "sha256"),
        ({"text": "Kind.", "snapshot": "x"}, "snapshot"),
    ],
)
def test_half_a_version_is_refused(world: Any, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.record_version(shared(world), actor=world.noor, label="v1", **given)
    assert field in refused.value.fields


def test_a_commit_stands_for_words_that_live_elsewhere(world: Any) -> None:
    version = actions.record_version(shared(world), actor=world.noor, repository="git/p", path="a.md", commit="9f2c1ab")
    assert (version.label, version.digest_of) == ("9f2c1ab", "place")
    assert version.is_sound()


def test_who_may_keep_an_asset(world: Any, surface: Surface) -> None:
    asset = shared(world)
    actions.record_version(asset, actor=world.sam, label="v1", text="Kind.")  # of the owner's team
    for person in (world.ben, world.aud):
        with pytest.raises(Denied):
            actions.record_version(asset, actor=person, label="v2", text="Harsh.")
    in_force(world, surface, authority={"description": "Reads.", "tools": [{"key": "claims.read", "effect": "read"}]})
    with pytest.raises(Denied, match="catalogue"):
        actions.change_asset(Asset.objects.get(kind="tool"), actor=world.ada, name="Other")
    with pytest.raises(Denied, match="each revision"):
        actions.record_version(Asset.objects.get(kind="route"), actor=world.ada, label="x")


def test_a_surfaces_prompt_can_be_shared_and_is_then_meant_by_others(world: Any, surface: Surface) -> None:
    in_force(world, surface)
    asset = Asset.objects.get(kind="prompt")
    actions.share_asset(asset, actor=world.noor)
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Claims replies")
    in_force(world, other)
    assert Asset.objects.filter(kind="prompt").count() == 1
    assert queries.in_force_count(asset) == 2
    with pytest.raises(Denied, match="2 surfaces"):
        actions.retire_asset(asset, actor=world.noor, reason="Old")
    actions.set_owner(asset, actor=world.ada, owner=world.sam, reason="Moved")
    assert list(queries.owned_by(world.sam)) == [Asset.objects.get(pk=asset.pk)]


ACTS: dict[str, Any] = {
    "change": lambda asset, **by: actions.change_asset(asset, name="Other", **by),
    "owner": lambda asset, **by: actions.set_owner(asset, owner=by["actor"], **by),
    "version": lambda asset, **by: actions.record_version(asset, label="v9", text="Plain.", **by),
    "retire": lambda asset, **by: actions.retire_asset(asset, reason="Old", **by),
}


@pytest.mark.parametrize("name", ACTS)
def test_each_action_is_allowed_denied_stale_and_recorded(world: Any, name: str) -> None:
    asset = shared(world)
    with pytest.raises(Denied):
        ACTS[name](asset, actor=world.aud)
    with pytest.raises(Denied):
        ACTS[name](asset, actor=world.ben)
    with pytest.raises(StaleState):
        ACTS[name](asset, actor=world.rosa, expected_version=asset.version + 1)
    before = Entry.objects.filter(subject_type="registry.asset").count()
    ACTS[name](asset, actor=world.rosa, expected_version=asset.version)
    assert Entry.objects.filter(subject_type="registry.asset").count() == before + 1
    assert Asset.objects.get(pk=asset.pk).history.count() == 2


def test_a_key_that_is_shared_already_is_not_shared_twice(world: Any, surface: Surface) -> None:
    in_force(world, surface)
    own = Asset.objects.get(kind="prompt")
    actions.register_asset(actor=world.noor, kind="prompt", contract_key="triage")
    with pytest.raises(Denied):
        actions.share_asset(own, actor=world.ben)
    with pytest.raises(Conflict, match="already one of this kind"), transaction.atomic():
        actions.share_asset(own, actor=world.noor)
    with pytest.raises(Invalid, match="Only prompts and retrieval sources"):
        actions.register_asset(actor=world.noor, kind="tool", contract_key="x")
    with pytest.raises(Denied):
        actions.register_asset(actor=world.aud, kind="prompt", contract_key="x")


def test_a_surface_that_is_none_is_said(world: Any, surface: Surface, client_as: Any, api_as: Any) -> None:
    in_force(world, surface)
    assert "such as S-0418" in client_as(world.noor).get(reverse("assets"), {"surface": "claims"}).content.decode()
    assert api_as(world.noor).get("/api/v1/assets", {"surface": "claims"}).status_code == 400
    assert len(api_as(world.noor).get("/api/v1/assets", {"surface": surface.key}).json()["results"]) == 2


def test_who_sees_an_asset(world: Any, surface: Surface) -> None:
    in_force(world, surface)
    asset = Asset.objects.get(kind="prompt")
    for person in (world.noor, world.sam, world.ada, world.aud):
        assert queries.get(person, asset.key) == asset
    for person in (world.ben, world.gus):
        with pytest.raises(NotVisible):
            queries.get(person, asset.key)


def test_pages_show_versions_uses_and_what_moved(world: Any, surface: Surface, client_as: Any) -> None:
    in_force(world, surface)
    asset = Asset.objects.get(kind="prompt")
    client = client_as(world.noor)
    added = client.post(
        reverse("asset-version-add", args=[asset.key]),
        {"label": "v32", "reason": "Shorter", "text": "You sort claims.", "version": asset.version},
    )
    assert added.status_code == 302, added.content[:800]
    for name in ("asset", "asset-versions", "asset-used-by", "asset-activity", "asset-edit", "asset-share"):
        shown = client.get(reverse(name, args=[asset.key]))
        assert shown.status_code == 200, name
    assert "<del> Say why.</del>" in client.get(reverse("asset-versions", args=[asset.key])).content.decode()
    tab = client.get(reverse("surface-assets", args=[surface.key])).content.decode()
    assert "v32 is newer" in tab
    assert 'aria-current="page"' in tab
    listed = client.get(reverse("assets"), {"moved": "true"}).content.decode()
    assert asset.key in listed
    assert client_as(world.ben).get(reverse("asset", args=[asset.key])).status_code == 404


def test_the_list_takes_the_same_queries_for_one_and_three(
    world: Any, client_as: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_as(world.noor)
    counts = []
    for number in (1, 3):
        while Asset.objects.count() < number:
            asset = actions.register_asset(actor=world.noor, kind="prompt", contract_key=f"p{Asset.objects.count()}")
            actions.record_version(asset, actor=world.noor, label="v1", text="Kind.")
        client.get(reverse("assets"))
        with django_assert_max_num_queries(15) as counted:
            client.get(reverse("assets"))
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_a_pipeline_posts_the_next_version_and_reads_what_moved(world: Any, surface: Surface, api_as: Any) -> None:
    in_force(world, surface)
    asset = Asset.objects.get(kind="prompt")
    api = api_as(world.noor)
    body = {"label": "v32", "repository": "git/prompts", "path": "t.md", "commit": "9f2c1ab", "reason": "Shorter"}
    posted = api.post(f"/api/v1/assets/{asset.key}/versions", body, format="json")
    assert posted.status_code == 201, posted.content
    assert posted.json()["digest_of"] == "place"
    assert [row["label"] for row in api.get(f"/api/v1/assets/{asset.key}/versions").json()["results"]] == ["v32", "v31"]
    moved = api.get("/api/v1/assets/since-approved", {"surface": surface.key}).json()
    assert {row["kind"]: row["moved"] for row in moved} == {"prompt": True, "route": False}
    uses = api.get(f"/api/v1/assets/{asset.key}/used-by").json()["results"]
    assert [(row["surface"], row["standing"]) for row in uses] == [(surface.key, "held")]
    assert api_as(world.ben).get(f"/api/v1/assets/{asset.key}").status_code == 404
