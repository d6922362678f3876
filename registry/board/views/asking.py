"""The page where the board's question is asked and answered; the question is the address."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse

from governance.core import clock
from governance.core.errors import Invalid, NotVisible
from governance.core.leaving import leaves
from governance.core.tabular import writing
from governance.documents import actions as documents
from governance.policy import queries as policy
from governance.ui.pages import Button, Page, go, is_fragment
from registry.board import actions, answers, asking, naming, queries, rows, rules, telling
from registry.board.blind import plain as blind_spots
from registry.board.forms import QuestionForm
from registry.board.paper import KIND
from registry.board.question import Question, read
from registry.board.reading import pills, shown
from registry.board.words import LONGEST, Understood, said_days

SHOWN = 100
LATELY = 8
"""Sealed answers beside an empty question."""


def asked(request: HttpRequest) -> Question:
    """Return the question of an address. Raises Invalid."""
    return read({name: request.GET.getlist(name) for name in request.GET}, asking.today())


def is_asked(request: HttpRequest) -> bool:
    """Whether an address holds a question part by part, and not only words."""
    return bool(set(request.GET) - {"q", "all"})


class Board(Page):
    """Which model touched this data, and who approved that path."""

    title, template = "Board's question", "registry/board/board.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the question of the address, or the words that were typed; else show what can be asked."""
        words = request.GET.get("q", "").strip()[:LONGEST]
        try:
            if is_asked(request):
                return self.answered(asked(request), words="")
            if words:
                return self.understood(asking.understand(words, self.user))
        except Invalid as error:
            return self.render(words=words, refusal=error, tries=asking.tries(), status=422)
        lately = list(queries.visible_to(self.user)[:LATELY])
        return self.render(words="", tries=asking.tries(), lately=lately, classes=list(policy.data_classes()))

    def understood(self, found: Understood) -> HttpResponse:
        """Answer words that could be read; ask back for others."""
        if found.question is None:
            return self.render(words=found.words, understood=found, choices=_choices(found), tries=asking.tries())
        return self.answered(found.question, words=found.words, understood=found)

    def answered(self, question: Question, *, words: str, **more: Any) -> HttpResponse:
        """Show the answer."""
        most = answers.MOST if "all" in self.request.GET else SHOWN
        made = answers.answer(question, self.user, words=words, most=most, blind_spots=False)
        content = made.content
        return self.render(
            **shown(content, self.user),
            words=words or content["sentence"],
            asked_words=words,
            left=made.left,
            query=question.query(),
            all_query=f"{question.query()}&all=1",
            seal_url=_at("board-seal", question),
            files=_files(question, words, self.user),
            periods=asking.periods(question),
            **more,
        )


def _at(name: str, question: Question, *parts: str) -> str:
    return f"{reverse(name, args=parts)}?{question.query()}"


def _files(question: Question, words: str, user: Any) -> tuple[Button, ...]:
    """Return what an answer leaves as; a PDF is made of the answer as it is sealed."""
    csv = Button("CSV", _at("board-file", question, "csv"))
    if not rules.may_seal(user):
        return (csv,)
    pdf = Button("PDF", _at("board-seal", question), icon="export", post=True, fields={"then": "pdf", "words": words})
    return pdf, csv


def _choices(found: Understood) -> list[dict[str, Any]]:
    here = reverse("board")
    return [
        {"text": each.text, "options": [(label, f"{here}?{question.query()}") for label, question in each.options]}
        for each in found.choices
    ]


class BlindSpots(Page):
    """What an answer cannot know; fetched after the answer, and a page of its own."""

    title, template = "What this answer cannot know", "registry/board/blind.html"
    nav = "board"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Board's question", f"{reverse('board')}?{self.request.GET.urlencode()}"), (self.title, "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        question = answers.within_period(asked(request), self.user)
        template = "registry/board/_blind.html" if is_fragment(request) else self.template
        found = blind_spots(self.user, question)
        shown_days = said_days(question.start, question.end)
        return self.render(template, blind=found, said=telling.blind(found), told=found["surfaces"]["told"], days=shown_days)


class ChangeQuestion(Page):
    """The question part by part."""

    title, template = "Change the question", "registry/board/change.html"
    nav = "board"
    crumbs = [("Board's question", "/board/"), ("Change the question", "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form with the question as it is."""
        question = asked(request)
        names = naming.labels(self.user, question)
        named = {f"{kind} {key}": label for (kind, key), label in names.items()}
        return self.render(form=QuestionForm(self.user, question), pills=pills(question, named))


class BoardFile(Page):
    """The answer as a file, all its lines."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send it."""
        made = answers.answer(asked(request), self.user, blind_spots=False)
        return as_file(made.content, kwargs["form"], f"board-answer-{clock.now():%Y-%m-%d}")


def as_file(content: dict[str, Any], form: str, name: str) -> HttpResponseBase:
    """Return an answer's lines as csv, xlsx or json. Raises NotVisible for any other form."""
    if form not in writing.FORMATS:
        raise NotVisible("There is no such file.", fix="An answer leaves as csv, xlsx or json.")
    heads, values = rows.table(content, form)
    response = StreamingHttpResponse(
        writing.write(form, heads, values, title="Board's question"),
        content_type=writing.FORMATS[form].content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"', "Cache-Control": "no-store"},
    )
    return leaves(response, "an answer to the board's question")


class Seal(Page):
    """Seals the answer to the question of the address; with `then=pdf` it is also set as a document."""

    nav = "board"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Seal it, and go to it or to the making of its document."""
        answer = actions.seal(asked(request), actor=self.user, words=request.POST.get("words", "").strip()[:LONGEST])
        if request.POST.get("then") == "pdf":
            base = documents.base_of(request)
            job = documents.request_document(KIND, answer, actor=self.user, base=base, key=f"board-{answer.pk}")
            return go(request, reverse("job", args=[job.pk]))
        messages.success(request, f"{answer.key} is sealed. It stays as it is, whatever is observed or approved later.")
        return go(request, answer.get_absolute_url())
