"""Whether the installation is well: liveness, readiness with what is wrong, and figures for Prometheus."""

from collections import Counter

from django.db import connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse

from governance.core import clock
from governance.core.contributions import HealthCheck, Metric, contributed
from governance.core.models import Job


def live(request: HttpRequest) -> HttpResponse:
    """Answer that the process is up."""
    return JsonResponse({"status": "up"})


def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 when every check is well, else 503 with what is wrong and what to do."""
    wrong = problems()
    return JsonResponse({"status": "not ready" if wrong else "ready", "problems": wrong}, status=503 if wrong else 200)


def problems() -> dict[str, str]:
    """Return what is wrong, by check."""
    found = {}
    for each in (HealthCheck("database", _database), *contributed(HealthCheck)):
        try:
            said = each.check()
        except Exception as error:  # a check that cannot run is a finding itself
            said = f"The check failed: {error}"
        if said:
            found[each.key] = said
    return found


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return "" if cursor.fetchone() == (1,) else "The database does not answer a plain question."


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer figures in Prometheus' text format; no names, no personal data."""
    states = Counter(dict(Job.objects.values_list("state").annotate(n=Count("pk"))))
    oldest = Job.objects.filter(state=Job.State.QUEUED).order_by("run_after").values_list("run_after", flat=True).first()
    waited = max((clock.now() - oldest).total_seconds(), 0.0) if oldest else 0.0
    lines = [
        "# HELP plumbline_jobs Jobs in the outbox by state.",
        "# TYPE plumbline_jobs gauge",
        *(f'plumbline_jobs{{state="{state}"}} {states.get(state, 0)}' for state in Job.State.values),
        "# HELP plumbline_job_wait_seconds How long the oldest due job has waited.",
        "# TYPE plumbline_job_wait_seconds gauge",
        f"plumbline_job_wait_seconds {waited:.1f}",
        "# HELP plumbline_ready Whether every readiness check is well.",
        "# TYPE plumbline_ready gauge",
        f"plumbline_ready {0 if problems() else 1}",
        *(line for each in contributed(Metric) for line in each.lines()),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
