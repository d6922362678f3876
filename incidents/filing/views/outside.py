"""What is open without an account: the form behind a link, and following one's own report. Nothing else is, and neither
shows anything that its holder did not bring: not what exists, not who else reported, not even what they wrote themselves.

An address that does not hold, for whatever cause, gets the same answer as one that never was.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from governance.core.errors import Conflict, Invalid, TooLarge
from governance.people.system import system_actor
from governance.ui.pages import Page, go
from governance.ui.pages.action import add_errors
from incidents.cases.models import Incident
from incidents.filing import actions, doors, limits, queries, reading, stamps
from incidents.filing.actions.reporting import existing
from incidents.filing.forms import PublicMoreForm, PublicReportForm
from incidents.filing.models import Report, ReportLink
from incidents.filing.queries import Offer


@method_decorator(csrf_exempt, name="dispatch")  # checked in `_protected`, once the body is known to be small enough
class Outside(Page):
    """Base of the two: bounded before it is read, never kept by a cache, never found by a search engine."""

    public = True
    kind = limits.REPORT
    limited = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Look at length and number of what is sent before any of it is read."""
        if request.method == "POST":
            limits.check_length(request)
            self.limited = not limits.may_send(request, self.kind, self.kwargs["token"][: doors.WORD])
        if self.limited and limits.length_of(request) > limits.SMALL_BODY:
            response = self.render("incidents/filing/closed.html", said=limits.TOO_OFTEN, status=429)
        else:
            response = self._protected(request, *args, **kwargs)
        if self.limited:
            response["Retry-After"] = str(limits.WAIT)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    @method_decorator(csrf_protect)
    def _protected(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response

    def closed(self) -> HttpResponse:
        """Answer an address that opens nothing."""
        return self.render("incidents/filing/closed.html", status=404)


class PublicReport(Outside):
    """The four questions behind a link."""

    title, template = "Report a problem", "incidents/filing/public.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask."""
        link = queries.open_link(self.kwargs["token"])
        if link is None:
            return self.closed()
        initial = {"surface": link.surface.key} if link.surface else {}
        return self.show(link, self.form(link, initial=initial), stamps.fresh(self.door(link)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the report. Whatever keeps it out, what was written comes back."""
        link = queries.open_link(self.kwargs["token"])
        if link is None:
            return self.closed()
        seen = stamps.read(
            self.door(link), request.POST.get("stamp", ""), trap=request.POST.get(stamps.TRAP, ""), least=stamps.LEAST
        )
        form = self.form(link, data=request.POST, files=request.FILES)
        said = limits.TOO_OFTEN if self.limited else seen.refusal
        if not form.is_valid() or said:
            return self.show(link, form, seen, said=said, status=429 if self.limited else 422)
        try:
            return self.take(link, form, seen.nonce)
        except Invalid as error:
            add_errors(form, error)
        except TooLarge as error:
            form.add_error("attachments", str(error))
        return self.show(link, form, seen, status=422)

    def take(self, link: ReportLink, form: PublicReportForm, nonce: str) -> HttpResponse:
        """Report it as Plumbline, and lead to where it is followed."""
        given = form.answers()
        chosen = link.surface if link.surface and form.cleaned_data["surface"] == link.surface.key else None
        surface = chosen or queries.meant_by_link(link, given["where"], given["what"])
        try:
            made = actions.report(
                actor=system_actor(), link=link, surface=surface, source=Incident.Source.LINK, nonce=nonce, **given
            )
        except Conflict:
            before = existing(nonce)
            if before is None:
                raise
            made = before
        return go(self.request, reading.secret_address(made))

    def door(self, link: ReportLink) -> str:
        """For which link the page is stamped."""
        return f"link {link.pk}"

    def form(self, link: ReportLink, **arguments: Any) -> PublicReportForm:
        """Return the form; of surfaces it offers the one that the link names, and no other."""
        offers = [Offer(link.surface, "")] if link.surface else []
        return PublicReportForm(offers=offers, categories=queries.categories(), **arguments)

    def show(
        self, link: ReportLink, form: PublicReportForm, seen: stamps.Seen, *, said: str = "", status: int = 200
    ) -> HttpResponse:
        """Draw the page."""
        promised = reading.promise(surface=link.surface, team_id=link.team_id, user=None)
        trap = form[stamps.TRAP]
        return self.render(
            form=form,
            stamp=seen.stamp,
            promised=promised,
            link=link,
            said=said,
            trap=trap,
            show_trap=bool(trap.value()),
            status=status,
        )


class Follow(Outside):
    """How one's report stands, by its secret address; and adding to it."""

    title, template, kind = "Your report", "incidents/filing/follow.html", limits.MORE

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show how it stands."""
        report = queries.followed(self.kwargs["token"])
        return self.closed() if report is None else self.show(report, PublicMoreForm(), stamps.fresh(self.door(report)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take what is added."""
        report = queries.followed(self.kwargs["token"])
        if report is None:
            return self.closed()
        seen = stamps.read(self.door(report), request.POST.get("stamp", ""), trap=request.POST.get(stamps.TRAP, ""))
        form = PublicMoreForm(data=request.POST, files=request.FILES)
        said = limits.TOO_OFTEN if self.limited else seen.refusal
        if not form.is_valid() or said:
            return self.show(report, form, seen, said=said, status=429 if self.limited else 422)
        try:
            actions.add_more(report, actor=system_actor(), **form_answers(form.cleaned_data))
        except Invalid as error:
            add_errors(form, error)
        except TooLarge as error:
            form.add_error("attachments", str(error))
        if form.errors:
            return self.show(report, form, seen, status=422)
        return go(request, f"{request.path}?added=1")

    def door(self, report: Report) -> str:
        """For which report the page is stamped."""
        return f"report {report.pk}"

    def show(self, report: Report, form: PublicMoreForm, seen: stamps.Seen, *, said: str = "", status: int = 200) -> HttpResponse:
        """Draw the page."""
        trap = form[stamps.TRAP]
        return self.render(
            form=form,
            stamp=seen.stamp,
            said=said,
            trap=trap,
            show_trap=bool(trap.value()),
            report=report,
            progress=reading.progress(report, names=False),
            address=self.request.build_absolute_uri(self.request.path),
            added="added" in self.request.GET,
            status=status,
        )


def form_answers(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a form adds, as the action takes it."""
    return {"text": given.get("text", ""), "files": given.get("attachments", [])}
