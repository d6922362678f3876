"""The ways to end a finding: register its surface, say which surface it is, propose the change that would allow it."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict, deny
from registry.findings import forms, proposing, registering, rules
from registry.findings.models import Finding
from registry.findings.views.deciding import OnFinding
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Draft


class Register(OnFinding):
    """Begin a registration with what was seen."""

    title, submit = "Register the surface", "Begin"
    lead = "What was seen is filled in. Once it is registered, the calls of this program are matched to it."

    def verdict(self, obj: Finding) -> Verdict:
        """Say whether the person may register."""
        return rules.may_register(self.user, obj)

    def perform(self, obj: Finding, given: Mapping[str, Any]) -> Draft:
        """Begin it."""
        return registering.begin(obj, actor=self.user)

    def success_url(self, result: Draft) -> str:
        """Go to the first question."""
        return reverse("surface-register-step", args=[result.pk, "what"])

    def said(self, result: Draft) -> str:
        """Say what is filled in."""
        return "What was seen is filled in."


class NameSurface(OnFinding):
    """Say which registered surface makes these calls."""

    title, submit, form_class = "It is a surface of ours", "That is it", forms.NameForm
    lead = "What the program calls itself means that surface from now on, and its calls so far are matched again."

    def verdict(self, obj: Finding) -> Verdict:
        """Say whether the person may register."""
        return rules.may_register(self.user, obj)

    def perform(self, obj: Finding, given: Mapping[str, Any]) -> Finding:
        """Name it."""
        surface = surfaces.get(self.user, given["surface"].strip())
        return registering.name(obj, surface, actor=self.user)

    def said(self, result: Finding) -> str:
        """Say so."""
        return "The program is known by that surface now."


class ProposeChange(OnFinding):
    """Draft the change that would allow it, and go to the form that proposes it."""

    title, submit = "Propose the change", "Draft it"
    lead = "The contract's draft gets what is missing; nothing is in force by it."

    def verdict(self, obj: Finding) -> Verdict:
        """Say whether a change would help and the person may propose one."""
        if obj.surface is None:
            return deny("This finding is about no registered surface.", fix="Register the surface first.")
        return rules.may_propose(obj) and surfaces.may_edit(self.user, obj.surface)

    def perform(self, obj: Finding, given: Mapping[str, Any]) -> str:
        """Draft it and return where it is proposed."""
        _, found = proposing.draft_change(obj, actor=self.user)
        self.adds = found.adds
        return proposing.form_url(obj, found)

    def success_url(self, result: str) -> str:
        """Go to the form, with title and reason filled in."""
        return result

    def said(self, result: str) -> str:
        """Say what is drafted."""
        return f"The draft has {self.adds}."
