"""One questionnaire: how far it is, what is open, how it was read, and the files that went back."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from governance.core import clock
from governance.core.tabular.headers import letter
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Fact, Header, Next, ObjectPage, Page, Tab
from registry.evidence.sending import send_blob
from registry.questionnaires import queries, rules
from registry.questionnaires.layout import Layout
from registry.questionnaires.models import Question, Questionnaire
from registry.questionnaires.tables import STATES
from registry.questionnaires.views.lists import NAV

SHOWN = 12
State = Questionnaire.State


class QuestionnairePage(ObjectPage):
    """One questionnaire."""

    url_name, lookup, parent, noun, nav = "questionnaire", "key", ("Questionnaires", "questionnaires"), "questionnaire", NAV
    tabs = (
        Tab("", "Overview", "registry/questionnaires/_overview.html", lambda page, obj: page.overview(obj)),
        Tab("layout", "How it is read", "registry/questionnaires/_layout.html", lambda page, obj: page.layout(obj)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Questionnaire:
        """Return the questionnaire of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Questionnaire) -> Header:
        """Say who asks, until when, and what comes next."""
        self.counts = queries.counts(self.user, obj)
        facts = (
            Fact("Who asks", obj.buyer or "–"),
            Fact("Owner", atoms.person(obj.owner, me=self.user)),
            Fact("Due", atoms.time(obj.due_on, "date", missing="no day set")),
            Fact("Answered", f"{self.counts['answered']:,} of {self.counts['all']:,}"),
        )
        return Header(
            obj.title,
            obj.key,
            state=(STATES[obj.state], obj.get_state_display()),
            facts=facts,
            next=self.next_step(obj),
            buttons=self.buttons(obj),
        )

    def next_step(self, obj: Questionnaire) -> Next | None:
        """Return the one thing to do."""
        if obj.state == State.READING:
            return Next(
                "The file is being read.",
                "Its questions and proposals show up here in a moment.",
                "",
                (Button("Look again", obj.get_absolute_url(), icon="refresh"),),
            )
        if obj.state != State.REVIEW or not rules.may_receive(self.user):
            return None
        late = "stop" if obj.due_on and obj.due_on < clock.today() else "warn"
        if not self.counts["all"]:
            lay = Button("Say how it is laid out", reverse("questionnaire-lay-out", args=[obj.key]), kind="primary")
            return Next("No question was found.", "Say which columns hold questions and answers.", "warn", (lay,))
        if self.counts["open"]:
            return self.to_answer(obj, late)
        if not rules.may_work(self.user, obj):
            return None
        fill = Button("Fill the answers in", reverse("questionnaire-fill", args=[obj.key]), kind="primary", post=True)
        send = Button("It went back", reverse("questionnaire-send", args=[obj.key]), dialog=True)
        made = queries.filled(obj).exists()
        return Next(
            "Every question is dealt with.",
            "Fill the answers into the buyer's file, look at it, and send it.",
            "",
            (fill, send) if made else (fill,),
        )

    def to_answer(self, obj: Questionnaire, tone: str) -> Next:
        """Lead to the first open question, and to taking the sure proposals together."""
        first = queries.questions(self.user, obj).filter(state=Question.State.OPEN).order_by("number").first()
        buttons = [Button("Answer the next one", first.get_absolute_url(), kind="primary", key="n")] if first else []
        if rules.may_work(self.user, obj) and self.counts["proposed"]:
            buttons.append(Button("Take all that are sure", reverse("questionnaire-accept", args=[obj.key]), dialog=True))
        number, proposed = self.counts["open"], self.counts["proposed"]
        said = f"{number:,} question{'s are' if number != 1 else ' is'} open."
        return Next(said, f"To {proposed:,} of them an answer is proposed.", tone, tuple(buttons))

    def buttons(self, obj: Questionnaire) -> tuple[Button, ...]:
        """Return what else can be done."""
        found = [Button("The file as it came", reverse("questionnaire-file", args=[obj.key]), icon="download")]
        if rules.may_work(self.user, obj):
            found.append(Button("Fill the answers in", reverse("questionnaire-fill", args=[obj.key]), icon="check", post=True))
            found.append(Button("Propose again", reverse("questionnaire-propose", args=[obj.key]), icon="refresh", post=True))
        if self.counts["all"]:
            found.append(Button("As PDF", reverse("document-make", args=["questionnaire", obj.key]), icon="download", post=True))
        if rules.keeps(self.user, obj):
            found.append(Button("Change", reverse("questionnaire-edit", args=[obj.key]), icon="edit", dialog=True))
        if obj.state == State.SENT and rules.may_reopen(self.user, obj):
            found.append(Button("Open it again", reverse("questionnaire-reopen", args=[obj.key]), dialog=True))
        if rules.may_withdraw(self.user, obj):
            found.append(Button("Withdraw", reverse("questionnaire-withdraw", args=[obj.key]), kind="stop", dialog=True))
        return tuple(found)

    def overview(self, obj: Questionnaire) -> dict[str, Any]:
        """Return figures, the first open questions, stale answers and filled files."""
        rows = queries.questions(self.user, obj)
        answered = list(rows.filter(state=Question.State.ANSWERED).exclude(sources=[])) if obj.state == State.REVIEW else []
        stale = queries.stale(answered)
        listed = reverse("questions")
        figures = [
            ("To answer", self.counts["open"], f"{listed}?questionnaire={obj.pk}&state=open", "wait"),
            ("With a proposal", self.counts["proposed"], f"{listed}?questionnaire={obj.pk}&state=open&proposed=true", "ok"),
            ("Answered", self.counts["answered"], f"{listed}?questionnaire={obj.pk}&state=answered", "ok"),
            ("Left blank", self.counts["left"], f"{listed}?questionnaire={obj.pk}&state=left", "until"),
        ]
        return {
            "figures": figures,
            "counts": self.counts,
            "done": self.counts["all"] - self.counts["open"],
            "all_url": f"{listed}?questionnaire={obj.pk}",
            "open_ones": list(rows.filter(state=Question.State.OPEN).order_by("number").prefetch_related("proposals")[:SHOWN]),
            "stale": [(each, stale[each.pk]) for each in answered if each.pk in stale][:SHOWN],
            "files": list(queries.filled(obj)[:SHOWN]),
        }

    def layout(self, obj: Questionnaire) -> dict[str, Any]:
        """Return how each sheet is read, and what is worth knowing."""
        may = rules.may_work(self.user, obj)
        change = Button("Correct it", reverse("questionnaire-lay-out", args=[obj.key]), icon="edit", verdict=may)
        return {"sheets": [sheet(Layout.from_json(each)) for each in obj.layout], "change": change}


def sheet(layout: Layout) -> tuple[str, list[tuple[str, str, Any]]]:
    """Return a sheet's name with how it is read, as parts for the page."""
    name = layout.sheet or "The file"
    if not layout.used:
        return name, [("Read", "", atoms.state("until", "not read: nothing in it asks anything"))]
    columns = (("Questions", layout.question), ("Answers", layout.answer), ("Comments", layout.detail), ("Numbers", layout.code))
    parts: list[tuple[str, str, Any]] = [(label, "column", letter(at - 1) if at else "–") for label, at in columns]
    parts.append(("Headers", "row", str(layout.header or "none")))
    return name, parts


class OriginalFile(Page):
    """The file as it came."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send it, once it is known to be what was handed in."""
        found = queries.get(self.user, kwargs["key"])
        return send_blob(found.blob, found.file_name)


class FilledDownload(Page):
    """A file with its answers."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send it, once it is known to be what was made."""
        found = queries.get_filled(self.user, kwargs["key"], kwargs["pk"])
        return send_blob(found.blob, found.file_name)
