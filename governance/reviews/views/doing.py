"""What is done to a review: plan, move, hand over, call off, ask, begin, note, close."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.reviews import actions, forms, queries, rules
from governance.reviews.models import Review
from governance.reviews.views.base import NAV, OnReview
from governance.ui import atoms
from governance.ui.pages import ActionPage


class PlanReview(ActionPage):
    """Plan a review by hand."""

    title, submit, form_class, nav = "Plan a review", "Plan it", forms.PlanForm, NAV
    lead = "Its agenda is made from what is held, and frozen when it begins. Whoever came last time is asked again."
    crumbs = [("Reviews", "/reviews/"), ("New", "")]

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may."""
        return rules.may_plan(self.user)

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer what can be reviewed."""
        return {"user": self.user}

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what the address asks for, tomorrow, led by the person."""
        kind = self.request.GET.get("kind", Review.Kind.EVAL)
        about = self.request.GET.get("about", "")
        subject = f"{kind}:{about}" if about else ""
        return {"kind": kind, "subject": subject, "planned_on": clock.today() + timedelta(days=1), "owner": self.user.pk}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Review:
        """Plan it."""
        return actions.plan(actor=self.user, **given)

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("reviews")

    def said(self, result: Review) -> str:
        """Say when it is."""
        return f"{result.key} is planned for {atoms.day(result.planned_on)}."


class MoveReview(OnReview):
    """Hold it on another day."""

    title, submit, form_class = "Move the review", "Move it", forms.MoveForm

    def verdict(self, obj: Review) -> Verdict:
        """Only what has not begun can be moved."""
        return rules.may_begin(self.user, obj)

    def initial(self, obj: Review) -> dict[str, Any]:
        """Start with its day, or today where that has passed."""
        return {"planned_on": max(obj.planned_on, clock.today())}

    def perform(self, obj: Review, given: Mapping[str, Any]) -> Review:
        """Move it."""
        return actions.move(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Review) -> str:
        """Say when it is."""
        return f"{result.key} is on {atoms.day(result.planned_on)} now."


class HandOver(OnReview):
    """Let another lead it."""

    title, submit, form_class = "Hand the review over", "Hand over", forms.HandOverForm

    def perform(self, obj: Review, given: Mapping[str, Any]) -> Review:
        """Hand it over."""
        return actions.hand_over(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: Review) -> str:
        """Return to the review, or to the list where it is not the person's to see any more."""
        return self.obj.get_absolute_url() if queries.visible_to(self.user).filter(pk=result.pk) else reverse("reviews")

    def said(self, result: Review) -> str:
        """Say to whom."""
        return f"{result.owner} leads {result.key} now."


class CancelReview(OnReview):
    """Call it off."""

    title, submit, form_class, tone = "Call the review off", "Call it off", forms.WhyForm, "stop"
    lead = "The schedule plans the next one."

    def perform(self, obj: Review, given: Mapping[str, Any]) -> Review:
        """Call it off."""
        return actions.cancel(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Review) -> str:
        """Say so."""
        return f"{result.key} is called off."


class AskPeople(OnReview):
    """Say who is asked to come."""

    title, submit, form_class = "Ask people to the review", "Ask them", forms.PresenceForm
    lead = "Whoever is asked sees the review, and of its agenda what is about things they may see."

    def form_arguments(self, obj: Review) -> dict[str, Any]:
        """Offer those who are asked now."""
        return {"asked": [each.person for each in queries.attendance(obj)]}

    def initial(self, obj: Review) -> dict[str, Any]:
        """Tick all who are asked now."""
        return {"people": [each.person_id for each in queries.attendance(obj)]}

    def build(self, obj: Review, bound: bool) -> Any:
        """Keep the form: what was chosen is read from it."""
        self.form: Any = super().build(obj, bound)
        return self.form

    def perform(self, obj: Review, given: Mapping[str, Any]) -> Review:
        """Ask them."""
        return actions.ask(obj, actor=self.user, people=self.form.chosen(), expected_version=self.seen_version)


class WhoCame(AskPeople):
    """Note who came."""

    title, submit = "Who came", "Note it"
    lead = "Only who was there counts; the review is closed in their presence."

    def verdict(self, obj: Review) -> Verdict:
        """Only while it is under way."""
        return rules.may_record(self.user, obj)

    def initial(self, obj: Review) -> dict[str, Any]:
        """Tick who came; all who were asked, as long as nobody is noted."""
        held = list(queries.attendance(obj))
        came = [each.person_id for each in held if each.came]
        return {"people": came or [each.person_id for each in held]}

    def perform(self, obj: Review, given: Mapping[str, Any]) -> Review:
        """Note them."""
        return actions.come(obj, actor=self.user, people=self.form.chosen(), expected_version=self.seen_version)


class BeginReview(OnReview):
    """Begin it: the agenda is frozen."""

    title, submit = "Begin the review", "Begin"
    lead = "The agenda is made from what is held up to yesterday, and never changes again."

    def verdict(self, obj: Review) -> Verdict:
        """Say whether it can begin."""
        return rules.may_begin(self.user, obj)

    def perform(self, obj: Review, given: Mapping[str, Any]) -> Review:
        """Begin it."""
        return actions.begin(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: Review) -> str:
        """Say so."""
        return "The agenda is frozen. Record what is decided beside the lines."


class WriteNotes(OnReview):
    """Write down what was said."""

    title, submit, form_class, wide = "Notes", "Save", forms.NotesForm, True

    def verdict(self, obj: Review) -> Verdict:
        """Only while it is under way."""
        return rules.may_record(self.user, obj)

    def initial(self, obj: Review) -> dict[str, Any]:
        """Start with what is written."""
        return {"notes": obj.notes}

    def perform(self, obj: Review, given: Mapping[str, Any]) -> Review:
        """Write it."""
        return actions.note(obj, actor=self.user, expected_version=self.seen_version, **given)


class CloseReview(OnReview):
    """Close it under the hash of all that was looked at and decided."""

    title, submit = "Close the review", "Close it"
    lead = "Agenda, attendance, notes and decisions are sealed under one hash. Decisions go on until they are done."

    def verdict(self, obj: Review) -> Verdict:
        """Only while it is under way."""
        return rules.may_record(self.user, obj)

    def build(self, obj: Review, bound: bool) -> Any:
        """Ask for an outcome only where one thing was reviewed."""
        if not obj.subject_id:
            return super().build(obj, bound)
        return forms.CloseForm(self.request.POST) if bound else forms.CloseForm()

    def perform(self, obj: Review, given: Mapping[str, Any]) -> Review:
        """Close it."""
        return actions.close(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Review) -> str:
        """Say so."""
        return f"{result.key} is closed."
