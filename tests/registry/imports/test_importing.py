"""A file goes in by the same rules, history and ledger as rows made by hand; nothing is dropped, nothing half-written."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage

from governance.core import jobs
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.core.models import Job
from governance.core.tabular import mapping as mappings
from governance.core.tabular.mapping import FieldMapping, Mapping
from governance.core.tabular.opening import open_source
from governance.core.tabular.refused import write_refused
from governance.ledger.models import Entry
from governance.ledger.queries import activity
from governance.people.models import Team
from registry.imports import actions, queries
from registry.imports.actions import committing
from registry.imports.models import ImportBatch, ImportProfile
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Surface, SurfaceState
from tests.registry.imports.conftest import DATA, INVENTORY

pytestmark = pytest.mark.django_db
State = ImportBatch.State


def outcomes(batch):
    return list(batch.rows.order_by("number").values_list("outcome", flat=True))


def test_the_preview_changes_nothing_and_says_what_each_row_would_do(world, bring):
    head = Entry.objects.count()
    batch = bring(INVENTORY, world.rosa)
    assert batch.state == State.READY
    assert outcomes(batch) == ["new", "new", "new"]
    assert (Surface.objects.count(), Entry.objects.count()) == (0, head)
    assert any("In use according to the file" in note for note in batch.notes)
    third = batch.rows.get(number=4)
    assert "there is no person “nobody@example.org”" in third.said()[0]["message"]


def test_rows_go_in_with_owner_team_state_and_every_other_fact(world, take_in):
    batch = take_in(INVENTORY, world.rosa)
    assert batch.state == State.COMMITTED
    triage, drafts, review = Surface.objects.order_by("pk")
    assert (triage.name, triage.owner, triage.team) == ("Claims triage", world.noor, world.team("claims"))
    assert triage.state == SurfaceState.BUILDING  # in use, but nothing is live without a contract in force
    assert triage.external_id == "A-1"
    assert triage.attributes["Notes"] == "keep me"
    assert str(triage.started_on) == "2024-03-31"
    assert (drafts.owner, drafts.attributes["Date implemented"]) == (world.ben, "TBD")
    assert (review.state, review.owner, review.attributes["Owner"]) == (SurfaceState.RETIRED, None, "nobody@example.org")


def test_each_row_has_its_history_and_its_entry_and_so_has_the_import(world, take_in):
    batch = take_in(INVENTORY, world.rosa)
    surface = Surface.objects.get(name="Claims triage")
    assert surface.history.count() == 1
    assert surface.history.get().history_user_id == world.rosa.ref
    line = activity(surface)[0]
    assert (line.kind, line.via, line.actor) == ("surface.registered", "import", world.rosa)
    assert line.payload["source"] == f"inventory.csv ({batch.key})"
    whole = Entry.objects.get(kind="import.committed")
    assert whole.subject_key == batch.key
    assert activity(batch)[0].payload["sha256"] == batch.sha256


def test_the_same_file_again_changes_nothing(world, take_in, bring):
    take_in(INVENTORY, world.rosa)
    again = bring(INVENTORY, world.rosa)
    assert outcomes(again) == ["same", "same", "same"]
    with pytest.raises(Denied, match="No row would change anything"):
        actions.ask_commit(again, actor=world.rosa)


def test_a_later_file_shows_its_differences_and_changes_only_those(world, take_in, bring):
    take_in(INVENTORY, world.rosa)
    later = INVENTORY.replace(b"Sorts incoming claims", b"Sorts and routes claims").replace(b"keep me", b"kept still")
    batch = bring(later, world.rosa)
    assert outcomes(batch) == ["changed", "same", "same"]
    row = batch.rows.get(outcome="changed")
    assert ["Purpose", "Sorts incoming claims", "Sorts and routes claims"] in row.differences
    assert ["Notes", "keep me", "kept still"] in row.differences
    assert Surface.objects.get(external_id="A-1").purpose == "Sorts incoming claims"
    actions.ask_commit(batch, actor=world.rosa)
    jobs.run_pending()
    surface = Surface.objects.get(external_id="A-1")
    assert (surface.purpose, surface.attributes["Notes"]) == ("Sorts and routes claims", "kept still")
    assert surface.version == 2
    assert {difference.label for difference in activity(surface)[0].changes} == {"Purpose", "Attributes"}


def test_blank_cells_of_a_later_file_erase_nothing(world, take_in, bring):
    take_in(INVENTORY, world.rosa)
    assert outcomes(bring(b"Ref,Use case name,Purpose\nA-1,Claims triage,\n", world.rosa)) == ["same"]


def test_rows_are_found_by_key_then_by_own_number_then_by_name(world, take_in, bring):
    take_in(INVENTORY, world.rosa)
    key = Surface.objects.get(external_id="A-1").key
    by_key = bring(f"Surface key,Name,Purpose\n{key.lower()},Another name,x\n".encode(), world.rosa)
    assert by_key.rows.get().subject_key == key
    assert outcomes(by_key) == ["changed"]
    unknown = bring(b"Surface key,Name\nS-9999,Claims triage\n", world.rosa)
    assert "There is no surface S-9999 that you can see." in unknown.rows.get().problems[0]["message"]
    by_name = bring(b"Name,Purpose\nclaims  triage,other\n", world.rosa)
    assert by_name.rows.get().subject_key == key
    other_number = bring(b"Ref,Name\nB-9,Claims triage\n", world.rosa)
    assert outcomes(other_number) == ["new"]


def test_two_rows_with_one_number_are_one_too_many(world, bring):
    batch = bring(b"Ref,Name\nA-1,One\nA-1,Two\n", world.rosa)
    assert outcomes(batch) == ["new", "refused"]
    assert "Row 2 has the same own number" in batch.rows.last().problems[0]["message"]


def test_rows_that_only_share_a_name_are_all_kept(world, take_in):
    batch = take_in(b"Name,Purpose\nChatbot,a\nChatbot,b\nChatbot,c\n", world.rosa)
    assert Surface.objects.filter(name="Chatbot").count() == 3
    assert any("3 new rows share a name" in note for note in batch.notes)
    assert outcomes(batch) == ["new"] * 3


BAD = INVENTORY + b"A-4,,Claims,Planned,no name,,,\nA-5," + b"x" * 401 + b",Claims,Planned,too long,,,\n"


def test_good_rows_go_in_and_refused_ones_come_back_with_the_reason(world, take_in):
    batch = take_in(BAD, world.rosa)
    assert Surface.objects.count() == 3
    assert (batch.count("new"), batch.count("refused")) == (3, 2)
    file = open_source(b"".join(write_refused("csv", queries.headers_of(batch), queries.refused_rows(batch))))
    rows = [dict(zip(file.headers, row.cells, strict=False)) for row in file.rows()]
    assert [(row["Ref"], row["Row"], row["Problem"], row["What to do"]) for row in rows] == [
        ("A-4", "5", "Name is empty.", "Fill in Name."),
        ("A-5", "6", "Name: has 401 characters; 400 can be kept.", "Shorten it, or map the column to a longer field."),
    ]


def test_the_corrected_file_of_refused_rows_goes_in_without_its_added_columns(world, take_in, bring):
    batch = take_in(BAD, world.rosa)
    file = b"".join(write_refused("xlsx", queries.headers_of(batch), queries.refused_rows(batch)))
    again = bring(file, world.rosa, name="refused.xlsx")
    assert mappings.from_json(again.mapping).ignored == ["Row", "Problem", "What to do"]


def test_all_or_nothing_is_refused_while_a_row_is(world, bring):
    batch = bring(BAD, world.rosa)
    with pytest.raises(Invalid, match="2 rows are refused"):
        actions.ask_commit(batch, actor=world.rosa, all_or_nothing=True)


def test_all_or_nothing_lets_nothing_in_when_one_row_moved_meanwhile(world, take_in, bring):
    take_in(INVENTORY, world.rosa)
    later = INVENTORY.replace(b"Sorts incoming", b"Routes incoming") + b"A-9,New one,Claims,Planned,x,,,\n"
    batch = bring(later, world.rosa)
    surfaces.edit(Surface.objects.get(external_id="A-1"), actor=world.rosa, topic="Touched")
    actions.ask_commit(batch, actor=world.rosa, all_or_nothing=True)
    jobs.run_pending()
    batch.refresh_from_db()
    assert batch.state == State.READY
    assert "changed or removed by somebody else" in batch.problem
    assert not Surface.objects.filter(external_id="A-9").exists()
    assert Job.objects.get(kind="imports.commit", state="failed")


def test_a_row_that_moved_since_the_preview_stays_out_and_the_others_go_in(world, take_in, bring):
    take_in(INVENTORY, world.rosa)
    later = INVENTORY.replace(b"Sorts incoming", b"Routes incoming") + b"A-9,New one,Claims,Planned,x,,,\n"
    batch = bring(later, world.rosa)
    surfaces.edit(Surface.objects.get(external_id="A-1"), actor=world.noor, topic="Touched")
    actions.ask_commit(batch, actor=world.rosa)
    jobs.run_pending()
    batch.refresh_from_db()
    assert batch.state == State.COMMITTED
    assert (batch.count("changed"), batch.count("refused")) == (0, 1)
    assert Surface.objects.get(external_id="A-1").purpose == "Sorts incoming claims"
    assert Surface.objects.filter(external_id="A-9").exists()


def test_what_the_file_names_and_is_not_there_is_made_when_told(world, take_in):
    data = b"Name,Agency,Vendor\nA,Bureau of Mines,Northwind\nB,bureau of mines,Northwind\n"
    batch = take_in(data, world.rosa, create_missing=True)
    team = Team.objects.get(name="Bureau of Mines")
    assert Surface.objects.filter(team=team, vendor__name="Northwind").count() == 2
    assert any("1 new team will be made: Bureau of Mines" in note for note in batch.notes)


def test_else_its_name_is_kept_as_text_with_a_warning(world, take_in):
    batch = take_in(b"Name,Agency\nA,Bureau of Mines\n", world.rosa, create_missing=False)
    assert Surface.objects.get().attributes == {"Agency": "Bureau of Mines"}
    assert "there is no team" in batch.rows.get().problems[0]["message"]
    assert not Team.objects.filter(name="Bureau of Mines").exists()


def test_who_may_not_keep_teams_makes_none(world, take_in):
    take_in(b"Name,Agency\nA,Bureau of Mines\n", world.noor, create_missing=True)
    assert not Team.objects.filter(name="Bureau of Mines").exists()
    assert Surface.objects.get().owner == world.noor


def test_a_member_owns_what_they_import_whoever_the_file_names(world, take_in):
    batch = take_in(b"Name,Owner\nA,ben@example.org\n", world.noor)
    assert Surface.objects.get().owner == world.noor
    assert any("Owned by you" in note for note in batch.notes)


def test_a_member_cannot_change_what_is_not_theirs(world, take_in, bring):
    take_in(INVENTORY, world.rosa)
    triage = Surface.objects.get(external_id="A-1")
    surfaces.edit(triage, actor=world.rosa, team=world.team("support"))
    batch = bring(b"Ref,Name,Purpose\nA-1,Claims triage,taken over\n", world.tomas)
    assert outcomes(batch) == ["refused"]
    assert "Only its owner" in batch.rows.get().problems[0]["message"]


def test_auditors_import_nothing_and_others_do_not_see_an_import(world, bring, store):
    with pytest.raises(Denied):
        actions.upload(BytesIO(INVENTORY), actor=world.aud, name="x.csv", target="surfaces")
    with pytest.raises(Denied):
        actions.upload(BytesIO(INVENTORY), actor=world.noor, name="x.csv", target="people")
    batch = bring(INVENTORY, world.noor)
    with pytest.raises(NotVisible):
        queries.get(world.ben, batch.key)
    assert queries.get(world.aud, batch.key) == batch
    with pytest.raises(Denied):
        actions.ask_commit(batch, actor=world.aud)


def test_two_clicks_start_the_work_once(world, bring):
    batch = bring(INVENTORY, world.rosa)
    twin = ImportBatch.objects.get(pk=batch.pk)
    actions.ask_commit(batch, actor=world.rosa)
    with pytest.raises(StaleState):
        actions.ask_commit(twin, actor=world.rosa)


def test_a_worker_that_is_killed_in_the_middle_loses_and_doubles_nothing(world, bring, monkeypatch):
    batch = bring(INVENTORY, world.rosa)
    monkeypatch.setattr(committing, "CHUNK", 1)
    calls = []
    apply = committing._Run.apply

    def dies(self, ids):
        calls.append(ids)
        if len(calls) == 2:
            raise KeyError("power cut")
        apply(self, ids)

    monkeypatch.setattr(committing._Run, "apply", dies)
    job = actions.ask_commit(batch, actor=world.rosa)
    jobs.run(job.pk)
    batch.refresh_from_db()
    assert (batch.state, Surface.objects.count()) == (State.COMMITTING, 1)
    Job.objects.filter(pk=job.pk).update(run_after="2020-01-01T00:00Z")
    jobs.run(job.pk)
    batch.refresh_from_db()
    assert (batch.state, Surface.objects.count()) == (State.COMMITTED, 3)
    assert Entry.objects.filter(kind="surface.registered").count() == 3
    assert Entry.objects.filter(kind="import.committed").count() == 1


def test_an_import_can_be_taken_back_from_a_job_that_failed_for_good(world, bring, monkeypatch):
    batch = bring(INVENTORY, world.rosa)
    monkeypatch.setattr(committing, "CHUNK", 1)
    apply, calls = committing._Run.apply, []

    def dies(self, ids):
        calls.append(ids)
        if len(calls) > 1:
            raise KeyError("disk full")
        apply(self, ids)

    monkeypatch.setattr(committing._Run, "apply", dies)
    job = actions.ask_commit(batch, actor=world.rosa)
    for _ in range(5):
        Job.objects.filter(pk=job.pk).update(run_after="2020-01-01T00:00Z")
        jobs.run(job.pk)
    batch = queries.get(world.rosa, batch.key)
    actions.release(batch, actor=world.rosa)
    assert batch.state == State.COMMITTED
    assert "Only a part went in" in batch.problem
    assert batch.count("applied") == 1


def test_a_mapping_that_lacks_a_needed_field_is_refused(world, store):
    batch = actions.upload(BytesIO(b"Purpose,Cost\nx,1\n"), actor=world.rosa, name="x.csv", target="surfaces")
    with pytest.raises(Invalid, match="Name needs a column"):
        actions.ask_check(batch, actor=world.rosa)
    assert batch.state == State.MAPPING


def test_a_saved_mapping_is_taken_over_by_the_next_file(world, bring, store):
    batch = bring(INVENTORY, world.rosa)
    profile = actions.save_profile(batch, actor=world.rosa, name="Yearly inventory")
    assert Entry.objects.filter(kind="import_profile.saved").count() == 1
    later = INVENTORY.replace(b"Use case name", b"Use-case  names").replace(b"Notes", b"Remarks")
    batch = actions.upload(BytesIO(later), actor=world.noor, name="later.csv", target="surfaces")
    fitted = actions.apply_profile(batch, actor=world.noor, profile=profile)
    assert fitted.renamed == {"Use case name": "Use-case names"}
    assert batch.mapping["fields"]["name"] == {"columns": ["Use-case names"]}
    with pytest.raises(Denied):
        actions.remove_profile(profile, actor=world.noor)
    actions.remove_profile(profile, actor=world.rosa)
    assert not ImportProfile.objects.exists()
    assert ImportBatch.objects.count() == 2


def test_matching_columns_anew_forgets_the_preview(world, bring):
    batch = bring(INVENTORY, world.rosa)
    actions.set_mapping(batch, actor=world.rosa, mapping=Mapping({"name": FieldMapping(["Use case name"])}))
    assert batch.state == State.MAPPING
    assert not batch.rows.exists()
    with pytest.raises(Denied):
        actions.ask_commit(batch, actor=world.rosa)


def test_a_discarded_import_leaves_no_file(world, bring):
    batch = bring(INVENTORY, world.rosa)
    assert default_storage.exists(batch.file)
    actions.discard(batch, actor=world.rosa)
    assert not default_storage.exists(batch.file)
    assert not batch.rows.exists()


def test_a_large_file_is_read_by_a_job(world, store, monkeypatch):
    from registry.imports.actions import preparing

    monkeypatch.setattr(preparing, "READ_AT_ONCE", 10)
    batch = actions.upload(BytesIO(INVENTORY), actor=world.rosa, name="big.csv", target="surfaces")
    assert batch.state == State.READING
    jobs.run_pending()
    batch.refresh_from_db()
    assert batch.state == State.MAPPING
    assert batch.source["rows"] == 3
    broken = actions.upload(BytesIO(b"%PDF-1.7 " + b"x" * 50), actor=world.rosa, name="x.pdf", target="surfaces")
    jobs.run_pending()
    broken.refresh_from_db()
    assert broken.state == State.DISCARDED
    assert "a PDF" in broken.problem


@pytest.mark.slow
def test_the_real_inventory_goes_in_whole_and_comes_out_again(world, take_in):
    path = DATA / "federal-ai-inventory-2024.csv"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    batch = take_in(path.read_bytes(), world.rosa, create_missing=True)
    assert (batch.state, batch.counts["new"], batch.counts["refused"]) == (State.COMMITTED, 2_133, 0)
    assert Surface.objects.count() == 2_133
    assert Entry.objects.filter(kind="surface.registered").count() == 2_133
    assert Surface.history.model.objects.count() == 2_133
    assert Surface.objects.exclude(team=None).count() == 2_133
    source = queries.open_file(batch)
    mapped = {column for each in batch.mapping["fields"].values() for column in each["columns"]}
    held = {row.number: row.subject_id for row in batch.rows.all()}
    kept = {surface.pk: surface.attributes for surface in Surface.objects.all()}
    for row in source.rows():
        attributes = kept[held[row.number]]
        for header, cell in zip(source.headers, row.cells, strict=False):
            assert not cell or header in mapped or attributes[header] == cell
    actions.ask_undo(batch, actor=world.rosa)
    jobs.run_pending()
    assert Surface.objects.count() == 0
    assert not Team.objects.filter(name="Department of Justice").exists()


def test_an_unreachable_store_is_said(world, bring):
    batch = bring(INVENTORY, world.rosa)
    default_storage.delete(batch.file)
    actions.ask_check(batch, actor=world.rosa)
    jobs.run_pending()
    batch.refresh_from_db()
    assert batch.state == State.MAPPING
    assert "not in the store any more" in batch.problem


def test_an_unknown_target_is_refused(world, store):
    with pytest.raises(NotVisible):
        actions.upload(BytesIO(INVENTORY), actor=world.rosa, name="x.csv", target="ships")


def test_a_conflict_of_the_database_is_said_in_words(world, bring, monkeypatch):
    batch = bring(INVENTORY, world.rosa)

    def refuses(*args, **kwargs):
        raise Conflict("There is already one of this name.", fix="Choose another.")

    monkeypatch.setattr("registry.imports.targets.surfaces.actions.register_many", refuses)
    actions.ask_commit(batch, actor=world.rosa)
    jobs.run_pending()
    batch.refresh_from_db()
    assert batch.state == State.READY
    assert "There is already one of this name." in batch.problem
