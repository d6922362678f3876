"""Positions, and who holds them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.people import actions, queries, rules
from governance.people.forms import EndForm, HolderForm, NewPositionForm, PositionForm
from governance.people.models import Holding, Position
from governance.people.tables import PositionFilters, PositionTable
from governance.people.views.activity import activity
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab


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
        Tab("activity", "Activity", "governance/ledger/_activity.html", activity),
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
