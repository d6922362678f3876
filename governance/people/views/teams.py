"""Teams and positions."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.people import actions, queries, rules
from governance.people.forms import ReasonForm, TeamForm
from governance.people.models import Holding, Team
from governance.people.tables import TeamFilters, TeamTable
from governance.people.views.activity import activity
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab


class TeamList(ListPage):
    """All teams."""

    key, url_name, title = "teams", "teams", "Teams"
    table, filterset = TeamTable, TeamFilters
    lead = "Parts of the company that own things and pay for them: {total}."
    search_hint = "Find by name or cost centre"
    actions = (
        PageAction(
            "Add a team",
            lambda user: reverse("team-add"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_keep_teams(user)),
        ),
    )
    empty = Empty(
        "No teams yet",
        "Teams own surfaces and pay for them, and things can be shared with a whole team at once.",
        "Add a team",
        lambda user: reverse("team-add"),
    )

    def rows(self, user: Any) -> QuerySet[Team]:
        """Return the teams a reader may see."""
        return queries.teams_with_counts(user)


def _team(page: ObjectPage, team: Team) -> dict[str, Any]:
    members = team.members.persons().filter(is_active=True).order_by("name")
    held = Holding.objects.on(queries.today()).filter(team=team).select_related("position", "person")
    return {"members": list(members), "children": list(team.children.all()), "holdings": list(held)}


class TeamPage(ObjectPage):
    """One team."""

    url_name, lookup, parent, noun = "team", "key", ("Teams", "teams"), "team"
    tabs = (
        Tab("", "Overview", "governance/people/_team.html", _team),
        Tab("activity", "Activity", "governance/ledger/_activity.html", activity),
    )

    def rows(self, user: Any) -> QuerySet[Team]:
        """Return the teams a reader may see."""
        return queries.teams_with_counts(user)

    def header(self, obj: Team) -> Header:
        """Say what it is."""
        facts = [Fact("Lead", atoms.person(obj.lead, "No lead"))]
        if obj.parent:
            facts.append(Fact("Part of", atoms.link(obj.parent.get_absolute_url(), obj.parent.name)))
        if obj.cost_centre:
            facts.append(Fact("Cost centre", obj.cost_centre))
        verdict = rules.may_keep_teams(self.user)
        change = reverse("team-change", args=[obj.key])
        buttons = (
            Button("Change", change, "edit", dialog=True),
            Button("Remove", reverse("team-remove", args=[obj.key]), dialog=True),
        )
        missing = Next(
            "Nobody leads this team.",
            "The lead holds the position Team lead and decides for it.",
            "warn",
            (Button("Name a lead", change, "person", "primary", dialog=True, verdict=verdict),),
        )
        led = obj.lead is not None and obj.lead.is_active
        return Header(obj.name, facts=tuple(facts), next=None if led else missing, buttons=buttons if verdict else ())


class _TeamAction(ActionPage):
    """Something done with a team."""

    def load(self) -> Team:
        """Return the team. Raises NotVisible."""
        found = Team.objects.visible_to(self.user).filter(key=self.kwargs["key"]).first()
        if found is None:
            raise NotVisible("There is no such team.")
        return found

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_keep_teams(self.user)


class AddTeam(_TeamAction):
    """A new team."""

    title, submit, form_class = "Add a team", "Add the team", TeamForm

    def load(self) -> None:  # type: ignore[override]
        """Nothing is there yet."""
        return

    def perform(self, obj: None, given: Mapping[str, Any]) -> Team:
        """Make it."""
        return actions.create_team(actor=self.user, **given)

    def back_url(self, obj: Any) -> str:
        """Go back to the list."""
        return reverse("teams")

    def said(self, result: Team) -> str:
        """Say it."""
        return f"{result.name} is added."


class ChangeTeam(_TeamAction):
    """A team's details."""

    title, submit, form_class = "Change the team", "Save", TeamForm

    def initial(self, obj: Team) -> dict[str, Any]:
        """Start from what is held."""
        return {name: getattr(obj, name) for name in ("name", "parent", "lead", "cost_centre")}

    def perform(self, obj: Team, given: Mapping[str, Any]) -> Team:
        """Change it."""
        return actions.change_team(obj, actor=self.user, changes=dict(given), expected_version=self.seen_version)

    def said(self, result: Team) -> str:
        """Say it."""
        return f"{result.name} is saved."


class RemoveTeam(_TeamAction):
    """A team that nothing belongs to."""

    title, submit, tone, form_class = "Remove the team", "Remove", "stop", ReasonForm
    lead = "Only a team without people, teams below it and holders can go. Its history stays."

    def perform(self, obj: Team, given: Mapping[str, Any]) -> Team:
        """Remove it."""
        actions.remove_team(obj, actor=self.user, expected_version=self.seen_version, **given)
        return obj

    def success_url(self, result: Team) -> str:
        """Go to the list."""
        return reverse("teams")

    def said(self, result: Team) -> str:
        """Say it."""
        return f"{result.name} is removed."
