"""The form for people who signed in: offers what they may see, finds the rest by its name, and guesses where it can."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Conflict, Invalid, TooLarge
from governance.core.verdict import require
from governance.ui.pages import Page, go
from governance.ui.pages.action import add_errors
from incidents.filing import actions, queries, reading, rules, stamps
from incidents.filing.actions.reporting import existing
from incidents.filing.forms import ELSEWHERE, ReportForm
from incidents.filing.queries import Offer
from incidents.filing.rules import LONGEST_TEXT
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


def named(user: Any, key: str) -> Surface | None:
    """Return the surface of a key as far as a person may see it."""
    found = surfaces.KEY.match(key)
    return surfaces.visible_to(user).filter(pk=int(found.group(1))).first() if found else None


class ReportProblem(Page):
    """Four questions, about a minute. `?surface=` and `?what=` may answer two of them beforehand."""

    title, template = "Report a problem", "incidents/filing/report.html"

    @property
    def door(self) -> str:
        """For whom the page is stamped."""
        return f"person {self.user.pk}"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead here from all incidents."""
        return [("Incidents", reverse("incidents")), ("Report", "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        require(rules.may_report(self.user))
        asked = named(self.user, request.GET.get("surface", "")[:40])
        initial = {"surface": asked.key if asked else "", "what": request.GET.get("what", "")[:LONGEST_TEXT]}
        form = self.form(self.offers(asked, ""), initial=initial)
        return self.show(form, stamps.fresh(self.door), surface=asked)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the report, or find surfaces by the words that were typed."""
        require(rules.may_report(self.user))
        seen = stamps.read(self.door, request.POST.get("stamp", ""))
        words = request.POST.get("where", "")[:400]
        chosen = named(self.user, request.POST.get("surface", "")[:40])
        if "find" in request.POST:
            initial = {**request.POST.dict(), "surface": chosen.key if chosen else ELSEWHERE}
            return self.show(self.form(self.offers(chosen, words), initial=initial), seen, surface=chosen, looked=True)
        form = self.form(self.offers(chosen, ""), data=request.POST, files=request.FILES)
        if seen.refusal or not form.is_valid():
            return self.show(form, seen, surface=chosen, said=seen.refusal, status=422)
        try:
            return self.take(form, seen.nonce, chosen)
        except Invalid as error:
            add_errors(form, error)
        except TooLarge as error:
            form.add_error("attachments", str(error))
        return self.show(form, seen, surface=chosen, status=422)

    def take(self, form: ReportForm, nonce: str, surface: Surface | None) -> HttpResponse:
        """Report it and lead to where it is followed; a form that was sent twice leads there as well."""
        given = form.answers()
        surface = surface or queries.meant(self.user, given["where"], given["what"])
        try:
            made = actions.report(actor=self.user, surface=surface, nonce=nonce, **given)
        except Conflict as error:
            before = existing(nonce)
            if before is None:
                raise
            messages.info(self.request, str(error))
            return go(self.request, reading.own_address(before))
        messages.success(self.request, "Sent. Thank you for telling.")
        return go(self.request, reading.own_address(made))

    def form(self, offers: list[Offer], **arguments: Any) -> ReportForm:
        """Return the form with what is offered."""
        return ReportForm(offers=offers, categories=queries.categories(), **arguments)

    def offers(self, chosen: Surface | None, words: str) -> list[Offer]:
        """Return what the second question offers: what was chosen, what the words find, what is near."""
        found = [Offer(chosen, chosen.key)] if chosen else []
        found += queries.search(self.user, words) if words.strip() else []
        return list({offer.surface.pk: offer for offer in [*queries.near(self.user), *found]}.values())

    def show(
        self, form: ReportForm, seen: stamps.Seen, *, surface: Surface | None, status: int = 200, **more: Any
    ) -> HttpResponse:
        """Draw the page; who gets the report is said before it is sent."""
        promised = reading.promise(surface=surface, team_id=self.user.team_id, user=self.user)
        return self.render(form=form, stamp=seen.stamp, promised=promised, status=status, **more)


class FindSurface(Page):
    """The surfaces that a person may see and whose name or purpose holds what they type, as choices of the form."""

    title, template = "Find a surface", "incidents/filing/_found.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer choices."""
        require(rules.may_report(self.user))
        words = request.GET.get("where", "")[:400]
        near = {offer.surface.pk for offer in queries.near(self.user)}
        found = [offer for offer in queries.search(self.user, words) if offer.surface.pk not in near]
        return self.render(found=found, words=words.strip())
