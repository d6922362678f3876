"""One person takes a thing out of use at once; taking it up again is approved; the database holds both."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.approvals import actions as approvals
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ledger.models import Entry, Mention
from registry.catalog.models import Endpoint, Tool, Vendor
from registry.quarantine import actions, queries
from registry.quarantine.held import FEW, Quarantined
from registry.quarantine.models import Quarantine, QuarantineLift
from registry.surfaces.models import Surface

State = QuarantineLift.State


def endpoint() -> Endpoint:
    return Endpoint.objects.select_related("owner", "vendor__owner").get()


def held(world: Any) -> Quarantine:
    return actions.place(actor=world.rosa, kind="endpoint", thing=endpoint(), reason="It leaks.")


def asked(world: Any) -> QuarantineLift:
    return actions.ask_to_lift(held(world), actor=world.rosa, reason="Mended, and tried.")


def agree(lift: QuarantineLift, person: Any, verdict: str = "approve", **more: Any) -> QuarantineLift:
    approvals.decide(lift.request, actor=person, verdict=verdict, digest=lift.digest, **more)
    return QuarantineLift.objects.select_related("quarantine", "request").get(pk=lift.pk)


def test_it_is_placed_at_once_and_on_record_with_what_it_touches(world: Any, surface: Surface) -> None:
    made = actions.place(actor=world.rosa, kind="endpoint", thing=endpoint(), reason=" It leaks. ", incident_key="INC-7")
    assert (made.reason, made.standing, made.incident_key, made.is_active) == ("It leaks.", "Risk officer", "INC-7", True)
    entry = Entry.objects.get(kind="quarantine.placed")
    for said in ('"surfaces":1', '"stopping":1', '"thing":"meridian-large-eu"', '"reason":"It leaks."'):
        assert said in entry.body
    touched = set(Mention.objects.filter(entry=entry.pk).values_list("subject_type", "subject_id"))
    assert touched == {("registry.endpoint", str(made.endpoint_id)), ("registry.surface", str(surface.pk))}
    assert made.history.get().reason == "It leaks."


def test_what_it_touches_is_known_before_it_is_placed(world: Any, surface: Surface) -> None:
    (row,) = queries.touching("endpoint", endpoint())
    assert (row.surface, row.left.stops, row.left.routes, row.left.instead) == (surface, True, (), "The general queue")
    (row,) = queries.touching("source", "plan-documents")
    assert (row.left.stops, row.left.routes) == (False, ("meridian-large-eu",))
    (row,) = queries.touching("tool", Tool.objects.get(key="claims.read"))
    assert [each.key for each in row.left.lost] == ["claims.read"]
    assert queries.touching("tool", Tool.objects.get(key="payments.release")) == []
    (row,) = queries.touching("vendor", Vendor.objects.get())
    assert [(each.kind, each.key) for each in row.left.lost] == [("endpoint", "meridian-large-eu")]
    assert queries.touching("source", 'a "quoted" source, naïve') == []


def test_a_fallback_that_is_held_already_is_none(world: Any, surface: Surface) -> None:
    held(world)
    (row,) = queries.touching("source", "plan-documents")
    assert row.left.stops and [each.kind for each in row.left.lost] == ["source"]


def test_each_who_may_places_it_in_their_own_capacity_and_others_are_told(world: Any, surface: Surface) -> None:
    things = {"vendor": Vendor.objects.get(), "endpoint": endpoint(), "tool": Tool.objects.get(key="claims.read")}
    expected = [
        ("ada", "vendor", "Administrator"), ("rosa", "tool", "Risk officer"), ("ingrid", "source", "Leader"),
        ("noor", "vendor", "Owner"), ("noor", "endpoint", "Owner"), ("noor", "source", f"Owner of {surface.key}"),
    ]  # fmt: skip
    for name, kind, standing in expected:
        assert queries.standing(getattr(world, name), kind, things.get(kind, "plan-documents")) == standing
    for name in ("aud", "gus", "ben", "priya", "bot"):
        for kind, thing in (("endpoint", endpoint()), ("source", "plan-documents")):
            with pytest.raises(Denied):
                actions.place(actor=getattr(world, name), kind=kind, thing=thing, reason="Harm.")
    assert not Quarantine.objects.exists()
    made = actions.place(actor=world.noor, kind="source", thing="plan-documents", reason="Harm.")
    assert (made.standing, made.thing) == (f"Owner of {surface.key}", "plan-documents")


def test_it_needs_a_reason_and_a_kind_and_happens_once(world: Any, surface: Surface) -> None:
    for wrong, field in ((dict(kind="endpoint", reason=" "), "reason"), (dict(kind="person", reason="x"), "kind")):
        with pytest.raises(Invalid) as refused:
            actions.place(actor=world.rosa, thing=endpoint(), **wrong)
        assert list(refused.value.fields) == [field]
    held(world)
    with pytest.raises(Conflict, match="quarantined already"):
        held(world)
    with pytest.raises(NotVisible):
        queries.thing_of(world.gus, "endpoint", "meridian-large-eu")


def test_it_is_lifted_by_the_tiers_approvers_and_then_may_be_placed_again(world: Any, surface: Surface) -> None:
    lift = asked(world)
    assert [step.position.key for step in lift.request.steps.all()] == ["team-lead"] and lift.request.tier == 0
    assert queries.in_force()
    done = agree(lift, world.sam)
    row = done.quarantine
    assert (done.state, row.is_active, row.lifted_by, row.lifted_reason) == (State.DONE, False, world.sam, "Mended, and tried.")
    assert not queries.in_force() and Entry.objects.filter(kind="quarantine.lifted").count() == 1
    assert held(world).pk != row.pk


def test_what_is_rejected_or_withdrawn_stays_in_quarantine(world: Any, surface: Surface) -> None:
    lift = asked(world)
    with pytest.raises(Conflict, match="waits for approval"):
        actions.ask_to_lift(lift.quarantine, actor=world.rosa, reason="Again.")
    assert agree(lift, world.sam, "reject", comment="Show the runs.").state == State.REJECTED
    again = actions.ask_to_lift(lift.quarantine, actor=world.rosa, reason="Here are the runs.")
    assert actions.withdraw(again, actor=world.rosa).state == State.WITHDRAWN
    with pytest.raises(StaleState):
        actions.withdraw(QuarantineLift.objects.get(pk=again.pk), actor=world.rosa)
    with pytest.raises(Denied):
        actions.ask_to_lift(lift.quarantine, actor=world.ben, reason="Please.")
    assert queries.in_force()


def test_whoever_asks_never_approves(world: Any, surface: Surface) -> None:
    made = actions.place(actor=world.sam, kind="endpoint", thing=endpoint(), reason="x", standing="Leads INC-1")
    lift = actions.ask_to_lift(made, actor=world.sam, reason="Fine again.")
    with pytest.raises(Denied):
        agree(lift, world.sam)


def refuse(why: str, sql: str, *values: Any) -> None:
    with pytest.raises(IntegrityError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_the_database_lifts_nothing_without_approval_and_forgets_nothing(world: Any, surface: Surface) -> None:
    lift = asked(world)
    row = lift.quarantine
    lifted = "UPDATE registry_quarantine SET lifted_at = since, lifted_by_id = by_id, lifted_reason = 'x' WHERE id = %s"
    refuse("only with an approved request", lifted, row.pk)
    refuse("never deleted", "DELETE FROM registry_quarantine WHERE id = %s", row.pk)
    refuse("keeps what", "UPDATE registry_quarantine SET reason = 'y' WHERE id = %s", row.pk)
    refuse("done by lifting", "UPDATE registry_quarantinelift SET state = 'done' WHERE id = %s", lift.pk)
    agree(lift, world.sam)
    refuse(
        "stays lifted",
        "UPDATE registry_quarantine SET lifted_at = NULL, lifted_by_id = NULL, lifted_reason = '' WHERE id = %s",
        row.pk,
    )


def test_many_keys_are_looked_for_in_the_contracts_themselves(world: Any, surface: Surface) -> None:
    many = Quarantined(endpoints=dict.fromkeys([f"model-{number}" for number in range(FEW)] + ["meridian-large-eu"], "Q-1"))
    assert not many.is_few and [pk for pk, _ in queries.contracts_naming(many)] == [surface.pk]
    assert list(queries.surfaces_naming(many)) == list(queries.surfaces_naming(queries.would_hold("endpoint", endpoint())))
