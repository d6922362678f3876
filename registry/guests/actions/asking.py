"""Auditors' questions: asked, answered, asked again, accepted, given to another."""

from datetime import date
from typing import Any

from governance.core import clock
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, identify
from governance.people.models import User
from registry.guests import queries, rules
from registry.guests.models import AuditQuestion, AuditReply

OPEN, ANSWERED, ACCEPTED = AuditQuestion.State.OPEN, AuditQuestion.State.ANSWERED, AuditQuestion.State.ACCEPTED


@action
def ask(subject: Any, *, actor: User, text: str) -> AuditQuestion:
    """Ask about an object; it becomes a task of its owner. The caller has checked that it is visible.

    Raises Denied for whoever is no auditor, Invalid for no words.
    """
    require(rules.may_ask(actor))
    _words(text)
    type_, id_, key = identify(subject)
    surface = queries.surface_of(subject)
    owner = queries.owner_for(subject, surface, actor)
    made = AuditQuestion(
        subject_type=type_,
        subject_id=id_,
        subject_key=key,
        subject_name=str(subject)[:400],
        surface=surface,
        text=text.strip(),
        asker=actor,
        owner=owner,
        due_on=clock.today() + rules.ANSWER_WITHIN,
    )
    told = {"about": key or str(subject)[:200], "owner": owner.ref, "due_on": made.due_on}
    touched = () if surface is subject else (surface,)
    return transitions.create(
        made, actor=actor, kind="audit_question.asked", payload=told, personal={"text": made.text}, touches=(subject, *touched)
    )


@action
def answer(question: AuditQuestion, *, actor: User, text: str, expected_version: int | None = None) -> AuditQuestion:
    """Answer; a further answer adds to the one before. Raises Denied, Invalid for no words, StaleState."""
    question = _locked(question, actor, expected_version)
    require(rules.may_answer(actor, question))
    _words(text)
    _say(question, AuditReply.Verb.ANSWER, actor, text)
    changes = {"state": ANSWERED, "answered_at": clock.now()}
    told = {"about": question.subject_key, "asker": question.asker.ref}
    return _move(question, actor, "audit_question.answered", changes, told, text)


@action
def reopen(question: AuditQuestion, *, actor: User, text: str, expected_version: int | None = None) -> AuditQuestion:
    """Ask again, saying what is missing; a new day is set. Raises Denied, Invalid for no words, StaleState."""
    question = _locked(question, actor, expected_version)
    require(rules.may_judge(actor, question, state=(ANSWERED, ACCEPTED)))
    _words(text)
    _say(question, AuditReply.Verb.REOPEN, actor, text)
    due = clock.today() + rules.ANSWER_WITHIN
    changes = {"state": OPEN, "accepted_at": None, "due_on": due}
    told = {"about": question.subject_key, "owner": question.owner.ref}
    return _move(question, actor, "audit_question.reopened", changes, told, text)


@action
def accept(question: AuditQuestion, *, actor: User, text: str = "", expected_version: int | None = None) -> AuditQuestion:
    """Accept the answer. Raises Denied, StaleState."""
    question = _locked(question, actor, expected_version)
    require(rules.may_judge(actor, question, state=(ANSWERED,)))
    _say(question, AuditReply.Verb.ACCEPT, actor, text)
    changes = {"state": ACCEPTED, "accepted_at": clock.now()}
    told = {"about": question.subject_key, "owner": question.owner.ref}
    return _move(question, actor, "audit_question.accepted", changes, told, text)


@action
def hand_over(
    question: AuditQuestion,
    *,
    actor: User,
    owner: User,
    due_on: date | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> AuditQuestion:
    """Give a question to another, or set another day. Raises Denied, Invalid for somebody who cannot answer, StaleState."""
    question = _locked(question, actor, expected_version)
    require(rules.may_hand_over(actor, question))
    day = due_on or question.due_on
    wrong: dict[str, list[str]] = {}
    if not (verdict := rules.may_owe(owner)):
        wrong["owner"] = [verdict.reason]
    if due_on is not None and due_on < clock.today():
        wrong["due_on"] = ["This day has passed."]
    if wrong:
        raise Invalid("This cannot be given on like this.", fields=wrong)
    told = {"about": question.subject_key, "owner": owner.ref, "due_on": day}
    return transitions.change(
        question,
        actor=actor,
        kind="audit_question.handed_over",
        changes={"owner": owner, "due_on": day},
        payload=told,
        touches=question.ledger_touches,
        reason=reason.strip(),
    )


def _words(text: str) -> None:
    if not text.strip():
        raise Invalid("Write something first.", fields={"text": ["This is needed."]})


def _say(question: AuditQuestion, verb: str, actor: User, text: str) -> None:
    reply = AuditReply(question=question, verb=verb, author=actor, text=text.strip(), made_at=clock.now())
    transitions.check(reply)
    reply.save()


def _move(
    question: AuditQuestion, actor: User, kind: str, changes: dict[str, Any], told: dict[str, Any], text: str
) -> AuditQuestion:
    personal = {"text": text.strip()} if text.strip() else {}
    return transitions.change(
        question, actor=actor, kind=kind, changes=changes, payload=told, personal=personal, touches=question.ledger_touches
    )


def _locked(question: AuditQuestion, actor: User, expected_version: int | None) -> AuditQuestion:
    rows = AuditQuestion.objects.select_for_update(of=("self",)).select_related("asker", "owner", "surface")
    now = rows.get(pk=question.pk)
    queries.question(actor, now.key)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now
