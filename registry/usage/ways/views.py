"""The page on which a table of observations is handed in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage
from registry.usage.sources import rules
from registry.usage.ways import taking
from registry.usage.ways.items import KNOWN

SHOWN = 200
"""Refused rows that are listed; the copy beside them holds all."""


class TableForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label="Table", help_text=f"CSV or XLSX. Columns: {', '.join(sorted(KNOWN))}. Needed: at, key, model or tool."
    )


class HandIn(ActionPage):
    """Hand a table of observations in; what is refused comes back with its reasons in the answer."""

    title, submit, form_class = "Hand in observations", "Store them", TableForm
    lead = "For what speaks no OpenTelemetry. A row that was stored before changes nothing."
    taken: taking.Taken | None = None

    def verdict(self, obj: None) -> Verdict:
        """Whoever may write may hand in what they see."""
        return rules.may_add(self.user)

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Sources", reverse("usage-sources")), (self.title, "")]

    def back_url(self, obj: None) -> str:
        """Return to the sources."""
        return reverse("usage-sources")

    def perform(self, obj: None, given: Mapping[str, Any]) -> taking.Taken:
        """Store what is good."""
        file = given["file"]
        self.taken = taking.take_table(file.read(), file.name, actor=self.user)
        return self.taken

    def success_url(self, result: taking.Taken) -> str:
        """Go to the sources where nothing was refused; otherwise the answer is the page with the refused rows."""
        return reverse("usage-sources")

    def said(self, result: taking.Taken) -> str:
        """Say what came of it."""
        stored = result.stored
        again = f", {stored.duplicates:,} were there already" if stored.duplicates else ""
        return f"{stored.stored:,} of {result.given:,} observations are stored{again}."

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Store, and show what was refused."""
        response = super().post(request, *args, **kwargs)
        if self.taken is None or not self.taken.refused:
            return response
        told: dict[str, Any] = {"taken": self.taken, "shown": self.taken.told[:SHOWN], "more": len(self.taken.told) - SHOWN}
        return self.render("registry/usage/ways/refused.html", said=self.said(self.taken), **told)
