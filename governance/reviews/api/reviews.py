"""Reviews over REST: plan, begin, note, decide, answer, close, read."""

from typing import Any

from django.db.models import QuerySet

from governance.api.input import ReasonInput
from governance.api.operations import acts, creates, lists, reads
from governance.api.viewsets import ActionViewSet
from governance.core.contributions import ReviewSubject, contributed
from governance.core.errors import Invalid
from governance.ledger.api import EntryOutput
from governance.ledger.queries import entries_for
from governance.people import lookups
from governance.reviews import actions, agenda, queries
from governance.reviews.api import shapes
from governance.reviews.checklistmodels import ChecklistAnswer
from governance.reviews.models import Attendance, Review, ReviewDecision
from governance.reviews.tables import ReviewFilters


class ReviewApi(ActionViewSet):
    """Reviews: the weekly eval review, the quarterly vendor review, the operations checklist."""

    model = Review
    serializer_class = shapes.ReviewOutput
    filterset_class = ReviewFilters
    ordering_fields = {"planned_on": "planned_on", "kind": "kind"}
    ordering = "-planned_on"
    lookup_field = "key"
    required_scopes = shapes.SCOPES

    def get_queryset(self) -> QuerySet[Review]:
        """Return the reviews that the caller may see."""
        if getattr(self, "swagger_fake_view", False):
            return Review.objects.none()
        return queries.visible_to(self.request.user)

    def get_object(self) -> Review:
        """Return the review of the address (RV-1)."""
        return queries.get(self.request.user, self.kwargs["key"])

    @creates(shapes.PlanInput)
    def create(self, data: dict[str, Any]) -> Review:
        """Plan a review."""
        owner = lookups.person_or_none(data.pop("owner", None), field="owner")
        subject = self._subject(data["kind"], data.pop("subject", ""))
        return actions.plan(actor=self.actor, owner=owner, subject=subject, **data)

    def _subject(self, kind: str, key: str) -> Any:
        if not key:
            return None
        looks = next((each for each in contributed(ReviewSubject) if each.key == kind), None)
        found = looks.named(self.actor, key) if looks is not None else None
        if found is None:
            raise Invalid("There is nothing of this key to review.", fields={"subject": ["Give a key that you can see."]})
        return found

    @acts("day", shapes.MoveInput)
    def move(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Hold a planned review on another day."""
        return actions.move(review, actor=self.actor, expected_version=expected_version, **data)

    @acts("hand-over", shapes.HandOverInput)
    def hand_over(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Let another person lead a review."""
        to = lookups.person(data.pop("owner"), field="owner")
        return actions.hand_over(review, actor=self.actor, to=to, expected_version=expected_version, **data)

    @acts("cancellation", ReasonInput)
    def cancel(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Call a review off."""
        return actions.cancel(review, actor=self.actor, expected_version=expected_version, **{"reason": "", **data})

    @acts("beginning")
    def begin(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Begin a review: its agenda is frozen."""
        return actions.begin(review, actor=self.actor, expected_version=expected_version)

    @acts("invitations", shapes.PeopleInput)
    def ask(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Ask exactly these people to a review, beside whoever leads it."""
        return actions.ask(review, actor=self.actor, people=_people(data), expected_version=expected_version)

    @acts("attendance", shapes.PeopleInput)
    def come(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Note exactly who came."""
        return actions.come(review, actor=self.actor, people=_people(data), expected_version=expected_version)

    @acts("notes", shapes.NotesInput)
    def note(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Write down what was said."""
        return actions.note(review, actor=self.actor, expected_version=expected_version, **data)

    @acts("decisions", shapes.DecideInput, output=shapes.DecisionOutput, status=201)
    def decide(self, review: Review, data: dict[str, Any], expected_version: int | None) -> ReviewDecision:
        """Record what a review decides."""
        owner, line = lookups.person(data.pop("owner"), field="owner"), data.pop("line", None)
        entry = None
        if line is not None:
            seen, _ = queries.agenda(self.actor, review)
            entry = next((each for each in seen if each.place == line), None)
            if entry is None:
                raise Invalid("There is no such line.", fields={"line": ["Give the place of a line of its frozen agenda."]})
        return actions.decide(review, actor=self.actor, owner=owner, entry=entry, expected_version=expected_version, **data)

    @acts("answers", shapes.AnswerInput, if_match="none")
    def answer(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Answer one area of the checklist."""
        row = queries.answer(self.actor, review.key, data.pop("area"))
        return actions.answer(row, actor=self.actor, **data).review

    @acts("answerers", shapes.GiveInput, if_match="none")
    def give(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Say who answers one area of the checklist."""
        row = queries.answer(self.actor, review.key, data["area"])
        owner = lookups.person(data["owner"], field="owner")
        return actions.give_answer(row, actor=self.actor, owner=owner).review

    @acts("closure", shapes.CloseInput)
    def close(self, review: Review, data: dict[str, Any], expected_version: int | None) -> Review:
        """Close a review under the hash of all that was looked at and decided."""
        return actions.close(review, actor=self.actor, expected_version=expected_version, **data)

    @reads("agenda", output=shapes.AgendaOutput)
    def agenda(self, review: Review) -> dict[str, Any]:
        """The agenda: frozen, or as it would be now."""
        sections, left_out = agenda.shown(self.actor, review)
        lines = [_line(section, each) for section in sections for each in section.lines]
        return {"frozen": review.begun_at is not None, "left_out": left_out, "lines": lines}

    @lists("people", output=shapes.AttendanceOutput, ordering_fields={"id": "pk"}, ordering="id")
    def people(self, review: Review) -> QuerySet[Attendance]:
        """Who is asked, and who came."""
        return review.attendance.select_related("person")

    @lists("checklist", output=shapes.AnswerOutput, ordering_fields={"place": "place"}, ordering="place")
    def checklist(self, review: Review) -> QuerySet[ChecklistAnswer]:
        """The answers of a checklist."""
        return queries.answers(review)

    @lists("activity", output=EntryOutput, ordering_fields={"seq": "seq"}, ordering="-seq")
    def activity(self, review: Review) -> Any:
        """What happened to a review."""
        return entries_for(review)


def _people(data: dict[str, Any]) -> list[Any]:
    return [lookups.person(said, field="people") for said in data["people"]]


def _line(section: agenda.Section, line: Any) -> dict[str, Any]:
    told = {name: getattr(line, name) for name in ("text", "value", "detail", "level", "url")}
    owner = line.owner.ref if line.owner is not None else None
    return told | {"place": getattr(line, "place", None), "section": section.key, "label": section.label, "owner": owner}
