"""R11: an incident at or above its tier's threshold closes only with an approved postmortem, on every path."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core.errors import Conflict, Denied, StaleState
from governance.ledger.models import Entry
from incidents.cases.models import Incident
from incidents.postmortems import actions
from incidents.postmortems.models import Postmortem
from incidents.running import actions as running
from registry.surfaces.models import Surface
from tests.incidents.building import make_incident
from tests.incidents.postmortems.conftest import fill

CLOSE = "UPDATE incidents_incident SET state = 'closed', closed_at = resolved_at WHERE id = %s"


def by_sql(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_it_does_not_close_without_a_postmortem(world: Any, resolved: Incident) -> None:
    assert resolved.postmortem_demanded
    with pytest.raises(Conflict, match="approved postmortem") as refused:
        actions.close(resolved, actor=world.noor)
    assert "SEV2" in refused.value.message
    with pytest.raises(IntegrityError):
        by_sql(CLOSE, resolved.pk)


def test_neither_a_draft_nor_a_waiting_one_is_enough(world: Any, begun: Postmortem) -> None:
    fill(begun, world.noor)
    with pytest.raises(Conflict, match="approved"):
        actions.close(begun.incident, actor=world.noor)
    actions.ask_for_approval(begun, actor=world.noor)
    with pytest.raises(Conflict, match="before its approvers"):
        actions.close(begun.incident, actor=world.noor)
    with pytest.raises(IntegrityError):
        by_sql(CLOSE, begun.incident_id)


def test_with_an_approved_one_it_closes_and_says_so(world: Any, approved: Postmortem) -> None:
    closed = actions.close(approved.incident, actor=world.noor, reason="Nothing came back.")
    assert (closed.state, closed.closed_at is not None) == ("closed", True)
    entry = Entry.objects.filter(kind="incident.closed").get()
    assert approved.key in entry.body
    assert approved.digest in entry.body
    assert closed.timeline.filter(kind="state", text="Closed: Nothing came back.").exists()
    with pytest.raises(StaleState, match="closed already"):
        actions.close(closed, actor=world.noor)


def test_only_who_runs_it_closes_it(world: Any, approved: Postmortem) -> None:
    for person in (world.aud, world.ben):
        with pytest.raises(Denied):
            actions.close(approved.incident, actor=person)
    with pytest.raises(StaleState):
        actions.close(approved.incident, actor=world.noor, expected_version=1)


def test_clearing_the_flag_by_hand_does_not_help(world: Any, resolved: Incident) -> None:
    by_sql("UPDATE incidents_incident SET postmortem_demanded = %s WHERE id = %s", False, resolved.pk)
    with pytest.raises(IntegrityError):
        by_sql(CLOSE, resolved.pk)
    with pytest.raises(Conflict, match="approved postmortem"):
        actions.close(resolved, actor=world.noor)


def test_below_the_threshold_it_closes_without_one(world: Any, surface: Surface) -> None:
    small = running.triage(make_incident(actor=world.sam, surface=surface), actor=world.noor, severity="SEV4")
    with pytest.raises(Conflict, match="triaged"):
        actions.close(small, actor=world.noor)
    small = running.resolve(small, actor=world.noor, reason="Put right.")
    assert actions.close(small, actor=world.noor).state == "closed"
    with pytest.raises(IntegrityError):  # raised afterwards, behind everybody's back
        by_sql("UPDATE incidents_incident SET postmortem_demanded = %s WHERE id = %s", True, small.pk)


def test_a_new_incident_is_never_closed(world: Any, surface: Surface) -> None:
    open_one = make_incident(actor=world.sam, surface=surface)
    columns = [field.column for field in Incident._meta.local_concrete_fields if not field.primary_key]
    q = connection.ops.quote_name
    named = ", ".join(q(each) for each in columns)
    values = ", ".join({"state": "'closed'", "closed_at": "reported_at"}.get(each, q(each)) for each in columns)
    with pytest.raises(IntegrityError):
        by_sql(f"INSERT INTO incidents_incident ({named}) SELECT {values} FROM incidents_incident WHERE id = %s", open_one.pk)
