"""One's own reports: the list, and how one stands."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.errors import Invalid, TooLarge
from governance.ui.pages import Empty, ListPage, Page, PageAction, go
from governance.ui.pages.action import add_errors
from incidents.cases import queries as cases
from incidents.cases.models import TimelineEntry
from incidents.filing import actions, queries, reading
from incidents.filing.forms import MoreForm
from incidents.filing.models import Report
from incidents.filing.tables import ReportTable
from incidents.filing.views.outside import form_answers


class MyReports(ListPage):
    """What a person reported under their own name."""

    key, url_name, title = "my-reports", "my-reports", "My reports"
    table = ReportTable
    lead = "What you reported, who has it, and how far it is."
    actions = (
        PageAction("Report links", lambda user: reverse("report-links"), icon="link"),
        PageAction("Report a problem", lambda user: reverse("report"), icon="incident", primary=True),
    )
    empty = Empty(
        "You have reported nothing yet",
        "When something looks wrong, say so: it takes a minute, and a near miss counts.",
        "Report a problem",
        lambda user: reverse("report"),
    )

    def rows(self, user: Any) -> QuerySet[Report]:
        """Return the reader's own reports."""
        return queries.own_reports(user)


class MyReport(Page):
    """How one's report stands, what one said, and adding to it."""

    title, template = "Your report", "incidents/filing/mine.html"

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Lead here from one's reports."""
        return [("My reports", reverse("my-reports")), (self.kwargs["key"], "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show how it stands."""
        return self.show(queries.own_report(self.user, self.kwargs["key"]), MoreForm())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take what is added."""
        report = queries.own_report(self.user, self.kwargs["key"])
        form = MoreForm(data=request.POST, files=request.FILES)
        if form.is_valid():
            try:
                actions.add_more(report, actor=self.user, **form_answers(form.cleaned_data))
            except Invalid as error:
                add_errors(form, error)
            except TooLarge as error:
                form.add_error("attachments", str(error))
        if form.errors:
            return self.show(report, form, status=422)
        messages.success(request, "Added. Whoever has it was told.")
        return go(request, request.path)

    def show(self, report: Report, form: MoreForm, status: int = 200) -> HttpResponse:
        """Draw the page."""
        incident = report.incident
        said = incident.timeline.filter(author=self.user, kind=TimelineEntry.Kind.REPORT).order_by("at", "pk")
        return self.render(
            form=form,
            report=report,
            incident=incident,
            progress=reading.progress(report, names=True),
            sees=cases.visible_to(self.user).filter(pk=incident.pk).exists(),
            said=list(said),
            files=list(incident.attachments.filter(by=self.user, from_reporter=True)),
            status=status,
        )
