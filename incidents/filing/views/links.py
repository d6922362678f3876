"""Links that let anybody report: the list, one link with its code and poster, handing one out, revoking it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe

from governance.core import clock
from governance.core.verdict import ALLOW, Verdict
from governance.documents.codes import qr_svg
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.people.models import Team
from governance.ui import atoms
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Page, PageAction, Tab, View
from incidents.filing import actions, queries, reading, rules
from incidents.filing.forms import LinkForm, RevokeForm
from incidents.filing.models import ReportLink
from incidents.filing.tables import LinkFilters, LinkTable
from registry.surfaces import queries as surfaces

USUAL = timedelta(days=180)
"""For how long a link is offered to hold."""


class LinkList(ListPage):
    """All links that a person may see."""

    key, url_name, title = "report-links", "report-links", "Report links"
    table, filterset = LinkTable, LinkFilters
    lead = "Addresses by which anybody who holds one can report a problem without an account."
    search_hint = "Find by place or surface"
    crumbs = [("Incidents", "/incidents/")]
    views = (View("All"), View("Open", "state=active"), View("Revoked", "state=revoked"))
    actions = (
        PageAction(
            "Hand out a link",
            lambda user: reverse("report-link-new"),
            icon="plus",
            primary=True,
            shown=lambda user: bool(roles.may_write(user)),
        ),
    )
    empty = Empty(
        "No link is handed out",
        "On a poster or in a guide, a link lets anybody say within a minute that something is wrong, on their own phone.",
        "Hand out a link",
        lambda user: reverse("report-link-new"),
    )

    def rows(self, user: Any) -> QuerySet[ReportLink]:
        """Return the links that the reader may see."""
        return queries.listed_links(user)


class LinkPage(ObjectPage):
    """One link: its address, its code, what came by it."""

    url_name, lookup, parent, noun = "report-link", "key", ("Report links", "report-links"), "report link"
    tabs = (
        Tab("", "Overview", "incidents/filing/_link.html", lambda page, link: page.shown(link)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, link: lines_for(link, page.request.GET.get("before")),
        ),
    )

    def load(self) -> ReportLink:
        """Return the link of the address."""
        return queries.link(self.user, self.kwargs["key"])

    def shown(self, link: ReportLink) -> dict[str, Any]:
        """Return its whole address and code while it may be handed out."""
        opens = rules.is_open(link, clock.now()) and queries.links_allowed()
        return {"drawn": drawn(self.request, link) if opens else None, "count": link.reports.count()}

    def header(self, obj: ReportLink) -> Header:
        """Say where it hangs, what it names, until when."""
        names: Any = "The company"
        if obj.surface is not None:
            names = atoms.link(obj.surface.get_absolute_url(), obj.surface.name, obj.surface.key)
        elif obj.team is not None:
            names = atoms.link(obj.team.get_absolute_url(), obj.team.name)
        facts = (
            Fact("Names", names),
            Fact("By", atoms.person(obj.owner, me=self.user)),
            Fact("Until", atoms.time(obj.expires_at)),
        )
        allowed = queries.links_allowed()
        buttons: tuple[Button, ...] = ()
        if obj.state == ReportLink.State.ACTIVE and rules.may_revoke(self.user, obj):
            buttons = (Button("Revoke", reverse("report-link-revoke", args=[obj.key]), kind="stop", dialog=True),)
        said = "A risk officer can allow public links under incident reporting in the policy."
        closed = Next("Policy allows no reports without an account, so this link opens nothing.", said, "warn")
        state = reading.address_state(obj, allowed)
        return Header(obj.name, obj.key, state=state, facts=facts, next=None if allowed else closed, buttons=buttons)


def drawn(request: HttpRequest, link: ReportLink) -> dict[str, Any]:
    """Return a link's whole address, and its code as a picture."""
    address = request.build_absolute_uri(reading.form_address(link))
    return {"address": address, "code": mark_safe(qr_svg(address, "Code that opens the form"))}


class Poster(Page):
    """One page to print and hang up: the code, the address, and what it is for."""

    title, template = "Poster", "incidents/filing/poster.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw it, for a link that opens."""
        link = queries.link(self.user, self.kwargs["key"])
        if not rules.is_open(link, clock.now()) or not queries.links_allowed():
            return self.render("incidents/filing/no_poster.html", link=link, status=409)
        return self.render(link=link, drawn=drawn(request, link))


class MakeLink(ActionPage):
    """Hand out a link."""

    title, submit, form_class = "Hand out a report link", "Hand it out", LinkForm
    lead = "Whoever holds its address can report a problem without an account, and sees nothing of what is held here."

    def verdict(self, obj: Any) -> Verdict:
        """Who may write and may hand out any link at all; for which one is known once it is named."""
        allowed = queries.links_allowed()
        return rules.may_make_link(self.user, may_edit_surface=ALLOW, leads_team=False, allowed=allowed)

    def initial(self, obj: Any) -> dict[str, Any]:
        """Start with half a year, and the surface that one came from."""
        return {"expires_on": clock.today() + USUAL, "surface": self.request.GET.get("surface", "")[:40]}

    def perform(self, obj: Any, given: Mapping[str, Any]) -> ReportLink:
        """Make it."""
        key = given["surface"].strip()
        surface = surfaces.get(self.user, key) if key else None
        team: Team | None = given["team"]
        ends = clock.end_of(given["expires_on"])
        return actions.make_link(actor=self.user, name=given["name"], surface=surface, team=team, expires_at=ends)

    def back_url(self, obj: Any) -> str:
        """Return to the list."""
        return reverse("report-links")

    def said(self, result: ReportLink) -> str:
        """Say what to do with it."""
        return "The link is open. Print its poster, or send its address."


class RevokeLink(ActionPage):
    """Close a link for good."""

    title, submit, form_class, tone = "Revoke the link", "Revoke it", RevokeForm, "stop"
    lead = "It never opens again. What was reported by it stays, and can still be followed."

    def load(self) -> ReportLink:
        """Return the link of the address."""
        return queries.link(self.user, self.kwargs["key"])

    def verdict(self, obj: ReportLink) -> Verdict:
        """Say whether the person may."""
        return rules.may_revoke(self.user, obj)

    def perform(self, obj: ReportLink, given: Mapping[str, Any]) -> ReportLink:
        """Close it."""
        return actions.revoke_link(obj, actor=self.user, reason=given["reason"], expected_version=self.seen_version)

    def said(self, result: ReportLink) -> str:
        """Say so."""
        return f"{result.key} is revoked."
