"""What is done to error budgets: setting, changing and retiring objectives, counting by hand."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.ui.pages import ActionPage
from registry.budgets import actions, queries, reading
from registry.budgets.forms import CountForm, ObjectiveForm, RetireForm, TermsForm
from registry.budgets.models import Objective
from registry.surfaces import queries as surfaces


class AddObjective(ActionPage):
    """Set an objective for a surface."""

    title, submit, form_class = "Set an objective", "Set it", ObjectiveForm
    lead = "What may go wrong in a window before nothing new is let in."

    def load(self) -> None:
        """Nothing is acted on before the form names the surface."""

    def verdict(self, obj: Any) -> Verdict:
        """Auditors set none; whether one may for a surface is known once it is named."""
        return ALLOW if roles.may_write(self.user) else deny("Auditors read everything and change nothing.")

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with the surface that the address names, kept by whoever sets it."""
        asked = surfaces.KEY.match(self.request.GET.get("surface", "")[:40])
        surface = surfaces.visible_to(self.user).filter(pk=int(asked.group(1)) if asked else 0).first()
        if surface is None:
            return {"owner": self.user.pk}
        found = queries.offered(surface)
        if "target" in found:
            found["allowed"] = f"{reading.per_thousand(found.pop('target')).normalize():f}"
        return {**found, "surface": surface.key, "owner": self.user.pk}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Objective:
        """Set it."""
        surface = surfaces.get(self.user, given["surface"].strip())
        return actions.add(surface, actor=self.user, **{name: value for name, value in given.items() if name != "surface"})

    def said(self, result: Objective) -> str:
        """Say so."""
        return f"{result.name} is set."

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("objectives")

    def success_url(self, result: Objective) -> str:
        """Go to the objective."""
        return result.get_absolute_url()


class OnObjective(ActionPage):
    """Base of what is done to one objective."""

    def load(self) -> Objective:
        """Return the objective of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Objective) -> Verdict:
        """Say whether the person may."""
        return reading.may_keep(self.user, obj)


class EditObjective(OnObjective):
    """Change what it asks for."""

    title, submit, form_class = "Change the objective", "Save", TermsForm

    def initial(self, obj: Objective) -> dict[str, Any]:
        """Start with what it asks for."""
        same = {name: getattr(obj, name) for name in ("name", "bad_means", "window_days", "source", "expected_events")}
        return {**same, "suite": obj.suite_id, "allowed": f"{reading.per_thousand(obj.target).normalize():f}"}

    def perform(self, obj: Objective, given: Mapping[str, Any]) -> Objective:
        """Change it."""
        return actions.edit(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Objective) -> str:
        """Say so."""
        return f"{result.name} is saved."


class CountEvents(OnObjective):
    """Count events by hand."""

    title, submit, form_class = "Count events", "Count them", CountForm
    lead = "For what a person found. Services send theirs over REST."

    def initial(self, obj: Objective) -> dict[str, Any]:
        """Give this form a key of its own."""
        return {"key": f"by-hand-{uuid.uuid4()}"}

    def perform(self, obj: Objective, given: Mapping[str, Any]) -> Objective:
        """Count them."""
        return actions.count(obj, actor=self.user, **given)

    def said(self, result: Objective) -> str:
        """Say so."""
        return "The events are counted."


class RetireObjective(OnObjective):
    """Let it count no more."""

    title, submit, form_class, tone = "Retire the objective", "Retire it", RetireForm, "stop"
    lead = "What was counted stays on record."

    def perform(self, obj: Objective, given: Mapping[str, Any]) -> Objective:
        """Retire it."""
        return actions.retire(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Objective) -> str:
        """Say so."""
        return f"{result.name} counts no more."
