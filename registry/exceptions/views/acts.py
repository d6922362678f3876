"""Asking for an exception, extending it, ending it early, handing it over."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse

from governance.core.errors import NotVisible
from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.policy import queries as policy
from governance.ui.pages import ActionPage
from registry.exceptions import actions, naming, queries, rules
from registry.exceptions.forms import AskForm, EndForm, OwnerForm, TermsForm
from registry.exceptions.models import ControlException
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


class Ask(ActionPage):
    """Ask for an exception; the address may name the surface and the control: ?surface=S-0418&control=rate_limits."""

    title, submit, form_class, wide = "Ask for an exception", "Ask for it", AskForm, True
    lead = "Named people approve it under its hash. It ends by itself, and more time is a new request."
    template = "registry/exceptions/ask.html"

    @cached_property
    def surface(self) -> Surface | None:
        """The surface that the address names."""
        key = self.request.GET.get("surface", "")
        return surfaces.get(self.user, key) if key else None

    def verdict(self, obj: Any) -> Verdict:
        """Say whether this person may ask, for the surface that is named."""
        if not roles.may_write(self.user):
            return deny("Auditors read everything and ask for nothing.")
        return surfaces.may_edit(self.user, self.surface) if self.surface else ALLOW

    @property
    def named(self) -> list[str]:
        """The controls that the address names and policy knows."""
        known = naming.known()
        return [key for key in self.request.GET.getlist("control") if key in known]

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with what the address names."""
        owner = self.surface.owner if self.surface and self.surface.owner else self.user
        return {"surfaces": self.surface.key if self.surface else "", "controls": self.named, "owner": owner.pk}

    def form_arguments(self, obj: Any) -> dict[str, Any]:
        """Offer the controls of the surface's tier, or all of the policy's, and say how long it may last."""
        if self.surface is not None and self.surface.tier is not None:
            offered = [control["key"] for control in policy.tier(self.surface.tier).controls]
        else:
            offered = [control["key"] for control in policy.document()["controls"]]
        limit = self.longest()
        return {"user": self.user, "offered": [*offered, naming.TIER, naming.BUDGET, *self.named], "longest": limit}

    def longest(self) -> rules.Longest | None:
        """Return how long it may last on the surface that the address names."""
        return queries.longest_for([self.surface], self.named) if self.surface and self.surface.tier is not None else None

    def extra(self, obj: Any) -> dict[str, Any]:
        """Show the surface, who will decide, and how long each tier allows."""
        tier = self.surface.tier if self.surface else None
        route = policy.route_or_none("exception", tier=tier) if tier is not None else None
        return {"surface": self.surface, "route": positions(route), "tiers": policy.tiers().values()}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> ControlException:
        """Ask."""
        return actions.ask_for(actor=self.user, **given)

    def back_url(self, obj: Any) -> str:
        """Return to the surface, or to the list."""
        return str(self.surface.get_absolute_url()) if self.surface else reverse("exceptions")

    def said(self, result: ControlException) -> str:
        """Say who decides."""
        return f"{result.key} is asked for. {_people(result)} asked to approve it; until then the controls count."


def _people(exception: ControlException) -> str:
    count = exception.request.steps.count() if exception.request else 0
    return "One person is" if count == 1 else f"{count} people are"


def positions(route: Any) -> list[str]:
    """Return who decides by a route, in words."""
    names = {row["key"]: row["name"] for row in policy.document()["positions"]}
    return [names.get(key, key) + (f", {count} people" if count > 1 else "") for key, count in route.steps] if route else []


class OneException(ActionPage):
    """Base of what is done to one exception."""

    def load(self) -> ControlException:
        """Return the exception of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def edits_all(self, exception: ControlException) -> bool:
        """Whether this person may edit every surface that it covers."""
        return all(surfaces.may_edit(self.user, each) for each in exception.surfaces.select_related("owner", "team__lead"))


class Extend(OneException):
    """Ask that an exception goes on."""

    title, submit, form_class, wide = "Ask for more time", "Ask for it", TermsForm, True
    lead = "More time is a new exception over the same controls and surfaces, with an approval of its own."
    template = "registry/exceptions/ask.html"

    def verdict(self, obj: ControlException) -> Verdict:
        """Say whether this person may ask."""
        return rules.may_extend(self.user, obj, may_edit=self.edits_all(obj))

    def initial(self, obj: ControlException) -> dict[str, Any]:
        """Start with the owner and the measures of the one before; the reason is said anew."""
        return {"owner": obj.owner_id, "measures": obj.measures}

    def form_arguments(self, obj: ControlException) -> dict[str, Any]:
        """Say how long it may last from today on."""
        return {"user": self.user, "longest": queries.longest_for(self._covered(obj), obj.controls)}

    def _covered(self, obj: ControlException) -> list[Surface]:
        covered = [each for each in obj.surfaces.select_related("in_force") if rules.may_be_covered(each)]
        if not covered:
            raise NotVisible("None of its surfaces exists any more, so there is nothing to extend.")
        return covered

    def extra(self, obj: ControlException) -> dict[str, Any]:
        """Show what goes on, and who will decide."""
        tier = queries.longest_for(self._covered(obj), obj.controls).tier
        route = policy.route_or_none("exception", tier=tier)
        return {"before": obj, "labels": naming.labels(obj.controls), "route": positions(route), "surface": None}

    def perform(self, obj: ControlException, given: Mapping[str, Any]) -> ControlException:
        """Ask."""
        return actions.extend(obj, actor=self.user, **given)

    def said(self, result: ControlException) -> str:
        """Say who decides."""
        return f"{result.key} is asked for. {_people(result)} asked to approve it."


class End(OneException):
    """End an exception before its day."""

    title, submit, form_class, tone = "End the exception", "End it now", EndForm, "stop"
    lead = "The controls count again at once, and what relied on it is told."

    def verdict(self, obj: ControlException) -> Verdict:
        """Say whether this person may end it."""
        approvers = [person.pk for person in queries.approvers(obj)]
        return rules.may_end(self.user, obj, may_edit=self.edits_all(obj), approvers=approvers)

    def perform(self, obj: ControlException, given: Mapping[str, Any]) -> ControlException:
        """End it."""
        return actions.end(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: ControlException) -> str:
        """Say so."""
        return f"{result.key} has ended."


class ChangeOwner(OneException):
    """Let another person answer for an exception."""

    title, submit, form_class = "Change the owner", "Give it", OwnerForm

    def verdict(self, obj: ControlException) -> Verdict:
        """Say whether this person may."""
        return rules.may_hand_over(self.user, obj)

    def perform(self, obj: ControlException, given: Mapping[str, Any]) -> ControlException:
        """Give it."""
        return actions.give_owner(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: ControlException) -> str:
        """Say so."""
        return f"{result.owner} answers for {result.key} now."
