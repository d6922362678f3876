"""One question at a time. The feature keeps the draft, so that a closed tab loses nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ui.pages.action import add_errors
from governance.ui.pages.base import Page, go, is_fragment


@dataclass(frozen=True)
class Step:
    """One question: its slug, heading, form, a hint, and when it is asked at all."""

    slug: str
    title: str
    form: type[forms.BaseForm]
    hint: str = ""
    template: str = ""
    asked: Callable[[Mapping[str, Any]], bool] = lambda answers: True


class WizardPage(Page):
    """Base of guided input. Declare `steps`; say how the draft is read, kept and finished, and where a step lives."""

    steps: ClassVar[tuple[Step, ...]] = ()
    url_name: ClassVar[str] = ""
    submit: ClassVar[str] = "Next"
    finish_label: ClassVar[str] = "Finish"
    aside_template: ClassVar[str] = ""
    template = "ui/wizard.html"

    # What a wizard declares

    def answers(self) -> dict[str, Any]:
        """Return what the draft holds so far, by field name."""
        raise NotImplementedError

    def keep(self, step: Step, given: Mapping[str, Any]) -> None:
        """Store one answered step in the draft."""
        raise NotImplementedError

    def finish(self) -> Any:
        """Turn the finished draft into the real thing; returns it."""
        raise NotImplementedError

    def success_url(self, result: Any) -> str:
        """Return where to go when it is done."""
        return str(result.get_absolute_url())

    def said(self, result: Any) -> str:
        """Return what to say when it is done."""
        return ""

    def step_url(self, step: Step) -> str:
        """Return the address of a step of this draft."""
        raise NotImplementedError

    def aside(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the panel beside the question shows; it follows the answers while they are given."""
        return {}

    def form_arguments(self, step: Step) -> dict[str, Any]:
        """Return further arguments of a step's form."""
        return {}

    @classmethod
    def urls(cls, prefix: str) -> list[URLPattern]:
        """Return the route of the steps."""
        return [path(f"{prefix}<slug:step>/", cls.as_view(), name=cls.url_name)]

    # How it works

    def asked(self, answers: Mapping[str, Any]) -> list[Step]:
        """Return the steps that these answers lead through."""
        return [step for step in self.steps if step.asked(answers)]

    def step(self) -> Step:
        """Return the step of the address. Raises NotVisible when it is none."""
        for step in self.steps:
            if step.slug == self.kwargs["step"]:
                return step
        raise NotVisible("There is no such question.", fix="Begin with the first one.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        step, answers = self.step(), self.answers()
        return self.show(step, step.form(initial=answers, **self.form_arguments(step)), answers)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the answer and go on; `preview` only redraws the panel beside the question."""
        step, answers = self.step(), self.answers()
        form = step.form(data=request.POST, files=request.FILES, initial=answers, **self.form_arguments(step))
        if "preview" in request.GET:
            form.is_valid()
            return self.render(self.aside_template, **self.aside({**answers, **form.cleaned_data}))
        if not form.is_valid():
            return self.show(step, form, answers, status=422)
        try:
            self.keep(step, form.cleaned_data)
            return self.onward(step)
        except Invalid as error:
            add_errors(form, error)
            return self.show(step, form, answers, status=422)
        except (Denied, StaleState, Conflict) as error:
            return self.show(step, form, answers, status=error.status, refusal=error)

    def onward(self, step: Step) -> HttpResponse:
        """Go to the next question, or finish after the last."""
        if "later" in self.request.POST:
            return go(self.request, self.back_url())
        asked = self.asked(self.answers())
        place = asked.index(step) if step in asked else len(asked) - 1
        if place + 1 < len(asked):
            return go(self.request, self.step_url(asked[place + 1]))
        result = self.finish()
        if text := self.said(result):
            messages.success(self.request, text)
        return go(self.request, self.success_url(result))

    def back_url(self) -> str:
        """Return where *Finish later* leads."""
        return "/"

    def show(self, step: Step, form: Any, answers: Mapping[str, Any], status: int = 200, **more: Any) -> HttpResponse:
        """Render a question with the way so far."""
        asked = self.asked(answers)
        place = asked.index(step) if step in asked else 0
        return self.render(
            "ui/_wizard.html" if is_fragment(self.request) else "",
            status=status,
            step=step,
            form=form,
            number=place + 1,
            total=len(asked),
            earlier=self.step_url(asked[place - 1]) if place else "",
            last=place + 1 == len(asked),
            trail=[(item, self.step_url(item), index < place, item == step) for index, item in enumerate(asked)],
            **self.aside(answers),
            **more,
        )
