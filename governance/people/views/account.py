"""One's own account: details, sign-in and security, tokens; and the service accounts of the company."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core import clock
from governance.core.errors import NotVisible
from governance.people import actions, queries, scopes
from governance.people.browsers import browser_of
from governance.people.forms import ProfileForm
from governance.people.models import User
from governance.ui.pages import ActionPage, Page, go
from governance.ui.pages.object import TabLink

THEMES = (("light", "Light"), ("dark", "Dark"), ("system", "As the system"))


class AccountPage(Page):
    """One's own account; each part is an address."""

    part = "profile"
    title = "Your account"
    template = "governance/people/account.html"
    parts = (
        ("profile", "You", "account"),
        ("security", "Sign-in and security", "account-security"),
        ("tokens", "API tokens", "account-tokens"),
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show one part."""
        links = [TabLink(label, reverse(name), None, key == self.part) for key, label, name in self.parts]
        more = getattr(self, f"_{self.part}")()
        return self.render(tabs=links, part=f"governance/people/_account_{self.part}.html", **more)

    def _profile(self) -> dict[str, Any]:
        day = queries.positions_of(self.user)
        given = self.user.delegations_given.valid(clock.now()).select_related("receiver", "position")
        return {"holdings": list(day), "given": list(given), "themes": THEMES}

    def _security(self) -> dict[str, Any]:
        kinds = list(Authenticator.objects.filter(user=self.user))
        return {
            "sessions": [(each, browser_of(each.user_agent)) for each in queries.sessions_of(self.user)],
            "session_key": self.request.session.session_key,
            "totp": next((each for each in kinds if each.type == Authenticator.Type.TOTP), None),
            "passkeys": [each for each in kinds if each.type == Authenticator.Type.WEBAUTHN],
            "recovery": next((each for each in kinds if each.type == Authenticator.Type.RECOVERY_CODES), None),
            "single_sign_on": bool(settings.OIDC_ISSUER),
        }

    def _tokens(self) -> dict[str, Any]:
        return {"tokens": list(queries.tokens_of(self.user)), "owner": self.user, "now": clock.now(), "labels": scopes.SCOPES}


class ChangeProfile(ActionPage):
    """One's own name, job title and time zone."""

    title, submit, form_class = "Change your details", "Save", ProfileForm

    def load(self) -> User:
        """Return oneself, as stored."""
        return User.objects.get(pk=self.user.pk)

    def initial(self, obj: User) -> dict[str, Any]:
        """Start from what is held."""
        return {"name": obj.name, "title": obj.title, "time_zone": obj.time_zone}

    def perform(self, obj: User, given: Mapping[str, Any]) -> User:
        """Change."""
        return actions.change_person(obj, actor=self.user, changes=dict(given), expected_version=self.seen_version)

    def success_url(self, result: User) -> str:
        """Go back to the account."""
        return reverse("account")

    def back_url(self, obj: Any) -> str:
        """Go back to the account."""
        return reverse("account")

    def said(self, result: User) -> str:
        """Say it."""
        return "Saved."


class EndSessions(Page):
    """Sign out one other browser, or all others."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """End it, or them."""
        if kwargs.get("pk"):
            session = UserSession.objects.filter(user=self.user, pk=kwargs["pk"]).select_related("user").first()
            if session is None:
                raise NotVisible("That browser is signed out already.")
            actions.end_session(session, actor=self.user)
            messages.success(request, "That browser is signed out.")
        else:
            ended = actions.end_sessions(self.user, actor=self.user, except_key=request.session.session_key or "")
            messages.success(
                request, f"{ended} other browsers are signed out." if ended != 1 else "The other browser is signed out."
            )
        return go(request, reverse("account-security"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sessions are ended by a post only."""
        return go(request, reverse("account-security"))
