"""Pages of deployments and defects: the lists, and one of them with what was told of it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.core.contributions import ObjectLink, contribution
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from registry.deliveries import queries, rules
from registry.deliveries.models import Defect, Delivery, Deployment
from registry.deliveries.tables import (
    DefectFilters,
    DefectTable,
    DeploymentFilters,
    DeploymentTable,
    deployed_state,
    found_state,
    lasted,
    lead_time,
    recovery,
)
from registry.surfaces import queries as surfaces

ACTIVITY = Tab(
    "activity", "Activity", "governance/ledger/_activity.html", lambda page, row: lines_for(row, page.request.GET.get("before"))
)


def _may_tell(user: Any) -> bool:
    return bool(rules.may_tell(user))


def _docs(name: str) -> str:
    return reverse("api:docs-resource", args=[name])


class DeploymentList(ListPage):
    """All deployments of the surfaces that a person may see, as they stand after corrections."""

    key, url_name, title = "deployments", "deployments", "Deployments"
    table, filterset = DeploymentTable, DeploymentFilters
    lead = "{total} releases that CI told of. The scorecard counts those into production."
    search_hint = "Find by release, commit or surface"
    views = (View("All"), View("Failed", "outcome=failed"), View("Rework", "rework=true"))
    actions = (PageAction("Tell of a deployment", lambda user: reverse("deployment-new"), icon="plus", shown=_may_tell),)
    empty = Empty(
        "No deployment was told of yet",
        "One call from CI after each release, and one when it turned out bad: how often, how fast and how well you ship follows.",
        "How CI tells it",
        lambda user: _docs("deployments"),
    )

    def rows(self, user: Any) -> QuerySet[Deployment]:
        """Return those that no further row corrects."""
        return queries.deployments(user).filter(corrected_by__isnull=True).select_related("surface")


class DefectList(ListPage):
    """All defects of the surfaces that a person may see, as they stand after corrections."""

    key, url_name, title = "defects", "defects", "Defects"
    table, filterset = DefectTable, DefectFilters
    lead = "{total} defects that trackers told of, and who noticed first."
    search_hint = "Find by words, key or surface"
    views = (View("All"), View("Open", "open=true"), View("Users felt it", "found_by=users"))
    actions = (PageAction("Tell of a defect", lambda user: reverse("defect-new"), icon="plus", shown=_may_tell),)
    empty = Empty(
        "No defect was told of yet",
        "What users feel before you do is the figure that is hardest to fake. Let your tracker tell each defect once.",
        "How a tracker tells it",
        lambda user: _docs("defects"),
    )

    def rows(self, user: Any) -> QuerySet[Defect]:
        """Return those that no further row corrects."""
        return queries.defects(user).filter(corrected_by__isnull=True).select_related("surface")


class DeliveryPage(ObjectPage):
    """What the pages of both have in common: where it belongs, and what came of it."""

    correct_url = ""

    def facts(self, obj: Any) -> tuple[Fact, ...]:
        """Say where it belongs and who told it."""
        found = [Fact("Surface", atoms.link(obj.surface.get_absolute_url(), obj.surface.name, obj.surface.key))]
        if obj.change_id:
            found.append(Fact("Change", atoms.link(reverse("change", args=[obj.change.key]), obj.change.title, obj.change.key)))
        if obj.incident:
            found.append(Fact("Incident", atoms.link(_incident(obj.incident), obj.incident)))
        return (*found, Fact("Told", atoms.time(obj.told_at)), Fact("By", atoms.person(obj.by, me=self.user)))

    def parts_after(self, obj: Any) -> tuple[Next | None, tuple[Button, ...]]:
        """Return what a corrected row leads to, and the button by which one that counts is corrected."""
        later = getattr(obj, "corrected_by", None)
        if later is not None:
            look = Button(f"Look at {later.key}", later.get_absolute_url(), kind="primary")
            return Next("This was corrected, and counts no more.", later.reason, "warn", (look,)), ()
        if not rules.may_correct(obj, surfaces.may_edit(self.user, obj.surface)):
            return None, ()
        return None, (Button("Correct it", reverse(self.correct_url, args=[obj.key]), "edit", dialog=True),)


class DeploymentPage(DeliveryPage):
    """One deployment."""

    url_name, lookup, parent, noun, correct_url = (
        "deployment",
        "key",
        ("Deployments", "deployments"),
        "deployment",
        "deployment-correct",
    )
    tabs = (Tab("", "Overview", "registry/deliveries/_delivery.html", lambda page, row: shown(row, deployed(row))), ACTIVITY)

    def load(self) -> Deployment:
        """Return the deployment of the address."""
        return queries.get_deployment(self.user, self.kwargs["key"])

    def header(self, obj: Deployment) -> Header:
        """Say what was deployed where, and how it went."""
        after, buttons = self.parts_after(obj)
        name = f"Deployment {obj.version or obj.commit[:12] or obj.sender_key}"
        state = deployed_state(obj)
        return Header(name, obj.key, state=state, tier=obj.surface.tier, facts=self.facts(obj), next=after, buttons=buttons)


class DefectPage(DeliveryPage):
    """One defect."""

    url_name, lookup, parent, noun, correct_url = "defect", "key", ("Defects", "defects"), "defect", "defect-correct"
    tabs = (Tab("", "Overview", "registry/deliveries/_delivery.html", lambda page, row: shown(row, found(row))), ACTIVITY)

    def load(self) -> Defect:
        """Return the defect of the address."""
        return queries.get_defect(self.user, self.kwargs["key"])

    def header(self, obj: Defect) -> Header:
        """Say what is wrong where, and whether it is mended."""
        after, buttons = self.parts_after(obj)
        state = found_state(obj)
        return Header(obj.title, obj.key, state=state, tier=obj.surface.tier, facts=self.facts(obj), next=after, buttons=buttons)


def shown(row: Delivery, parts: list[tuple[str, str, Any]]) -> dict[str, Any]:
    """Return what the overview shows: the parts of a row, and all that was told under its key."""
    return {"parts": [part for part in parts if part[2] not in ("", None)], "told": queries.line_of(row), "row": row}


def deployed(row: Deployment) -> list[tuple[str, str, Any]]:
    """Return what a deployment says of itself."""
    return [
        ("Release", "", row.version),
        ("Into", "", row.environment),
        ("Deployed", "", atoms.time(row.deployed_at, "exact")),
        ("First commit", "", atoms.time(row.committed_at, "exact") if row.committed_at else ""),
        ("Lead time", "from its first commit until it was deployed", lasted(lead_time(row)) if row.committed_at else ""),
        ("Commit", "", row.commit),
        ("Repository", "", row.repository),
        ("Went", "", atoms.state(*deployed_state(row))),
        ("Failed since", "", atoms.time(row.failed_at, "exact") if row.failed_at else ""),
        ("Well again in", "", lasted(recovery(row)) if row.restored_at else ""),
        ("Rework", "unplanned, because something had failed in production", "Yes" if row.rework else ""),
        *_common(row),
    ]


def found(row: Defect) -> list[tuple[str, str, Any]]:
    """Return what a defect says of itself."""
    came = row.deployment
    return [
        ("Noticed first by", "", row.get_found_by_display()),
        ("Severity", "", row.get_severity_display()),
        ("Found", "", atoms.time(row.found_at, "exact")),
        ("Mended", "", atoms.time(row.fixed_at, "exact") if row.fixed_at else ""),
        ("Came with", "", atoms.link(came.get_absolute_url(), came.version or came.key, came.key) if came else ""),
        *_common(row),
    ]


def _common(row: Delivery) -> list[tuple[str, str, Any]]:
    link = atoms.link(row.link, row.link) if row.link else ""
    return [("Sender's key", "", row.sender_key), ("Link", "", link), ("Note", "", row.note)]


def _incident(key: str) -> str:
    return contribution(ObjectLink, "incidents.incident").url(key.removeprefix("INC-"))
