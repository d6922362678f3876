"""Pages of the gate: the list, one check with its reasons, and the tab of a surface."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Empty, Fact, Header, ListPage, Next, ObjectPage, Tab, View
from registry.gates import queries
from registry.gates.models import GateCheck
from registry.gates.tables import GateFilters, GateTable, state_of
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab

SHOWN = 25


class GateList(ListPage):
    """All gate checks a person may see."""

    key, url_name, title = "gates", "gates", "Gate checks"
    table, filterset = GateTable, GateFilters
    lead = "{total} times CI asked whether a revision may pass. The last answer before it holds is the one that counts."
    search_hint = "Find by surface, commit or repository"
    views = (View("All"), View("Holding back", "holds=true"), View("Failed", "passed=false"), View("Passed", "passed=true"))
    empty = Empty(
        "Nobody asked the gate yet",
        "One call from CI with the results of an eval run answers pass or fail with reasons, and the answer binds.",
        "How CI asks it",
        lambda user: reverse("api:docs-resource", args=["gates"]),
    )

    def rows(self, user: Any) -> QuerySet[GateCheck]:
        """Return the checks that the reader may see."""
        return queries.visible_to(user)


class GatePage(ObjectPage):
    """One check: what was asked, what was found, and why not."""

    url_name, lookup, parent = "gate-check", "key", ("Gate checks", "gates")
    tabs = (
        Tab("", "Overview", "registry/gates/_check.html", lambda page, check: {"check": check}),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, check: lines_for(check, page.request.GET.get("before")),
        ),
    )

    def load(self) -> GateCheck:
        """Return the check of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: GateCheck) -> Header:
        """Say what was asked about which revision, and what comes next."""
        facts = [Fact("Surface", atoms.link(obj.surface.get_absolute_url(), obj.surface.name, obj.surface.key))]
        if obj.revision is not None:
            facts += [Fact("Revision", f"r{obj.revision.number}"), Fact("Hash", atoms.hash_code(obj.revision.digest))]
        facts += [Fact("Asked", atoms.time(obj.at)), Fact("By", atoms.person(obj.actor))]
        tier = obj.revision.tier if obj.revision else obj.surface.tier
        title = f"Gate of {obj.surface.name}"
        return Header(title, obj.key, state=state_of(obj), tier=tier, facts=tuple(facts), next=self.next_step(obj))

    def next_step(self, check: GateCheck) -> Next | None:
        """Return what a failed check that still binds asks for."""
        if check.passed or check.while_in_force or check.revision is None:
            return None
        last = queries.last_for(check.revision)
        if last is None or last.pk != check.pk or check.surface.in_force_id == check.revision_id:
            return None
        first = check.reasons[0]
        said = f"{first['text']} {first['fix']}".strip()
        return Next(f"Revision {check.revision.number} does not come into force like this.", said, "stop")


class SurfaceGate(SurfaceTab):
    """The gate of one surface."""

    body = "registry/gates/_surface.html"

    def shown(self, surface: Surface) -> dict[str, Any]:
        """Show the newest checks, and how CI asks."""
        checks = list(queries.of_surface(surface)[: SHOWN + 1])
        base = settings.BASE_URL or f"{self.request.scheme}://{self.request.get_host()}"
        return {
            "surface": surface,
            "checks": checks[:SHOWN],
            "more": f"{reverse('gates')}?surface={surface.pk}" if len(checks) > SHOWN else "",
            "address": f"{base}/api/v1/gates/{surface.key}",
            "docs": reverse("api:docs-resource", args=["gates"]),
        }
