"""Reads of questionnaires, their questions and the answer library; `visible_to` is the only door."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from governance.core import clock
from governance.core.errors import NotVisible
from governance.ledger.models import Entry
from governance.policy import queries as policy
from registry.questionnaires import rules, sources
from registry.questionnaires.models import Answer, FilledFile, Proposal, Question, Questionnaire

KEY = re.compile(r"^(?:[Qq][Uu]-)?0*(\d{1,18})$")
ANSWER_KEY = re.compile(r"^(?:[Aa][Nn]-)?0*(\d{1,18})$")
QUESTION_KEY = re.compile(r"^(?:[Qq][Uu]-)?0*(\d{1,18})\.0*(\d{1,9})$")
KEPT = 300


def visible_to(user: Any) -> QuerySet[Questionnaire]:
    """Return the questionnaires a person may see."""
    return Questionnaire.objects.visible_to(user).select_related("owner")


def listed(user: Any) -> QuerySet[Questionnaire]:
    """Return them with how many questions each asks and how many are open, without what only their page shows."""
    there = Q(questions__found=True)
    return (
        visible_to(user)
        .defer("layout", "notes")
        .annotate(asked=Count("questions", filter=there), open=Count("questions", filter=there & Q(questions__state="open")))
    )


def get(user: Any, key: str) -> Questionnaire:
    """Return a questionnaire by its key (QU-4). Raises NotVisible."""
    named = KEY.match(key)
    found = visible_to(user).select_related("blob").filter(pk=int(named.group(1)) if named else 0).first()
    if found is None:
        raise NotVisible(
            f"There is no questionnaire {key[:40]} that you can see.", fix="Check the key, or ask its owner to ask you."
        )
    return found


def questions(user: Any, questionnaire: Questionnaire | None = None) -> QuerySet[Question]:
    """Return the questions a person may see, of one questionnaire or of all, that its layout reads now."""
    found = Question.objects.visible_to(user).filter(found=True).select_related("questionnaire", "asked_of", "decided_by")
    return found.filter(questionnaire=questionnaire) if questionnaire is not None else found


def get_question(user: Any, key: str) -> Question:
    """Return one question by its key (QU-4.12). Raises NotVisible."""
    named = QUESTION_KEY.match(key)
    if named:
        rows = questions(user).select_related("questionnaire__owner", "asked_of", "decided_by").prefetch_related("proposals")
        found = rows.filter(questionnaire=int(named.group(1)), number=int(named.group(2))).first()
        if found is not None:
            return found
    raise NotVisible(f"There is no question {key[:40]} that you can see.", fix="Choose one from the questionnaire's list.")


def after(user: Any, question: Question) -> Question | None:
    """Return the next open question that a person may answer in the same questionnaire: below it, else from the top."""
    rows = questions(user, question.questionnaire).filter(state=Question.State.OPEN).exclude(pk=question.pk).order_by("number")
    return rows.filter(number__gt=question.number).first() or rows.first()


def beside(user: Any, question: Question) -> tuple[Question | None, Question | None]:
    """Return the questions before and after one, whatever their state."""
    rows = questions(user, question.questionnaire)
    return (
        rows.filter(number__lt=question.number).order_by("-number").first(),
        rows.filter(number__gt=question.number).order_by("number").first(),
    )


def counts(user: Any, questionnaire: Questionnaire) -> dict[str, int]:
    """Return how many of its questions are in each state, how many open ones have a proposal, and how many cannot be placed."""
    rows = questions(user, questionnaire)
    found = rows.order_by().values("state").annotate(number=Count("pk")).values_list("state", "number")
    by_state: dict[str, int] = dict.fromkeys(Question.State.values, 0) | dict(found)
    said = Proposal.objects.exclude(text="").filter(rank=1).values("question")
    open_ones = rows.filter(state=Question.State.OPEN)
    by_state["proposed"] = open_ones.filter(pk__in=said).count()
    by_state["asked"] = open_ones.filter(asked_of__isnull=False).count()
    by_state["homeless"] = rows.filter(answer_cell="").count()
    by_state["all"] = sum(by_state[state] for state in Question.State.values)
    return by_state


def waiting(user: Any) -> QuerySet[Question]:
    """Return the open questions that a person was asked to answer."""
    rows = questions(user).filter(asked_of=user, state=Question.State.OPEN, questionnaire__state=Questionnaire.State.REVIEW)
    return rows.order_by("questionnaire__due_on", "questionnaire", "number")


def unfinished(user: Any) -> QuerySet[Questionnaire]:
    """Return the questionnaires that a person owns and has not sent back."""
    return listed(user).filter(owner=user, state=Questionnaire.State.REVIEW)


def due_in(found: QuerySet[Questionnaire], today: date) -> QuerySet[Questionnaire]:
    """Keep questionnaires to answer that are due within a week, or were."""
    return found.filter(state=Questionnaire.State.REVIEW, due_on__lte=today + timedelta(days=7))


def due(user: Any) -> QuerySet[Questionnaire]:
    """Return the questionnaires that a person sees and that are due within a week, or were."""
    return due_in(visible_to(user), clock.today())


def filled(questionnaire: Questionnaire) -> QuerySet[FilledFile]:
    """Return the files that were made to go back, the newest first."""
    return questionnaire.filled.select_related("made_by", "blob").order_by("-pk")


def get_filled(user: Any, key: str, number: str | int) -> FilledFile:
    """Return one of them by its number. Raises NotVisible."""
    said = str(number)
    found = filled(get(user, key)).filter(pk=int(said) if said.isdecimal() and len(said) < 19 else 0).first()
    if found is None:
        raise NotVisible("There is no such file.", fix="Choose one from the questionnaire's page.")
    return found


def library(user: Any) -> QuerySet[Answer]:
    """Return the answers of the library that a person may see."""
    return Answer.objects.visible_to(user).select_related("owner")


def get_answer(user: Any, key: str) -> Answer:
    """Return an answer by its key (AN-12). Raises NotVisible."""
    named = ANSWER_KEY.match(key)
    found = library(user).filter(pk=int(named.group(1)) if named else 0).first()
    if found is None:
        raise NotVisible(f"There is no answer {key[:40]} that you can see.", fix="Choose one from the library.")
    return found


def stale(found: Iterable[Answer | Question | Proposal]) -> dict[int, str]:
    """Return why each of several answers has gone stale, by id; those that have not are left out. One statement a type."""
    rows = [each for each in found if each.as_of is not None]
    cited = {each.pk: sources.read(each.sources) for each in rows}
    now, days = clock.now(), policy.proof_rules().answers_stale_days
    since = sources.changes(source for each in cited.values() for source in each)
    told: dict[int, str] = {}
    for each in rows:
        changed = [said for source in cited[each.pk] if (said := since.get((source.type, source.id, source.version)))]
        why = rules.staleness(each.as_of, getattr(each, "review_on", None), days, changed, now)  # type: ignore[arg-type]
        if why:
            told[each.pk] = why
    return told


def stale_answers() -> dict[int, str]:
    """Return why current answers of the library have gone stale, by id; kept until something else is recorded."""
    head = Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    stamp = f"stale-answers:{head}:{clock.today()}:{policy.in_force().digest}"
    found: dict[int, str] | None = cache.get(stamp)
    if found is None:
        rows = Answer.objects.filter(state=Answer.State.CURRENT).only("pk", "sources", "as_of", "review_on")
        found = stale(rows)
        cache.set(stamp, found, KEPT)
    return found


def to_review(user: Any) -> QuerySet[Answer]:
    """Return the current answers of the library that have gone stale."""
    return library(user).filter(pk__in=list(stale_answers()))


def replaced() -> dict[str, Answer]:
    """Return the answers that stand in place of a prepared one, by its key."""
    rows = Answer.objects.filter(state=Answer.State.CURRENT).exclude(prepared="")
    return {each.prepared: each for each in rows}


def proposals_of(found: Sequence[Question]) -> dict[int, list[Proposal]]:
    """Return what is proposed for several questions, the best first."""
    by_question: dict[int, list[Proposal]] = defaultdict(list)
    for each in Proposal.objects.filter(question__in=found).order_by("question", "rank"):
        by_question[each.question_id].append(each)
    return by_question
