"""What filing adds to other pages: what was answered, on an incident; reporting, on a failed eval run or a closed gate."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from governance.ui.pages import Button
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.filing import rules
from incidents.filing.actions.sourcing import is_bad
from incidents.filing.models import Report
from registry.evals.models import EvalRun
from registry.gates.models import GateCheck


def answers(request: Any, incident: Incident) -> str:
    """Draw what the reporter answered, where there is more to it than the timeline's first entry."""
    report: Report | None = getattr(incident, "report", None)  # the page loads it with the incident
    if report is None or not (report.harm != Report.Harm.UNSAID or report.link or incident.where or incident.reporter_email):
        return ""
    return render_to_string("incidents/filing/_answers.html", {"report": report, "incident": incident}, request)


def of_run(user: Any, run: EvalRun) -> Button | None:
    """Return the way to report a run in which something failed, or to what was reported; nothing for others."""
    return _of_eval(user, run.key, reverse("report-run", args=[run.key])) if is_bad(run) else None


def of_check(user: Any, check: GateCheck) -> Button | None:
    """Return the way to report a closed gate, or to what was reported; nothing where it passed."""
    return None if check.passed else _of_eval(user, check.key, reverse("report-check", args=[check.key]))


def _of_eval(user: Any, key: str, url: str) -> Button | None:
    known = cases.visible_to(user).filter(source=Incident.Source.EVAL, source_ref=key).order_by("-pk").first()
    if known is not None and known.is_open:
        return Button(f"Reported as {known.key}", known.get_absolute_url(), icon="incident")
    return Button("Report a problem", url, icon="incident", dialog=True) if rules.may_report(user) else None
