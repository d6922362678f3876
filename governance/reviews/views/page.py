"""One review: its agenda, who is there, what is decided."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.documents import queries as documents
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.reviews import agenda, minutes, queries, rules
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import Review
from governance.reviews.tables import OUTCOME_TONES, answer_state, decision_state, state_of
from governance.reviews.views.base import NAV, admit
from governance.ui import atoms
from governance.ui.pages import Button, Fact, Header, Next, ObjectPage, Tab

State = Review.State


def _overview(page: "ReviewPage", review: Review) -> Mapping[str, Any]:
    sections, left_out = agenda.shown(page.user, review)
    records = bool(rules.may_record(page.user, review))
    return {
        "sections": sections,
        "quiet": [section for section in sections if not section.lines and (section.quiet or left_out)],
        "left_out": left_out,
        "frozen": review.state not in (State.PLANNED, State.CANCELLED),
        "before": [(each, decision_state(each)) for each in queries.before(review)],
        "people": page.people,
        "decisions": [(each, decision_state(each)) for each in review.decisions.select_related("owner")],
        "answers": [
            (each, answer_state(each), bool(rules.may_answer(page.user, each))) for each in page.answers
        ],
        "records": records,
        "leads": bool(rules.may_lead(page.user, review)),
        "subject": review,
    }  # fmt: skip


def _documents(page: "ReviewPage", review: Review) -> Mapping[str, Any]:
    made = [("Minutes", reverse("document-make", args=[minutes.KIND, review.key]))]
    return {
        "makes": made if review.state == State.HELD else [],
        "documents": documents.visible_to(page.user).filter(kind=minutes.KIND, subject_key=review.key)[:100],
    }


class ReviewPage(ObjectPage):
    """One review."""

    url_name, lookup, parent, noun, nav = "review", "key", ("Reviews", "reviews"), "review", NAV
    tabs = (
        Tab("", "Overview", "governance/reviews/_review.html", _overview),
        Tab(
            "documents", "Documents", "governance/reviews/_documents.html", _documents,
            shown=lambda user, review: roles.reads_all(user),
        ),
        Tab(
            "activity", "Activity", "governance/ledger/_activity.html",
            lambda page, review: lines_for(review, page.request.GET.get("before")),
        ),
    )  # fmt: skip

    def load(self) -> Review:
        """Return the review of the address."""
        admit(self.user)
        return queries.get(self.user, self.kwargs["key"])

    @property
    def people(self) -> list[Any]:
        """Who was asked, and who came; read once."""
        if not hasattr(self, "_people"):
            self._people = list(queries.attendance(self.obj))
        return self._people

    @property
    def answers(self) -> list[ChecklistAnswer]:
        """The answers of a checklist; read once."""
        if not hasattr(self, "_answers"):
            asks = self.obj.kind == Review.Kind.OPERATIONS
            self._answers = list(queries.answers(self.obj)) if asks else []
        return self._answers

    def header(self, obj: Review) -> Header:
        """Say what is looked at, when, who leads it, and what comes next."""
        days = f"{atoms.day(obj.since)} to {atoms.day(obj.until)}"
        facts = [Fact("Led by", atoms.person(obj.owner, me=self.user)), Fact("Day", atoms.time(obj.planned_on, "long"))]
        facts.append(Fact("Looks at", days))
        if obj.outcome:
            facts.insert(0, Fact("Outcome", atoms.state(OUTCOME_TONES[obj.outcome], obj.get_outcome_display())))
        if obj.digest:
            facts.append(Fact("Hash", atoms.hash_code(obj.digest)))
        name = f"{obj.get_kind_display()}: {obj.subject_label}" if obj.subject_label else obj.get_kind_display()
        return Header(name, obj.key, state=state_of(obj), facts=tuple(facts), next=self.next_step(obj), buttons=self.buttons(obj))

    def next_step(self, review: Review) -> Next | None:
        """Return the one thing to do: begin it, or close it."""
        if review.state == State.PLANNED and rules.may_begin(self.user, review):
            begin = Button("Begin", self.to("begin"), kind="primary", dialog=True)
            late = state_of(review)[0] == "stop"
            said = "Its day has passed." if late else f"It is on {atoms.day(review.planned_on)}."
            return Next(said, "Beginning it freezes the agenda as it stands then.", "stop" if late else "", (begin,))
        if review.state == State.OPEN and rules.may_lead(self.user, review):
            left = sum(each.standing == ChecklistAnswer.Standing.OPEN for each in self.answers)
            may = rules.may_close(self.user, review, left=left, came=sum(each.came for each in self.people))
            close = Button("Close it", self.to("close"), kind="primary", dialog=True, verdict=may)
            came = Button("Who came", self.to("came"), dialog=True)
            decide = Button("Record a decision", self.to("decide"), icon="plus", dialog=True)
            return Next("It is under way.", "Closing it seals all that was looked at and decided.", "", (close, decide, came))
        return None

    def buttons(self, review: Review) -> tuple[Button, ...]:
        """Return what else whoever leads it can do."""
        if not rules.may_lead(self.user, review):
            return ()
        found = [Button("Ask people", self.to("ask"), dialog=True), Button("Hand over", self.to("hand-over"), dialog=True)]
        if review.state == State.PLANNED:
            found.insert(0, Button("Move", self.to("move"), dialog=True))
        if not review.decisions.exists():
            found.append(Button("Call off", self.to("cancel"), kind="stop", dialog=True))
        return tuple(found)

    def to(self, what: str) -> str:
        """Return the address of one of its actions."""
        return reverse(f"review-{what}", args=[self.obj.key])
