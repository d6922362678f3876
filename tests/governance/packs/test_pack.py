"""Packs: asked for, built to the same bytes whatever happens, read by whom they may be, recorded."""

import json
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from governance.core.contributions import KeptFiles, RetentionKind, contribution
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.core.models import Job
from governance.ledger.models import Entry
from governance.packs import actions, queries
from governance.packs.building import kept_manifest
from governance.packs.forms import last_quarter
from governance.packs.models import Pack, PackBuild
from governance.packs.sections import Subject
from registry.catalog.models import Vendor
from tests.governance.packs.conftest import ask, build, of
from tests.governance.packs.stranger import check, said
from tests.registry.building import make_surface

API = "/api/v1/packs"
pytestmark = pytest.mark.usefixtures("no_press")


class Killed(BaseException):
    """The process is gone."""


def stored(pack: Pack, tmp_path: Path) -> Path:
    path = tmp_path / f"{pack.key}.zip"
    path.write_bytes(default_storage.open(pack.zip_file).read())
    return path


def test_a_pack_is_frozen_recorded_and_holds_for_a_stranger(world: Any, surface: Any, tmp_path: Path) -> None:
    pack = build(ask(world.noor, surface))
    assert (pack.state, pack.title, pack.edition) == ("ready", f"{surface.key} {surface.name}", "full")
    path = stored(pack, tmp_path)
    assert check(path) == []
    assert "none is withheld" in "\n".join(said(path))
    kinds = list(Entry.objects.filter(kind__startswith="pack.").order_by("seq").values_list("kind", flat=True))
    assert kinds == ["pack.asked", "pack.frozen"]
    first = PackBuild.objects.get(pack=pack)
    assert (first.number, first.same, first.zip_digest) == (1, True, pack.zip_digest)
    with zipfile.ZipFile(path) as held:
        assert held.testzip() is None
        assert held.namelist()[:3] == ["README.txt", "verify.py", "manifest.json"]
        scope = json.loads(held.read("ledger/scope.json"))
        assert [each["key"] for each in scope["subjects"]] == [surface.key] and scope["everything"] is False


def test_a_second_build_at_the_same_checkpoint_gives_the_same_bytes(world: Any, surface: Any, tmp_path: Path) -> None:
    pack = build(ask(world.noor, surface))
    make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=1, name="Something later")
    first = pack.manifest_digest
    actions.build_again(pack, actor=world.noor)
    with pytest.raises(Conflict):
        actions.build_again(pack, actor=world.noor)
    build(pack)
    again = PackBuild.objects.get(pack=pack, number=2)
    assert (again.differs, again.manifest_digest, pack.manifest_digest) == ([], first, first)
    assert Entry.objects.filter(kind="pack.compared").count() == 2


def test_a_build_that_is_killed_anywhere_comes_out_the_same(world: Any, surface: Any) -> None:
    whole = build(ask(world.noor, surface))
    count = 0

    def counting(*told: Any) -> None:
        nonlocal count
        count += 1

    actions.build_again(whole, actor=world.noor)
    build(whole, counting)
    actions.build_again(whole, actor=world.noor)
    for last in range(1, count + 1, 7):
        left = last

        def killing(*told: Any) -> None:
            nonlocal left
            left -= 1
            if not left:
                raise Killed

        with pytest.raises(Killed):
            build(whole, killing)
    build(whole)
    numbers = PackBuild.objects.filter(pack=whole).values_list("number", "differs", "manifest_digest")
    assert list(numbers) == [(number, [], whole.manifest_digest) for number in (1, 2, 3)]


def test_what_cannot_be_built_is_said_by_field(world: Any, surface: Any) -> None:
    today = queries.utc_today()
    with pytest.raises(Invalid) as refused:
        ask(world.noor, surface, starts_on=today, ends_on=today - timedelta(days=1))
    assert set(refused.value.fields) == {"ends_on"}
    with pytest.raises(Invalid) as refused:
        actions.ask(actor=world.noor, scope="surfaces", starts_on=today, ends_on=today + timedelta(days=1), edition="none")
    assert set(refused.value.fields) == {"subjects", "ends_on", "edition"}
    with pytest.raises(Denied):
        ask(world.aud, surface)
    with pytest.raises(Denied):
        ask(world.noor)
    with pytest.raises(NotVisible):
        ask(world.noor, scope="surfaces", subjects=(Subject("registry.surface", "999999"),))


def test_what_whoever_asked_may_not_see_stands_by_its_head_alone(world: Any, surface: Any, tmp_path: Path) -> None:
    team = world.team("claims")
    subject = Subject("governance.team", str(team.pk), team.key, team.name)
    assert surface.pk not in queries.scope_named("team").resolve(world.ben, (subject.id,)).surface_ids
    pack = build(ask(world.ben, scope="team", subjects=(subject,)))
    path = stored(pack, tmp_path)
    assert check(path) == []
    assert any("may not see" in line for line in said(path))
    with zipfile.ZipFile(path) as held:
        told = [json.loads(line) for line in held.read("ledger/entries.jsonl").splitlines()]
        withheld = {json.loads(line)["seq"] for line in held.read("ledger/withheld.jsonl").splitlines()}
        assert surface.name.encode() not in b"".join(held.read(name) for name in held.namelist())
    about = set(Entry.objects.filter(subject_type="registry.surface", subject_id=surface.pk).values_list("seq", flat=True))
    assert about <= withheld and not about & {each["seq"] for each in told}


def test_a_pack_is_given_to_who_would_not_see_it_and_taken_back(world: Any, surface: Any) -> None:
    pack = ask(world.rosa, surface)
    with pytest.raises(NotVisible):
        queries.get(world.gus, pack.key)
    with pytest.raises(Denied):
        actions.give(pack, actor=world.noor, person=world.gus)
    actions.give(pack, actor=world.rosa, person=world.gus)
    assert queries.get(world.gus, pack.key) == pack
    with pytest.raises(Conflict):
        actions.give(pack, actor=world.rosa, person=world.gus)
    reader = queries.readers_of(pack).get()
    with pytest.raises(Denied):
        actions.take_back(reader, actor=world.noor)
    stale = queries.readers_of(pack).get()
    actions.take_back(reader, actor=world.rosa)
    with pytest.raises(NotVisible):
        queries.get(world.gus, pack.key)
    with pytest.raises(StaleState):
        actions.take_back(stale, actor=world.rosa)
    told = Entry.objects.filter(kind__in=("pack.given", "pack.taken_back")).order_by("seq")
    assert [entry.kind for entry in told] == ["pack.given", "pack.taken_back"]


def test_a_buyers_edition_shows_heads_alone_and_still_holds(world: Any, surface: Any, tmp_path: Path) -> None:
    pack = build(ask(world.rosa, surface, edition="buyer"))
    path = stored(pack, tmp_path)
    assert check(path) == []
    with zipfile.ZipFile(path) as held:
        assert held.read("ledger/entries.jsonl") == b"" and held.read("ledger/withheld.jsonl") != b""
        assert b"Noor" not in held.read("ledger/heads.jsonl")
    assert pack.contents["withheld"] == pack.contents["about"] > 0
    assert any("left out of this edition by policy" in line for line in said(path))


def test_what_the_ledger_did_not_bind_is_named(world: Any, surface: Any, tmp_path: Path) -> None:
    row = surface.history.order_by("-pk").first()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {row._meta.db_table} DISABLE TRIGGER ALL")
        else:
            cursor.execute(f"DROP TRIGGER plumbline_{row._meta.db_table}_no_update")
        cursor.execute(f"UPDATE {row._meta.db_table} SET purpose = 'Something else' WHERE history_id = %s", [row.pk])
    pack = build(ask(world.noor, surface))
    assert pack.contents["unexplained"] == 1
    faults = check(stored(pack, tmp_path))
    assert faults and all(f"registry.historicalsurface {row.pk} was changed" in text for _, _, text in faults)


def test_a_frozen_pack_is_held_by_the_database_and_discarded_with_a_reason(world: Any, surface: Any) -> None:
    pack = build(ask(world.noor, surface))
    with pytest.raises(IntegrityError), transaction.atomic():
        Pack.objects.filter(pk=pack.pk).update(manifest_digest="0" * 64)
    with pytest.raises(Invalid):
        actions.discard(pack, actor=world.noor, reason=" ")
    with pytest.raises(StaleState):
        actions.discard(pack, actor=world.noor, reason="Sent by mistake", expected_version=1)
    gone = actions.discard(pack, actor=world.noor, reason="Sent by mistake", expected_version=pack.version)
    assert (gone.state, gone.zip_file, gone.zip_digest) == ("discarded", "", pack.zip_digest)
    with pytest.raises(Denied):
        actions.build_again(gone, actor=world.noor)


def test_a_pack_that_cannot_be_built_says_why_and_can_be_tried_again(world: Any, surface: Any, monkeypatch: Any) -> None:
    from governance.core.errors import Unavailable
    from governance.packs import printing

    pack, good = ask(world.noor, surface), printing.bind_pack

    def broken(*given: Any) -> Any:
        raise Unavailable("Documents are off.", fix="Install Pango.")

    monkeypatch.setattr(printing, "bind_pack", broken)
    with pytest.raises(Unavailable):
        build(pack)
    pack.refresh_from_db()
    assert (pack.state, pack.trouble) == ("failed", "Documents are off. Install Pango.")
    Job.objects.update(state=Job.State.FAILED)
    monkeypatch.setattr(printing, "bind_pack", good)
    actions.build_again(pack, actor=world.noor)
    assert build(pack).state == "ready"


def test_every_page_of_a_pack_is_there_and_cheap(world: Any, surface: Any, client_as: Any) -> None:
    pack, client = build(ask(world.rosa, surface)), client_as(world.rosa)
    for path in ("", "contents/", "builds/", "activity/"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = client.get(f"/packs/{pack.key}/{path}")
        assert response.status_code == 200 and len(asked) <= 16, (path, len(asked))
    assert pack.manifest_digest in client.get(f"/packs/{pack.key}/").content.decode()
    assert b"".join(client.get(f"/packs/{pack.key}/file.zip").streaming_content)[:2] == b"PK"
    assert client.get(f"/packs/{pack.key}/file.exe").status_code == 404
    assert client_as(world.gus).get(f"/packs/{pack.key}/").status_code == 404
    found = client.get("/packs/new/surfaces/found/", {"q": surface.name[:5]}).content.decode()
    assert f"registry.surface:{surface.pk}" in found
    assert (
        f'value="registry.surface:{surface.pk}" checked'
        in client.get(f"/packs/new/surfaces/?about={surface.key}").content.decode()
    )
    today = queries.utc_today().isoformat()
    given = {"subjects": f"registry.surface:{surface.pk}", "starts_on": today, "ends_on": today, "edition": "full"}
    assert client.post("/packs/new/surfaces/", given).status_code == 302
    assert Pack.objects.count() == 2
    assert client.post("/packs/new/surfaces/", {**given, "subjects": []}).status_code == 422
    assert client_as(world.aud).get("/packs/new/").status_code == 403


def test_the_list_asks_as_often_for_one_pack_as_for_three(world: Any, surface: Any, client_as: Any) -> None:
    client, counts = client_as(world.rosa), []
    for _ in range(3):
        ask(world.rosa, surface)
        client.get("/packs/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/packs/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[2] <= 15


def test_packs_by_rest(world: Any, surface: Any, api_as: Any) -> None:
    rosa, today = api_as(world.rosa), queries.utc_today().isoformat()
    body = {"scope": "surfaces", "subjects": [surface.key], "starts_on": today, "ends_on": today}
    made = rosa.post(API, body, format="json")
    assert made.status_code == 201 and made.json()["progress"]["state"] == "queued"
    key = made.json()["key"]
    assert rosa.get(f"{API}/{key}/zip").status_code == 404
    pack = build(Pack.objects.get())
    assert rosa.get(f"{API}/{key}").json()["manifest_digest"] == pack.manifest_digest
    assert b"".join(rosa.get(f"{API}/{key}/zip").streaming_content)[:2] == b"PK"
    assert rosa.post(f"{API}/{key}/builds").status_code == 202
    assert [each["number"] for each in rosa.get(f"{API}/{key}/builds").json()["results"]] == [1]
    assert rosa.post(f"{API}/{key}/readers", {"person": world.gus.ref}, format="json").status_code == 200
    assert [each["person"] for each in rosa.get(f"{API}/{key}/readers").json()] == [world.gus.ref]
    assert api_as(world.gus).get(f"{API}/{key}").status_code == 200
    assert api_as(world.gus).post(f"{API}/{key}/discarding", {"reason": "No"}, format="json").status_code == 403
    assert rosa.post(API, {**body, "subjects": ["S-9999"]}, format="json").status_code == 404
    assert rosa.post(API, {**body, "scope": "company"}, format="json").status_code == 400


def test_a_quarter_is_the_one_before() -> None:
    assert last_quarter(date(2026, 11, 21)) == (date(2026, 7, 1), date(2026, 9, 30))
    assert last_quarter(date(2026, 1, 1)) == (date(2025, 10, 1), date(2025, 12, 31))


def test_the_manifest_inside_is_the_one_that_was_frozen(world: Any, surface: Any) -> None:
    pack = build(ask(world.noor, surface))
    held = kept_manifest(pack)
    assert held["checkpoint"] == {"size": pack.size, "root": pack.root}
    assert held["scope"]["subjects"] == [surface.key] == [each.key for each in of(surface)]


def test_the_files_of_a_pack_go_when_their_time_is_over_and_its_hashes_stay(world: Any, surface: Any) -> None:
    kind = contribution(RetentionKind, "packs")
    pack = build(ask(world.noor, surface))
    files = [(pack.zip_file, pack.zip_digest), (pack.pdf_file, pack.pdf_digest)]
    assert [(each.name, each.sha256) for each in contribution(KeptFiles, "governance.pack").files()] == files
    rows = list(kind.rows())
    assert kind.expire(rows) == 1 and kind.after is not None
    kind.after(rows)
    pack.refresh_from_db()
    assert (pack.state, pack.zip_digest, default_storage.exists(files[0][0])) == ("discarded", files[0][1], False)
    assert list(kind.rows()) == [] and Entry.objects.filter(kind="pack.discarded").count() == 1
    assert list(contribution(KeptFiles, "governance.pack").files()) == []


def test_a_pack_is_offered_where_its_things_are_shown(world: Any, surface: Any, client_as: Any) -> None:
    client, vendor = client_as(world.rosa), Vendor.objects.first()
    shown = {"surfaces": surface, "team": world.team("claims"), "vendor": vendor}
    for scope, thing in shown.items():
        asked = f"/packs/new/{scope}/?about={thing.key}"
        assert f'href="{asked}"' in client.get(thing.get_absolute_url()).content.decode(), scope
        assert f":{thing.pk}&quot; checked" in client.get(asked).content.decode().replace('"', "&quot;"), scope
    assert "/packs/new/" not in client_as(world.aud).get(surface.get_absolute_url()).content.decode()
