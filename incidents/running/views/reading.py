"""All incidents, one incident, and the tabs of a surface and a vendor."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from governance.core import clock
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Tab, View
from incidents.cases import queries
from incidents.cases.models import Incident, IncidentState
from incidents.cases.panels import buttons as more_buttons
from incidents.cases.rules import HARM, RADIUS, may_note
from incidents.running import queries as running
from incidents.running import reading, rules, words
from incidents.running.tables import IncidentFilters, IncidentTable
from registry.catalog.views.vendors import VendorPage
from registry.surfaces.models import Surface
from registry.surfaces.views.tabs import SurfaceTab

OF_OBJECT = 100
BESIDE = ("alert__path", "alert__acknowledged_by", "postmortem__author", "postmortem__request", "report__link")
"""What features beside and above keep one-to-one with an incident, and draw on its overview."""


class IncidentList(ListPage):
    """All incidents that a person may see."""

    key, url_name, title = "incidents", "incidents", "Incidents"
    table, filterset = IncidentTable, IncidentFilters
    lead = "{total} times that something went wrong, or nearly did: who has it, how bad it is, what is still to be done."
    search_hint = "Find by title or what happened"
    views = (
        View("Open", "open=true"),
        View("All"),
        View("Burning", "burning=true"),
        View("Mine", "mine=true"),
        View("Near misses", "near_miss=true"),
        View("Postmortem due", "postmortem=true&state=resolved&state=postmortem"),
    )
    empty = Empty(
        "No incident yet",
        "When a model tells somebody something wrong, it is reported here within a minute, and the right person knows at "
        "once. A near miss counts as well: it teaches the same and costs nobody anything.",
    )

    def rows(self, user: Any) -> QuerySet[Incident]:
        """Return the incidents that the reader may see."""
        return queries.rows(user)


def _overview(page: "IncidentPage", incident: Incident) -> dict[str, Any]:
    return reading.overview(page.request, incident, page.may_run(incident))


def _details(page: "IncidentPage", incident: Incident) -> dict[str, Any]:
    return {
        "incident": incident,
        "subject": incident,
        "files": incident.attachments.select_related("blob", "by"),
        "parties": [
            (role.replace("_", " ").capitalize(), ", ".join(names) if isinstance(names, list) else str(names))
            for role, names in incident.parties.items()
        ],
        "harm": HARM.get(incident.user_harm if incident.user_harm is not None else -1),
        "radius": RADIUS.get(incident.blast_radius if incident.blast_radius is not None else -1),
        "may_run": page.may_run(incident) and rules.may_step("edit", incident),
        "may_forget": bool(incident.reporter_name or incident.reporter_email) and bool(rules.may_forget(page.user)),
    }


def _communications(page: "IncidentPage", incident: Incident) -> dict[str, Any]:
    may = page.may_run(incident)
    found = incident.communication_rows.select_related("sent_by").order_by("-pk")
    standing = running.standing(page.user, incident)
    return {
        "incident": incident,
        "may_run": may,
        "written": [(each, rules.may_send(page.user, each, incident, standing)) for each in found],
    }


class IncidentPage(ObjectPage):
    """One incident: clocks, what changed before, whom it touched, its timeline, levers and people."""

    url_name, lookup, parent = "incident", "key", ("Incidents", "incidents")
    tabs = (
        Tab("", "Overview", "incidents/running/_incident.html", _overview),
        Tab("details", "Details", "incidents/running/_details.html", _details),
        Tab("communications", "Messages", "incidents/running/_communications.html", _communications),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, incident: lines_for(incident, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Incident:
        """Return the incident of the address; for the overview with what its panels ask of it one by one."""
        beside = () if self.slug else BESIDE
        return queries.get(self.user, self.kwargs["key"], *beside)

    def may_run(self, incident: Incident) -> Verdict:
        """Say whether this person may run it; asked once."""
        if not hasattr(self, "_may_run"):
            self._may_run = rules.may_respond(self.user, incident, running.standing(self.user, incident))
        return self._may_run

    def header(self, obj: Incident) -> Header:
        """Say how it stands and for how long, how bad it is, where, under which revision, and who leads."""
        surface = obj.surface
        tier = obj.tier if obj.tier is not None else surface.tier if surface else None
        facts = [Fact("Severity", words.severity(obj)), Fact("Kind", getattr(obj, "category_name", "") or "not known yet")]
        if obj.near_miss:
            facts.append(Fact("Near miss", atoms.chip("near miss"), hidden_label=True))
        if surface is not None:
            link = atoms.link(surface.get_absolute_url(), surface.name)
            facts.append(Fact("Surface", format_html("{} {}", link, atoms.tier(tier)) if tier is not None else link))
            if surface.in_force is not None:
                held = format_html("r{} {}", surface.in_force.number, atoms.hash_code(surface.in_force.digest))
                facts.append(Fact("In force", held))
        elif obj.vendor is not None:
            facts.append(Fact("Vendor", atoms.link(obj.vendor.get_absolute_url(), obj.vendor.name)))
        facts.append(Fact("Lead", atoms.person(obj.commander or obj.owner, me=self.user)))
        said = words.state_words(obj, clock.now())
        return Header(
            obj.title,
            obj.key,
            state=(words.tone_of(obj), said),
            facts=tuple(facts),
            next=self.next_step(obj),
            buttons=self.buttons(obj),
        )

    def next_step(self, incident: Incident) -> Next | None:
        """Return the one thing to do while nobody has it, or nobody judged it."""
        if incident.state != IncidentState.REPORTED:
            return None
        may = self.may_run(incident)
        if incident.acknowledged_at is None:
            take = Button("I have it", self.at(incident, "acknowledge"), "hand", "primary", post=True, verdict=may)
            text = f"Until somebody does, others are called, and {incident.owner or 'nobody'} answers for it."
            return Next("Nobody has taken this yet.", text, "" if incident.near_miss else "stop", (take,))
        judge = Button("Say how bad it is", self.at(incident, "triage"), "flag", "primary", verdict=may)
        return Next("How bad is it?", "From then on clocks run, and everybody knows what is asked of them.", "warn", (judge,))

    def at(self, incident: Incident, name: str) -> str:
        """Return the address of something that can be done with an incident."""
        return reverse(f"incident-{name}", args=[incident.key])

    def buttons(self, incident: Incident) -> tuple[Button, ...]:
        """Return what can be done now, as far as the person may; the next step comes last."""
        found: list[Button] = []
        if may_note(self.user, True) and incident.state != IncidentState.CLOSED:
            found.append(Button("Add to timeline", self.at(incident, "note"), dialog=True, key="a"))
        if self.may_run(incident):
            found += self.steps(incident)
        found += more_buttons(self.user, incident)
        return tuple(sorted(found, key=lambda button: button.kind == "primary"))

    def steps(self, incident: Incident) -> list[Button]:
        """Return the steps that an incident in its state may take, for whoever runs it."""

        def step(name: str, label: str, kind: str = "", dialog: bool = True) -> list[Button]:
            rule = name.replace("-", "_")
            shown = bool(rules.may_step(rule, incident))
            return [Button(label, self.at(incident, name), kind=kind, dialog=dialog)] if shown else []

        state = incident.state
        if state == IncidentState.REPORTED:
            return step("triage", "Triage", "" if incident.acknowledged_at else "bare", dialog=False)
        found = step("set-severity", "Change severity", dialog=False)
        if state == IncidentState.TRIAGED:
            return [*found, *step("resolve", "Mark as resolved"), *step("start-mitigating", "Start mitigating", "primary")]
        if state == IncidentState.MITIGATING:
            stopped = step("mitigated", "The harm has stopped")
            return [*found, *stopped, *step("resolve", "Mark as resolved", "primary")]
        return [*found, *step("reopen", "Reopen")]


class SurfaceIncidents(SurfaceTab):
    """The incidents of one surface."""

    body = "incidents/running/_of_object.html"

    def shown(self, surface: Surface) -> Mapping[str, Any]:
        """Return its incidents, newest first."""
        found = queries.of_surface(self.user, surface)
        return _listed(found, f"{reverse('incidents')}?surface={surface.pk}", "This surface has had no incident.")


class VendorIncidents(VendorPage):
    """The incidents of one vendor's models."""

    slug = "-"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the vendor with its incidents under its header."""
        self.obj = vendor = self.load()
        self.header_shown = self.header(vendor)
        found = queries.visible_to(self.user).filter(vendor=vendor).order_by("-pk")
        return self.render(
            object=vendor,
            header=self.header_shown,
            tabs=self.tab_links(vendor),
            tab_template="incidents/running/_of_object.html",
            panels=[],
            aside_panels=[],
            **_listed(found, f"{reverse('incidents')}?vendor={vendor.pk}", "No incident of this vendor's models is known."),
        )


def _listed(found: QuerySet[Incident], url: str, empty: str) -> dict[str, Any]:
    rows = queries.named(found).select_related("owner", "surface")
    shown = [(each, words.state(each), words.severity(each)) for each in rows[: OF_OBJECT + 1]]
    return {"found": shown[:OF_OBJECT], "is_more": len(shown) > OF_OBJECT, "all_url": url, "nothing": empty}
