"""Results are kept and told, alarm where something does not hold, and can be accepted; files count; the command's codes."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from governance.core import health, jobs
from governance.core.contributions import KeptFile, KeptFiles
from governance.core.errors import Denied, Invalid
from governance.core.models import Job
from governance.ledger import bound, check, letgo
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.people.models import Team
from governance.proofs.models import Checkpoint
from governance.verification import actions, binding, files, queries, shown
from governance.verification.models import AcceptedFinding, Verification
from tests.governance.verification.conftest import look, the_one
from tests.world import World

Owner = Callable[..., None]
HISTORY = Team.history.model


@pytest.fixture
def tampered(sealed: Checkpoint, owner: Owner) -> int:
    """A history row was changed. Returns its id."""
    row = HISTORY.objects.get(name="Late shift")
    owner(f"UPDATE governance_historicalteam SET name = 'Day shift' WHERE history_id = {row.pk}")
    return int(row.pk)


def verified(world: World, older: str = "") -> Verification:
    job = actions.ask(actor=world.aud, older=older)
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return queries.get(world.ada, job.result["verification"])


def test_a_result_that_holds_is_kept_told_and_itself_bound(sealed: Checkpoint, world: World) -> None:
    result = verified(world, older=sealed.note)
    assert result.holds and result.by == world.aud and result.older == f"checkpoint over {sealed.size:,} entries"
    entry = Entry.objects.get(kind="ledger.verified")
    assert {each.model for each in bound.references(json.loads(entry.body))} == {"governance.verification"}
    assert all(each.ok for each in check.entry(entry))
    assert shown.held() == "" and not shown.alarming(world.ada).exists()
    assert verified(world).size == entry.seq


def test_what_does_not_hold_alarms_until_it_is_accepted(tampered: int, world: World) -> None:
    result = verified(world)
    assert (result.problems, result.findings[0]["id"]) == (1, tampered)
    assert Entry.objects.filter(kind="ledger.not_verified").exists()
    assert "ledger-verified" in health.problems() and shown.alarming(world.rosa).count() == 1
    assert not shown.alarming(world.noor).exists()
    mark = result.findings[0]["mark"]
    with pytest.raises(Denied):
        actions.accept(result, [mark], actor=world.rosa, reason="Known.")
    with pytest.raises(Invalid, match="Say why"):
        actions.accept(result, [mark], actor=world.ada, reason=" ")
    with pytest.raises(Invalid, match="Choose"):
        actions.accept(result, ["0" * 64], actor=world.ada, reason="Known.")
    actions.accept(result, [mark], actor=world.ada, reason="An outage; see the ticket.")
    with pytest.raises(Invalid, match="accepted already"):
        actions.accept(result, [mark], actor=world.ada, reason="Again.")
    assert "ledger-verified" not in health.problems() and not shown.alarming(world.ada).exists()
    again = verified(world)
    assert again.holds and again.accepted == 1 and again.findings[0]["accepted"] is True
    assert AcceptedFinding.objects.get().by == world.ada


def test_a_further_change_of_what_was_accepted_alarms_again(tampered: int, world: World, owner: Owner) -> None:
    result = verified(world)
    actions.accept(result, [result.findings[0]["mark"]], actor=world.ada, reason="Known.")
    owner(f"UPDATE governance_historicalteam SET name = 'Dawn shift' WHERE history_id = {tampered}")
    assert verified(world).problems == 1


def test_who_may_ask_and_what_for(sealed: Checkpoint, world: World) -> None:
    for person in (world.ada, world.rosa, world.aud):
        assert actions.ask(actor=person).kind == actions.JOB
    assert actions.ask(actor=world.ada) == actions.ask(actor=world.ada)
    for person in (world.noor, world.ingrid, world.gus):
        with pytest.raises(Denied):
            actions.ask(actor=person)
    with pytest.raises(Invalid, match="no checkpoint of this ledger"):
        actions.ask(actor=world.ada, older="What?")
    assert actions.ask(actor=world.ada, older="\r\n" + sealed.note.replace("\n", "\r\n").rstrip()).args == {"older": sealed.note}


@pytest.fixture
def kept(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KeptFile]:
    """One kept file, the only one that verification reads."""
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("kept/one.txt", ContentFile(b"As it was."))
    file = KeptFile(7, "The one file", name, hashlib.sha256(b"As it was.").hexdigest())
    monkeypatch.setattr(files, "contributed", lambda kind: [KeptFiles("test.file", "Files", lambda: [file])])
    yield file
    default_storage.delete(name)


def test_a_changed_file_and_a_missing_one_are_named(kept: KeptFile, sealed: Checkpoint, world: World) -> None:
    report = look()
    assert (report.files, report.findings) == (1, [])
    path = Path(default_storage.path(kept.name))
    path.write_bytes(b"As it is.")
    finding = the_one(look(), "file-changed")
    assert (finding.what, finding.model, finding.id) == ("The one file", "test.file", 7)
    path.unlink()
    assert the_one(look(), "file-missing").what == "The one file"

    @action
    def let_it_go(*, actor: Any) -> None:
        from governance.ledger import journal

        letgo.let_files_go([kept.sha256], because="retention", cause="evidence")
        journal.record("test.said", actor=actor, subject=actor, payload={"number": 1})

    let_it_go(actor=world.ada)
    report = look()
    assert report.findings == [] and report.gone == 1


def test_the_command_names_what_it_finds_and_answers_by_its_code(
    sealed: Checkpoint, owner: Owner, tmp_path: Path, capsys: Any
) -> None:
    note = tmp_path / "older.txt"
    note.write_text(sealed.note)
    call_command("verify_ledger", older=str(note))
    assert "Everything holds." in capsys.readouterr().out
    row = HISTORY.objects.get(name="Late shift")
    owner(f"UPDATE governance_historicalteam SET name = 'Day shift' WHERE history_id = {row.pk}")
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_ledger", json=True, keep=True)
    said = json.loads(capsys.readouterr().out)
    assert stopped.value.code == 1 and said["holds"] is False and said["findings"][0]["id"] == row.pk
    assert Verification.objects.get().problems == 1
    note.write_text("nothing\n")
    with pytest.raises(CommandError, match="no checkpoint of this ledger") as refused:
        call_command("verify_ledger", older=str(note))
    assert refused.value.returncode == 2
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_ledger", older=str(tmp_path / "none"))


def test_what_older_versions_left_unbound_is_bound_once(
    sealed: Checkpoint, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row without an entry, on a ledger that began before rows were bound; afterwards such a row is a finding."""
    assert binding.bind_older(lambda done, label: None) == 0
    table, columns = "governance_historicalteam", ", ".join(f.column for f in HISTORY._meta.concrete_fields if not f.primary_key)
    insert = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE name = 'Late shift'"
    owner(insert)
    monkeypatch.setattr(binding, "BINDS_ALL", 3)
    assert look().count == 1
    assert binding.bind_older(lambda done, label: None) == 1
    assert look().count == 0 and not binding.needed()
    owner(insert)
    assert binding.bind_older(lambda done, label: None) == 0
    assert {(each.kind, each.model) for each in look().findings} == {("row-inserted", "governance.historicalteam")}
