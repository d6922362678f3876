"""Answers are proposed: a search over the library, the prepared answers and what was answered before. Decides nothing."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Q

from governance.core import clock, jobs
from governance.core.errors import Conflict
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.questionnaires import queries, rules
from registry.questionnaires.matching import Candidate, Index, Match
from registry.questionnaires.models import Proposal, Question, Questionnaire
from registry.questionnaires.prepared.drawing import drawn

PROPOSE = "questionnaires.propose"
EARLIER = 3000
CHUNK = 500


def ask_to_propose(questionnaire: Questionnaire, *, actor: User) -> Any:
    """Queue the job that proposes anew, over what is held now; returns it. Raises Denied."""
    require(rules.may_work(actor, questionnaire))
    key = f"{questionnaire.key}:{clock.now().isoformat()}"
    args = {"questionnaire": questionnaire.pk, "actor": actor.pk}
    return jobs.enqueue(PROPOSE, key=key, args=args, owner=actor, label=f"Propose answers to {questionnaire.title}")


def candidates(user: Any, questionnaire: Questionnaire) -> list[Candidate]:
    """Return all answers that a person could give, each with what it rests on and whether it has gone stale."""
    now, stale, replaced = clock.now(), queries.stale_answers(), queries.replaced()
    prepared = drawn(user, fresh=True)
    codes = {each.key: each for each in prepared}
    found = [
        Candidate(
            "library",
            each.key,
            (
                each.question,
                *each.wordings,
                *((codes[each.prepared].question, *codes[each.prepared].wordings) if each.prepared in codes else ()),
            ),
            each.text,
            each.short,
            codes[each.prepared].codes if each.prepared in codes else (),
            tuple(each.sources),
            each.as_of,
            stale.get(each.pk, ""),
        )
        for each in queries.library(user).filter(state="current")
    ]
    found += [
        Candidate(
            "prepared",
            f"prepared:{each.key}",
            (each.question, *each.wordings),
            each.text,
            each.short,
            each.codes,
            tuple(source.to_json() for source in each.sources),
            each.as_of,
            each.missing or ("Computed over what you may see; somebody who sees all proposes more." if each.partial else ""),
        )
        for each in prepared
        if each.key not in replaced
    ]
    return [*found, *_earlier(user, questionnaire, now)]


def _earlier(user: Any, questionnaire: Questionnaire, now: Any) -> list[Candidate]:
    """Return what was answered by hand in other questionnaires, the newest first."""
    own_words = Q(origin=Question.Origin.WRITTEN) | Q(edited=True)
    rows = queries.questions(user).filter(own_words, state=Question.State.ANSWERED).exclude(questionnaire=questionnaire)
    held = list(rows.exclude(questionnaire__state=Questionnaire.State.WITHDRAWN).order_by("-decided_at")[:EARLIER])
    stale = queries.stale(held)
    return [
        Candidate(
            "earlier",
            each.key,
            (each.text,),
            each.answer,
            each.short,
            (),
            tuple(each.sources),
            each.as_of or now,
            stale.get(each.pk, ""),
        )
        for each in held
        if each.answer
    ]


def propose(questionnaire: Questionnaire, *, actor: User, progress: Callable[..., None]) -> dict[str, int]:
    """Propose answers to all open questions: the work of a job. Replaces what was proposed before."""
    index = Index(candidates(actor, questionnaire))
    held = list(questionnaire.questions.filter(found=True, state=Question.State.OPEN).order_by("number"))
    made: list[tuple[Question, Sequence[Match]]] = []
    for number, each in enumerate(held, start=1):
        made.append((each, index.best(each.text, each.code, refused=each.refused)))
        if number % CHUNK == 0:
            progress(number, len(held), "questions looked up")
    return _keep(questionnaire, actor=actor, made=made)


@action
def _keep(questionnaire: Questionnaire, *, actor: User, made: Sequence[tuple[Question, Sequence[Match]]]) -> dict[str, int]:
    questionnaire.refresh_from_db()
    if questionnaire.state != Questionnaire.State.REVIEW:
        raise Conflict("The questionnaire is not being answered any more.", fix="Open it again first.")
    now = clock.now()
    Proposal.objects.filter(question__questionnaire=questionnaire).delete()
    rows = [
        Proposal(
            question=question,
            rank=rank,
            origin=match.candidate.origin,
            reference=match.candidate.reference,
            asked=match.asked,
            short=match.candidate.short,
            text=match.candidate.text,
            sources=list(match.candidate.sources),
            as_of=match.candidate.as_of or now,
            score=round(match.score, 4),
            stale=match.candidate.stale,
        )
        for question, matches in made
        for rank, match in enumerate(matches, start=1)
    ]
    Proposal.objects.bulk_create(rows, batch_size=CHUNK)
    counts = {"questions": len(made), "proposed": sum(bool(matches) and bool(matches[0].candidate.text) for _, matches in made)}
    transitions.change(
        questionnaire,
        actor=actor,
        kind="questionnaire.proposed",
        changes={"proposed_at": now},
        payload=counts,
    )
    return counts
