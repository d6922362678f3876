"""What no code path may do to changes, clearances and reviews, tried with plain SQL."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core import clock
from registry.changes import actions
from registry.surfaces.models import Surface
from tests.registry.building import make_catalog, make_surface
from tests.registry.changes.test_holds import approve, declare, emergency, propose


@pytest.fixture
def live(world: Any) -> Surface:
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    approve(propose(surface, world.noor), world.sam)
    surface.refresh_from_db()
    return surface


class TestTheDatabaseItself:
    """Each refusal is the database's own."""

    def refuse(self, sql: str, *values: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)

    CLEAR = (
        "INSERT INTO registry_clearance (change_id, surface_id, revision_id, at, unmet, standing, waived_by)"
        " VALUES (%s, %s, %s, %s, %s, '[]', %s)"
    )

    def test_nothing_comes_into_force_without_a_clearance(self, world: Any, live: Surface) -> None:
        declare(world)
        change = approve(propose(live, world.noor, notes="Second."), world.sam)
        self.refuse("UPDATE registry_surface SET in_force_id = %s WHERE id = %s", change.revision_id, live.pk)
        self.refuse("UPDATE registry_change SET state = 'in_force' WHERE id = %s", change.pk)
        row = (change.pk, live.pk, change.revision_id, clock.now())
        self.refuse(self.CLEAR, *row, 0, "")  # the freeze holds it
        self.refuse(self.CLEAR, *row, 3, "")  # unmet, and nothing waives it
        self.refuse(self.CLEAR, *row, 3, "rollback")  # it is no rollback
        self.refuse(self.CLEAR, *row, 3, "emergency")

    def test_a_clearance_stays_as_it_is(self, world: Any, live: Surface) -> None:
        self.refuse("UPDATE registry_clearance SET unmet = 9")
        self.refuse("DELETE FROM registry_clearance")

    def test_what_a_change_is_never_changes(self, world: Any, live: Surface) -> None:
        change = propose(live, world.noor, notes="Second.")
        self.refuse("UPDATE registry_change SET is_emergency = %s, incident = 'x' WHERE id = %s", True, change.pk)
        self.refuse("UPDATE registry_change SET is_rollback = %s WHERE id = %s", True, change.pk)
        self.refuse("UPDATE registry_change SET requester_id = %s WHERE id = %s", world.ben.pk, change.pk)
        actions.withdraw(change, actor=world.noor)
        self.refuse("UPDATE registry_change SET state = 'approved' WHERE id = %s", change.pk)

    def test_whoever_let_it_in_does_not_review(self, world: Any, live: Surface) -> None:
        approve(emergency(live, world.noor, notes="Without."), world.sam)
        closing = "UPDATE registry_emergencyreview SET state='closed', outcome='kept', findings='f', closed_at=due_at"
        for person in (world.noor, world.sam):
            self.refuse(f"{closing}, reviewer_id = %s", person.pk)
        self.refuse("UPDATE registry_emergencyreview SET state = 'closed'")
        self.refuse("UPDATE registry_emergencyreview SET due_at = %s", clock.now() + timedelta(days=9))
