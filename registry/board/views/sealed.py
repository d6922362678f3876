"""Answers that were sealed: the list, one answer as it was given, and its files."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse

from governance.core.leaving import leaves
from governance.documents import queries as documents
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, ObjectPage, Page, PageAction, Tab, View
from registry.board import queries
from registry.board.models import BoardAnswer
from registry.board.paper import KIND
from registry.board.question import of_plain
from registry.board.reading import shown
from registry.board.tables import AnswerFilters, AnswerTable, asked
from registry.board.views.asking import SHOWN, as_file
from registry.board.words import said_days


class AnswerList(ListPage):
    """Answers that were sealed, each as it was given."""

    key, url_name, title = "board-answers", "board-answers", "Sealed answers"
    nav = "board"
    table, filterset = AnswerTable, AnswerFilters
    lead = "{total} answers of the board's question, each kept as it was given."
    search_hint = "Find by what was asked, by key or hash"
    views = (View("All"), View("Mine", "asked_by={me}"), View("With gaps", "gaps=true"))
    actions = (PageAction("Ask the question", lambda user: reverse("board"), icon="question", primary=True),)
    empty = Empty(
        "No answer was sealed yet",
        "An answer that somebody relies on is sealed: it stays as it was given, under its hash, whatever comes later.",
        "Ask the board's question",
        lambda user: reverse("board"),
    )

    def rows(self, user: Any) -> QuerySet[BoardAnswer]:
        """Return the answers that the reader may see."""
        return queries.visible_to(user)


def _answer(page: ObjectPage, answer: BoardAnswer) -> dict[str, Any]:
    content = answer.content if "all" in page.request.GET else {**answer.content, "lines": answer.content["lines"][:SHOWN]}
    return {
        **shown(content, page.user),
        "left": len(answer.content["lines"]) - len(content["lines"]),
        "all_query": "all=1",
        "holds": queries.holds(answer),
        "now": of_plain(answer.question).query(),
        "answer": answer,
        "sealed": True,
    }


class AnswerPage(ObjectPage):
    """One answer as it was given, and whether it still has its hash."""

    url_name, lookup, parent = "board-answer", "key", ("Sealed answers", "board-answers")
    nav = "board"
    tabs = (
        Tab("", "Answer", "registry/board/_sealed.html", _answer),
        Tab(
            "documents",
            "Documents",
            "registry/board/_documents.html",
            lambda page, answer: {"made": documents.of_subject(KIND, answer)},
            count=lambda user, answer: documents.of_subject(KIND, answer).count() or None,
        ),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, answer: lines_for(answer, page.request.GET.get("before")),
        ),
    )

    def load(self) -> BoardAnswer:
        """Return the answer of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: BoardAnswer) -> Header:
        """Say what was asked, by whom and when, and offer it as a document."""
        files = reverse("board-answer-file", args=[obj.key, "csv"])
        return Header(
            asked(obj),
            obj.key,
            state=("held", "Sealed"),
            facts=(
                Fact("Asked by", atoms.person(obj.asked_by)),
                Fact("Sealed", atoms.time(obj.asked_at)),
                Fact("Days", said_days(obj.start, obj.end)),
            ),
            buttons=(
                Button("PDF", reverse("document-make", args=[KIND, obj.key]), icon="export", post=True, kind="primary"),
                Button("CSV", files, icon="export"),
                Button("Ask again", f"{reverse('board')}?{of_plain(obj.question).query()}", icon="refresh"),
            ),
        )


class AnswerFile(Page):
    """A sealed answer as a file: its lines as csv or xlsx, or all of it as the JSON that has its hash."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send it."""
        answer = queries.get(self.user, kwargs["key"])
        if kwargs["form"] != "json":
            return as_file(answer.content, kwargs["form"], answer.key)
        response = JsonResponse({"answer": answer.content, "sha256": answer.digest}, json_dumps_params={"indent": 1})
        response["Content-Disposition"] = f'attachment; filename="{answer.key}.json"'
        return leaves(response, f"the sealed answer {answer.key}", about=(answer,))
