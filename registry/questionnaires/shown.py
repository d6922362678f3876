"""What questionnaires contribute: tabs, palette, search, inbox, briefing, jobs, the PDF, API, and answers for rooms."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    DemoPart,
    DocumentKind,
    InboxLine,
    InboxSource,
    JobKind,
    ObjectLink,
    OwnedSource,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.models import User
from governance.people.rows import is_insider
from governance.rooms.showing import RoomAnswers
from governance.ui.extensions import FamilyTab
from registry.questionnaires import actions, demo, paper, publishing, queries, rules
from registry.questionnaires.actions.proposing import PROPOSE
from registry.questionnaires.actions.receiving import READ
from registry.questionnaires.models import Answer, Questionnaire

contribute(FamilyTab("questionnaires", "rooms", "Questionnaires", "questionnaires", order=20))
contribute(FamilyTab("answers", "rooms", "Answer library", "answers", order=30))
contribute(FamilyTab("prepared", "rooms", "Prepared answers", "prepared-answers", order=40))
contribute(
    PaletteCommand(
        "questionnaire.new",
        "Answer a questionnaire",
        lambda user: reverse("questionnaire-new"),
        words="buyer security assessment spreadsheet upload rfp due diligence",
        icon="import",
        visible=lambda user: bool(rules.may_receive(user)),
    )
)
contribute(
    PaletteCommand(
        "answers", "Answer library", lambda user: reverse("answers"), words="questionnaire prepared buyer", visible=is_insider
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find questionnaires by key, title or buyer."""
    named = queries.KEY.match(words) if words[:2].upper() == "QU" else None
    found = queries.visible_to(user)
    found = (
        found.filter(pk=int(named.group(1)))
        if named
        else found.filter(title__icontains=words) | found.filter(buyer__icontains=words)
    )
    return [
        SearchHit(each.title, each.get_absolute_url(), f"{each.key} · {each.get_state_display()}", "file")
        for each in found.order_by("-pk")[:limit]
    ]


def find_answers(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find answers of the library by key, question or text."""
    named = queries.ANSWER_KEY.match(words) if words[:2].upper() == "AN" else None
    found = queries.library(user).filter(state=Answer.State.CURRENT)
    found = (
        found.filter(pk=int(named.group(1)))
        if named
        else found.filter(question__icontains=words) | found.filter(text__icontains=words)
    )
    return [
        SearchHit(str(each), each.get_absolute_url(), f"{each.key} · answer", "file") for each in found.order_by("-pk")[:limit]
    ]


contribute(SearchSource("questionnaires", "Questionnaires", find, order=80))
contribute(SearchSource("answers", "Answers", find_answers, order=81))


def to_answer(user: Any) -> Iterable[InboxLine]:
    """Return the questions that a person was asked to answer."""
    for each in queries.waiting(user)[:100]:
        yield InboxLine(
            verb="Do",
            title=f"Answer: {each.text[:120]}",
            url=each.get_absolute_url(),
            detail=f"{each.key} · {each.questionnaire.buyer or each.questionnaire.title}",
            due=clock.end_of(each.questionnaire.due_on) if each.questionnaire.due_on else None,
            asked_at=each.updated_at,
        )


def to_finish(user: Any) -> Iterable[InboxLine]:
    """Return the questionnaires that a person owns and has not sent back."""
    for each in queries.unfinished(user).order_by("due_on", "pk")[:100]:
        yield InboxLine(
            verb="Do",
            title=f"Answer {each.title}",
            url=each.get_absolute_url(),
            detail=f"{each.key} · {each.open} of {each.asked} questions open",  # type: ignore[attr-defined]
            due=clock.end_of(each.due_on) if each.due_on else None,
            asked_at=each.created_at,
        )


contribute(InboxSource("questions", to_answer, rows=lambda user: (queries.waiting(user),), order=70))
contribute(
    InboxSource(
        "questionnaires",
        to_finish,
        rows=lambda user: (queries.visible_to(user).filter(owner=user, state=Questionnaire.State.REVIEW),),
        order=71,
    )
)
contribute(
    BriefingLine(
        "questionnaires.due",
        "due",
        "questionnaires due within a week",
        queries.due,
        lambda user: f"{reverse('questionnaires')}?due=true",
        order=80,
        level="warn",
        one="questionnaire due within a week",
    )
)
contribute(
    BriefingLine(
        "answers.stale",
        "due",
        "answers in the library that have gone stale",
        queries.to_review,
        lambda user: f"{reverse('answers')}?stale=true",
        order=81,
        level="warn",
        one="answer in the library that has gone stale",
    )
)


def _job(work: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    def run(job: Any, progress: Callable[..., None]) -> dict[str, Any]:
        held = Questionnaire.objects.select_related("blob", "owner").get(pk=job.args["questionnaire"])
        found = work(held, actor=User.objects.get(pk=job.args["actor"]), progress=progress)
        return {**(found or {}), "url": held.get_absolute_url(), "label": "Go on"}

    return run


contribute(JobKind(READ, _job(actions.read), label="Read a questionnaire"))
contribute(JobKind(PROPOSE, _job(actions.propose), label="Propose answers"))


def owned(user: Any) -> QuerySet[Questionnaire]:
    """Return the questionnaires that a person owns and that are not over."""
    return Questionnaire.objects.filter(owner=user, state__in=(Questionnaire.State.READING, Questionnaire.State.REVIEW))


def kept(user: Any) -> QuerySet[Answer]:
    """Return the current answers that a person keeps."""
    return Answer.objects.filter(owner=user, state=Answer.State.CURRENT)


def reassign(found: Questionnaire, actor: User, to: User, reason: str) -> Questionnaire:
    """Give a questionnaire to another person when its owner leaves."""
    return actions.hand_over(found, actor=actor, to=to, reason=reason)


def reassign_answer(found: Answer, actor: User, to: User, reason: str) -> Answer:
    """Give an answer to another keeper when its own leaves."""
    return actions.give_answer(found, actor=actor, to=to, reason=reason)


contribute(OwnedSource("questionnaires", "Questionnaires", owned, reassign, order=80))
contribute(OwnedSource("answers", "Answers of the library", kept, reassign_answer, order=81))


def _seen(user: Any) -> QuerySet[Any, Any]:
    found = Questionnaire.objects.visible_to(user).order_by()
    return found.annotate(id_text=Cast("pk", CharField())).values("id_text")


contribute(
    DocumentKind(
        key="questionnaire",
        label="Answered questionnaire",
        load=paper.load,
        context=paper.context,
        template="documents/questionnaire.html",
        visible=lambda user, found: queries.visible_to(user).filter(pk=found.pk).exists(),
        url=lambda found: reverse("questionnaire", args=[found.key]),
        seen=_seen,
        order=80,
    )
)
contribute(
    RoomAnswers(
        "answers",
        "Answers to frequent questions",
        "The public answers of the library, each with the day as of which it holds.",
        make=publishing.answered,
        order=30,
    )
)
contribute(
    ApiRoute("questionnaires", "questionnaires", load=lambda: import_string("registry.questionnaires.api.QuestionnaireApi"))
)
contribute(ApiRoute("questions", "questions", load=lambda: import_string("registry.questionnaires.api.QuestionApi")))
contribute(ApiRoute("answers", "answers", load=lambda: import_string("registry.questionnaires.api.AnswerApi")))
contribute(DemoPart("questionnaires", demo.tell))
contribute(Commentable("registry.questionnaire", queries.visible_to))
contribute(Commentable("registry.question", queries.questions))
contribute(Commentable("registry.answer", queries.library))
contribute(ObjectLink("registry.questionnaire", lambda pk: reverse("questionnaire", args=[f"QU-{pk}"])))
contribute(ObjectLink("registry.answer", lambda pk: reverse("answer", args=[f"AN-{pk}"])))
