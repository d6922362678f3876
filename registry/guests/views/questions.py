"""Auditors' questions: the list, one with what was said, asking, answering, judging the answer."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.comments.subjects import load as subject_of
from governance.core.contributions import ObjectLink, contribution
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, Tab, View
from registry.guests import actions, queries, rules
from registry.guests.forms import AcceptForm, AgainForm, AskForm, HandOverForm, ReplyForm
from registry.guests.models import AuditQuestion
from registry.guests.tables import QuestionFilters, QuestionTable, question_state
from registry.guests.views.guests import FAMILY, NAV, own_activity

ANSWERED, ACCEPTED = AuditQuestion.State.ANSWERED, AuditQuestion.State.ACCEPTED


class QuestionList(ListPage):
    """All questions that a person may see."""

    key, url_name, title, nav, family = "audit-questions", "audit-questions", "Auditors' questions", NAV, FAMILY
    table, filterset = QuestionTable, QuestionFilters
    lead = "{total} questions of auditors, each about one thing, with an owner and a day."
    search_hint = "Find by words, or by what it is about"
    views = (View("All"), View("Mine", "owner={me}&state=open"), View("Open", "state=open"), View("Overdue", "overdue=true"))
    empty = Empty(
        "No auditor has asked anything yet",
        "Auditors ask on the page of the thing itself. Each question becomes a task of its owner, with a day.",
    )

    def rows(self, user: Any) -> QuerySet[AuditQuestion]:
        """Return the questions that the reader may see."""
        return queries.questions(user)


class QuestionPage(ObjectPage):
    """One question, and what was said to it."""

    url_name, lookup, parent, noun, nav = "audit-question", "key", ("Auditors' questions", "audit-questions"), "question", NAV
    tabs = (
        Tab("", "Question", "registry/guests/_question.html", lambda page, asked: {"replies": asked.replies.all()}),
        Tab("activity", "Activity", "governance/ledger/_activity.html", own_activity),
    )

    def load(self) -> AuditQuestion:
        """Return the question of the address."""
        return queries.question(self.user, self.kwargs["key"])

    def header(self, obj: AuditQuestion) -> Header:
        """Say what it is about, who owes the answer, and until when."""
        facts = (
            Fact("About", about(obj)),
            Fact("Asked by", atoms.person(obj.asker, me=self.user)),
            Fact("Owner", atoms.person(obj.owner, me=self.user)),
            Fact("Due", atoms.time(obj.due_on, "long")),
        )
        return Header(str(obj), obj.key, state=question_state(obj), facts=facts, buttons=self._buttons(obj))

    def _buttons(self, asked: AuditQuestion) -> tuple[Button, ...]:
        def to(name: str) -> str:
            return reverse(name, args=[asked.key])

        found: list[Button] = []
        if rules.may_judge(self.user, asked, state=(ANSWERED,)):
            found.append(Button("Accept the answer", to("audit-question-accept"), kind="primary", dialog=True))
        if rules.may_judge(self.user, asked, state=(ANSWERED, ACCEPTED)):
            found.append(Button("Ask again", to("audit-question-reopen"), dialog=True))
        if rules.may_answer(self.user, asked):
            kind = "primary" if asked.state == AuditQuestion.State.OPEN else ""
            found.append(Button("Answer", to("audit-question-answer"), kind=kind, dialog=True))
        if rules.may_hand_over(self.user, asked):
            found.append(Button("Give it to another", to("audit-question-hand-over"), dialog=True))
        return tuple(found)


def about(asked: AuditQuestion) -> Any:
    """Return a link to what a question is about."""
    label = asked.subject_key or asked.subject_name
    try:
        url = contribution(ObjectLink, asked.subject_type).url(asked.subject_id)
    except LookupError:
        url = asked.surface.get_absolute_url() if asked.surface else ""
    return atoms.link(url, label) if url else label


class Ask(ActionPage):
    """Ask about a thing that one sees."""

    title, submit, form_class, nav = "Ask a question", "Ask", AskForm, NAV
    lead = "It becomes a task of whoever owns this, with a day. You are told when it is answered."

    def load(self) -> Any:
        """Return what is asked about, if the person may see it."""
        return subject_of(self.user, self.kwargs["model"], self.kwargs["pk"])

    def verdict(self, obj: Any) -> Verdict:
        """Auditors."""
        return rules.may_ask(self.user)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> AuditQuestion:
        """Ask."""
        return actions.ask(obj, actor=self.user, text=given["text"])

    def said(self, result: AuditQuestion) -> str:
        """Say who answers."""
        return f"{result.owner} answers by {atoms.day(result.due_on, long=True)}."


class OnQuestion(ActionPage):
    """Base of what is done to one question."""

    nav = NAV

    def load(self) -> AuditQuestion:
        """Return the question of the address."""
        return queries.question(self.user, self.kwargs["key"])


class Answer(OnQuestion):
    """Answer."""

    title, submit, form_class = "Answer", "Answer", ReplyForm

    def verdict(self, obj: AuditQuestion) -> Verdict:
        """Say whether the person may."""
        return rules.may_answer(self.user, obj)

    def perform(self, obj: AuditQuestion, given: Mapping[str, Any]) -> AuditQuestion:
        """Say it."""
        return actions.answer(obj, actor=self.user, text=given["text"], expected_version=self.seen_version)

    def said(self, result: AuditQuestion) -> str:
        """Say what comes next."""
        return f"Answered. {result.asker} accepts it, or asks again."


class Reopen(OnQuestion):
    """Ask again."""

    title, submit, form_class = "Ask again", "Ask again", AgainForm

    def verdict(self, obj: AuditQuestion) -> Verdict:
        """Say whether the person may."""
        return rules.may_judge(self.user, obj, state=(ANSWERED, ACCEPTED))

    def perform(self, obj: AuditQuestion, given: Mapping[str, Any]) -> AuditQuestion:
        """Open it again."""
        return actions.reopen(obj, actor=self.user, text=given["text"], expected_version=self.seen_version)


class Accept(OnQuestion):
    """Accept the answer."""

    title, submit, form_class = "Accept the answer", "Accept", AcceptForm

    def verdict(self, obj: AuditQuestion) -> Verdict:
        """Say whether the person may."""
        return rules.may_judge(self.user, obj, state=(ANSWERED,))

    def perform(self, obj: AuditQuestion, given: Mapping[str, Any]) -> AuditQuestion:
        """Accept it."""
        return actions.accept(obj, actor=self.user, text=given["text"], expected_version=self.seen_version)


class HandOver(OnQuestion):
    """Give it to another, or set another day."""

    title, submit, form_class = "Give it to another", "Save", HandOverForm

    def verdict(self, obj: AuditQuestion) -> Verdict:
        """Say whether the person may."""
        return rules.may_hand_over(self.user, obj)

    def initial(self, obj: AuditQuestion) -> dict[str, Any]:
        """Start with what is."""
        return {"owner": obj.owner_id, "due_on": obj.due_on}

    def perform(self, obj: AuditQuestion, given: Mapping[str, Any]) -> AuditQuestion:
        """Give it."""
        return actions.hand_over(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: AuditQuestion) -> str:
        """Stay with it while one still sees it."""
        try:
            return queries.question(self.user, result.key).get_absolute_url()
        except NotVisible:
            return reverse("audit-questions")

    def said(self, result: AuditQuestion) -> str:
        """Say so."""
        return f"{result.owner} answers by {atoms.day(result.due_on, long=True)}."
