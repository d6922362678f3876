"""What is decided about a finding: put it off, wake it, dismiss it, give it to somebody."""

from collections.abc import Mapping
from typing import Any

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.findings import actions, forms, queries
from registry.findings.models import Finding
from registry.findings.views.page import may_decide


class OnFinding(ActionPage):
    """Base of what is done about one finding."""

    def load(self) -> Finding:
        """Return the finding of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def verdict(self, obj: Finding) -> Verdict:
        """Say whether the person may."""
        return may_decide(self.user, obj)


class Snooze(OnFinding):
    """Put it off until a day."""

    title, submit, form_class = "Put the finding off", "Put it off", forms.SnoozeForm

    def perform(self, obj: Finding, given: Mapping[str, Any]) -> Finding:
        """Put it off."""
        return actions.snooze(obj, actor=self.user, expected_version=self.seen_version, **given)

    def said(self, result: Finding) -> str:
        """Say until when."""
        return f"It comes back on {result.snoozed_until:%-d %B %Y}."


class Wake(OnFinding):
    """Put it back on the list."""

    title, submit = "Back on the list", "Put it back"

    def perform(self, obj: Finding, given: Mapping[str, Any]) -> Finding:
        """Wake it."""
        return actions.wake(obj, actor=self.user, expected_version=self.seen_version)

    def said(self, result: Finding) -> str:
        """Say so."""
        return "The finding is open again."


class Dismiss(OnFinding):
    """Say that it is none."""

    title, submit, form_class, tone = "Dismiss the finding", "Dismiss it", forms.DismissForm, "stop"

    def perform(self, obj: Finding, given: Mapping[str, Any]) -> Finding:
        """Dismiss it."""
        return actions.dismiss(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: Finding) -> str:
        """Say so."""
        return "The finding is dismissed."


class GiveOwner(OnFinding):
    """Give it to somebody else."""

    title, submit, form_class = "Give the finding to somebody", "Give it", forms.OwnerForm

    def initial(self, obj: Finding) -> dict[str, Any]:
        """Start with who has it."""
        return {"owner": obj.owner_id}

    def perform(self, obj: Finding, given: Mapping[str, Any]) -> Finding:
        """Hand it on."""
        words = {"to": given["owner"], "reason": given["reason"]}
        return actions.reassign(obj, actor=self.user, expected_version=self.seen_version, **words)

    def said(self, result: Finding) -> str:
        """Say who has it."""
        return f"{result.owner} answers for it now."
