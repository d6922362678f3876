"""One question: what is proposed and what shows it, on one screen; answer, and the next one follows."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Fact, Header, ObjectPage, Tab
from registry.questionnaires import actions, queries, rules, sources
from registry.questionnaires.forms import AnswerForm, AskForm, ReasonForm, keys
from registry.questionnaires.models import Proposal, Question
from registry.questionnaires.tables import ANSWERED, best
from registry.questionnaires.views.lists import NAV


class QuestionPage(ObjectPage):
    """One question with its proposals and the form that answers it."""

    url_name, lookup, parent, noun, nav = "question", "key", ("Questionnaires", "questionnaires"), "question", NAV
    tabs = (
        Tab("", "Answer", "registry/questionnaires/_question.html", lambda page, obj: page.answering(obj)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Question:
        """Return the question of the address."""
        return queries.get_question(self.user, self.kwargs["key"])

    def header(self, obj: Question) -> Header:
        """Say where it stands in which file."""
        asks = obj.questionnaire
        cell = f"{obj.sheet} {obj.answer_cell}".strip() if obj.answer_cell else atoms.state("warn", "no cell: leaves by PDF")
        facts = [Fact("Questionnaire", atoms.link(asks.get_absolute_url(), asks.title, asks.key)), Fact("Answer goes into", cell)]
        facts += [Fact("Their number", obj.code)] if obj.code else []
        facts += [Fact("Asked of", atoms.person(obj.asked_of, me=self.user))] if obj.asked_of else []
        return Header(
            f"Question {obj.number}",
            obj.key,
            state=(ANSWERED[obj.state], obj.get_state_display()),
            facts=tuple(facts),
            buttons=self.buttons(obj),
        )

    def buttons(self, obj: Question) -> tuple[Button, ...]:
        """Return what else can be done."""
        found = []
        if rules.may_answer(self.user, obj):
            if obj.state == Question.State.OPEN:
                found.append(Button("Leave it blank", reverse("question-leave", args=[obj.key]), dialog=True))
            else:
                found.append(Button("Open it again", reverse("question-reopen", args=[obj.key]), post=True))
        if rules.keeps(self.user, obj.questionnaire) and rules.is_open(obj.questionnaire):
            found.append(Button("Ask a colleague", reverse("question-ask", args=[obj.key]), icon="plus", dialog=True))
        return tuple(found)

    def answering(self, obj: Question) -> dict[str, Any]:
        """Return the proposals with their sources, and the form filled with the one that was chosen."""
        offered = [each for each in obj.proposals.all() if each.text] if obj.state == Question.State.OPEN else []
        hint = next((each for each in obj.proposals.all() if not each.text), None)
        taken = self.taken(obj, offered)
        every = [each for proposal in offered for each in sources.read(proposal.sources)] + sources.read(obj.sources)
        seen, _ = sources.shown(self.user, every)
        by_label = {(each.label, each.entry): each for each in seen}
        before, after = queries.beside(self.user, obj)
        return {
            "offered": [(each, self.cited(each.sources, by_label), each == taken) for each in offered],
            "cited": self.cited(obj.sources, by_label),
            "hint": hint if hint is not None and not offered else None,
            "form": AnswerForm(initial=start(obj, taken)),
            "taken": taken,
            "may": rules.may_answer(self.user, obj),
            "before": before,
            "after": after,
            "stale": queries.stale([obj]).get(obj.pk, "") if obj.state == Question.State.ANSWERED else "",
        }

    def taken(self, obj: Question, offered: list[Proposal]) -> Proposal | None:
        """Return the proposal that the address chose (?take=2), or the best."""
        asked = self.request.GET.get("take", "")
        if asked == "none":
            return None
        return next((each for each in offered if str(each.rank) == asked), best(obj) if offered else None)

    def cited(self, kept: list[Any], seen: Mapping[tuple[str, int], Any]) -> tuple[list[Any], int]:
        """Return the sources that the reader sees, and how many others there are."""
        found = [seen[source.label, source.entry] for source in sources.read(kept) if (source.label, source.entry) in seen]
        return found, len(kept) - len(found)


def start(question: Question, taken: Proposal | None) -> dict[str, Any]:
    """Return what the form starts with: the answer that stands, or the chosen proposal."""
    if (question.answer or question.short) and (question.state != Question.State.OPEN or taken is None):
        return {"text": question.answer, "short": question.short}
    return {"text": taken.text, "short": taken.short, "proposal": taken.rank} if taken else {}


class OnQuestion(ActionPage):
    """Base of what is done to one question."""

    nav = NAV

    def load(self) -> Question:
        """Return the question of the address."""
        return queries.get_question(self.user, self.kwargs["key"])

    def verdict(self, obj: Question) -> Verdict:
        """Say whether the person may answer it."""
        return rules.may_answer(self.user, obj)


class Onward(OnQuestion):
    """After it, the next open question follows."""

    def success_url(self, result: Question) -> str:
        """Go to the next open question, or to the questionnaire when none is left."""
        following = queries.after(self.user, result)
        if following is not None:
            return following.get_absolute_url()
        seen = queries.visible_to(self.user).filter(pk=result.questionnaire_id).exists()
        return result.questionnaire.get_absolute_url() if seen else reverse("questions")


class AnswerQuestion(Onward):
    """Answer it."""

    title, submit, form_class, wide = "Answer", "Answer, and on to the next", AnswerForm, True

    def initial(self, obj: Question) -> dict[str, Any]:
        """Start with what the question's page shows."""
        return start(obj, best(obj))

    def perform(self, obj: Question, given: Mapping[str, Any]) -> Question:
        """Answer."""
        return actions.answer(
            obj,
            actor=self.user,
            text=given["text"],
            short=given["short"],
            proposal=given["proposal"],
            cite=keys(given["cite"]),
            keep_it=given["keep_it"],
            expected_version=self.seen_version,
        )

    def said(self, result: Question) -> str:
        """Say so."""
        return f"Question {result.number} is answered."


class LeaveBlank(Onward):
    """Leave it blank on purpose."""

    title, submit, form_class = "Leave it blank", "Leave it blank", ReasonForm
    lead = "The reason stays here; the buyer sees an empty cell."

    def perform(self, obj: Question, given: Mapping[str, Any]) -> Question:
        """Leave it."""
        return actions.leave(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Question) -> str:
        """Say so."""
        return f"Question {result.number} is left blank."


class ReopenQuestion(OnQuestion):
    """Open it again."""

    title, submit = "Open it again", "Open it"

    def perform(self, obj: Question, given: Mapping[str, Any]) -> Question:
        """Open it."""
        return actions.reopen_question(obj, actor=self.user, expected_version=self.seen_version)


class RefuseProposal(OnQuestion):
    """Turn a proposal down."""

    title, submit = "Turn it down", "Turn it down"
    lead = "It is not proposed for this question again."

    def perform(self, obj: Question, given: Mapping[str, Any]) -> Question:
        """Turn it down."""
        return actions.refuse(obj, actor=self.user, proposal=self.kwargs["rank"], expected_version=self.seen_version)

    def said(self, result: Question) -> str:
        """Say so."""
        return "It is not proposed here again."


class AskColleague(OnQuestion):
    """Ask somebody who knows."""

    title, submit, form_class = "Ask a colleague", "Ask them", AskForm
    lead = "The question waits in their inbox. You still see what they answer."

    def verdict(self, obj: Question) -> Verdict:
        """Who keeps the questionnaire."""
        verdict = rules.keeps(self.user, obj.questionnaire)
        return verdict and rules.is_open(obj.questionnaire)

    def perform(self, obj: Question, given: Mapping[str, Any]) -> Question:
        """Ask."""
        return actions.ask(obj, actor=self.user, of=given["of"], expected_version=self.seen_version)

    def said(self, result: Question) -> str:
        """Say who."""
        return f"{result.asked_of} is asked."
