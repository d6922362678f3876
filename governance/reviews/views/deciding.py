"""Decisions and answers: one of them, and what is done with it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.reviews import actions, forms, queries, rules
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import AgendaEntry, Review, ReviewDecision
from governance.reviews.tables import decision_state
from governance.reviews.views.base import NAV, OnReview, admit
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Fact, Header, Next, ObjectPage, Tab

A_WEEK = timedelta(days=7)


class Decide(OnReview):
    """Record what is decided."""

    title, submit, form_class = "Record a decision", "Record it", forms.DecideForm
    lead = "One owner and one day. It stands in their inbox, and the next review begins with what became of it."

    def verdict(self, obj: Review) -> Verdict:
        """Only while it is under way."""
        return rules.may_record(self.user, obj)

    @property
    def entry(self) -> AgendaEntry | None:
        """The line of the agenda that it answers, where the address names one. Raises NotVisible."""
        line = self.request.GET.get("line", "")
        if not line:
            return None
        seen, _ = queries.agenda(self.user, self.obj)
        found = next((each for each in seen if str(each.place) == line), None)
        if found is None:
            raise NotVisible("There is no such line on this agenda.", fix="Choose one of its lines.")
        return found

    def initial(self, obj: Review) -> dict[str, Any]:
        """Start with whoever answers for the line, in a week."""
        entry = self.entry
        owner = entry.owner_id if entry is not None and entry.owner_id else None
        return {"owner": owner, "due_on": clock.today() + A_WEEK}

    def get_title(self) -> str:
        """Say what it is about."""
        entry = self.entry if self.obj is not None else None
        return f"Decide: {entry.text}" if entry is not None else str(self.title)

    def perform(self, obj: Review, given: Mapping[str, Any]) -> ReviewDecision:
        """Record it."""
        return actions.decide(obj, actor=self.user, entry=self.entry, **given)

    def said(self, result: ReviewDecision) -> str:
        """Say whose it is."""
        return f"{result.key} is with {result.owner} until {atoms.day(result.due_on)}."


class DecisionPage(ObjectPage):
    """One decision."""

    url_name, lookup, parent, noun, nav = "review-decision", "key", ("Decisions", "review-decisions"), "decision", NAV
    tabs = (
        Tab("", "Overview", "governance/reviews/_decision.html", lambda page, obj: {"subject": obj, "line": page.line}),
        Tab(
            "activity", "Activity", "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )  # fmt: skip

    def load(self) -> ReviewDecision:
        """Return the decision of the address."""
        admit(self.user)
        return queries.decision(self.user, self.kwargs["key"])

    @property
    def line(self) -> AgendaEntry | None:
        """The line of the agenda that it answers, if the reader may see it."""
        if self.obj.entry is None:
            return None
        seen, _ = queries.seen(self.user, [self.obj.entry], lambda each: (each.about_type, each.about_id))
        return seen[0] if seen else None

    def header(self, obj: ReviewDecision) -> Header:
        """Say what was decided, whose it is, until when."""
        review = obj.review
        sees = queries.visible_to(self.user).filter(pk=review.pk).exists()
        where = atoms.link(review.get_absolute_url(), str(review), review.key) if sees else str(review)
        facts = (
            Fact("Owner", atoms.person(obj.owner, me=self.user)),
            Fact("Due", atoms.time(obj.due_on, "long")),
            Fact("Decided in", where),
        )
        step: Next | None = None
        buttons: tuple[Button, ...] = ()
        if rules.may_steer(self.user, obj):
            done = Button("It is done", reverse("review-decision-done", args=[obj.key]), kind="primary", dialog=True)
            late = decision_state(obj)[0] == "stop"
            words = "It was due" if late else "It is due"
            step = Next(
                f"{words} {atoms.day(obj.due_on)}.", "The next review reads what came of it.", "stop" if late else "", (done,)
            )
            buttons = (
                Button("Change", reverse("review-decision-change", args=[obj.key]), icon="edit", dialog=True),
                Button("Drop", reverse("review-decision-drop", args=[obj.key]), kind="stop", dialog=True),
            )  # fmt: skip
        return Header(obj.text, obj.key, state=decision_state(obj), facts=facts, next=step, buttons=buttons)


class OnDecision(ActionPage):
    """Base of what is done to one decision."""

    nav = NAV

    def load(self) -> ReviewDecision:
        """Return the decision of the address."""
        return queries.decision(self.user, self.kwargs["key"])

    def verdict(self, obj: ReviewDecision) -> Verdict:
        """Say whether the person may."""
        return rules.may_steer(self.user, obj)

    def success_url(self, result: Any) -> str:
        """Return to the decision, or to the list where it is not the person's to see any more."""
        seen = queries.decisions_visible_to(self.user).filter(pk=result.pk).exists()
        return str(result.get_absolute_url()) if seen else reverse("review-decisions")


class FinishDecision(OnDecision):
    """Say that it is done."""

    title, submit, form_class = "It is done", "It is done", forms.DoneForm

    def perform(self, obj: ReviewDecision, given: Mapping[str, Any]) -> ReviewDecision:
        """End it."""
        return actions.do_decision(obj, actor=self.user, expected_version=self.seen_version, **given)


class DropDecision(OnDecision):
    """Say that it will not be done."""

    title, submit, form_class, tone = "Drop the decision", "Drop it", forms.WhyForm, "stop"

    def perform(self, obj: ReviewDecision, given: Mapping[str, Any]) -> ReviewDecision:
        """End it."""
        return actions.drop_decision(obj, actor=self.user, expected_version=self.seen_version, **given)


class ChangeDecision(OnDecision):
    """Give it to another, or move its day."""

    title, submit, form_class = "Change the decision", "Save", forms.ChangeDecisionForm

    def initial(self, obj: ReviewDecision) -> dict[str, Any]:
        """Start with what holds."""
        return {"owner": obj.owner_id, "due_on": obj.due_on}

    def perform(self, obj: ReviewDecision, given: Mapping[str, Any]) -> ReviewDecision:
        """Change it."""
        return actions.change_decision(obj, actor=self.user, expected_version=self.seen_version, **given)


class OnAnswer(ActionPage):
    """Base of what is done to one answer of a checklist."""

    nav = NAV

    def load(self) -> ChecklistAnswer:
        """Return the answer of the address."""
        return queries.answer(self.user, self.kwargs["key"], self.kwargs["area"])

    def verdict(self, obj: ChecklistAnswer) -> Verdict:
        """Say whether the person may answer it."""
        return rules.may_answer(self.user, obj)

    def back_url(self, obj: ChecklistAnswer) -> str:
        """Return to the review."""
        return obj.review.get_absolute_url()

    def success_url(self, result: ChecklistAnswer) -> str:
        """Return to the review."""
        return result.review.get_absolute_url()


class AnswerQuestion(OnAnswer):
    """Answer it for this quarter."""

    title, submit, form_class = "Answer", "Answer", forms.AnswerForm

    def get_title(self) -> str:
        """Ask the question."""
        return str(self.obj.question) if self.obj is not None else str(self.title)

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say what policy wants to see."""
        return f"Policy wants to see: {self.obj.artefact}." if self.obj is not None and self.obj.artefact else ""

    def initial(self, obj: ChecklistAnswer) -> dict[str, Any]:
        """Start with what holds, or with the answer of last time."""
        return {"standing": obj.standing, "answer": obj.answer, "shown_by": obj.shown_by}

    def perform(self, obj: ChecklistAnswer, given: Mapping[str, Any]) -> ChecklistAnswer:
        """Answer it."""
        return actions.answer(obj, actor=self.user, expected_version=self.seen_version, **given)


class GiveQuestion(OnAnswer):
    """Say who answers it."""

    title, submit, form_class = "Who answers", "Save", forms.GiveForm

    def initial(self, obj: ChecklistAnswer) -> dict[str, Any]:
        """Start with who does now."""
        return {"owner": obj.owner_id}

    def perform(self, obj: ChecklistAnswer, given: Mapping[str, Any]) -> ChecklistAnswer:
        """Give it."""
        return actions.give_answer(obj, actor=self.user, expected_version=self.seen_version, **given)
