"""The page of a job: what is done, how much is left; safe to leave."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from governance.core import jobs
from governance.core.contributions import JobKind, contribution
from governance.core.errors import NotVisible
from governance.core.models import Job
from governance.ui.pages.base import Page, go


class JobPage(Page):
    """Shows a job to the person who asked for it; the progress part asks for itself again until the job is over."""

    template = "ui/job.html"
    fragment = False

    def load(self) -> Job:
        """Return the person's own job. Raises NotVisible for anybody else's."""
        job = Job.objects.filter(pk=self.kwargs["pk"], owner=self.user).first()
        if job is None:
            raise NotVisible("There is no such job, or somebody else asked for it.", fix="Ask for it again from where you began.")
        return job

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show how far the job is."""
        job = self.load()
        self.title = job.label or contribution(JobKind, job.kind).label or job.kind
        result = job.result if isinstance(job.result, dict) else {}
        shown = {"job": job, "result_url": result.get("url", ""), "result_label": result.get("label", "Open the result")}
        if not self.fragment:
            return self.render(**shown)
        response = self.render("ui/_job.html", **shown)
        if job.is_over:
            response.status_code = 286  # htmx: stop polling
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Stop a job that runs, or try again one that failed."""
        job = self.load()
        if "retry" in request.POST:
            jobs.retry(job)
        else:
            jobs.cancel(job)
        return go(request, request.path)
