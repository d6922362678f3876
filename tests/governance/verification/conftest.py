"""A ledger with a few hundred entries, sealed, and the means of a hostile owner of its database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from governance.ledger import appendonly, journal
from governance.ledger.journal import action
from governance.ledger.kinds import EventKind, register
from governance.people import actions as people
from governance.proofs import sealing
from governance.proofs.models import Checkpoint
from governance.verification.report import Finding, Report
from governance.verification.verifying import verify
from tests.world import World

register(EventKind("test.said", "said {number} for a test", fields=("number",), personal=("words",)))


@action
def say(times: int, *, actor: Any) -> None:
    """Write many entries at once."""
    for number in range(times):
        journal.record("test.said", actor=actor, subject=actor, payload={"number": number})


@action
def confide(words: str, *, actor: Any, about: Any) -> None:
    """Write an entry with a personal part that touches something."""
    journal.record("test.said", actor=actor, subject=actor, payload={"number": 0}, personal={"words": words}, touches=(about,))


@pytest.fixture
def sealed(world: World) -> Checkpoint:
    """The company, a team that was changed, 300 further entries, one with words; all of it under two checkpoints."""
    team = people.create_team("Night shift", actor=world.ada)
    people.change_team(team, actor=world.ada, changes={"name": "Late shift"})
    confide("It was Ida.", actor=world.ada, about=team)
    sealing.seal()
    say(300, actor=world.ada)
    return sealing.seal()


@pytest.fixture
def owner() -> Callable[..., None]:
    """Do what the owner of the database can: with the triggers out of the way, put back afterwards."""

    def run(*statements: str, values: tuple[Any, ...] = ()) -> None:
        said = " ".join(statements)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with aside(cursor, {table for table in appendonly.installed(connection).values() if table in said}):
                for sql in statements:
                    cursor.execute(sql, values)

    return run


@contextmanager
def aside(cursor: Any, tables: set[str]) -> Iterator[None]:
    """Take the triggers of some tables out of the way, and put the very same back."""
    ours = [(name, table) for name, table in appendonly.installed(connection).items() if table in tables]
    if connection.vendor == "postgresql":
        for name, table in ours:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield
        for name, table in ours:
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        return
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    text = dict(cursor.fetchall())
    for name, _ in ours:
        cursor.execute(f"DROP TRIGGER {name}")
    yield
    for name, _ in ours:
        cursor.execute(text[name])


@pytest.fixture
def found() -> Callable[..., list[tuple[str, str]]]:
    """Verify, and return the kind and the name of everything found."""

    def run(**options: Any) -> list[tuple[str, str]]:
        return [(each.kind, each.what) for each in look(**options).findings]

    return run


def look(**options: Any) -> Report:
    """Verify."""
    return verify(**options)


def the_one(report: Report, kind: str) -> Finding:
    """Return the one finding of a kind."""
    [finding] = [each for each in report.findings if each.kind == kind]
    return finding
