"""The pages before anybody is in: the first set-up, and the door that leads to it."""

from collections.abc import Mapping
from typing import Any

from allauth.account.views import LoginView, PasswordResetView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from governance.core.contributions import contributed
from governance.core.errors import Invalid
from governance.people import actions, queries, setupcode
from governance.people.forms import CodeSetupForm, SetupForm
from governance.people.models import User
from governance.people.offers import DoorNote, SetupOffer
from governance.people.views.sensitive import enter
from governance.ui.pages import ActionPage


class SetUp(ActionPage):
    """The first visitor names the company and becomes its administrator. Once done, the page leads to the door."""

    public = True
    title, submit = "Set up Plumbline", "Set up"
    template = "governance/people/setup.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let nobody in who comes second."""
        if not queries.is_empty():
            return redirect("account_login")
        return super().dispatch(request, *args, **kwargs)

    def build(self, obj: Any, bound: bool) -> Any:
        """Ask for the code where the server stands in the open."""
        self.form_class = CodeSetupForm if setupcode.needed() else SetupForm  # type: ignore[misc]
        return super().build(obj, bound)

    def perform(self, obj: Any, given: Mapping[str, Any]) -> User:
        """Found the company and sign the administrator in."""
        if setupcode.needed() and not setupcode.matches(given["code"]):
            raise Invalid("The set-up code is not right.", fields={"code": ["Not right. The launcher printed it."]})
        admin = actions.found_company(
            given["company"],
            admin_name=given["name"],
            admin_email=given["email"],
            password=given["password"],
            time_zone=given["time_zone"],
        )
        setupcode.forget()
        enter(self.request, admin)
        return admin

    def success_url(self, result: User) -> str:
        """Go to the briefing."""
        return "/"

    def back_url(self, obj: Any) -> str:
        """There is no way back."""
        return ""

    def extra(self, obj: Any) -> dict[str, Any]:
        """Offer what else an empty installation can become; in production that is the operator's to choose."""
        return {"offers": [] if setupcode.needed() else contributed(SetupOffer)}


class Door(LoginView):
    """The sign-in page; an empty installation leads to set-up instead."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look whether there is anybody to sign in."""
        if request.method == "GET" and queries.is_empty():
            return redirect(reverse("set-up"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what other features say at the door."""
        notes = [(note.template, note.context()) for note in contributed(DoorNote) if note.shown()]
        more = {"door_notes": notes, "mail_is_set_up": settings.MAIL_IS_SET_UP}
        return super().get_context_data(**kwargs) | more


class Forgot(PasswordResetView):
    """Asking for a new password by mail; where no mail goes out, the page says whom to ask."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether mail goes out."""
        return super().get_context_data(**kwargs) | {"mail_is_set_up": settings.MAIL_IS_SET_UP}
