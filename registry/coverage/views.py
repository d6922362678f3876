"""Pages of coverage: all frameworks, and one framework item by item."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.policy import queries as policy
from governance.ui.pages.base import Page
from registry.coverage import queries
from registry.coverage.counting import ItemCoverage
from registry.frameworks import queries as frameworks

LONG = 90  # characters from which on a framework's titles are read as sentences
MARKS = {"covered": "ok", "partly": "warn", "open": "stop", "unasked": "wait", "none": "wait"}


class FrameworkList(Page):
    """Every framework with how far it is covered."""

    title, template = "Frameworks", "registry/coverage/frameworks.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show them."""
        found = queries.overview(self.user)
        return self.render(found=found, edition=frameworks.edition().key, policy=policy.in_force())


class FrameworkPage(Page):
    """One framework: each item, the controls that meet it, and on how many surfaces they are met."""

    template = "registry/coverage/framework.html"

    def get_title(self) -> str:
        """Return the framework's name with its edition."""
        return self.coverage.framework.label

    def get_crumbs(self) -> list[tuple[str, str]]:
        """Return the way here."""
        return [("Frameworks", reverse("frameworks")), (self.coverage.framework.edition, "")]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, all items or those in one state."""
        self.coverage = queries.of(self.user, kwargs["key"])
        wished = request.GET.get("state", "")
        rows = [each for each in self.coverage.items if not wished or each.state == wished]
        return self.render(
            coverage=self.coverage,
            framework=self.coverage.framework,
            groups=self.grouped(rows),
            views=self.views(wished),
            policy=policy.in_force(),
            wordy=any(len(each.item.title) > LONG for each in self.coverage.items),
            numbered=any(key[:1].isupper() for key in self.coverage.framework.groups),
            in_use=self.coverage.framework.key == frameworks.edition().key,
        )

    def grouped(self, rows: list[ItemCoverage]) -> list[tuple[str, str, list[tuple[ItemCoverage, str]]]]:
        """Return the items under the groups of their framework, each with its mark."""
        found: dict[str, list[tuple[ItemCoverage, str]]] = {}
        for each in rows:
            found.setdefault(each.item.group, []).append((each, MARKS[each.state]))
        return [(key, self.coverage.framework.groups.get(key, ""), items) for key, items in found.items()]

    def views(self, wished: str) -> list[tuple[str, str, int, bool]]:
        """Return the states to choose from, as label, address, number and whether it is the present one."""
        here = reverse("framework", args=[self.coverage.framework.key])
        named = (("covered", "Covered"), ("partly", "Partly"), ("open", "Open"), ("unasked", "Not asked"), ("none", "No control"))
        shown = [(label, f"{here}?state={key}", self.coverage.number(key), wished == key) for key, label in named]
        return [("All", here, len(self.coverage.items), not wished), *(each for each in shown if each[2])]
