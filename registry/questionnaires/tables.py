"""The lists of questionnaires, of their questions and of the answer library."""

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from governance.core import clock
from governance.people.models import User
from governance.ui import atoms
from governance.ui.tables import Column, Table, state_column
from registry.questionnaires import queries
from registry.questionnaires.models import Answer, Proposal, Question, Questionnaire, Short

STATES = {"reading": "wait", "review": "warn", "sent": "ok", "withdrawn": "until"}
ANSWERED = {"open": "wait", "answered": "ok", "left": "until"}


def brief(text: str, limit: int = 160) -> str:
    """Return the beginning of a text on one line."""
    said = " ".join(text.split())
    return said if len(said) <= limit else f"{said[: limit - 1]}…"


class QuestionnaireFilters(django_filters.FilterSet):
    """Filters of questionnaires, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Questionnaire.State.choices, label="State")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=User.objects.all(), label="Owner")
    due = django_filters.BooleanFilter(method="due_soon", label="Due within a week")

    class Meta:
        model = Questionnaire
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by title, buyer or file."""
        return queryset.filter(Q(title__icontains=value) | Q(buyer__icontains=value) | Q(file_name__icontains=value))

    def due_soon(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep those that are due within a week or were, or all others."""
        soon = queries.due_in(queryset, clock.today())
        return queryset.filter(pk__in=soon.values("pk")) if value else queryset.exclude(pk__in=soon.values("pk"))


class QuestionnaireTable(Table):
    """How questionnaires are listed."""

    default_sort = "-key"
    columns = (
        Column(
            "title",
            "Questionnaire",
            lead=True,
            sort="title",
            cell=lambda row: atoms.link(row.get_absolute_url(), row.title, row.key),
        ),
        Column("key", "Key", shown=False, sort="pk"),
        Column("buyer", "Who asks", sort="buyer", phone=True),
        Column("open", "Open", sort="open", numeric=True, phone=True),
        Column("asked", "Questions", sort="asked", numeric=True),
        Column("due_on", "Due", sort="due_on", cell=lambda row: atoms.time(row.due_on, "date", missing="–")),
        Column("owner", "Owner", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(STATES[row.state], row.get_state_display()),
        ),
    )

    def url(self, row: Questionnaire) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


class QuestionFilters(django_filters.FilterSet):
    """Filters of questions, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    questionnaire = django_filters.NumberFilter(field_name="questionnaire_id", label="Questionnaire number")
    state = django_filters.MultipleChoiceFilter(choices=Question.State.choices, label="State")
    origin = django_filters.MultipleChoiceFilter(choices=Question.Origin.choices, label="Answer from")
    asked_of = django_filters.ModelMultipleChoiceFilter(queryset=User.objects.all(), label="Asked of")
    proposed = django_filters.BooleanFilter(method="has_proposal", label="With a proposal")

    class Meta:
        model = Question
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by words of question, answer, section or the buyer's number."""
        found = Q(text__icontains=value) | Q(answer__icontains=value) | Q(section__icontains=value) | Q(code__icontains=value)
        return queryset.filter(found)

    def has_proposal(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep questions to which something is proposed, or the others."""
        said = Exists(Proposal.objects.filter(question=OuterRef("pk")).exclude(text=""))
        return queryset.filter(said if value else ~said)


def best(question: Question) -> Proposal | None:
    """Return the best proposal that says something, of those that were loaded with a question."""
    return next((each for each in question.proposals.all() if each.text), None)


def offered(question: Question) -> str:
    """Say in a few words what is proposed."""
    found = best(question)
    return f"{found.percent} %, {found.get_origin_display().lower()}" if found else ""


class QuestionTable(Table):
    """How questions are listed."""

    default_sort = "number"
    columns = (
        Column("number", "No.", sort="number", numeric=True),
        Column(
            "text",
            "Question",
            lead=True,
            wrap=True,
            sort="text",
            cell=lambda row: atoms.link(row.get_absolute_url(), brief(row.text), f"{row.key} {row.code}".strip()),
        ),
        Column("section", "Section", sort="section", shown=False),
        Column("sheet", "Sheet", sort="sheet", shown=False),
        Column("answer_cell", "Cell", shown=False),
        Column("offered", "Proposed", offered),
        Column("short", "In a word", "get_short_display", sort="short"),
        Column("answer", "Answer", wrap=True, cell=lambda row: brief(row.answer)),
        Column("asked_of", "Asked of", "asked_of.name", shown=False),
        Column("as_of", "As of", sort="as_of", shown=False, cell=lambda row: atoms.time(row.as_of, "date")),
        Column("origin", "From", "get_origin_display", sort="origin", shown=False),
        Column(
            "state",
            "State",
            "get_state_display",
            sort="state",
            phone=True,
            cell=lambda row: atoms.state(ANSWERED[row.state], row.get_state_display()),
        ),
    )

    def url(self, row: Question) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()


class AnswerFilters(django_filters.FilterSet):
    """Filters of the answer library, for page, API and exports."""

    q = django_filters.CharFilter(method="search", label="Words")
    state = django_filters.MultipleChoiceFilter(choices=Answer.State.choices, label="State")
    short = django_filters.MultipleChoiceFilter(choices=Short.choices, label="In a word")
    owner = django_filters.ModelMultipleChoiceFilter(queryset=User.objects.all(), label="Keeper")
    public = django_filters.BooleanFilter(label="Public")
    stale = django_filters.BooleanFilter(method="gone_stale", label="Stale")

    class Meta:
        model = Answer
        fields: list[str] = []

    def search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Find by words of question or answer."""
        return queryset.filter(Q(question__icontains=value) | Q(text__icontains=value) | Q(wordings__icontains=value))

    def gone_stale(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Keep answers that can no longer be given as they stand, or the others."""
        found = list(queries.stale_answers())
        return queryset.filter(pk__in=found) if value else queryset.exclude(pk__in=found)


def standing(answer: Answer) -> tuple[str, str]:
    """Return where an answer stands as a mark and words."""
    if answer.state == Answer.State.RETIRED:
        return "until", "Retired"
    return ("warn", "Stale") if answer.pk in queries.stale_answers() else ("ok", "Current")


class AnswerTable(Table):
    """How the library is listed."""

    default_sort = "-key"
    columns = (
        Column(
            "question",
            "Question",
            lead=True,
            wrap=True,
            sort="question",
            cell=lambda row: atoms.link(row.get_absolute_url(), brief(row.question), row.key),
        ),
        Column("key", "Key", shown=False, sort="pk"),
        Column("short", "In a word", "get_short_display", sort="short", phone=True),
        Column("text", "Answer", wrap=True, cell=lambda row: brief(row.text)),
        Column("as_of", "As of", sort="as_of", phone=True, cell=lambda row: atoms.time(row.as_of, "date")),
        Column("review_on", "Next review", sort="review_on", shown=False, cell=lambda row: atoms.time(row.review_on, "date")),
        Column("owner", "Keeper", "owner.name", sort="owner__name", cell=lambda row: atoms.person(row.owner)),
        Column("public", "Public", lambda row: "yes" if row.public else "no", sort="public", shown=False),
        state_column(standing, phone=True),
    )

    def url(self, row: Answer) -> str:
        """Return where Enter leads."""
        return row.get_absolute_url()
