"""Answers of the board's question that were sealed as they were given."""

from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.core.text import NameField
from governance.ledger.appendonly import protect
from governance.ledger.rows import AppendOnly, Rows
from governance.people import roles


class AnswerRows(Rows):
    """Who reads a sealed answer: whoever asked, and readers of all. It shows what its asker could see, so no one else."""

    def visible_to(self, user: Any) -> QuerySet[Any]:
        """Return what the reader may see."""
        if roles.reads_all(user):
            return self.all()
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(asked_by=user)


@protect
class BoardAnswer(AppendOnly):
    """One answer of the board's question, kept as it was given: what was asked, what was answered, as the ledger stood.

    `content` is what `registry.board.answers.plain` returns: people by reference, moments in UTC. `digest` is SHA-256 over
    its canonical JSON, and stands in the ledger. `whole` says whether the asker saw everything there was.
    """

    words = NameField(max_length=400, blank=True)
    question = models.JSONField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, db_index=True)
    head_seq = models.PositiveBigIntegerField(help_text="The ledger's last entry when it was answered.")
    start = models.DateField()
    end = models.DateField()
    paths = models.PositiveIntegerField()
    calls = models.PositiveBigIntegerField()
    not_approved = models.PositiveBigIntegerField(help_text="Calls that ran without approval.")
    unknown = models.PositiveBigIntegerField(help_text="Calls of which it cannot be told.")
    whole = models.BooleanField(help_text="Whether whoever asked reads everything.")
    asked_by = models.ForeignKey("governance.User", on_delete=models.PROTECT, related_name="board_answers")
    asked_at = models.DateTimeField()

    objects = AnswerRows.as_manager()  # type: ignore[assignment,misc]

    class Meta:
        app_label = "registry"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(start__lte=models.F("end")), name="board_answer_span"),
            models.CheckConstraint(
                condition=Q(calls__gte=models.F("not_approved") + models.F("unknown")), name="board_answer_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"Board answer {self.key}"

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("board-answer", args=[self.key])

    @property
    def key(self) -> str:
        """BA-7."""
        return f"BA-{self.pk}" if self.pk else ""
