"""Pages of suites: the library, one suite, adding and changing it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.policy import queries as policy
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.evals import actions, content, forms, queries, reading, rules
from registry.evals.filters import SuiteFilters
from registry.evals.models import EvalSuite, SuiteState
from registry.evals.tables import SUITES, SuiteTable, is_unowned

PARENT = ("Evals", "eval-suites")


class SuiteList(ListPage):
    """The library."""

    key, url_name, title = "eval-suites", "eval-suites", "Evals"
    table, filterset = SuiteTable, SuiteFilters
    lead = "{total} suites that contracts can name; each says what good means."
    search_hint = "Find by name, key or purpose"
    views = (View("All"), View("Mine", "owner={me}"), View("In use", "state=active"), View("Nobody's", "unowned=true"))
    actions = (
        PageAction("All runs", lambda user: reverse("eval-runs"), "list"),
        PageAction("Add a suite", lambda user: reverse("eval-suite-add"), "plus", True, lambda user: bool(rules.may_add(user))),
    )
    empty = Empty(
        "No suites yet",
        "A suite is a set of cases with a meaning: what good is, and which pass rate each tier asks for. Contracts name it, "
        "CI hands its runs in.",
        "Add a suite",
        lambda user: reverse("eval-suite-add") if rules.may_add(user) else "",
    )

    def rows(self, user: Any) -> QuerySet[EvalSuite]:
        """Return the suites that the reader may see."""
        return queries.listed(user)


class SuitePage(ObjectPage):
    """One suite."""

    url_name, lookup, parent, noun = "eval-suite", "key", PARENT, "eval suite"
    tabs = (
        Tab("", "Overview", "registry/evals/_suite.html", lambda page, suite: reading.suite(page.user, suite)),
        Tab("versions", "Versions", "registry/evals/_versions.html", lambda page, suite: reading.versions(suite)),
        Tab("runs", "Runs", "registry/evals/_suite_runs.html", lambda page, suite: reading.runs(page.user, suite)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, suite: lines_for(suite, page.request.GET.get("before")),
        ),
    )

    def load(self) -> EvalSuite:
        """Return the suite of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: EvalSuite) -> Header:
        """Say what it is, who answers for it, and the one next thing."""
        facts = [Fact("Owner", atoms.person(obj.owner, me=self.user))]
        if obj.current is not None:
            facts += [
                Fact("Version", str(obj.current.number)),
                Fact("Since", atoms.time(obj.current.made_at, "long")),
                Fact("Hash", atoms.hash_code(obj.current.digest)),
            ]
        state = (SUITES[obj.state], obj.get_state_display())
        return Header(obj.name, obj.key, state=state, facts=tuple(facts), next=self.next(obj), buttons=self.buttons(obj))

    def next(self, suite: EvalSuite) -> Next | None:
        """An owner, where nobody answers for it."""
        if suite.state == SuiteState.RETIRED or not is_unowned(suite):
            return None
        verdict = rules.may_give(self.user, suite)
        give = Button("Name an owner", at("owner", suite), "person", "primary", dialog=True, verdict=verdict)
        return Next("Nobody answers for it.", "One active person has to.", "stop", (give,))

    def buttons(self, suite: EvalSuite) -> tuple[Button, ...]:
        """Return what can be done with it."""
        if suite.state == SuiteState.RETIRED:
            verdict = rules.may_reopen(self.user, suite)
            return (Button("Take it up again", at("reopen", suite), "restore", dialog=True, verdict=verdict),)
        edit = rules.may_edit(self.user, suite)
        found = [Button("Edit", at("edit", suite), "edit", key="e", verdict=edit)]
        if edit:
            found += [
                Button("Give to another", at("owner", suite), "person", "bare", dialog=True),
                Button("Retire", at("retire", suite), "archive", "bare", dialog=True),
            ]
        return tuple(found)


def at(what: str, suite: EvalSuite) -> str:
    """Return where something is done to a suite."""
    return reverse(f"eval-suite-{what}", args=[suite.key])


class SuiteFormPage(ActionPage):
    """Base of adding and editing: the form with its groups."""

    form_class = forms.SuiteForm
    fields_template = "registry/evals/_suite_form.html"

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer people, and say beside each tier what policy asks for."""
        return {"user": self.user, "tiers": policy.tiers(), "suite": obj}

    def build(self, obj: Any, bound: bool) -> Any:
        """Keep the form: it knows how its fields become content."""
        self.form: Any = super().build(obj, bound)
        return self.form


class AddSuite(SuiteFormPage):
    """A new suite."""

    title, submit = "Add a suite", "Add it"
    lead = "Its first version holds at once; every change of cases, thresholds or meaning makes a new one."

    def verdict(self, obj: Any) -> Verdict:
        """Say whether the person may add."""
        return rules.may_add(self.user)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [(PARENT[0], reverse(PARENT[1])), ("New", "")]

    def back_url(self, obj: Any) -> str:
        """Return the library."""
        return reverse(PARENT[1])

    def perform(self, obj: Any, given: Mapping[str, Any]) -> EvalSuite:
        """Add it."""
        return actions.add_suite(actor=self.user, **self.form.given())

    def said(self, result: EvalSuite) -> str:
        """Say how contracts name it."""
        return f"{result.name} is in the library. Contracts name it {result.key}."


class SuiteAction(ActionPage):
    """Base of what is done to a suite."""

    def load(self) -> EvalSuite:
        """Return the suite of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [(PARENT[0], reverse(PARENT[1])), (self.obj.name, self.obj.get_absolute_url()), (self.get_title(), "")]


class EditSuite(SuiteAction, SuiteFormPage):
    """A suite's facts and what its next version says."""

    lead = "Other cases, thresholds or another meaning make a new version. Runs of other cases then have to be made again."

    def get_title(self) -> str:
        """Name the suite."""
        return f"Edit {self.obj.name}"

    def verdict(self, obj: EvalSuite) -> Verdict:
        """Say whether the person may."""
        return rules.may_edit(self.user, obj)

    def initial(self, obj: EvalSuite) -> dict[str, Any]:
        """Start with what holds."""
        held = content.of(obj.current)
        tiers = {f"tier_{number}": value for number, value in held["thresholds"].items()}
        return {"name": obj.name, "purpose": obj.purpose, **held, **held["cases_at"], **tiers}

    def perform(self, obj: EvalSuite, given: Mapping[str, Any]) -> EvalSuite:
        """Change what differs."""
        self.before = obj.current.number if obj.current else 0
        return actions.change_suite(obj, actor=self.user, expected_version=self.seen_version, **self.form.given())

    def said(self, result: EvalSuite) -> str:
        """Say whether there is a new version."""
        number = result.current.number if result.current else 0
        return f"{result.name} is saved" + (f" as version {number}." if number != self.before else ".")


class GiveSuite(SuiteAction):
    """Name another owner."""

    title, submit, form_class = "Give to another owner", "Give it", forms.GiveForm

    def verdict(self, obj: EvalSuite) -> Verdict:
        """Say whether the person may."""
        return rules.may_give(self.user, obj)

    def perform(self, obj: EvalSuite, given: Mapping[str, Any]) -> EvalSuite:
        """Give it."""
        reason, seen = given["reason"], self.seen_version
        return actions.give_owner(obj, actor=self.user, to=given["owner"], reason=reason, expected_version=seen)

    def said(self, result: EvalSuite) -> str:
        """Say who owns it."""
        return f"{result.owner} answers for {result.name} now."


class RetireSuite(SuiteAction):
    """Close a suite's record."""

    title, submit, tone, form_class = "Retire it", "Retire it", "stop", forms.WhyForm
    lead = "No run of it is taken any more. A contract that still names it turns red when its last run is too old."

    def verdict(self, obj: EvalSuite) -> Verdict:
        """Say whether the person may."""
        return rules.may_edit(self.user, obj)

    def perform(self, obj: EvalSuite, given: Mapping[str, Any]) -> EvalSuite:
        """Retire it."""
        return actions.retire_suite(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: EvalSuite) -> str:
        """Say that it is retired."""
        return f"{result.name} is retired."


class ReopenSuite(SuiteAction):
    """Take a retired suite up again."""

    title, submit, form_class = "Take it up again", "Take it up", forms.WhyForm

    def verdict(self, obj: EvalSuite) -> Verdict:
        """Say whether the person may."""
        return rules.may_reopen(self.user, obj)

    def perform(self, obj: EvalSuite, given: Mapping[str, Any]) -> EvalSuite:
        """Reopen it."""
        return actions.reopen_suite(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)
