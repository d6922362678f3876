"""From a buyer's file to answers in its cells: allowed, denied, stale, recorded."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.core import clock, jobs
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ledger.models import Entry
from registry.evidence import storage
from registry.questionnaires import actions, queries
from registry.questionnaires.layout import Layout
from registry.questionnaires.models import FilledFile, Question, Questionnaire
from tests.registry.building import make_catalog, make_surface
from tests.registry.questionnaires import files
from tests.registry.questionnaires.conftest import received


def question(of: Questionnaire, number: int) -> Question:
    return Question.objects.select_related("questionnaire__owner").get(questionnaire=of, number=number)


def kinds(prefix: str) -> list[str]:
    return list(Entry.objects.filter(kind__startswith=prefix).order_by("seq").values_list("kind", flat=True))


def keep(actor: Any, **more: Any) -> Any:
    words = {"question": "How many penguins work in your company?", "text": "None; we like them all the same.", "short": "no"}
    return actions.keep(actor=actor, **{**words, **more})


def test_a_file_comes_in_is_read_and_gets_proposals(world: Any) -> None:
    make_catalog(actor=world.ada, owner=world.noor)
    keep(world.rosa)
    made = received(world.noor, buyer="Northwind Health", due_on=clock.today())
    assert (made.state, made.title, made.owner) == ("review", "Northwind AI", world.noor)
    assert queries.counts(world.noor, made)["open"] == 3
    best = question(made, 3).proposals.get(rank=1)
    assert (best.origin, best.short, best.score) == ("library", "no", 1.0)
    assert kinds("questionnaire.") == [
        "questionnaire.received",
        "questionnaire.read",
        "questionnaire.read",
        "questionnaire.proposed",
    ]
    assert made.history.count() == 3
    assert Question.history.filter(questionnaire_id=made.pk).count() == 3


def test_what_cannot_be_read_is_refused_beside_the_file(world: Any) -> None:
    bad = files.with_part(files.workbook(), "xl/vbaProject.bin", b"x")
    with pytest.raises(Invalid) as refused:
        actions.receive(io.BytesIO(bad), actor=world.noor, name="x.xlsm")
    assert "macros" in refused.value.fields["file"][0]
    for person in (world.aud, world.gus):
        with pytest.raises(Denied):
            actions.receive(io.BytesIO(files.workbook()), actor=person, name="x.xlsx")
    assert not Questionnaire.objects.exists()


def test_a_proposal_is_taken_edited_or_turned_down(world: Any) -> None:
    answer = keep(world.rosa)
    made = received(world.noor)
    asked = question(made, 3)
    done = actions.answer(asked, actor=world.noor, proposal=1)
    assert (done.state, done.answer, done.origin, done.origin_ref, done.edited) == (
        "answered",
        answer.text,
        "library",
        answer.key,
        False,
    )
    assert done.as_of == answer.as_of
    again = actions.reopen_question(done, actor=world.noor)
    edited = actions.answer(again, actor=world.noor, text="None at all.", short="no", proposal=1)
    assert (edited.edited, edited.answer) == (True, "None at all.")
    with pytest.raises(StaleState):
        actions.answer(edited, actor=world.noor, text="Two.", expected_version=1)
    opened = actions.reopen_question(edited, actor=world.noor)
    refused = actions.refuse(opened, actor=world.noor, proposal=1)
    assert refused.refused == [answer.key]
    actions.ask_to_propose(made, actor=world.noor)
    jobs.run_pending()
    assert not asked.proposals.exclude(text="").exists()
    assert kinds("question.") == [
        "question.answered",
        "question.reopened",
        "question.answered",
        "question.reopened",
        "question.refused",
    ]


def test_an_answer_says_something_and_a_blank_says_why(world: Any, questionnaire: Questionnaire) -> None:
    asked = question(questionnaire, 1)
    with pytest.raises(Invalid):
        actions.answer(asked, actor=world.noor)
    with pytest.raises(Invalid):
        actions.leave(asked, actor=world.noor, reason=" ")
    with pytest.raises(Conflict):
        actions.answer(asked, actor=world.noor, proposal=9)
    assert actions.leave(asked, actor=world.noor, reason="Not ours to say.").state == "left"


def test_what_one_writes_by_hand_cites_things_and_goes_into_the_library(world: Any, questionnaire: Questionnaire) -> None:
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    done = actions.answer(question(questionnaire, 3), actor=world.noor, text="Three.", cite=[surface.key], keep_it=True)
    assert [each["key"] for each in done.sources] == [surface.key]
    assert done.sources[0]["entry"] > 0
    kept = queries.library(world.ben).get()
    assert (kept.question, kept.text, kept.sources) == ("How many penguins work in your company?", "Three.", done.sources)
    with pytest.raises(Invalid):
        actions.answer(question(questionnaire, 1), actor=world.noor, text="Yes.", cite=["S-9999"])


def test_a_colleague_sees_and_answers_only_the_question_they_were_asked(world: Any, questionnaire: Questionnaire) -> None:
    asked = question(questionnaire, 2)
    with pytest.raises(NotVisible):
        queries.get(world.ben, questionnaire.key)
    with pytest.raises(Denied):
        actions.answer(asked, actor=world.ben, text="Yes.")
    with pytest.raises(Invalid):
        actions.ask(asked, actor=world.noor, of=world.aud)
    asked = actions.ask(asked, actor=world.noor, of=world.ben)
    assert [each.pk for each in queries.waiting(world.ben)] == [asked.pk]
    assert [each.pk for each in queries.questions(world.ben, questionnaire)] == [asked.pk]
    actions.answer(asked, actor=world.ben, text="Yes, by its rungs.")
    with pytest.raises(Denied):
        actions.fill(queries.get(world.ben, questionnaire.key), actor=world.ben)
    assert not queries.questions(world.gus).exists()
    assert queries.questions(world.aud).count() == 3


def test_sure_proposals_are_taken_together_and_stale_ones_are_not(world: Any, freeze: Any) -> None:
    keep(world.rosa)
    made = received(world.noor)
    assert actions.accept_sure(made, actor=world.noor) >= 1
    assert question(made, 3).state == "answered"
    with pytest.raises(Conflict):
        actions.accept_sure(made, actor=world.noor)
    freeze((clock.now() + timedelta(days=400)).strftime("%Y-%m-%d %H:%M"))
    late = received(world.noor, name="later.xlsx")
    best = question(late, 3).proposals.get(rank=1)
    assert best.origin == "library"
    assert "older than 180 days" in best.stale


def test_answers_go_back_into_the_same_cells_and_what_was_sent_is_kept(world: Any, questionnaire: Questionnaire) -> None:
    with pytest.raises(Conflict):
        actions.fill(questionnaire, actor=world.noor)
    actions.answer(question(questionnaire, 1), actor=world.noor, text="In three places.", short="yes")
    actions.answer(question(questionnaire, 3), actor=world.noor, text="We never counted.")
    with pytest.raises(Conflict):
        actions.send(questionnaire, actor=world.noor)
    filled = actions.fill(questionnaire, actor=world.noor)
    assert (filled.answered, filled.unanswered, filled.file_name) == (2, 1, "Northwind AI (answered).xlsx")
    with storage.take(filled.blob.stored_as, filled.blob.digest) as file:
        there = files.cells(file.read(), "AI questions")
    assert (there["C5"], there["D5"]) == ("Yes", "In three places.")
    assert ("C7" in there, there["D7"]) == (False, "We never counted.")
    assert any("allow only words of a list" in note for note in filled.notes)
    assert actions.fill(questionnaire, actor=world.noor).blob == filled.blob
    sent = actions.send(questionnaire, actor=world.noor)
    assert sent.state == "sent"
    with pytest.raises(IntegrityError), transaction.atomic():
        FilledFile.objects.filter(pk=filled.pk).update(answered=9)


def test_another_layout_keeps_what_was_answered_with_its_cell(world: Any, questionnaire: Questionnaire) -> None:
    actions.answer(question(questionnaire, 1), actor=world.noor, text="In three places.", short="yes")
    with pytest.raises(Invalid):
        actions.lay_out(questionnaire, actor=world.noor, layouts=[Layout("AI questions", 2, 2)])
    with pytest.raises(Invalid):
        actions.lay_out(questionnaire, actor=world.noor, layouts=[Layout("No such sheet", 2, 3)])
    layouts = [Layout("AI questions", 2, 4, code=1, header=5), Layout("Instructions", 0, 0, used=False)]
    actions.lay_out(questionnaire, actor=world.noor, layouts=layouts)
    jobs.run_pending()
    questionnaire.refresh_from_db()
    assert [each.answer_cell for each in queries.questions(world.noor, questionnaire).order_by("row")] == ["D6", "D7"]
    assert any("Their answers are kept" in note for note in questionnaire.notes)
    actions.lay_out(questionnaire, actor=world.noor, layouts=[Layout("AI questions", 2, 3, 4, 1, 0, 3)])
    jobs.run_pending()
    first = question(questionnaire, 1)
    assert (first.answer, first.found, first.state) == ("In three places.", True, "answered")


def test_a_questionnaire_is_changed_sent_opened_again_and_withdrawn(world: Any, questionnaire: Questionnaire) -> None:
    made = actions.edit(
        questionnaire, actor=world.noor, title="Another", buyer="B", owner=world.sam, expected_version=questionnaire.version
    )
    assert (made.title, made.owner) == ("Another", world.sam)
    with pytest.raises(Denied):
        actions.edit(made, actor=world.noor, title="Mine again")
    actions.answer(question(made, 1), actor=world.sam, text="Yes.")
    actions.fill(made, actor=world.sam)
    sent = actions.send(made, actor=world.sam)
    with pytest.raises(Denied):
        actions.answer(question(made, 2), actor=world.sam, text="Yes.")
    opened = actions.reopen(sent, actor=world.sam, reason="They asked for more.")
    with pytest.raises(Invalid):
        actions.withdraw(opened, actor=world.sam, reason="")
    assert actions.withdraw(opened, actor=world.sam, reason="They went elsewhere.").state == "withdrawn"
    assert kinds("questionnaire.")[-4:] == [
        "questionnaire.filled",
        "questionnaire.sent",
        "questionnaire.reopened",
        "questionnaire.withdrawn",
    ]


def test_a_file_without_questions_can_be_laid_out_by_hand(world: Any) -> None:
    made = received(world.noor, b"alpha,beta\ngamma,delta\n", "odd.csv")
    assert made.state == "review"
    assert "No question was found" in made.notes[0]
    actions.lay_out(made, actor=world.noor, layouts=[Layout("", 1, 2, every_row=True)])
    jobs.run_pending()
    assert [each.text for each in made.questions.order_by("row")] == ["alpha", "gamma"]


def test_who_leaves_hands_questionnaires_over(world: Any, questionnaire: Questionnaire) -> None:
    handed = actions.hand_over(questionnaire, actor=world.rosa, to=world.sam, reason="Noor leaves.")
    assert handed.owner == world.sam
    with pytest.raises(Denied):
        actions.hand_over(handed, actor=world.ben, to=world.ben)
