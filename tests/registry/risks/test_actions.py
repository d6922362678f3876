"""The register: risks are added, decided about, looked at again and linked: allowed, denied, stale, recorded."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ledger.models import Entry
from registry.evidence import actions as evidence
from registry.risks import actions, queries, rules, shown
from registry.risks.models import Risk
from registry.surfaces.models import Surface
from tests.registry.building import make_surface
from tests.world import World


@pytest.fixture
def surface(world: World) -> Surface:
    return make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2)


@pytest.fixture
def risk(world: World, surface: Surface) -> Risk:
    return register(world.noor, surface=surface)


def register(actor: Any, **more: Any) -> Risk:
    given = {"title": "Cards in free text", "area": "data_exposure", "likelihood": 3, "impact": 4, **more}
    return actions.register(actor=actor, **given)


def test_a_risk_has_a_score_an_owner_and_a_day_to_look_again(world: World, risk: Risk, surface: Surface) -> None:
    assert (risk.score, risk.owner, risk.state, rules.band(risk.score)) == (12, world.noor, "open", ("high", "High"))
    assert risk.review_on == clock.today() + timedelta(days=90)
    entry = Entry.objects.get(kind="risk.registered")
    assert [each.subject_id for each in entry.mentions.all()] == [str(surface.pk)]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"area": "volcanoes"}, "area"),
        ({"likelihood": 0}, "likelihood"),
        ({"impact": 6}, "impact"),
        ({"title": " "}, "title"),
        ({"treatment": "pray"}, "treatment"),
        ({"controls": ["no_such"]}, "controls"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    world: World, surface: Surface, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        register(world.noor, surface=surface, **given)
    assert field in refused.value.fields
    assert not Risk.objects.exists()


def test_an_owner_is_an_active_person(world: World, surface: Surface) -> None:
    world.aud.is_active = False
    for nobody in (world.bot, world.aud):
        with pytest.raises(Invalid):
            register(world.noor, surface=surface, owner=nobody)


def test_leaders_and_risk_officers_keep_the_companys_own(world: World, surface: Surface) -> None:
    register(world.ingrid)
    register(world.rosa, owner=world.marta)
    for person in (world.noor, world.aud, world.gus):
        with pytest.raises(Denied):
            register(person)
    with pytest.raises(Denied):
        register(world.ben, surface=surface)


def test_only_its_owner_its_surface_and_risk_officers_change_a_risk(world: World, risk: Risk) -> None:
    actions.edit(risk, actor=world.rosa, plan="Mask card numbers.", expected_version=1)
    for person in (world.ben, world.ingrid, world.aud):
        with pytest.raises(Denied):
            actions.edit(risk, actor=person, plan="x")
    with pytest.raises(StaleState):
        actions.edit(risk, actor=world.noor, plan="x", expected_version=1)
    assert Entry.objects.filter(kind="risk.edited").count() == 1


def test_accepting_a_high_risk_needs_a_reason_and_a_low_one_none(world: World, risk: Risk, surface: Surface) -> None:
    with pytest.raises(Invalid, match="needs a reason"):
        actions.accept(risk, actor=world.noor)
    with pytest.raises(Denied):
        actions.accept(risk, actor=world.ben, reason="Fine.")
    with pytest.raises(StaleState):
        actions.accept(risk, actor=world.noor, reason="Fine.", expected_version=7)
    actions.accept(risk, actor=world.noor, reason="Masked from June; until then two people look.")
    assert (risk.state, risk.treatment) == ("accepted", "accept")
    with pytest.raises(Denied):
        actions.accept(risk, actor=world.noor, reason="Again.")
    low = register(world.noor, surface=surface, likelihood=1, impact=3)
    assert actions.accept(low, actor=world.noor).state == "accepted"


def test_a_higher_score_takes_an_acceptance_back(world: World, risk: Risk) -> None:
    actions.accept(risk, actor=world.noor, reason="For now.")
    actions.review(risk, actor=world.noor, likelihood=2, impact=4)
    assert (risk.state, risk.score) == ("accepted", 8)
    actions.edit(risk, actor=world.noor, impact=5)
    assert (risk.state, risk.score, risk.state_reason) == ("open", 10, "")


def test_closing_says_why_and_reopening_undoes_it(world: World, risk: Risk) -> None:
    with pytest.raises(Invalid):
        actions.close(risk, actor=world.noor, reason=" ")
    with pytest.raises(Denied):
        actions.close(risk, actor=world.ben, reason="Gone.")
    actions.close(risk, actor=world.noor, reason="The field is gone.")
    for refused in (
        lambda: actions.close(risk, actor=world.noor, reason="Again."),
        lambda: actions.edit(risk, actor=world.noor, plan="x"),
        lambda: actions.review(risk, actor=world.noor, likelihood=1, impact=1),
    ):
        with pytest.raises(Conflict):
            refused()
    actions.reopen(risk, actor=world.noor, reason="It is back.")
    assert risk.state == "open"
    with pytest.raises(Conflict):
        actions.reopen(risk, actor=world.noor)


def test_a_review_sets_the_next_one(world: World, risk: Risk, freeze: Any) -> None:
    assert not queries.overdue(world.noor)
    freeze(clock.now() + timedelta(days=91))
    assert list(queries.overdue(world.noor)) == list(queries.to_review(world.noor)) == [risk]
    with pytest.raises(Invalid):
        actions.review(risk, actor=world.noor, likelihood=2, impact=2, review_on=clock.today())
    actions.review(risk, actor=world.noor, likelihood=2, impact=2, reason="Masked since June.")
    assert (risk.score, risk.review_on) == (4, clock.today() + timedelta(days=90))
    assert not queries.overdue(world.noor)


def test_policys_areas_become_the_companys_register_once(world: World) -> None:
    with pytest.raises(Denied):
        actions.draft_areas(actor=world.noor)
    made = actions.draft_areas(actor=world.rosa)
    assert [risk.area for risk in made] == ["data_exposure", "drift", "hallucination", "injection", "scrutiny"]
    assert made[0].defined == "Data classes allowed; redaction; retention. Kept by: Security and Legal."
    assert {risk.owner for risk in made} == {world.rosa}
    with pytest.raises(Conflict):
        actions.draft_areas(actor=world.rosa)


def test_each_sees_the_risks_of_what_they_see(world: World, risk: Risk) -> None:
    company = register(world.rosa)
    theirs = make_surface(actor=world.ben, owner=world.ben, team=world.team("support"), name="Reply drafts")
    linked = register(world.noor, surface=risk.surface, title="Linked")
    actions.link_surface(linked, theirs, actor=world.rosa)
    seen = {nick: set(queries.visible_to(getattr(world, nick))) for nick in ("noor", "ben", "lena", "aud", "gus")}
    assert seen == {
        "noor": {risk, company, linked},
        "ben": {company, linked},
        "lena": {company},
        "aud": {risk, company, linked},
        "gus": set(),
    }


def test_surfaces_and_evidence_are_linked_and_unlinked(world: World, risk: Risk, surface: Surface) -> None:
    other = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Claims letters")
    hidden = make_surface(actor=world.ben, owner=world.ben, team=world.team("support"), name="Reply drafts")
    actions.link_surface(risk, other, actor=world.noor)
    for wrong, error in ((other, Conflict), (surface, Conflict), (hidden, NotVisible)):
        with pytest.raises(error):
            actions.link_surface(risk, wrong, actor=world.noor)
    with pytest.raises(Denied):
        actions.unlink_surface(risk, other, actor=world.ben)
    actions.unlink_surface(risk, other, actor=world.noor)
    with pytest.raises(Conflict):
        actions.unlink_surface(risk, other, actor=world.noor)
    proof = evidence.collect(actor=world.noor, url="https://a.example")
    unseen = evidence.collect(actor=world.ben, url="https://b.example")
    actions.attach_evidence(risk, proof, actor=world.noor)
    for wrong, error in ((proof, Conflict), (unseen, NotVisible)):
        with pytest.raises(error):
            actions.attach_evidence(risk, wrong, actor=world.noor)
    assert queries.proofs(world.noor, risk) == [proof] and queries.proofs(world.sam, risk) == []
    actions.detach_evidence(risk, proof, actor=world.noor)
    kinds = set(Entry.objects.filter(kind__startswith="risk.").values_list("kind", flat=True))
    assert kinds == {"risk.registered", "risk.linked", "risk.unlinked", "risk.shown", "risk.unshown"}


def test_the_owner_changes_by_name(world: World, risk: Risk) -> None:
    with pytest.raises(Denied):
        actions.give_owner(risk, actor=world.ben, to=world.ben)
    with pytest.raises(Conflict):
        actions.give_owner(risk, actor=world.noor, to=world.noor)
    assert actions.give_owner(risk, actor=world.noor, to=world.sam).owner == world.sam


def test_what_a_leaver_owned_is_given_on(world: World, risk: Risk) -> None:
    assert list(shown.owned(world.noor)) == [risk]
    shown.reassign(risk, world.ada, world.sam, "Noor left.")
    assert (risk.owner, list(shown.owned(world.noor))) == (world.sam, [])


def test_the_database_holds_score_and_reasons(world: World, risk: Risk) -> None:
    for sql in (
        "UPDATE registry_risk SET likelihood = 9, score = 36 WHERE id = %s",
        "UPDATE registry_risk SET score = 1 WHERE id = %s",
        "UPDATE registry_risk SET state = 'accepted' WHERE id = %s",
        "UPDATE registry_risk SET state = 'accepted', treatment = 'accept' WHERE id = %s",
        "UPDATE registry_risk SET state = 'closed' WHERE id = %s",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [risk.pk])
