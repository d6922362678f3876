"""Commands, what older releases wrote, and the background work."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from governance.core import health, jobs
from governance.core.contributions import Schedule, contribution
from governance.ledger import appendonly, backfill, check, heads, tags
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.proofs import background, keys, offline, queries, reading, sealing
from governance.proofs.models import LedgerKey
from tests.governance.proofs.test_sealing import as_owner, forge, told


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_key_is_listed_and_replaced_by_command(world: Any) -> None:
    sealing.seal()
    old = LedgerKey.objects.get()
    assert said("ledger_key") == f"{old.vkey}  checkpoints 1 to now\n"
    with pytest.raises(CommandError, match="by whom"):
        said("ledger_key", "rotate", "--reason", "Yearly.")
    with pytest.raises(CommandError, match="administrators"):
        said("ledger_key", "rotate", "--by", world.rosa.email, "--reason", "Yearly.")
    with pytest.raises(CommandError, match="why"):
        said("ledger_key", "rotate", "--by", world.ada.email)
    lines = said("ledger_key", "rotate", "--by", world.ada.email, "--reason", "Yearly.").splitlines()
    assert len(lines) == 2 and lines[0].startswith(keys.current()[0].vkey)


def test_a_foreign_entry_is_accepted_by_command(world: Any) -> None:
    bad = told(world) + 1
    forge(bad)
    with pytest.raises(CommandError, match="no active account"):
        said("ledger_accept", str(bad), "--by", "nobody@example.org", "--reason", "x")
    with pytest.raises(CommandError, match="administrators"):
        said("ledger_accept", str(bad), "--by", world.noor.email, "--reason", "x")
    assert "sealed up to" in said("ledger_accept", str(bad), "--by", world.ada.email, "--reason", "The old release wrote it.")
    assert queries.sealed_size() == reading.last()


def test_entries_of_an_older_release_are_tagged_once_and_sealed(world: Any) -> None:
    people.change_team(world.team("platform"), actor=world.ada, changes={"lead": world.daniel})
    before = list(Entry.objects.order_by("seq").values_list("seq", "about", "mac"))
    as_owner("UPDATE governance_entry SET about = '', mac = '' WHERE seq > %s", 2)
    if connection.vendor == "sqlite":
        appendonly.remove_all()
    assert backfill.run(connection) == len(before) - 2
    assert backfill.run(connection) == 0
    appendonly.ensure_all()
    assert list(Entry.objects.order_by("seq").values_list("seq", "about", "mac")) == before
    assert sealing.seal().size >= len(before)
    assert appendonly.missing() == set()


def test_a_log_that_never_had_an_identity_gets_one_with_its_tags(world: Any) -> None:
    as_owner("DELETE FROM governance_ledgeridentity")
    as_owner("UPDATE governance_entry SET about = '', mac = ''")
    if connection.vendor == "sqlite":
        appendonly.remove_all()
    assert backfill.run(connection) == Entry.objects.count()
    appendonly.ensure_all()
    tags.remember(tags.found().blinding)
    assert all(each.ok for entry in Entry.objects.all() for each in check.entry(entry))
    assert all(heads.is_own(offline.head_of(entry), entry.mac) for entry in Entry.objects.all())


def test_the_schedule_seals_and_health_says_what_hinders(world: Any) -> None:
    assert "Is a worker running?" in health.problems()["sealed"]
    jobs.enqueue(contribution(Schedule, background.JOB).job)
    jobs.run_pending()
    assert queries.sealed_size() > 0 and "sealed" not in health.problems()
    forge(told(world) + 1)
    assert background.keep_up() == reading.last() - 1
    assert "was not written by this installation" in health.problems()["sealed"]
    assert f'plumbline_ledger_entries{{of="sealed"}} {reading.last() - 1}' in background.figures()


def test_a_commit_asks_for_sealing_at_most_once_in_a_while(monkeypatch: Any) -> None:
    asked: list[dict[str, Any]] = []
    from governance.proofs import tasks

    monkeypatch.setattr(tasks.seal, "apply_async", lambda **how: asked.append(how))
    monkeypatch.setattr(background, "_asked", 0.0)
    background.ask(())
    background.ask(())
    assert [each["countdown"] for each in asked] == [background.PAUSE]


def test_a_broker_out_of_reach_only_delays_sealing(monkeypatch: Any, caplog: Any) -> None:
    from governance.proofs import tasks

    def refuse(**how: Any) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(tasks.seal, "apply_async", refuse)
    monkeypatch.setattr(background, "_asked", 0.0)
    background.ask(())
    assert "waits for its next turn" in caplog.text


def test_nothing_is_sealed_where_nothing_happened(db: None) -> None:
    assert background.keep_up() == 0
    assert background.unsealed() == ""
