"""Pages of what was observed: ways of use, one of them with its calls, a trace, what was received, a surface's tab."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from governance.people import roles
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View
from governance.ui.pages.base import Page
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab
from registry.usage.models import SealedHour, Standing, UsagePath
from registry.usage.observed import queries, reading, words
from registry.usage.observed.tables import HourTable, PathFilters, PathTable
from registry.usage.sealing import jobs

PARENT = ("Observations", "usage-paths")
RECEIVED = ("Received", "sealed-hours")


class PathList(ListPage):
    """Every way in which models are really used, as far as a person may see it."""

    key, url_name, title = "usage-paths", "usage-paths", "Observations"
    table, filterset = PathTable, PathFilters
    lead = "{total} ways in which models are really used, matched to what was approved."
    search_hint = "Find by surface, service, model, tool or region"
    views = (
        View("All"),
        View("Not approved", "standing=not_approved"),
        View("No known surface", "known=false"),
        View("Cannot be told", "standing=unknown"),
        View("Logging fields lack", "lacking=true"),
    )
    actions = (PageAction("Received", lambda user: reverse("sealed-hours"), icon="ledger", shown=roles.reads_all),)
    empty = Empty(
        "Nothing was observed yet",
        "What was approved is held against what really happens. Point a program, a team's programs or a gateway at Plumbline, "
        "and its calls are matched within seconds.",
        "Add a source",
        lambda user: reverse("usage-source-new"),
    )

    def rows(self, user: Any) -> QuerySet[UsagePath]:
        """Return the ways of use that the reader may see."""
        return queries.listed(user)


class PathPage(ObjectPage):
    """One way of use: what was seen, what it was matched to, what speaks against it, and its single calls."""

    url_name, lookup, parent, noun = "usage-path", "key", PARENT, "way of use"
    tabs = (
        Tab("", "Overview", "registry/usage/observed/_path.html", lambda page, obj: reading.overview(page.user, obj)),
        Tab(
            "calls",
            "Calls",
            "registry/usage/observed/_calls.html",
            lambda page, obj: reading.calls(page.user, obj, page.request.GET.get("before", "")),
        ),
    )

    def load(self) -> UsagePath:
        """Return the path of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: UsagePath) -> Header:
        """Say who calls what, and whether that was approved."""
        surface = obj.surface
        facts = [Fact("Surface", atoms.link(surface.get_absolute_url(), surface.name, surface.key) if surface else "None known")]
        if obj.endpoint is not None:
            facts.append(Fact("Endpoint", atoms.link(obj.endpoint.get_absolute_url(), obj.endpoint.name)))
        if surface is not None:
            facts.append(Fact("Owner", atoms.person(surface.owner, me=self.user)))
        return Header(
            f"{words.what(obj)} by {words.caller(obj)}",
            obj.key,
            words.standing_of(obj),
            tier=surface.tier if surface else None,
            facts=tuple(facts),
            next=_next(obj),
        )


def _next(path: UsagePath) -> Next | None:
    if path.standing == Standing.NOT_APPROVED:
        return Next("This was not approved.", " ".join(words.reasons_of(path)), "stop")
    if path.standing == Standing.UNKNOWN:
        return Next("It cannot be told whether this was approved.", " ".join(words.reasons_of(path)), "warn")
    return None


class TracePage(Page):
    """All calls of one trace that a person may see."""

    template = "registry/usage/observed/trace.html"
    title = "Trace"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show them in their order."""
        rows = queries.trace(self.user, kwargs["trace"])
        lines = [
            {**reading.call_line(row), "url": row.path.get_absolute_url(), "what": words.what(row.path),
             "caller": words.caller(row.path), "standing": words.standing_of(row.path)}
            for row in rows
        ]  # fmt: skip
        return self.render(lines=lines, trace=kwargs["trace"], crumbs=[PARENT], most=queries.MOST_OF_TRACE)


class HourList(ListPage):
    """The hours of deliveries, sealed in the ledger."""

    key, url_name, title = "sealed-hours", "sealed-hours", "Received"
    table = HourTable
    lead = "{total} hours of observations, each sealed in the ledger."
    empty = Empty(
        "No hour is sealed yet",
        "Ten minutes after an hour is over, all that was received in it is sealed in the ledger by one digest.",
    )

    def rows(self, user: Any) -> QuerySet[SealedHour]:
        """Return them, for those who read all."""
        return queries.sealed_hours(user)


class HourPage(ObjectPage):
    """One sealed hour: its digest, its entry, its deliveries."""

    url_name, lookup, parent, noun = "sealed-hour", "key", RECEIVED, "sealed hour"
    tabs = (Tab("", "Overview", "registry/usage/observed/_hour.html", lambda page, obj: reading.sealed(obj)),)

    def load(self) -> SealedHour:
        """Return the hour of the address."""
        return queries.sealed_hour(self.user, self.kwargs["key"])

    def header(self, obj: SealedHour) -> Header:
        """Say which hour, how much, and offer to compute it again."""
        facts = (
            Fact("Observations", f"{obj.observations:,}"),
            Fact("Deliveries", f"{obj.batches:,}"),
            Fact("Sealed", atoms.time(obj.sealed_at)),
        )
        verify = Button("Verify", reverse("sealed-hour-verify", args=[obj.key]), "check")
        return Header(f"Received {obj.hour:%-d %B %Y, %H}:00 to {obj.hour:%H}:59 UTC", "", facts=facts, buttons=(verify,))


class VerifyHour(ActionPage):
    """Compute a sealed hour again from its single observations."""

    title, submit = "Verify the hour", "Verify it"
    lead = "Every delivery's digest is computed again from the single observations that are stored, and the seal over them."

    def load(self) -> SealedHour:
        """Return the hour of the address."""
        return queries.sealed_hour(self.user, self.kwargs["key"])

    def back_url(self, obj: SealedHour) -> str:
        """Return to the hour."""
        return obj.get_absolute_url()

    def perform(self, obj: SealedHour, given: Mapping[str, Any]) -> Any:
        """Ask for it."""
        return jobs.ask(obj, owner=self.user)

    def success_url(self, result: Any) -> str:
        """Go to the job's page, where what is found will stand."""
        return reverse("job", args=[result.pk])


class SurfaceObserved(SurfaceTab):
    """What was approved of a surface beside what was seen."""

    body = "registry/usage/observed/_surface.html"

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return both."""
        return reading.tab(self.user, surface)
