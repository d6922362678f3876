"""The page behind the link in an alert: looking changes nothing, one button answers, and it says what it did."""

from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from governance.core import clock
from governance.core.errors import Denied, NotVisible, PlumblineError
from governance.people import rules as people
from governance.people.models import User
from governance.ui.pages.base import Page, at_the_door
from incidents.alerts import links, queries, wording
from incidents.alerts.models import Alert
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.running import actions

UNKNOWN = "This link is not one of ours, or it was cut off on the way."
SIGN_IN = "Sign in and open the incident; it can be answered there."


class Answer(Page):
    """For a person's link: that person acts, signed in or not. For a channel's link, and whoever is signed in: they act."""

    public, title, template = True, "You are called", "incidents/answering/answer.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Read the link; who came by a channel's says who they are first."""
        self.alert, self.who = self.called()
        if self.who is None:
            return at_the_door(request)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        return response

    def called(self) -> tuple[Alert, User | None]:
        """Return the alert, and who acts; None for a stranger with a channel's link. Raises NotVisible."""
        try:
            link = links.read(self.kwargs["token"])
        except signing.SignatureExpired as error:
            raise NotVisible("This link was good for a day, and that day is over.", fix=SIGN_IN) from error
        found = Alert.objects.select_related("path", "acknowledged_by").filter(pk=link.alert).first() if link else None
        if link is None or found is None:
            raise NotVisible(UNKNOWN, fix=SIGN_IN)
        found.incident = cases.whole(Incident.objects.all()).get(pk=found.incident_id)
        self.check(link, found)
        user = self.request.user
        if not user.is_authenticated:
            return found, User.objects.get(pk=link.who) if link.kind == "p" else None
        own = link.kind == "p" and link.who == user.pk
        if not own and not cases.visible_to(user).filter(pk=found.incident_id).exists():
            raise NotVisible(UNKNOWN, fix=SIGN_IN)
        return found, user

    def check(self, link: links.Called, alert: Alert) -> None:
        """Refuse a link whose holder was not called by this alert, or may not act any more. Raises NotVisible."""
        if link.kind == "c":
            good = queries.was_called(alert, channel=link.who)
        else:
            person = User.objects.filter(pk=link.who).first()
            good = person is not None and people.is_working(person, clock.now())
            good = good and queries.was_called(alert, person=link.who)
        if not good:
            raise NotVisible(UNKNOWN, fix=SIGN_IN)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say what happened and offer the button; nothing changes, for programs that look at links before people do."""
        return self.show()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer: whoever presses the button has the incident from then on."""
        if self.who is None:  # dispatch sent them to the door
            raise NotVisible(UNKNOWN, fix=SIGN_IN)
        try:
            actions.acknowledge(self.alert.incident, actor=self.who, via="alert")
        except PlumblineError as error:
            self.alert, self.who = self.called()
            refusal = None if isinstance(error, Denied) and self.alert.incident.acknowledged_at else error
            return self.show(status=error.status, refusal=refusal)
        self.alert, self.who = self.called()
        return self.show(done=True)

    def show(self, status: int = 200, done: bool = False, refusal: PlumblineError | None = None) -> HttpResponse:
        """Draw the page as things stand."""
        incident = self.alert.incident
        answered = incident.acknowledged_at is not None
        return self.render(
            status=status,
            incident=incident,
            who=self.who,
            facts=wording.facts(incident),
            answered=answered,
            mine=answered and incident.owner_id == getattr(self.who, "pk", None),
            over=not incident.is_burning,
            done=done,
            refusal=refusal,
        )
