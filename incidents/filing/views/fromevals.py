"""A failed eval run or a closed gate, reported in one step from its page."""

from collections.abc import Mapping
from typing import Any

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from incidents.cases.models import Incident
from incidents.filing import actions, rules
from incidents.filing.actions.sourcing import not_in_force, said_of_check, said_of_run
from incidents.filing.forms import FromEvalForm
from registry.evals import queries as evals
from registry.evals.models import EvalRun
from registry.gates import queries as gates
from registry.gates.models import GateCheck


class FromEval(ActionPage):
    """Base of the two: what was found is said already and can be put better."""

    title, submit, form_class = "Report a problem", "Report it", FromEvalForm
    lead = "It becomes an incident of its surface. Reported twice while it is open, it stays one."

    def verdict(self, obj: Any) -> Verdict:
        """Whoever sees it and may write may report it."""
        return rules.may_report(self.user)

    def said(self, result: Incident) -> str:
        """Say under which key it is found."""
        return f"It is {result.key}."


class ReportRun(FromEval):
    """Report an eval run in which something failed."""

    def load(self) -> EvalRun:
        """Return the run of the address."""
        return evals.get_run(self.user, self.kwargs["key"])

    def initial(self, obj: EvalRun) -> dict[str, Any]:
        """Start with what the run says; of a revision that does not hold, it reached nobody."""
        return {"what": said_of_run(obj), "near_miss": not_in_force(obj)}

    def perform(self, obj: EvalRun, given: Mapping[str, Any]) -> Incident:
        """Report it."""
        return actions.report_from_run(obj, actor=self.user, **given)


class ReportCheck(FromEval):
    """Report a gate check that failed."""

    def load(self) -> GateCheck:
        """Return the check of the address."""
        return gates.get(self.user, self.kwargs["key"])

    def initial(self, obj: GateCheck) -> dict[str, Any]:
        """Start with what speaks against it; a closed gate held it back, so it reached nobody."""
        return {"what": said_of_check(obj), "near_miss": not obj.while_in_force}

    def perform(self, obj: GateCheck, given: Mapping[str, Any]) -> Incident:
        """Report it."""
        return actions.report_from_check(obj, actor=self.user, **given)
