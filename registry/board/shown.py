"""What the board's question contributes: its place, words typed anywhere, sealed answers as documents, the API."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    DocumentKind,
    NavItem,
    ObjectLink,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from registry.board import asking, queries
from registry.board.paper import KIND, context
from registry.board.tables import asked

FEWEST_WORDS = 2

contribute(NavItem("board", "Board's question", "board", "question", group="What we can prove", order=2))
contribute(
    PaletteCommand(
        "board.ask",
        "Ask the board's question",
        lambda user: reverse("board"),
        words="which model touched data who approved",
        icon="question",
    )
)
contribute(PaletteCommand("board.answers", "Sealed answers", lambda user: reverse("board-answers"), words="board question kept"))


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Offer the answer to words that are a question, and find sealed answers by key or by what was asked."""
    named = queries.KEY.match(words) if words[:2].upper() == "BA" else None
    found = queries.visible_to(user)
    found = found.filter(pk=int(named.group(1))) if named else found.filter(words__icontains=words)
    hits = [SearchHit(asked(each), each.get_absolute_url(), f"{each.key} · sealed", "lock") for each in found[:limit]]
    return [*_answer(user, words), *hits][:limit]


def _answer(user: Any, words: str) -> list[SearchHit]:
    """Return the door to the answer where words are a question, with what it understood."""
    if len(words.split()) < FEWEST_WORDS:
        return []
    read = asking.understand(words, user)
    if read.question is None or read.unread:
        return []
    means = "; ".join(each.means for each in read.said)
    return [SearchHit(f"Answer: {words}", f"{reverse('board')}?{urlencode({'q': words})}", means, "question", 1.0)]


contribute(SearchSource("board", "Board's question", find, order=5))
contribute(
    DocumentKind(
        key=KIND,
        label="Board answer",
        load=queries.load,
        context=context,
        template="documents/board_answer.html",
        visible=lambda user, answer: queries.visible_to(user).filter(pk=answer.pk).exists(),
        url=lambda answer: answer.get_absolute_url(),
        seen=queries.seen,
        title=lambda answer: f"Board answer {answer.key}: {asked(answer)}"[:200],
        order=15,
    )
)
contribute(ApiRoute("board", "board", load=lambda: import_string("registry.board.api.BoardApi"), basename="board"))
contribute(ApiRoute("board-answers", "board-answers", load=lambda: import_string("registry.board.api.AnswerApi")))
contribute(Commentable("registry.boardanswer", queries.visible_to))
contribute(ObjectLink("registry.boardanswer", lambda pk: reverse("board-answer", args=[f"BA-{pk}"])))
