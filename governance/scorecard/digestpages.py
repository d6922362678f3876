"""The week by mail: whether one wishes it, when it comes, and how it reads today."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Denied
from governance.policy import queries as policy
from governance.policy.incidentrules import WEEKDAYS
from governance.scorecard import digest, digesting
from governance.scorecard.briefingmodels import DigestMail
from governance.ui.pages.base import Page, go


class ChoiceForm(forms.Form):
    """On or off."""

    wanted = forms.ChoiceField(choices=[("yes", "Send it"), ("no", "Do not send it")])


class DigestPage(Page):
    """GET shows today's letter and the choice; POST chooses. Guests and programs have no week."""

    title, template, nav = "Week by mail", "governance/scorecard/digest.html", "inbox"
    crumbs = [("Inbox", "/inbox/"), ("Week by mail", "")]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse those who can have none."""
        if request.user.is_authenticated and not digest.may_have(request.user):
            raise Denied("The week by mail is for people of the company.", fix="Everything you may see stands on your pages.")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the letter as it would go out now."""
        return self._shown()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Choose."""
        form = ChoiceForm(request.POST)
        if not form.is_valid():
            return self._shown(status=422, wrong=True)
        wanted = form.cleaned_data["wanted"] == "yes"
        digesting.choose(self.user, wanted)
        messages.success(request, "You get the week by mail." if wanted else "You no longer get the week by mail.")
        return go(request, reverse("digest"))

    def _shown(self, status: int = 200, **more: Any) -> HttpResponse:
        rules = policy.usage_rules().digest if policy.latest() else None
        last = DigestMail.objects.filter(person=self.user).order_by("-due_at").first()
        return self.render(
            status=status,
            digest=digest.of(self.user),
            wanted=digest.wants(self.user),
            weekday=WEEKDAYS[rules.weekday].capitalize() if rules else "",
            hour=f"{rules.hour:02}:00" if rules else "",
            last=last,
            mail=settings.MAIL_IS_SET_UP,
            **more,
        )
