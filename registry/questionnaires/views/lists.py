"""The lists of questionnaires and of their questions."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.ui.pages import Empty, ListPage, PageAction, View
from registry.questionnaires import queries, rules
from registry.questionnaires.models import Question, Questionnaire
from registry.questionnaires.tables import QuestionFilters, QuestionnaireFilters, QuestionnaireTable, QuestionTable

FAMILY, NAV = "rooms", "rooms"


class QuestionnaireList(ListPage):
    """All questionnaires that a person may see."""

    key, url_name, title, family, nav = "questionnaires", "questionnaires", "Questionnaires", FAMILY, NAV
    table, filterset = QuestionnaireTable, QuestionnaireFilters
    lead = "{total} files that buyers sent with questions."
    search_hint = "Find by title, buyer or file"
    views = (View("All"), View("To answer", "state=review"), View("Mine", "owner={me}"), View("Due within a week", "due=true"))
    actions = (
        PageAction("Answer library", lambda user: reverse("answers"), icon="file"),
        PageAction(
            "Answer a questionnaire",
            lambda user: reverse("questionnaire-new"),
            icon="import",
            primary=True,
            shown=lambda user: bool(rules.may_receive(user)),
        ),
    )
    empty = Empty(
        "No questionnaire came in yet",
        "Upload the spreadsheet that a buyer sent. Its questions are found, answers are proposed from what is held here, you"
        " review them, and they go back into the same cells.",
        "Answer a questionnaire",
        lambda user: reverse("questionnaire-new"),
        "See the prepared answers",
        lambda user: reverse("prepared-answers"),
    )

    def rows(self, user: Any) -> QuerySet[Questionnaire]:
        """Return what the reader may see."""
        return queries.listed(user)


class QuestionList(ListPage):
    """Questions of all questionnaires, or of one by its filter."""

    key, url_name, title, nav = "questions", "questions", "Questions", NAV
    table, filterset = QuestionTable, QuestionFilters
    lead = "{total} questions that buyers asked."
    search_hint = "Find by words of question or answer"
    crumbs = [("Questionnaires", "/questionnaires/")]
    views = (View("All"), View("To answer", "state=open"), View("Asked of me", "asked_of={me}&state=open"))
    empty = Empty("No questions", "They show up here once a questionnaire is read.")

    def rows(self, user: Any) -> QuerySet[Question]:
        """Return what the reader may see."""
        return queries.questions(user).prefetch_related("proposals")
