"""One consistent reading, on a real connection: others go on writing, and progress is told all the while."""

import threading
from typing import Any

import pytest
from django.db import connection, connections

from governance.comments.actions import comment
from governance.core.models import Company
from governance.ledger.models import Entry
from governance.packs.snapshot import snapshot
from tests.governance.packs.conftest import ask, build


def elsewhere(work: Any) -> None:
    """Run something on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_pack_is_read_from_one_moment_while_others_write(world: Any, surface: Any, no_press: None) -> None:
    told: list[tuple[Any, ...]] = []

    def progress(*said: Any) -> None:
        told.append((threading.current_thread().name, *said))
        if said[0] == 3:
            raise RuntimeError("taken over")

    before = Company.objects.get().name
    with snapshot(progress) as tell:
        assert Company.objects.get().name == before
        elsewhere(lambda: Company.objects.update(name="After"))
        tell(1, 3, "Reading")
        assert Company.objects.get().name == before
    assert told == [("pack progress", 1, 3, "Reading")]
    assert Company.objects.get().name == "After" and not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="taken over"), snapshot(progress) as tell:
        tell(3, 3)
        for _ in range(1000):
            threading.Event().wait(0.01)
            tell(2, 3)
    _build_while_others_write(world, surface)


def _build_while_others_write(world: Any, surface: Any) -> None:
    pack, wrote = ask(world.noor, surface), []

    def progress(*said: Any) -> None:
        if threading.current_thread().name == "pack progress" and not wrote:
            wrote.append(comment(surface, actor=world.sam, text="Written while the pack is read."))

    build(pack, progress)
    assert wrote and pack.is_ready and pack.contents["unexplained"] == 0
    assert Entry.objects.get(kind="comment.made").seq > pack.size
