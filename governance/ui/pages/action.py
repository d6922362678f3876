"""The action page: a form, one action, and errors that keep what was typed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from governance.core.errors import Conflict, Denied, Invalid, PlumblineError, StaleState, TooLarge
from governance.core.verdict import ALLOW, Verdict, require
from governance.ui.pages.base import Page, go, is_fragment


class NoFields(forms.Form):
    """A form that only confirms."""


class ActionPage(Page):
    """Base of every page that changes something. See the package's docstring for a complete example.

    GET shows the form, POST calls `perform`. The object is loaded again for each request; the version that the person
    saw travels in the form, so that a change made meanwhile is a 409 that shows how it stands now and keeps the text.
    """

    form_class: ClassVar[type[forms.BaseForm]] = NoFields
    submit: ClassVar[str] = "Save"
    tone: ClassVar[str] = "primary"  # or stop
    lead: ClassVar[str] = ""
    wide: ClassVar[bool] = False
    fields_template: ClassVar[str] = ""  # draws the fields in another way; gets `form` and `object`
    template = "ui/action.html"

    # What an action page declares

    def load(self) -> Any:
        """Return what is acted on, or None. Raise NotVisible when the person may not see it."""
        return None

    def verdict(self, obj: Any) -> Verdict:
        """Return the rule's answer before the form is shown; the action asks again."""
        return ALLOW

    def initial(self, obj: Any) -> dict[str, Any]:
        """Return what the form starts with."""
        return {}

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Return further arguments of the form class, such as the person."""
        return {}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Call the action with the checked input; its errors are shown beside the form."""
        raise NotImplementedError

    def success_url(self, result: Any) -> str:
        """Return where to go when it is done."""
        return str(result.get_absolute_url())

    def said(self, result: Any) -> str:
        """Return what to say when it is done; nothing for silence."""
        return ""

    def back_url(self, obj: Any) -> str:
        """Return where *Cancel* leads."""
        return str(obj.get_absolute_url()) if hasattr(obj, "get_absolute_url") else ""

    def extra(self, obj: Any) -> dict[str, Any]:
        """Return more for the template."""
        return {}

    # How it works

    obj: Any = None

    @property
    def seen_version(self) -> int | None:
        """The version of the object that the person had before them, for the action's `expected_version`."""
        value = self.request.POST.get("version", "")
        return int(value) if value.isdecimal() and len(value) < 19 else None

    def build(self, obj: Any, bound: bool) -> forms.BaseForm:
        """Return the form, empty or with what was sent."""
        arguments: dict[str, Any] = {"initial": self.initial(obj), **self.form_arguments(obj)}
        if bound:
            arguments |= {"data": self.request.POST, "files": self.request.FILES}
        return self.form_class(**arguments)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or why it is not for this person."""
        self.obj = obj = self.load()
        require(self.verdict(obj))
        return self.show(obj, self.build(obj, bound=False))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check the input and act; a refusal comes back with the form as it was sent."""
        self.obj = obj = self.load()
        form = self.build(obj, bound=True)
        if not form.is_valid():
            return self.show(obj, form, status=422)
        try:
            result = self.perform(obj, form.cleaned_data)
        except Invalid as error:
            add_errors(form, error)
            return self.show(obj, form, status=422)
        except (Denied, StaleState, Conflict, TooLarge) as error:
            return self.refused(form, error)
        if text := self.said(result):
            messages.success(request, text)
        return go(request, self.success_url(result))

    def refused(self, form: forms.BaseForm, error: PlumblineError) -> HttpResponse:
        """Show the form again, with the object as it stands now and the reason on top."""
        self.obj = obj = self.load()
        return self.show(obj, form, status=error.status, refusal=error)

    def show(self, obj: Any, form: forms.BaseForm, status: int = 200, **more: Any) -> HttpResponse:
        """Render the page, or only the form when it opens in a dialog."""
        template = "ui/_action.html" if is_fragment(self.request) else self.template
        return self.render(
            template,
            status=status,
            object=obj,
            form=form,
            version=getattr(obj, "version", None),
            back=self.back_url(obj),
            in_dialog=is_fragment(self.request),
            **{"fields_template": self.fields_template, **self.extra(obj), **more},  # noqa: S610 - not a queryset
        )


def add_errors(form: forms.BaseForm, error: PlumblineError) -> None:
    """Put an action's errors beside the fields they are about; what fits no field stands on top."""
    rest = []
    for name, texts in error.fields.items():
        if name in form.fields:
            for text in texts:
                form.add_error(name, text)
        else:
            rest += texts
    if rest or not error.fields:
        said = " ".join(part for part in (error.message, *rest, error.fix) if part)
        form.add_error(None, said)
