"""Pages of runs: the list, one run with its cases, and handing one in by hand."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import ActionPage, Empty, Fact, Header, ListPage, ObjectPage, PageAction, Tab, View
from registry.evals import actions, forms, queries, reading, runreading
from registry.evals.filters import RunFilters
from registry.evals.formats import read
from registry.evals.formats.opening import too_large
from registry.evals.formats.report import MAX_BYTES
from registry.evals.models import EvalRun
from registry.evals.tables import RunTable, rate
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface


class RunList(ListPage):
    """All runs a person may see."""

    key, url_name, title = "eval-runs", "eval-runs", "Eval runs"
    table, filterset = RunTable, RunFilters
    lead = "{total} runs, each with the prompts and models it was made with."
    search_hint = "Find by run, suite, surface or commit"
    views = (View("All"), View("Broke off", "status=errored"))
    actions = (PageAction("Suites", lambda user: reverse("eval-suites"), "evals"),)
    empty = Empty(
        "No runs yet",
        "CI posts them, or somebody hands a result file in on a surface's page. They say whether what is to come into force "
        "is good enough.",
        "Look at the surfaces",
        lambda user: reverse("surfaces"),
    )

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Evals", reverse("eval-suites")), ("Runs", "")]

    def rows(self, user: Any) -> QuerySet[EvalRun]:
        """Return the runs that the reader may see."""
        return queries.runs_visible_to(user)


class RunPage(ObjectPage):
    """One run: what came out, case by case, and which contract it speaks for."""

    url_name, lookup, parent, noun = "eval-run", "key", ("Eval runs", "eval-runs"), "run"
    tabs = (
        Tab("", "Overview", "registry/evals/_run.html", lambda page, run: runreading.run(run, page.request.GET)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, run: lines_for(run, page.request.GET.get("before")),
        ),
    )

    def load(self) -> EvalRun:
        """Return the run of the address."""
        return queries.get_run(self.user, self.kwargs["key"])

    def header(self, obj: EvalRun) -> Header:
        """Say of what it is a run, for which surface, and how it ended."""
        surface = atoms.link(reverse("surface-evals", args=[obj.surface.key]), obj.surface.name, obj.surface.key)
        facts = (
            Fact("Surface", surface),
            Fact("Suite", atoms.link(obj.suite.get_absolute_url(), obj.suite.name, str(obj.suite_version))),
            Fact("Pass rate", rate(obj)),
            Fact("Ran", atoms.time(obj.started_at)),
            Fact("Handed in by", atoms.person(obj.by)),
        )
        broke_off = obj.status == EvalRun.Status.ERRORED
        state = ("stop" if broke_off else "ok", obj.get_status_display())
        return Header(f"{obj.suite.name} on {obj.surface.name}", obj.key, state=state, facts=facts)


class HandIn(ActionPage):
    """Hand a result file in for a surface."""

    title, submit, form_class = "Hand in a run", "Hand it in", forms.RunForm
    lead = "As CI would post it. The same file twice changes nothing."

    def load(self) -> Surface:
        """Return the surface of the address."""
        return surfaces.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether the person may; an owner of a suite may hand in its runs as well."""
        may = surfaces.may_edit(self.user, obj)
        return may or reading.may_hand_in_some(self.user, may)

    def initial(self, obj: Surface) -> dict[str, Any]:
        """Start with the suite that one came from."""
        return {"suite": self.request.GET.get("suite", "")[:100]}

    def form_arguments(self, obj: Surface) -> dict[str, Any]:
        """Offer suites and revisions."""
        return {"user": self.user, "surface": obj}

    def build(self, obj: Surface, bound: bool) -> Any:
        """Keep the form: it knows the proposed revision."""
        self.form: Any = super().build(obj, bound)
        return self.form

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> EvalRun:
        """Read the file and record the run."""
        file = given["file"]
        if file.size > MAX_BYTES:
            raise too_large(file.size)
        beside = {name: given[name] for name in ("commit", "link", "group")}
        report = read(file.read(), file.name)
        revision = self._revision(obj, given["revision"])
        return actions.record_run(obj, actor=self.user, suite=given["suite"], report=report, revision=revision, **beside)

    def _revision(self, surface: Surface, said: str) -> Revision | None:
        found: Revision | None = {forms.IN_FORCE: surface.in_force, forms.PROPOSED: self.form.proposed}.get(said)
        return found

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        surface = self.obj
        evals = reverse("surface-evals", args=[surface.key])
        return [("Surfaces", reverse("surfaces")), (surface.name, surface.get_absolute_url()), ("Evals", evals), (self.title, "")]

    def back_url(self, obj: Surface) -> str:
        """Return the surface's evals."""
        return reverse("surface-evals", args=[obj.key])

    def said(self, result: EvalRun) -> str:
        """Say what came in."""
        return f"{result.key} is recorded: {result.passed:,} of {result.counted:,} cases passed."
