"""The answer library and the prepared answers: sources, staleness, who sees and changes what."""

from datetime import timedelta
from typing import Any

import pytest

from governance.approvals import actions as approvals
from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.proofs import sealing
from registry.catalog.models import Vendor, VendorTerm
from registry.changes import actions as changes
from registry.questionnaires import actions, publishing, queries, sources
from registry.questionnaires.models import Answer
from registry.questionnaires.prepared.drawing import Drawn, drawn, prepared
from registry.surfaces import actions as surface_actions
from registry.surfaces.models import Surface
from registry.switches import actions as drills
from tests.registry.building import RECORD, contract_for, make_catalog, make_surface


def keep(actor: Any, **more: Any) -> Answer:
    words = {"question": "Do you keep penguins?", "text": "No, they keep themselves.", "short": "no"}
    return actions.keep(actor=actor, **{**words, **more})


def of(user: Any, key: str) -> Drawn:
    return next(each for each in drawn(user, fresh=True) if each.key == key)


@pytest.fixture
def surface(world: Any) -> Surface:
    """A live surface with a drilled kill switch, at a vendor that says that it does not train."""
    make_catalog(actor=world.ada, owner=world.noor)
    made = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    change = changes.propose(
        made, actor=world.noor, title="First", why="It saves hours.", contract=contract_for(world.noor), record=RECORD
    )
    assert change.request is not None
    approvals.decide(change.request, actor=world.sam, verdict="approve", comment="Good.")
    made.refresh_from_db()
    drills.record(made, actor=world.noor, kind="kill_switch", outcome="passed", seconds=22, run_at=clock.now())
    return made


@action
def term(*, actor: Any, says: str) -> VendorTerm:
    made = VendorTerm(vendor=Vendor.objects.get(), topic="training", says=says)
    return transitions.create(made, actor=actor, kind="test.made")


def test_without_records_every_prepared_question_is_unanswered_and_says_what_is_missing(world: Any) -> None:
    found = drawn(world.rosa, fresh=True)
    held = {each.key for each in found if each.is_answered}
    assert held <= {"policies", "risk-model", "audit-rights", "incident-notification"}
    assert all(each.missing and not each.text and not each.sources for each in found if not each.is_answered)
    assert all(each.sources for each in found if each.is_answered)
    assert len(found) == len(prepared()) == 45


def test_live_records_answer_with_links_and_entry_numbers(world: Any, surface: Surface) -> None:
    term(actor=world.ada, says="No training on customers' data.")
    halt = of(world.rosa, "halt-time")
    assert "1 of 1 held within 30 seconds" in halt.text
    lines, hidden = sources.shown(world.rosa, halt.sources)
    assert (lines[0].url, hidden) == (f"/drills/{halt.sources[0].key}/", 0)
    assert Entry.objects.get(pk=lines[0].entry).kind == "drill.done"
    assert of(world.rosa, "incident-off").short == "yes"
    assert "meridian-2.1-large by Meridian AI in eu-central" in of(world.rosa, "models").text
    assert "No training on customers' data." in of(world.rosa, "trained-on-ours").text
    assert "No incident was reported" in of(world.rosa, "incident-notification").text
    assert not of(world.rosa, "security-logs").is_answered
    sealing.seal()
    assert "signed checkpoint" in of(world.rosa, "security-logs").text


def test_nobody_is_told_of_surfaces_that_they_do_not_see(world: Any, surface: Surface) -> None:
    whole, part = of(world.rosa, "uses-models"), of(world.ben, "uses-models")
    assert surface.name in whole.text
    assert not whole.partial
    assert (part.is_answered, part.partial) == (False, True)
    seen, hidden = sources.shown(world.ben, whole.sources)
    assert (seen, hidden) == ([], 1)


def test_an_answer_goes_stale_when_what_it_rests_on_changes_and_is_confirmed(world: Any, surface: Surface) -> None:
    answer = keep(world.sam, cite=[surface.key])
    assert answer.sources[0]["version"] == surface.version
    assert queries.stale_answers() == {}
    surface_actions.edit(surface, actor=world.noor, name="Claims triage, new")
    assert queries.stale_answers() == {answer.pk: "1 of its sources changed since."}
    assert [each.pk for each in queries.to_review(world.ben)] == [answer.pk]
    with pytest.raises(Denied):
        actions.confirm(answer, actor=world.ben)
    confirmed = actions.confirm(answer, actor=world.sam, expected_version=answer.version)
    assert queries.stale_answers() == {}
    assert confirmed.sources[0]["version"] == Surface.objects.get().version


def test_an_answer_goes_stale_by_its_age_and_by_its_review(world: Any, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    old = keep(world.sam)
    soon = keep(world.sam, question="Do you keep bees?", review_on=clock.today() + timedelta(days=5))
    traveller.shift(timedelta(days=6))
    assert "review was due" in queries.stale_answers()[soon.pk]
    traveller.shift(timedelta(days=180))
    assert queries.stale_answers()[old.pk] == "It is older than 180 days."


def test_a_prepared_answer_is_taken_over_once_and_then_stands_in_its_place(world: Any, surface: Surface) -> None:
    made = actions.adopt("halt-time", actor=world.sam, text="Within half a minute.")
    assert (made.prepared, made.text, len(made.sources)) == ("halt-time", "Within half a minute.", 1)
    with pytest.raises(Conflict):
        actions.adopt("halt-time", actor=world.sam)
    with pytest.raises(Conflict):
        actions.adopt("training", actor=world.sam)
    with pytest.raises(NotVisible):
        actions.adopt("penguins", actor=world.sam)
    actions.retire(made, actor=world.sam, reason="We are quicker now.")
    assert actions.adopt("halt-time", actor=world.sam).text.startswith("In drills")


def test_only_its_keeper_and_governors_change_an_answer_and_only_governors_publish(world: Any) -> None:
    answer = keep(world.sam)
    for person in (world.aud, world.gus):
        with pytest.raises(Denied):
            keep(person)
    words = {"question": answer.question, "text": "Not one."}
    with pytest.raises(Denied):
        actions.change(answer, actor=world.ben, **words)
    changed = actions.change(answer, actor=world.sam, wordings=["Any penguins?", "Any penguins?"], expected_version=1, **words)
    assert (changed.text, changed.wordings) == ("Not one.", ["Any penguins?"])
    with pytest.raises(StaleState):
        actions.change(changed, actor=world.sam, expected_version=1, **words)
    with pytest.raises(Denied):
        actions.publish(changed, actor=world.sam, public=True)
    with pytest.raises(NotVisible):
        publishing.answered(world.rosa, "")
    actions.publish(changed, actor=world.rosa, public=True)
    told = publishing.answered(world.rosa, "").content["answers"]
    assert [(each["question"], each["answer"][-1]["text"]) for each in told] == [("Do you keep penguins?", "Not one.")]
    with pytest.raises(Invalid):
        actions.retire(changed, actor=world.sam, reason=" ")
    handed = actions.give_answer(changed, actor=world.rosa, to=world.ben)
    assert handed.owner == world.ben
    assert not queries.library(world.gus).exists()
    names = list(Entry.objects.filter(kind__startswith="answer.").order_by("seq").values_list("kind", flat=True))
    assert names == ["answer.kept", "answer.changed", "answer.changed", "answer.changed"]
