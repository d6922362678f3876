"""Guided registration: one question at a time, what the tier demands beside it, look-alikes before saving."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.people import queries as people
from governance.people.models import Team, User
from governance.policy import queries as policy
from governance.ui.pages import Page, Step, WizardPage, go
from registry.catalog.models import Vendor
from registry.contracts.lookalikes import lookalikes
from registry.contracts.tiers import QUESTIONS, Question, Suggestion, suggest
from registry.surfaces import actions, facts, queries, rules
from registry.surfaces.forms import AnswerYesNo, CheckForm, HowForm, TierStepForm, WhatForm, WhoForm, as_answer
from registry.surfaces.models import Draft, Pattern, Surface

NEW = "new"


def _asked(question: Question) -> Any:
    """A question is left out once a higher one was answered yes; the regulated one is always asked."""
    higher = [each.key for each in QUESTIONS if each.tier > question.tier and each.key != "regulated"]
    return lambda answers: question.key == "regulated" or all(answers.get(key) != "yes" for key in higher)


QUESTION = "registry/surfaces/_register_question.html"


def _question(question: Question) -> Step:
    form = type(f"{question.key.title()}Form", (AnswerYesNo,), {"__doc__": question.text})
    return Step(question.key.replace("_", "-"), question.text, form, question.help, QUESTION, _asked(question))


class RegisterPage(WizardPage):
    """One question of a registration. The draft keeps each answer, so that a closed tab loses nothing."""

    title = "Register a surface"
    url_name, finish_label = "surface-register-step", "Register it"
    aside_template = "registry/surfaces/_register_aside.html"
    steps = (
        Step("what", "What is it?", WhatForm, "If its output can ship, send, approve, merge or deny, it is a surface."),
        Step("how", "How is a model built in?", HowForm, "Each way has its own risk for those who lead."),
        Step("who", "Who owns it?", WhoForm, "Exactly one person answers for it; a team pays for it."),
        *(_question(question) for question in QUESTIONS),
        Step("tier", "Tier", TierStepForm, "The tier decides the paperwork. The suggestion follows from your answers."),
        Step("check", "Look once more", CheckForm, template="registry/surfaces/_register_check.html"),
    )

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead back to the list."""
        return [("Surfaces", reverse("surfaces")), (self.title, "")]

    # The draft

    _draft: Draft | None = None

    def draft(self) -> Draft | None:
        """Return the draft of the address; none before the first answer."""
        if self._draft is None and self.kwargs["draft"] != NEW:
            self._draft = queries.registration(self.user, self.kwargs["draft"])
        return self._draft

    def answers(self) -> dict[str, Any]:
        """Return what was answered so far."""
        require(rules.may_register(self.user))
        draft = self.draft()
        given = dict(draft.content) if draft else {}
        given.setdefault("owner", people.active_people().filter(pk=self.user.pk).values_list("pk", flat=True).first())
        given.setdefault("team", self.user.team_id)
        key = self.kwargs["step"].replace("-", "_")
        return given | {"answer": given.get(key, ""), "tier": given.get("tier", suggested(given).tier)}

    def keep(self, step: Step, given: Mapping[str, Any]) -> None:
        """Keep one answer."""
        plain = {name: value for name, value in plainly(given).items() if name != "answer"}
        if "answer" in given:
            plain[step.slug.replace("-", "_")] = given["answer"]
        if step.slug == "tier":
            require_reason({**self.answers(), **plain})
        if self._draft is None and self.kwargs["draft"] == NEW:
            self._draft = actions.begin_registration(actor=self.user)
        draft = self.draft()
        if draft is not None and plain:
            self._draft = actions.keep_answers(draft, actor=self.user, step=step.slug, given=plain)

    def step_url(self, step: Step) -> str:
        """Return the address of a step of this draft."""
        return reverse(self.url_name, args=[self._draft.pk if self._draft else self.kwargs["draft"], step.slug])

    def back_url(self) -> str:
        """Leave for later."""
        return reverse("surface-register")

    def finish(self) -> Surface:
        """Register what the answers describe. Raises Invalid naming the question that is still open."""
        draft = self.draft()
        if draft is None or not draft.content.get("name"):
            raise Invalid("It has no name yet.", fix="Begin with the first question.")
        return actions.finish_registration(draft, actor=self.user, **registered(draft.content))

    def said(self, result: Surface) -> str:
        """Say what comes next."""
        waiting = result.transfers.select_related("receiver").first()
        asked = f" {waiting.receiver} is asked to own it." if waiting else ""
        return f"{result.name} is registered as {result.key}.{asked}"

    def aside(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Show look-alikes, the tier so far and what it demands."""
        answers = plainly(answers)
        name, purpose = str(answers.get("name") or ""), str(answers.get("purpose") or "")
        step = self.kwargs["step"].replace("-", "_")
        given = {**answers, step: answers.get("answer") or answers.get(step)}
        found = suggested(given)
        chosen = (
            int(answers["tier"]) if self.kwargs["step"] in {"tier", "check"} and answers.get("tier") is not None else found.tier
        )
        return {
            "alike": alike(self.user, name, purpose) if name else [],
            "suggestion": found,
            "tier": policy.tiers().get(chosen),
            "positions": _positions(),
            "summary": summary(answers),
        }


def plainly(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers as a draft keeps them: numbers for what was chosen from a list."""
    return {name: getattr(value, "pk", value) for name, value in given.items()}


def suggested(answers: Mapping[str, Any]) -> Suggestion:
    """Return the tier that the answers suggest."""
    asked = {question.key: as_answer(str(answers.get(question.key, ""))) for question in QUESTIONS}
    return suggest(asked, {}, tiers=facts.tier_facts(), data_classes=())


def alike(user: User, name: str, purpose: str) -> list[tuple[Surface, int, str]]:
    """Return the surfaces that look like the new one, each with how much and why."""
    found = lookalikes(name, purpose, queries.candidates(user))
    rows = {row.pk: row for row in queries.rows(user).filter(pk__in=[one.id for one in found])}
    return [(rows[one.id], one.score, one.why) for one in found if one.id in rows]


def require_reason(content: Mapping[str, Any]) -> None:
    """Raise Invalid where the chosen tier is lower than the answers suggest and nobody says why."""
    found = suggested(content)
    if int(content["tier"]) < found.tier and not str(content.get("tier_reason") or "").strip():
        raise Invalid(
            f"The answers suggest tier {found.tier}.",
            fix="Choose it, or say why a lower one is enough.",
            fields={"tier_reason": [f"The answers suggest tier {found.tier}. Say why a lower one is enough."]},
        )


def registered(content: Mapping[str, Any]) -> dict[str, Any]:
    """Turn kept answers into what `register` takes."""
    found, tier = suggested(content), content.get("tier")
    if tier is None:
        raise Invalid("The tier is not set.", fix="Answer the question about the tier.")
    require_reason(content)
    return {
        "name": content["name"],
        "purpose": content.get("purpose", ""),
        "pattern": content.get("pattern", ""),
        "vendor": Vendor.objects.filter(pk=content.get("vendor") or 0).first(),
        "team": Team.objects.filter(pk=content.get("team") or 0).first(),
        "owner": people.active_people().filter(pk=content.get("owner") or 0).first(),
        "tier": int(tier),
        "tier_reasons": list(found.reasons) if int(tier) <= found.tier else ["Set higher than suggested."],
        "answers": {question.key: as_answer(str(content.get(question.key, ""))) for question in QUESTIONS},
        "reason": str(content.get("tier_reason", "")),
    }


def summary(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the answers in words, for the last look."""
    team = Team.objects.filter(pk=answers.get("team") or 0).first()
    owner = User.objects.filter(pk=answers.get("owner") or 0).first()
    told = [
        ("Name", str(answers.get("name") or "")),
        ("What it does", str(answers.get("purpose") or "")),
        ("Built in as", dict(Pattern.choices).get(str(answers.get("pattern") or ""), "")),
        ("Team", str(team or "")),
        ("Owner", str(owner or "")),
    ]
    told += [(question.text, str(answers[question.key]).capitalize()) for question in QUESTIONS if answers.get(question.key)]
    return told


def _positions() -> dict[str, str]:
    return {row["key"]: row["name"] for row in policy.document()["positions"]}


class RegisterStart(Page):
    """Begin a registration, or go on with one that is not finished."""

    title = "Register a surface"
    template = "registry/surfaces/register.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what is not finished; with nothing open, ask the first question at once."""
        require(rules.may_register(self.user))
        first = reverse("surface-register-step", args=[NEW, "what"])
        open_ones = list(queries.registrations(self.user)[:50])
        if not open_ones:
            return go(request, first)
        return self.render(drafts=open_ones, first=first)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Throw an unfinished registration away."""
        draft = queries.registration(self.user, request.POST.get("discard", ""))
        actions.discard_registration(draft, actor=self.user)
        return go(request, reverse("surfaces"))
