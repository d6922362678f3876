"""Cases asked for in the eval library: ask, read, change."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict, deny
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Fact, Header, Next, ObjectPage, Tab
from incidents.cases import queries as cases
from incidents.cases.models import Incident
from incidents.postmortems import actions, forms, queries, rules
from incidents.postmortems.models import EvalCaseRequest
from incidents.postmortems.tables import ran
from registry.evals import queries as evals


def may_change(user: Any, asked: EvalCaseRequest) -> Verdict:
    """Say whether a person may change what a case asks: until it has run."""
    if asked.first_run_id is not None:
        return deny("The case has run.", fix="Change it where the suite's cases live.")
    return rules.may_contribute(user, queries.sees(user, asked.incident))


class CasePage(ObjectPage):
    """One case asked for."""

    url_name, lookup, parent = "eval-case", "key", ("Eval cases", "eval-cases")
    tabs = (
        Tab("", "Overview", "incidents/postmortems/_case.html", lambda page, asked: {"asked": asked, "subject": asked}),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, asked: lines_for(asked, page.request.GET.get("before")),
        ),
    )

    def load(self) -> EvalCaseRequest:
        """Return the case of the address."""
        return queries.get_case(self.user, self.kwargs["key"])

    def header(self, obj: EvalCaseRequest) -> Header:
        """Say where it belongs, and whether it has run."""
        facts = [
            Fact("Suite", atoms.link(reverse("eval-suite", args=[obj.suite.key]), obj.suite.name)),
            Fact("Because of", atoms.link(obj.incident.get_absolute_url(), obj.incident.title, obj.incident.key)),
            Fact("Asked by", atoms.person(obj.asked_by, me=self.user)),
        ]
        if obj.first_run is not None:
            facts.append(Fact("First run", atoms.link(obj.first_run.get_absolute_url(), obj.first_run.key)))
            facts.append(Fact("At", atoms.time(obj.first_ran_at)))
        step = None
        if obj.first_run is None:
            step = Next("No run has carried it yet.", "Add it where the suite's cases live, under exactly this name.")
        buttons = []
        if may_change(self.user, obj):
            buttons.append(Button("Change", reverse("eval-case-change", args=[obj.key]), icon="edit", dialog=True))
        return Header(obj.name, obj.key, state=ran(obj), facts=tuple(facts), next=step, buttons=tuple(buttons))


class AskForCase(ActionPage):
    """Ask that what happened is tried from now on."""

    title, submit, form_class, wide = "Add an eval case", "Ask for it", forms.CaseForm, True
    lead = "What happened once is tried in every run from then on. Here it shows when it first ran in CI."

    def load(self) -> Incident:
        """Return the incident of the address."""
        return cases.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Incident) -> Verdict:
        """Say whether this person may write at it."""
        return rules.may_contribute(self.user, True)

    def form_arguments(self, obj: Incident) -> dict[str, Any]:
        """Offer the suites in use."""
        return {"suites": evals.choices(self.user)}

    def initial(self, obj: Incident) -> dict[str, Any]:
        """Start with the first suite of the surface's contract in force."""
        contract = obj.surface.in_force.contract if obj.surface is not None and obj.surface.in_force is not None else {}
        named = [row["suite"] for row in contract.get("evals", ()) if row.get("suite")]
        return {"suite": evals.choices(self.user).filter(key__in=named).first()}

    def perform(self, obj: Incident, given: Mapping[str, Any]) -> EvalCaseRequest:
        """Ask for it."""
        return actions.ask_for_case(obj, actor=self.user, **given)

    def success_url(self, result: EvalCaseRequest) -> str:
        """Go to the postmortem where there is one, else to the case."""
        return result.postmortem.get_absolute_url() if result.postmortem else result.get_absolute_url()

    def said(self, result: EvalCaseRequest) -> str:
        """Say what comes next."""
        return f"{result.key} is asked for. Its first run is seen by its name."


class ChangeCase(ActionPage):
    """Change what a case asks, until it has run."""

    title, submit, form_class = "Change the case", "Save", forms.WordsForm

    def load(self) -> EvalCaseRequest:
        """Return the case of the address."""
        return queries.get_case(self.user, self.kwargs["key"])

    def verdict(self, obj: EvalCaseRequest) -> Verdict:
        """Say whether this person may."""
        return may_change(self.user, obj)

    def initial(self, obj: EvalCaseRequest) -> dict[str, Any]:
        """Start with what it asks."""
        return {"words": obj.words, "expected": obj.expected}

    def perform(self, obj: EvalCaseRequest, given: Mapping[str, Any]) -> EvalCaseRequest:
        """Change it."""
        return actions.change_case(obj, actor=self.user, expected_version=self.seen_version, **given)
