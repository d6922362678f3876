"""Escalation paths: the list, one path with whom it tells now, and what is done to it."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people import queries as people
from governance.people import roles
from governance.people.models import Team
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.oncall import actions, queries, rules
from registry.oncall.actions import StepTerms
from registry.oncall.forms import NewPathForm, PathForm, ReasonForm, StepsForm
from registry.oncall.models import EscalationPath
from registry.oncall.tables import PathFilters, PathTable, answers, state_of
from registry.oncall.views.doing import teams_for
from registry.oncall.views.rotas import ACTIVITY, may_make


class PathList(ListPage):
    """All escalation paths."""

    key, url_name, title, nav, family = "escalation-paths", "escalation-paths", "Escalation paths", "on-call", "on-call"
    table, filterset = PathTable, PathFilters
    lead = "{total} paths: whom to tell, step by step, until somebody acknowledges."
    search_hint = "Find by name"
    views = (View("All"), View("In use", "state=active"))
    actions = (PageAction("Make a path", lambda user: reverse("escalation-path-new"), icon="plus", primary=True, shown=may_make),)
    empty = Empty("No path yet", "A path says whom to tell first, and who follows when nobody answers.")

    def rows(self, user: Any) -> QuerySet[EscalationPath]:
        """Return the paths that the reader may see."""
        return queries.paths(user)


class PathPage(ObjectPage):
    """One path: its steps with whom each tells now, and the routes that lead to it."""

    url_name, lookup, parent, noun = "escalation-path", "key", ("Escalation paths", "escalation-paths"), "escalation path"
    nav = "on-call"
    tabs = (
        Tab("", "Steps", "registry/oncall/_steps.html", lambda page, path: page.steps(path)),
        Tab("activity", "Activity", ACTIVITY, lambda page, path: lines_for(path, page.request.GET.get("before"))),
    )

    def load(self) -> EscalationPath:
        """Return the path of the address, and whom it tells now."""
        path = queries.path(self.user, self.kwargs["key"])
        self.told = queries.targets_by_step(path, clock.now())
        return path

    def header(self, obj: EscalationPath) -> Header:
        """Say whose it is and how long it takes until it is exhausted."""
        waits = rules.wait_of(obj.steps.all())
        minutes = sum(waits.values())
        times = "once" if not obj.repeat else f"{obj.repeat + 1} times"
        facts = (
            Fact("Team", obj.team.name if obj.team else "The whole company"),
            Fact("Gone through", f"{times}, {minutes * (obj.repeat + 1)} min in all"),
        )
        may = bool(rules.may_change_path(self.user, obj))
        buttons: tuple[Button, ...] = ()
        if may:
            buttons = (
                Button("Try it", reverse("escalation-path-try", args=[obj.key]), dialog=True),
                Button("Change the steps", reverse("escalation-path-steps", args=[obj.key]), icon="edit"),
                Button("Change", reverse("escalation-path-change", args=[obj.key]), dialog=True),
                Button("Retire", reverse("escalation-path-retire", args=[obj.key]), kind="stop", dialog=True),
            )
        return Header(obj.name, obj.key, state=state_of(obj), facts=facts, next=self.next_step(obj, may), buttons=buttons)

    def next_step(self, path: EscalationPath, may: bool) -> Next | None:
        """Say which step reaches nobody now."""
        empty = [number for number, told in self.told.items() if not told]
        if not empty or not may or path.state == EscalationPath.State.RETIRED:
            return None
        mend = Button("Change the steps", reverse("escalation-path-steps", args=[path.key]), kind="primary")
        return Next(f"Step {empty[0]} reaches nobody now.", "Name somebody who is there, or fill the rota.", "stop", (mend,))

    def steps(self, path: EscalationPath) -> dict[str, Any]:
        """Return the steps with their targets, whom each tells now, and the routes that this person may see."""
        routes = list(queries.routes(self.user).filter(path=path).order_by("pk")[:100])
        return {
            "rows": [
                {"number": number, "wait": wait, "targets": targets, "told": self.told[number]}
                for number, wait, targets in grouped(path)
            ],
            "routes": [(route, answers(route)) for route in routes],
            "is_fallback": any(route.is_fallback for route in routes),
        }


def grouped(path: EscalationPath) -> list[tuple[int, int, list[Any]]]:
    """Return the steps of a path, each with its wait and its rows."""
    found: dict[int, list[Any]] = {}
    for step in path.steps.all():
        found.setdefault(step.number, []).append(step)
    return [(number, steps[0].wait_minutes, steps) for number, steps in sorted(found.items())]


def terms_of(path: EscalationPath) -> list[StepTerms]:
    """Return the steps of a path as its form and its action take them."""
    return [StepTerms([step.target for step in steps], wait) for _, wait, steps in grouped(path)]


class NewPath(ActionPage):
    """Make a path with its steps."""

    title, submit, form_class, nav = "Make an escalation path", "Make it", NewPathForm, "on-call"
    lead = "The first step is told at once, the next one when nobody has acknowledged."
    fields_template = "registry/oncall/_path_fields.html"

    def load(self) -> None:
        """Nothing is there yet."""

    def verdict(self, obj: Any) -> Verdict:
        """Those who govern, and team leads."""
        return rules.may_keep_some(self.user, people.teams_led(self.user).exists())

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer the teams that this person keeps; the whole company's paths are kept by those who govern."""
        return {"teams": teams_for(self.user), "needs_team": not roles.governs(self.user)}

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start in one's own team."""
        return {"repeat": 1, "team": self.user.team_id}

    def build(self, obj: Any, bound: bool) -> Any:
        """Keep the form, which turns what was typed into steps."""
        self.form: Any = super().build(obj, bound)
        return self.form

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("escalation-paths")

    def perform(self, obj: Any, given: Mapping[str, Any]) -> EscalationPath:
        """Make it."""
        words = {name: given[name] for name in ("name", "team", "repeat")}
        return actions.make_path(actor=self.user, steps=self.form.terms(), **words)


class OnPath(ActionPage):
    """Base of what is done to one path."""

    nav = "on-call"

    def load(self) -> EscalationPath:
        """Return the path of the address."""
        return queries.path(self.user, self.kwargs["key"])

    def verdict(self, obj: EscalationPath) -> Verdict:
        """Say whether this person may."""
        return rules.may_change_path(self.user, obj)


class ChangePath(OnPath):
    """Change name, team, and how often it begins anew."""

    title, form_class = "Change the path", PathForm

    def form_arguments(self, obj: EscalationPath) -> dict[str, Any]:
        """Offer the teams that this person keeps, and the one it has."""
        return {"teams": (teams_for(self.user) | Team.objects.filter(escalation_paths=obj)).distinct()}

    def initial(self, obj: EscalationPath) -> dict[str, Any]:
        """Start with what holds."""
        return {"name": obj.name, "team": obj.team_id, "repeat": obj.repeat}

    def perform(self, obj: EscalationPath, given: Mapping[str, Any]) -> EscalationPath:
        """Change it."""
        return actions.change_path(obj, actor=self.user, expected_version=self.seen_version, **given)


class ChangeSteps(OnPath):
    """Change the steps of a path."""

    title, form_class = "Change the steps", StepsForm
    lead = "Alerts that are under way go on with the new steps."
    fields_template = "registry/oncall/_steps_fields.html"

    def form_arguments(self, obj: EscalationPath) -> dict[str, Any]:
        """Start with the steps that hold."""
        return {"steps": terms_of(obj)}

    def build(self, obj: Any, bound: bool) -> Any:
        """Keep the form, which turns what was typed into steps."""
        self.form: Any = super().build(obj, bound)
        return self.form

    def perform(self, obj: EscalationPath, given: Mapping[str, Any]) -> EscalationPath:
        """Set them."""
        return actions.set_steps(obj, self.form.terms(), actor=self.user, expected_version=self.seen_version)


class TryPath(OnPath):
    """Send a test to everybody whom the path tells now."""

    title, submit = "Try the path", "Send the test"
    lead = "Everybody whom a step tells now gets a message that says it is a test. Nobody has to answer."

    def perform(self, obj: EscalationPath, given: Mapping[str, Any]) -> EscalationPath:
        """Send it."""
        self.count = actions.try_path(obj, actor=self.user)
        return obj

    def said(self, result: EscalationPath) -> str:
        """Say to how many it went."""
        return "The test is on its way to one place." if self.count == 1 else f"The test is on its way to {self.count} places."


class RetirePath(OnPath):
    """Retire a path."""

    title, submit, tone, form_class = "Retire the path", "Retire it", "stop", ReasonForm
    lead = "It is kept with its history, and no route may lead to it any more."

    def perform(self, obj: EscalationPath, given: Mapping[str, Any]) -> EscalationPath:
        """Retire it."""
        return actions.retire_path(obj, actor=self.user, expected_version=self.seen_version, reason=given["reason"])
