"""The answer library, and the prepared answers that are computed from live records."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.verdict import Verdict, deny
from governance.ledger.queries import lines_for
from governance.people.rows import is_insider
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Page, PageAction, Tab, View
from registry.questionnaires import actions, queries, rules, sources
from registry.questionnaires.forms import AdoptForm, ConfirmForm, KeepForm, ReasonForm, keys
from registry.questionnaires.models import Answer
from registry.questionnaires.prepared.drawing import Drawn, drawn
from registry.questionnaires.tables import AnswerFilters, AnswerTable, standing
from registry.questionnaires.views.lists import FAMILY, NAV


class AnswerList(ListPage):
    """The library."""

    key, url_name, title, family, nav = "answers", "answers", "Answer library", FAMILY, NAV
    table, filterset = AnswerTable, AnswerFilters
    lead = "{total} answers that the company gives, with what shows them."
    search_hint = "Find by words of question or answer"
    views = (
        View("Current", "state=current"),
        View("Stale", "stale=true"),
        View("Mine", "owner={me}"),
        View("Public", "public=true"),
        View("All"),
    )
    actions = (
        PageAction("Prepared answers", lambda user: reverse("prepared-answers"), icon="file"),
        PageAction(
            "Keep an answer",
            lambda user: reverse("answer-new"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_receive(user)),
        ),
    )
    empty = Empty(
        "No answer is kept yet",
        "Answers that were agreed on are proposed to whoever asks next, and flagged once what they rest on has changed."
        " The prepared answers are there from the start.",
        "Keep an answer",
        lambda user: reverse("answer-new"),
        "See the prepared answers",
        lambda user: reverse("prepared-answers"),
    )

    def rows(self, user: Any) -> QuerySet[Answer]:
        """Return what the reader may see."""
        return queries.library(user)


class AnswerPage(ObjectPage):
    """One answer of the library."""

    url_name, lookup, parent, noun, nav = "answer", "key", ("Answer library", "answers"), "answer", NAV
    tabs = (
        Tab("", "Overview", "registry/questionnaires/_answer.html", lambda page, obj: page.overview(obj)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, obj: lines_for(obj, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Answer:
        """Return the answer of the address."""
        return queries.get_answer(self.user, self.kwargs["key"])

    def header(self, obj: Answer) -> Header:
        """Say since when it holds, and what to do when it does no longer."""
        why = queries.stale_answers().get(obj.pk, "") if obj.state == Answer.State.CURRENT else ""
        may = rules.may_edit(self.user, obj)
        confirm = Button("It still holds", reverse("answer-confirm", args=[obj.key]), kind="primary", dialog=True)
        change = Button("Change it", reverse("answer-change", args=[obj.key]), icon="edit")
        step = Next("This answer has gone stale.", why, "warn", (confirm, change)) if why and may else None
        facts = (
            Fact("As of", atoms.time(obj.as_of, "date")),
            Fact("Keeper", atoms.person(obj.owner, me=self.user)),
            Fact("Next review", atoms.time(obj.review_on, "date", missing="by policy")),
            Fact("In rooms", "public" if obj.public else "not shown"),
        )
        buttons: list[Button] = []
        if may:
            buttons = [change, Button("It still holds", reverse("answer-confirm", args=[obj.key]), dialog=True)]
            if rules.may_publish(self.user):
                label = "Make it private" if obj.public else "Make it public"
                buttons.append(Button(label, reverse("answer-publish", args=[obj.key]), dialog=True))
            buttons.append(Button("Retire", reverse("answer-retire", args=[obj.key]), kind="stop", dialog=True))
        return Header(str(obj), obj.key, state=standing(obj), facts=facts, next=step, buttons=tuple(buttons))

    def overview(self, obj: Answer) -> dict[str, Any]:
        """Return what shows it."""
        return {"cited": sources.shown(self.user, sources.read(obj.sources))}


class OfLibrary(ActionPage):
    """Base of forms that keep an answer."""

    nav, wide = NAV, True

    def verdict(self, obj: Any) -> Verdict:
        """Auditors keep nothing."""
        return rules.may_receive(self.user)

    def back_url(self, obj: Any) -> str:
        """Return to the answer, or to the library."""
        return obj.get_absolute_url() if isinstance(obj, Answer) else reverse("answers")


def said_in(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's fields as those of an action."""
    plain = {name: given[name] for name in ("question", "short", "text", "owner", "review_on")}
    return plain | {"wordings": given["wordings"].splitlines(), "cite": keys(given["cite"])}


class KeepAnswer(OfLibrary):
    """Keep a new answer."""

    title, submit, form_class = "Keep an answer", "Keep it", KeepForm

    def initial(self, obj: Any) -> dict[str, Any]:
        """Whoever writes it keeps it."""
        return {"owner": self.user.pk}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Answer:
        """Keep it."""
        return actions.keep(actor=self.user, **said_in(given))


class OnAnswer(OfLibrary):
    """Base of what is done to one answer."""

    wide = False

    def load(self) -> Answer:
        """Return the answer of the address."""
        return queries.get_answer(self.user, self.kwargs["key"])

    def verdict(self, obj: Answer) -> Verdict:
        """Its keeper."""
        return rules.may_edit(self.user, obj)


class ChangeAnswer(OnAnswer):
    """Say it in other words."""

    title, submit, form_class, wide = "Change the answer", "Save", KeepForm, True
    lead = "It holds as of now, on its sources as they are now."

    def initial(self, obj: Answer) -> dict[str, Any]:
        """Start with what is."""
        return {
            "question": obj.question,
            "wordings": "\n".join(obj.wordings),
            "short": obj.short,
            "text": obj.text,
            "cite": ", ".join(each.key for each in sources.read(obj.sources)),
            "owner": obj.owner_id,
            "review_on": obj.review_on,
        }

    def perform(self, obj: Answer, given: Mapping[str, Any]) -> Answer:
        """Change it."""
        return actions.change(obj, actor=self.user, expected_version=self.seen_version, **said_in(given))


class ConfirmAnswer(OnAnswer):
    """It still holds."""

    title, submit, form_class = "It still holds", "Confirm", ConfirmForm
    lead = "You looked at what it rests on, and it can be given as it stands."

    def perform(self, obj: Answer, given: Mapping[str, Any]) -> Answer:
        """Confirm it."""
        return actions.confirm(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Answer) -> str:
        """Say so."""
        return f"{result.key} holds as of now."


class PublishAnswer(OnAnswer):
    """Show it in buyers' rooms, or no longer."""

    title, submit = "Answers in buyers' rooms", "Do it"

    @property
    def lead(self) -> str:  # type: ignore[override]
        """Say what happens."""
        return "It is no longer shown." if self.obj.public else "Whoever opens a room that holds the public answers reads it."

    def verdict(self, obj: Answer) -> Verdict:
        """Who keeps the policy."""
        return rules.may_publish(self.user)

    def perform(self, obj: Answer, given: Mapping[str, Any]) -> Answer:
        """Turn it."""
        return actions.publish(obj, actor=self.user, public=not obj.public, expected_version=self.seen_version)


class RetireAnswer(OnAnswer):
    """Propose it no longer."""

    title, submit, form_class, tone = "Retire the answer", "Retire", ReasonForm, "stop"

    def perform(self, obj: Answer, given: Mapping[str, Any]) -> Answer:
        """Retire it."""
        return actions.retire(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)


def prepared_for(user: Any, key: str) -> Drawn:
    """Return one prepared answer as it stands for a person. Raises NotVisible."""
    found = next((each for each in drawn(user) if each.key == key), None) if is_insider(user) else None
    if found is None:
        raise NotVisible(f"There is no prepared answer {key[:40]!r}.", fix="Choose one from the list.")
    return found


class PreparedList(Page):
    """The prepared answers, each as the records have it now."""

    template, title, family, nav = "registry/questionnaires/prepared.html", "Prepared answers", FAMILY, NAV

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show them."""
        if not is_insider(self.user):
            raise NotVisible("There are no prepared answers that you can see.", fix="Ask whoever invited you.")
        found, replaced = drawn(self.user), queries.replaced()
        return self.render(
            rows=[(each, replaced.get(each.key)) for each in found],
            answered=sum(each.is_answered or each.key in replaced for each in found),
            total=len(found),
            as_of=found[0].as_of if found else None,
            partial=any(each.partial for each in found),
        )


class PreparedPage(Page):
    """One prepared answer, with what shows it."""

    template, nav = "registry/questionnaires/prepared_one.html", NAV

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        self.found = prepared_for(self.user, kwargs["key"])
        return self.render(
            found=self.found,
            cited=sources.shown(self.user, self.found.sources),
            replaced=queries.replaced().get(self.found.key),
            may=rules.may_receive(self.user),
        )

    def get_title(self) -> str:
        """The question."""
        return self.found.question

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the list."""
        return [("Prepared answers", reverse("prepared-answers")), (str(self.found.number), "")]


class AdoptPrepared(OfLibrary):
    """Keep a prepared answer in the library."""

    title, submit, form_class = "Keep it in the library", "Keep it", AdoptForm

    def load(self) -> Drawn:
        """Return the prepared answer of the address."""
        return prepared_for(self.user, self.kwargs["key"])

    def verdict(self, obj: Drawn) -> Verdict:
        """Once: then the library's own is changed."""
        held = queries.replaced().get(obj.key)
        if held is not None:
            return deny(f"{held.key} stands in its place already.", fix="Change that one.")
        return super().verdict(obj)

    def initial(self, obj: Drawn) -> dict[str, Any]:
        """Start with its words."""
        return {"text": obj.text, "owner": self.user.pk}

    def back_url(self, obj: Drawn) -> str:
        """Return to it."""
        return reverse("prepared-answer", args=[obj.key])

    def perform(self, obj: Drawn, given: Mapping[str, Any]) -> Answer:
        """Keep it."""
        return actions.adopt(obj.key, actor=self.user, **given)
