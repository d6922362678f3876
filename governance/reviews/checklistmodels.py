"""Answers to the operations checklist, quarter by quarter."""

from typing import Any

from django.db import models
from django.db.models import Q

from governance.core.text import NameField, ProseField
from governance.ledger.appendonly import guard
from governance.ledger.models import Governed
from governance.reviews.models import Review


class ChecklistAnswer(Governed):
    """The answer of one quarter to one question of the operations checklist, as policy put it when the review was planned.

    `role` is whom policy names, `owner` the person who answers. `carried` says that answer and artefact are those of the
    review before and that nobody has confirmed them yet.
    """

    class Standing(models.TextChoices):
        """How the answer stands."""

        OPEN = "open", "Not answered"
        IN_PLACE = "in_place", "In place"
        PARTLY = "partly", "Partly in place"
        MISSING = "missing", "Missing"

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="answers")
    area_key = models.CharField(max_length=60)
    place = models.IntegerField()
    area = NameField(max_length=200)
    question = NameField(max_length=400)
    artefact = NameField(max_length=400, blank=True)
    role = NameField(max_length=200, blank=True)
    owner = models.ForeignKey(
        "governance.User", null=True, blank=True, on_delete=models.PROTECT, related_name="checklist_answers"
    )
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.OPEN)
    answer = ProseField(max_length=4000, blank=True)
    shown_by = NameField("where it can be seen", max_length=600, blank=True)
    carried = models.BooleanField(default=False)
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "governance"
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["review", "area_key"], name="checklist_area_once"),
            models.CheckConstraint(
                condition=Q(standing="open") | ~Q(answer=""),
                name="checklist_answer_in_words",
                violation_error_message="Answer in a sentence.",
            ),
            models.CheckConstraint(
                condition=~Q(standing="in_place") | ~Q(shown_by=""),
                name="checklist_in_place_is_shown",
                violation_error_message="Say where it can be seen.",
            ),
        ]

    def __str__(self) -> str:
        return self.area

    @property
    def key(self) -> str:
        """The review's key: whose activity this belongs to."""
        return self.review.key

    @property
    def ledger_touches(self) -> tuple[Any, ...]:
        """What an entry about this answer also touches."""
        return (self.review,)


guard(
    "checklist_of_pending_review",
    ChecklistAnswer,
    "UPDATE",
    "EXISTS (SELECT 1 FROM governance_review r WHERE r.id = NEW.review_id AND r.state NOT IN ('planned', 'open'))",
    "answers to a checklist never change once its review was held; plan the next one",
)
