"""Steps for which one says once more who one is, though signed in."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.usersessions.models import UserSession
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from governance.people.models import User
from governance.ui.pages import ActionPage

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def enter(request: HttpRequest, person: User) -> None:
    """Sign in somebody who has just set their password: a proof as fresh as any."""
    login(request, person, backend=BACKEND)
    reauthenticate_by_password(request)
    UserSession.objects.create_from_request(request)


@method_decorator(reauthentication_required(), name="dispatch")
class SensitivePage(ActionPage):
    """An action page behind a fresh proof of identity."""


class ShownOncePage(SensitivePage):
    """A sensitive page whose answer shows a secret, once, in the answer to the post itself: it is stored nowhere."""

    shown_template = "governance/people/shown_once.html"
    shown_fragment = "governance/people/_shown_once.html"
    secret = ""

    def shown(self) -> dict[str, Any]:
        """Return what the page says about the secret: title, text, done_url."""
        raise NotImplementedError

    def success_url(self, result: Any) -> str:
        """Unused: the answer is the page itself."""
        return ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Act, and show the secret when there is one."""
        response = super().post(request, *args, **kwargs)
        if not self.secret:
            return response
        template = self.shown_fragment if request.headers.get("HX-Request") == "true" else self.shown_template
        answer = self.render(template, secret=self.secret, **self.shown())
        answer["Cache-Control"] = "no-store"
        return answer
