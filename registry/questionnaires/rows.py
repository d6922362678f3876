"""The one door to rows of questionnaires and answers (R3)."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from governance.people import roles
from governance.people.rows import is_insider


class QuestionnaireRows(models.QuerySet[Any]):
    """Whoever reads all sees all; others those they own, and those in which a question is theirs to answer."""

    def visible_to(self, user: Any) -> "QuestionnaireRows":
        """Return what the reader may see."""
        if roles.reads_all(user):
            return self
        if not is_insider(user):
            return self.none()
        asked = self.model._meta.get_field("questions").related_model.objects.filter(asked_of=user)
        return self.filter(Q(owner=user) | Exists(asked.filter(questionnaire=OuterRef("pk"))))


class QuestionRows(models.QuerySet[Any]):
    """Who owns a questionnaire, or reads all, sees its questions; others those that are theirs to answer."""

    def visible_to(self, user: Any) -> "QuestionRows":
        """Return what the reader may see."""
        if roles.reads_all(user):
            return self
        if not is_insider(user):
            return self.none()
        return self.filter(Q(questionnaire__owner=user) | Q(asked_of=user))


class AnswerRows(models.QuerySet[Any]):
    """The library is the company's own word: everybody inside reads it, guests do not."""

    def visible_to(self, user: Any) -> "AnswerRows":
        """Return what the reader may see."""
        return self if is_insider(user) else self.none()
