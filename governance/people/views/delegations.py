"""Delegations: who decides in whose place, until when, and why."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.people import actions, queries, rules
from governance.people.forms import AdminDelegationForm, DelegationForm, ReasonForm
from governance.people.models import Delegation
from governance.people.tables import DelegationFilters, DelegationTable
from governance.people.views.activity import activity
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, ObjectPage, PageAction, Tab, View


class DelegationList(ListPage):
    """All delegations, those that hold now first among the views."""

    key, url_name, title = "delegations", "delegations", "Delegations"
    table, filterset = DelegationTable, DelegationFilters
    lead = "Who decides in whose place, and until when. {total} in all."
    views = (View("All"), View("Hold now", "now=true"), View("Mine", "giver={me}"), View("Given to me", "receiver={me}"))
    actions = (
        PageAction(
            "Delegate",
            lambda user: reverse("delegate"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(rules.may_write(user)),
        ),
    )
    empty = Empty(
        "Nobody has delegated",
        "When you are away, let somebody decide in your place. It is dated, recorded, and ends by itself.",
        "Delegate",
        lambda user: reverse("delegate"),
    )

    def rows(self, user: Any) -> QuerySet[Delegation]:
        """Return the delegations a reader may see."""
        return queries.delegations_list(user)


class DelegationPage(ObjectPage):
    """One delegation."""

    url_name, lookup, parent, noun = "delegation", "pk", ("Delegations", "delegations"), "delegation"
    tabs = (
        Tab("", "Overview", "governance/people/_delegation.html"),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            activity,
        ),
    )

    def rows(self, user: Any) -> QuerySet[Delegation]:
        """Return the delegations a reader may see."""
        return queries.delegations_list(user)

    def header(self, obj: Delegation) -> Header:
        """Say who decides for whom."""
        facts = (
            Fact("In place of", atoms.person(obj.giver)),
            Fact("Decides", atoms.person(obj.receiver)),
            Fact("As", obj.position.name if obj.position else "every position held"),
            Fact("From", atoms.time(obj.starts_at)),
            Fact("Until", atoms.time(obj.ends_at)),
        )
        revoke = Button(
            "Take it back",
            reverse("delegation-revoke", args=[obj.pk]),
            kind="stop",
            dialog=True,
            verdict=rules.may_delegate(self.user, obj.giver),
        )
        buttons = (revoke,) if obj.revoked_at is None and obj.ends_at > clock.now() else ()
        return Header(f"{obj.receiver.name} for {obj.giver.name}", state=_state(obj), facts=facts, buttons=buttons)


def _state(obj: Delegation) -> tuple[str, str]:
    now = clock.now()
    if obj.revoked_at:
        return "stop", "Taken back"
    if obj.ends_at <= now:
        return "until", "Over"
    return ("held", "Holds now") if obj.starts_at <= now else ("wait", "Begins later")


class Delegate(ActionPage):
    """Let somebody decide in one's place."""

    title, submit = "Delegate your decisions", "Delegate"
    lead = "They decide under their own name, marked as yours. It ends by itself, and you can take it back at any time."

    def build(self, obj: Any, bound: bool) -> Any:
        """Ask for whom, where somebody may record it for another."""
        self.form_class = AdminDelegationForm if rules.may_administer_people(self.user) else DelegationForm  # type: ignore[misc]
        return super().build(obj, bound)

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_delegate(self.user, self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with a fortnight from now."""
        now = clock.now().replace(second=0, microsecond=0)
        return {"giver": self.user.pk, "starts_at": now, "ends_at": now + timedelta(days=14)}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Delegation:
        """Delegate."""
        rest = {name: value for name, value in given.items() if name != "giver"}
        return actions.give_delegation(given.get("giver", self.user), actor=self.user, **rest)

    def success_url(self, result: Delegation) -> str:
        """Show it."""
        return reverse("delegation", args=[result.pk])

    def back_url(self, obj: Any) -> str:
        """Go back to the list."""
        return reverse("delegations")

    def said(self, result: Delegation) -> str:
        """Say it."""
        return f"{result.receiver.name} can decide in place of {result.giver.name}."


class RevokeDelegation(ActionPage):
    """Take a delegation back."""

    title, submit, tone, form_class = "Take the delegation back", "Take it back", "stop", ReasonForm

    def load(self) -> Delegation:
        """Return the delegation. Raises NotVisible."""
        found = queries.delegations_list(self.user).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotVisible("There is no such delegation.")
        return found

    def verdict(self, obj: Delegation) -> Verdict:
        """Ask the rule."""
        return rules.may_delegate(self.user, obj.giver)

    def perform(self, obj: Delegation, given: Mapping[str, Any]) -> Delegation:
        """Take it back."""
        return actions.revoke_delegation(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: Delegation) -> str:
        """Show it."""
        return reverse("delegation", args=[result.pk])

    def back_url(self, obj: Delegation) -> str:
        """Go back to it."""
        return reverse("delegation", args=[obj.pk])

    def said(self, result: Delegation) -> str:
        """Say it."""
        return "The delegation has ended."
