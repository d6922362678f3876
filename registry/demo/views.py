"""The demo's three pages: load it, watch it come, remove it."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from governance.core.company import current
from governance.core.errors import Denied, NotVisible
from governance.core.models import Job
from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import queries as people
from governance.people import roles, setupcode
from governance.ui.pages import ActionPage
from governance.ui.pages.base import Page, go, is_fragment
from registry.demo import actions


class LoadDemo(Page):
    """Queues the loading, and shows how far it is until one can sign in."""

    title, template, public = "The demo company", "registry/demo/loading.html", True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for it."""
        if setupcode.needed():
            raise Denied("In production the demo is loaded from the shell.", fix="Run `./plumbline manage load_demo`.")
        actions.ask_to_load()
        return HttpResponseRedirect(reverse("demo"))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show how far it is; then lead to the door."""
        job = Job.objects.filter(kind=actions.JOB).order_by("-pk").first()
        if job is None or job.state == Job.State.DONE:
            return go(request, reverse("set-up") if people.is_empty() else reverse("account_login"))
        template = "registry/demo/_loading.html" if is_fragment(request) else self.template
        return self.render(template, job=job, failed=job.state == Job.State.FAILED)


class RemoveDemo(ActionPage):
    """Removes the demo after a question."""

    title, submit, tone = "Remove the demo company", "Remove it all", "stop"
    lead = "All of it goes, with what you tried in it. You start with an empty installation."

    def load(self) -> Any:
        """There must be a demo."""
        if not current().has_demo:
            raise NotVisible("There is no demo company here.")
        return None

    def verdict(self, obj: Any) -> Verdict:
        """Administrators may."""
        return ALLOW if roles.is_administrator(self.user) else deny("Only an administrator removes the demo company.")

    def perform(self, obj: Any, given: Any) -> None:
        """Sign out, and remove it."""
        actor = self.user
        logout(self.request)
        actions.remove(actor=actor)

    def success_url(self, result: Any) -> str:
        """Go to the beginning."""
        return reverse("set-up")

    def back_url(self, obj: Any) -> str:
        """Stay in the demo."""
        return "/"
