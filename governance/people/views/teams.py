"""Teams and positions."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people import actions, queries, rules
from governance.people.forms import EndForm, HolderForm, NewPositionForm, PositionForm, ReasonForm, TeamForm
from governance.people.models import Holding, Position, Team
from governance.people.tables import PositionFilters, PositionTable, TeamFilters, TeamTable
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab


def _activity(page: ObjectPage, obj: Any) -> Mapping[str, Any]:
    return lines_for(obj, page.request.GET.get("before"))


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
        Tab("activity", "Activity", "governance/ledger/_activity.html", _activity),
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


class PositionList(ListPage):
    """All positions, and who holds them."""

    key, url_name, title = "positions", "positions", "Positions"
    table, filterset = PositionTable, PositionFilters
    lead = "Named functions that approve, whoever holds them: {total}."
    search_hint = "Find by name"
    actions = (
        PageAction(
            "Add a position",
            lambda user: reverse("position-add"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_keep_positions(user)),
        ),
        PageAction("Delegations", lambda user: reverse("delegations")),
    )
    empty = Empty(
        "No positions yet",
        "Policy asks positions for approval, not persons, so that an approval never waits for somebody who left.",
        "Add a position",
        lambda user: reverse("position-add"),
    )

    def rows(self, user: Any) -> QuerySet[Position]:
        """Return the positions a reader may see."""
        return queries.positions_with_holders(user)


def _position(page: ObjectPage, position: Position) -> dict[str, Any]:
    holdings = position.holdings.select_related("person", "team").order_by("team__name", "is_deputy", "-starts_on")
    today = queries.today()
    bench = queries.bench()
    seats = [] if position.per_team else bench.deciders(position)
    return {"holdings": list(holdings), "today": today, "seats": seats, "may_keep": rules.may_keep_positions(page.user)}


class PositionPage(ObjectPage):
    """One position: who decides now and why, who held it and when."""

    url_name, lookup, parent, noun = "position", "key", ("Positions", "positions"), "position"
    tabs = (
        Tab("", "Holders", "governance/people/_position.html", _position),
        Tab("activity", "Activity", "governance/ledger/_activity.html", _activity),
    )

    def rows(self, user: Any) -> QuerySet[Position]:
        """Return the positions a reader may see."""
        return queries.positions_with_holders(user)

    def header(self, obj: Any) -> Header:
        """Say what it is and whether anybody holds it."""
        verdict = rules.may_keep_positions(self.user)
        name = Button("Name a holder", reverse("holder-add", args=[obj.key]), "plus", "primary", dialog=True, verdict=verdict)
        held = any(not each.is_deputy for each in obj.held_now) or obj.per_team
        missing = Next("Nobody holds this position.", "What waits for it waits for nobody.", "stop", (name,))
        change = Button("Change", reverse("position-change", args=[obj.key]), "edit", dialog=True)
        return Header(
            obj.name,
            state=("ok", "Held") if held else ("stop", "Vacant"),
            facts=(Fact("Held", "team by team" if obj.per_team else "for the whole company"),),
            next=None if held else missing,
            buttons=((name, change) if held else (change,)) if verdict else (),
        )


class _PositionAction(ActionPage):
    """Something done with a position."""

    def load(self) -> Any:
        """Return the position. Raises NotVisible."""
        found = Position.objects.visible_to(self.user).filter(key=self.kwargs["key"]).first()
        if found is None:
            raise NotVisible("There is no such position.")
        return found

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_keep_positions(self.user)


class AddPosition(_PositionAction):
    """A new position."""

    title, submit, form_class = "Add a position", "Add the position", NewPositionForm

    def load(self) -> None:
        """Nothing is there yet."""
        return

    def perform(self, obj: None, given: Mapping[str, Any]) -> Position:
        """Make it."""
        return actions.create_position(actor=self.user, **given)

    def back_url(self, obj: Any) -> str:
        """Go back to the list."""
        return reverse("positions")


class ChangePosition(_PositionAction):
    """A position's details."""

    title, submit, form_class = "Change the position", "Save", PositionForm

    def initial(self, obj: Position) -> dict[str, Any]:
        """Start from what is held."""
        return {"name": obj.name, "description": obj.description}

    def perform(self, obj: Position, given: Mapping[str, Any]) -> Position:
        """Change it."""
        return actions.change_position(obj, actor=self.user, changes=dict(given), expected_version=self.seen_version)


class NameHolder(_PositionAction):
    """Somebody takes a position, or deputises in it."""

    title, submit, form_class = "Name a holder", "Name", HolderForm
    lead = "Holders and deputies can decide on the days named, both included."

    def form_arguments(self, obj: Position) -> dict[str, Any]:
        """Ask for the team only where it matters."""
        return {"position": obj}

    def perform(self, obj: Position, given: Mapping[str, Any]) -> Holding:
        """Name them."""
        return actions.name_holder(obj, actor=self.user, **given)

    def success_url(self, result: Holding) -> str:
        """Go back to the position."""
        return result.position.get_absolute_url()

    def said(self, result: Holding) -> str:
        """Say it."""
        return f"{result.person.name} is named."


class EndHolding(ActionPage):
    """Somebody's time in a position ends."""

    title, submit, tone, form_class = "End a holding", "End it", "stop", EndForm

    def load(self) -> Holding:
        """Return the holding. Raises NotVisible."""
        rows = Holding.objects.visible_to(self.user).select_related("position", "person")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible("There is no such holding any more.")
        return found

    def verdict(self, obj: Holding) -> Verdict:
        """Ask the rule."""
        return rules.may_keep_positions(self.user)

    def perform(self, obj: Holding, given: Mapping[str, Any]) -> Holding:
        """End it."""
        return actions.end_holding(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: Holding) -> str:
        """Go back to the position."""
        return result.position.get_absolute_url()

    def back_url(self, obj: Holding) -> str:
        """Go back to the position."""
        return obj.position.get_absolute_url()

    def said(self, result: Holding) -> str:
        """Say it."""
        return f"{result.person.name}'s time as {result.position.name} is ended."
