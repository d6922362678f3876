"""The company's settings."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from governance.core import company
from governance.core.verdict import Verdict
from governance.people import actions, rules
from governance.people.forms import CompanyForm
from governance.ui.pages import ActionPage


class CompanySettings(ActionPage):
    """The company's name and choices."""

    title, submit, form_class = "Company settings", "Save", CompanyForm

    def verdict(self, obj: Any) -> Verdict:
        """Ask the rule."""
        return rules.may_change_settings(self.user)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start from what is held."""
        here = company.current()
        return {name: getattr(here, name) for name in ("name", "time_zone", "classification", "public_titles")}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> Any:
        """Change."""
        return actions.change_company(actor=self.user, **given)

    def success_url(self, result: Any) -> str:
        """Stay."""
        return reverse("company")

    def said(self, result: Any) -> str:
        """Say it."""
        return "Saved."
