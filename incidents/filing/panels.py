"""What filing adds to other pages: what was answered, on an incident; reporting, on a failed eval run or a closed gate."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.filing import rules
from incidents.filing.actions.sourcing import is_bad
from incidents.filing.models import Report
from registry.evals.models import EvalRun
from registry.gates.models import GateCheck


def answers(request: Any, incident: Incident) -> str:
    """Draw what the reporter answered, where there is more to it than the timeline's first entry."""
    report = Report.objects.select_related("link").filter(incident=incident).first()
    if report is None or not (report.harm != Report.Harm.UNSAID or report.link or incident.where or incident.reporter_email):
        return ""
    return render_to_string("incidents/filing/_answers.html", {"report": report, "incident": incident}, request)


def of_run(user: Any, run: EvalRun) -> dict[str, Any]:
    """Return what came of a run in which something failed; nothing for others."""
    return _of_eval(user, run.key, reverse("report-run", args=[run.key])) if is_bad(run) else {}


def of_check(user: Any, check: GateCheck) -> dict[str, Any]:
    """Return what came of a closed gate; nothing where it passed."""
    return {} if check.passed else _of_eval(user, check.key, reverse("report-check", args=[check.key]))


def _of_eval(user: Any, key: str, url: str) -> dict[str, Any]:
    found = cases.visible_to(user).filter(source=Incident.Source.EVAL, source_ref=key).order_by("-pk")
    return {"incidents": list(found[:5]), "url": url if rules.may_report(user) else ""}
