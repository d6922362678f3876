"""Proposing, in each of its ways: a draft, an emergency, a rollback; and retiring a surface."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.changes import actions, queries, reading
from registry.changes.forms import EmergencyForm, ProposeForm, RetireForm, RollBackForm
from registry.changes.models import Change
from registry.surfaces import queries as surfaces
from registry.surfaces import rules as surface_rules
from registry.surfaces.models import Surface


class SurfaceAction(ActionPage):
    """Base of what is done to a surface from here."""

    def load(self) -> Surface:
        """Return the surface of the address."""
        return surfaces.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Surface) -> Verdict:
        """Say whether the person may."""
        return surface_rules.may_edit(self.user, obj, surfaces.grants_of(self.user, obj))

    def back_url(self, obj: Surface) -> str:
        """Return to the surface."""
        return reverse("surface", args=[obj.key])

    def form_arguments(self, obj: Surface) -> dict[str, Any]:
        """Offer the revisions that once held."""
        return {"targets": queries.rollback_targets(obj)}

    def success_url(self, result: Any) -> str:
        """Go to the change."""
        return reverse("change", args=[result.key])


class Propose(SurfaceAction):
    """Propose the open draft as the next revision."""

    title, submit, form_class, wide = "Propose a change", "Propose", ProposeForm, True
    template = "registry/changes/propose.html"

    def extra(self, obj: Surface) -> dict[str, Any]:
        """Show what the draft would change, what it still lacks, and who will decide."""
        return {"draft": self.draft(obj), "surface": obj}

    def draft(self, obj: Surface) -> dict[str, Any]:
        """Return the open draft as it is read; read once for each way of showing it."""
        if not hasattr(self, "_draft"):
            self._draft = reading.draft(obj)
        return self._draft

    def form_arguments(self, obj: Surface) -> dict[str, Any]:
        """Offer the revisions that once held; the tier says what must be told."""
        return {"targets": queries.rollback_targets(obj), "tier": obj.tier or 0}

    def initial(self, obj: Surface) -> dict[str, Any]:
        """Start with what the draft says already, and with the title and reason that a link to the form carries."""
        carried = {name: self.request.GET[name][:4000] for name in ("title", "why") if self.request.GET.get(name)}
        return {**reading.suggested(obj, self.draft(obj)), **carried}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Change:
        """Propose."""
        record = {name: value for name, value in given.items() if name not in {"title", "why"}}
        return actions.propose(
            obj,
            actor=self.user,
            title=given["title"],
            why=given["why"],
            record=record,
            expected_version=self.seen_version,
        )

    def said(self, result: Change) -> str:
        """Say who decides."""
        places = result.request.steps.count() if result.request else 0
        asked = "1 person is" if places == 1 else f"{places} people are"
        return f"Revision {result.revision.number} is proposed. {asked} asked to approve it."


class ProposeEmergency(Propose):
    """Propose the open draft as a change that cannot wait."""

    title, submit, form_class, tone = "Propose an emergency change", "Propose the emergency", EmergencyForm, "stop"
    lead = (
        "The fewest people approve it, and it takes effect at once: past freezes and controls that are not met. "
        "Somebody else reviews it within the hours that the tier names."
    )

    def extra(self, obj: Surface) -> dict[str, Any]:
        """Show the draft as for any change."""
        return {"draft": self.draft(obj), "surface": obj, "emergency": True}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Change:
        """Propose the emergency."""
        record = {name: value for name, value in given.items() if name not in {"title", "why", "incident"}}
        return actions.propose_emergency(
            obj,
            actor=self.user,
            title=given["title"],
            incident=given["incident"],
            why=given["why"],
            record=record,
            expected_version=self.seen_version,
        )


class RollBack(SurfaceAction):
    """Go back to an earlier revision."""

    title, submit, form_class, tone = "Roll back", "Propose the rollback", RollBackForm, "stop"
    lead = "An earlier revision is proposed again, under its own hash, through the lane for rollbacks."

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Change:
        """Propose the rollback."""
        return actions.roll_back(obj, actor=self.user, to=given["to"], why=given["why"], expected_version=self.seen_version)

    def said(self, result: Change) -> str:
        """Say what happens next."""
        return f"The rollback to revision {result.revision.number} is proposed."


class Retire(SurfaceAction):
    """End a surface."""

    title, submit, form_class, tone = "Retire the surface", "Retire", RetireForm, "stop"
    lead = "Nothing is in force any more, and the record is closed. Its history stays."

    def verdict(self, obj: Surface) -> Verdict:
        """Owners, team leads and risk officers retire."""
        return surface_rules.may_own_decisions(self.user, obj)

    def form_arguments(self, obj: Surface) -> dict[str, Any]:
        """Nothing more is needed."""
        return {}

    def perform(self, obj: Surface, given: Mapping[str, Any]) -> Surface:
        """Retire."""
        return actions.retire(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def success_url(self, result: Surface) -> str:
        """Return to the surface."""
        return reverse("surface", args=[result.key])

    def said(self, result: Surface) -> str:
        """Say so."""
        return f"{result.name} is retired."
