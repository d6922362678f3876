"""What is done with a line: corrected, registered, found to be known, left out, opened again."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.mapping import actions, queries, rules
from registry.mapping.forms import KnownForm, LeaveForm, LineForm
from registry.mapping.models import MappingLine
from registry.surfaces import queries as surfaces


class LinePage(ActionPage):
    """Base of what is done with a line."""

    family = "reviews"

    def load(self) -> MappingLine:
        """Return the line of the address."""
        return queries.get_line(self.user, self.kwargs["key"])

    def verdict(self, obj: MappingLine) -> Verdict:
        """Ask whether the person may settle it."""
        return rules.may_settle(self.user, obj)

    def success_url(self, result: Any) -> str:
        """Return to where the line stands."""
        return self.back_url(self.obj)

    def back_url(self, obj: MappingLine) -> str:
        """Return to the session."""
        return obj.session.get_absolute_url()


class AmendLine(LinePage):
    """Correct what a line says."""

    title, submit, form_class = "Correct the line", "Save", LineForm

    def verdict(self, obj: MappingLine) -> Verdict:
        """Ask whether the person may."""
        return rules.may_amend(self.user, obj, queries.invited(obj.session))

    def initial(self, obj: MappingLine) -> dict[str, Any]:
        """Begin with what it says."""
        return {name: getattr(obj, name) for name in ("what", "made_by", "purpose", "data_used")}

    def perform(self, obj: MappingLine, given: Mapping[str, Any]) -> MappingLine:
        """Correct it."""
        return actions.amend(obj, actor=self.user, expected_version=self.seen_version, **given)


class WithdrawLine(LinePage):
    """Take a line back."""

    title, submit, tone = "Take the line back", "Take it back", "stop"

    def verdict(self, obj: MappingLine) -> Verdict:
        """Ask whether the person may."""
        return rules.may_amend(self.user, obj, queries.invited(obj.session))

    def perform(self, obj: MappingLine, given: Mapping[str, Any]) -> None:
        """Take it back."""
        actions.withdraw(obj, actor=self.user, expected_version=self.seen_version)


class BeginLine(LinePage):
    """Begin the guided registration, filled in."""

    title, submit = "Register it", "Begin the registration"
    lead = "What the line says is filled in. Tier and owner follow, one question at a time."

    def perform(self, obj: MappingLine, given: Mapping[str, Any]) -> Any:
        """Begin it."""
        return actions.begin(obj, actor=self.user, expected_version=self.seen_version)

    def success_url(self, result: Any) -> str:
        """Go to its first question."""
        return reverse("surface-register-step", args=[result.pk, "what"])


class RegisterLine(LinePage):
    """Register a line at once, as an idea."""

    title, submit = "Register it as an idea", "Register it"
    lead = "It is registered with what the line says. Its team's lead is asked to own it; tier and contract follow."

    def perform(self, obj: MappingLine, given: Mapping[str, Any]) -> Any:
        """Register it."""
        return actions.register(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: Any) -> str:
        """Say what it became."""
        return f"{result.name} is registered as {result.key}."


class KnownLine(LinePage):
    """Say which surface it is."""

    title, submit, form_class = "It is registered already", "That is it", KnownForm

    def initial(self, obj: MappingLine) -> dict[str, Any]:
        """Begin with the surface that was pointed at."""
        return {"surface": self.request.GET.get("surface", "")[:40]}

    def perform(self, obj: MappingLine, given: Mapping[str, Any]) -> MappingLine:
        """Note it."""
        surface = surfaces.get(self.user, given["surface"])
        return actions.known_as(obj, actor=self.user, surface=surface, expected_version=self.seen_version)


class LeaveLine(LinePage):
    """Leave a line out."""

    title, submit, form_class = "Leave it out", "Leave it out", LeaveForm

    def perform(self, obj: MappingLine, given: Mapping[str, Any]) -> MappingLine:
        """Leave it out."""
        return actions.leave_out(obj, actor=self.user, expected_version=self.seen_version, **given)


class ReopenLine(LinePage):
    """Open a settled line again."""

    title, submit = "Open it again", "Open it again"
    lead = "A surface that was registered from it stays."

    def perform(self, obj: MappingLine, given: Mapping[str, Any]) -> MappingLine:
        """Open it."""
        return actions.reopen(obj, actor=self.user, expected_version=self.seen_version)
