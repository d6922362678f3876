"""One consistent reading, on a real connection: others go on writing, and progress is told all the while."""

import threading
from typing import Any

import pytest
from django.db import connection, connections

from governance.core.models import Company
from governance.packs.snapshot import snapshot


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
def test_what_others_write_meanwhile_is_not_read_and_progress_is_told() -> None:
    Company.objects.create(pk=1, name="Before")
    told: list[tuple[Any, ...]] = []

    def progress(*said: Any) -> None:
        told.append((threading.current_thread().name, *said))
        Company.objects.filter(pk=1).update(classification=f"Step {said[0]}")
        if said[0] == 3:
            raise RuntimeError("taken over")

    with snapshot(progress) as tell:
        assert Company.objects.get().name == "Before"
        elsewhere(lambda: Company.objects.update(name="After"))
        tell(1, 3, "Reading")
        assert (Company.objects.get().name, Company.objects.get().classification) == ("Before", "Confidential")
    assert told == [("pack progress", 1, 3, "Reading")]
    assert (Company.objects.get().name, Company.objects.get().classification) == ("After", "Step 1")
    assert not connection.in_atomic_block
    with pytest.raises(RuntimeError, match="taken over"), snapshot(progress) as tell:
        tell(3, 3)
        for _ in range(1000):
            threading.Event().wait(0.01)
            tell(2, 3)
