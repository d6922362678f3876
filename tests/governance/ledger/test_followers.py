"""Whoever follows the ledger at once sees a transaction's entries after its commit; an accident there harms nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from governance.core import contributions
from governance.core.contributions import AfterEntries
from governance.people import actions


@pytest.fixture
def follow() -> Iterator[Callable[[Callable[[Any], None]], None]]:
    """Add a follower for one test."""
    shelf = contributions._items.setdefault(AfterEntries, {})
    kept = dict(shelf)
    yield lambda run: contributions.contribute(AfterEntries("test", run)) and None
    shelf.clear()
    shelf.update(kept)


def test_a_follower_sees_the_entries_of_a_transaction_after_its_commit(world, follow, django_capture_on_commit_callbacks):
    seen: list[str] = []
    follow(lambda entries: seen.extend(entry.kind for entry in entries))
    with django_capture_on_commit_callbacks(execute=True):
        actions.create_team("Actuaries", actor=world.ada)
        assert seen == []
    assert seen == ["team.created"]


def test_the_accident_of_a_follower_stays_its_own(world):
    """Django logs what a robust callback raises and goes on; one that is not would end the request after its commit."""
    before = len(connection.run_on_commit)
    actions.create_team("Actuaries", actor=world.ada)
    assert [robust for _, _, robust in connection.run_on_commit[before:]] == [True]
