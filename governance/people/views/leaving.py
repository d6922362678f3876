"""Leaving: closed, let back in, forgotten, and what was owned given to others."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.contributions import OwnedSource, contribution
from governance.core.errors import Invalid
from governance.core.verdict import Verdict
from governance.people import actions, queries, rules
from governance.people.forms import ReasonForm, ReassignForm
from governance.people.models import User
from governance.people.views.people import OfPerson
from governance.people.views.sensitive import SensitivePage
from governance.ui.pages import ActionPage


class Deactivate(OfPerson, SensitivePage):
    """An administrator closes an account."""

    title, submit, tone, form_class = "Deactivate the account", "Deactivate", "stop", ReasonForm
    lead = "They are signed out everywhere, their tokens stop, and what they own is listed for somebody else."

    def verdict(self, obj: User) -> Verdict:
        """Ask the rule."""
        return rules.may_deactivate(self.user, obj, other_administrators=queries.other_administrators(obj))

    def perform(self, obj: User, given: Mapping[str, Any]) -> User:
        """Close it."""
        return actions.deactivate(obj, actor=self.user, expected_version=self.seen_version, **given)

    def success_url(self, result: User) -> str:
        """Go on to reassigning, when there is anything to reassign."""
        name = "person-reassign" if queries.count_owned(result) else "person"
        return reverse(name, args=[result.ref])

    def said(self, result: User) -> str:
        """Say it."""
        return f"{result.name} can no longer sign in."


class Reactivate(OfPerson, ActionPage):
    """An administrator opens an account again."""

    title, submit, form_class = "Let somebody back in", "Reactivate", ReasonForm
    lead = "They can sign in again. Tokens stay revoked."

    def verdict(self, obj: User) -> Verdict:
        """Ask the rule."""
        return rules.may_administer_people(self.user)

    def perform(self, obj: User, given: Mapping[str, Any]) -> User:
        """Open it."""
        return actions.reactivate(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: User) -> str:
        """Say it."""
        return f"{result.name} can sign in again."


class Reassign(OfPerson, ActionPage):
    """Everything a person owns on one page, given to others in one go."""

    title, submit, form_class, wide = "Reassign what somebody owns", "Reassign", ReassignForm, True
    template = "governance/people/reassign.html"

    def verdict(self, obj: User) -> Verdict:
        """Ask the rule."""
        return rules.may_reassign(self.user)

    def extra(self, obj: User) -> dict[str, Any]:
        """List what there is, with what was ticked."""
        ticked = set(self.request.POST.getlist("thing"))
        fresh = self.request.method == "GET"
        owned = [
            (
                contribution(OwnedSource, key).label,
                [(f"{key}:{each.pk}", each, fresh or f"{key}:{each.pk}" in ticked) for each in objs],
            )
            for key, objs in queries.owned_by(obj)
            if objs
        ]
        return {"owned": owned, "person_shown": obj}

    def perform(self, obj: User, given: Mapping[str, Any]) -> tuple[User, int]:
        """Give what is ticked."""
        ticked = [each.partition(":") for each in self.request.POST.getlist("thing")]
        things = [(source, pk) for source, colon, pk in ticked if colon]
        if not things:
            raise Invalid("Nothing is ticked.", fix="Tick what to give away.")
        count = actions.reassign(obj, actor=self.user, to=given["to"], things=things, reason=given["reason"])
        return obj, count

    def success_url(self, result: tuple[User, int]) -> str:
        """Stay while anything is left."""
        left = queries.count_owned(result[0])
        return reverse("person-reassign" if left else "person", args=[result[0].ref])

    def said(self, result: tuple[User, int]) -> str:
        """Say how many."""
        return f"{result[1]} reassigned."

    def back_url(self, obj: User) -> str:
        """Go back to the person."""
        return obj.get_absolute_url()
