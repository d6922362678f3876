"""What incidents contribute to the kernel's pages: navigation, palette, search, inbox, briefing, tabs, owned things, API."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    Forgotten,
    InboxLine,
    InboxSource,
    NavItem,
    ObjectLink,
    ObjectTab,
    OwnedSource,
    PaletteCommand,
    PersonalStore,
    RetentionKind,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.models import User
from governance.people.system import system_actor
from governance.retention.matters import HeldMatter
from incidents.cases import queries
from incidents.cases.models import BURNING, Communication, Incident, IncidentState
from incidents.running import actions
from registry.surfaces import queries as surfaces

LISTED = 100
ICON = "incident"


def open_words(user: Any) -> str | None:
    """Return what stands beside Incidents in the navigation: how many burn, nothing when none does."""
    number = queries.burning(user).count()
    return f"{number:,} open" if number else None


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find incidents by key or title, and the surfaces on which one could be declared."""
    said = words.strip()
    found = queries.visible_to(user)
    named = queries.KEY.match(said) if said[:3].upper() == "INC" else None
    found = found.filter(pk=int(named.group(1))) if named else found.filter(title__icontains=said)
    return [SearchHit(each.title, each.get_absolute_url(), _detail(each), ICON, 0.5) for each in found.order_by("-pk")[:limit]]


def _detail(incident: Incident) -> str:
    parts = (incident.key, incident.severity, incident.get_state_display())
    return " · ".join(part for part in parts if part)


def declare(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Offer to declare an incident on a surface: "declare incident on claims", or "incident" and part of a surface's name."""
    said = words.strip().casefold()
    for start in ("declare incident on ", "declare incident ", "incident on ", "report "):
        if said.startswith(start) and (name := said[len(start) :].strip()):
            found = surfaces.visible_to(user).filter(Q(name__icontains=name)).order_by("name")[:limit]
            return [SearchHit(f"Declare incident on {each.name}", declare_url(each.key), each.key, ICON, 0.9) for each in found]
    return []


def declare_url(key: str) -> str:
    """Return where an incident on a surface is reported."""
    return f"{reverse('report')}?surface={key}"


def waiting(user: Any) -> QuerySet[Incident]:
    """Return the incidents that wait for a step of this person: they answer for or command them, and something burns."""
    return Incident.objects.filter(Q(owner=user) | Q(commander=user), state__in=BURNING)


def to_do(user: Any) -> Iterable[InboxLine]:
    """Return the burning incidents that a person answers for or commands."""
    for incident in waiting(user).order_by("severity", "pk")[:LISTED]:
        yield InboxLine(
            verb="Do",
            title=incident.title,
            url=incident.get_absolute_url(),
            detail=f"{_detail(incident)}{' · nobody has taken it yet' if incident.acknowledged_at is None else ''}",
            tier=incident.tier,
            asked_at=incident.reported_at,
        )


def reassign(incident: Incident, actor: User, to: User, reason: str) -> Incident:
    """Give an incident to another person when its owner leaves."""
    return actions.give_owner(incident, actor=actor, to=to, reason=reason)


def unclosed(user: Any) -> QuerySet[Incident]:
    """Return the resolved incidents that wait for their postmortem."""
    late = (IncidentState.RESOLVED, IncidentState.POSTMORTEM)
    return queries.visible_to(user).filter(state__in=late, postmortem_demanded=True)


def page_of(pk: str) -> str:
    """Return where a message is shown."""
    return Communication.objects.get(pk=pk).get_absolute_url()


def at(query: str) -> Any:
    """Return a function that gives the address of the list under a query."""
    return lambda user: f"{reverse('incidents')}?{query}"


contribute(NavItem("incidents", "Incidents", "incidents", ICON, group="What happened", order=10, count=open_words, tone="stop"))
contribute(PaletteCommand("incident.list", "Incidents that are open", at("open=true"), words="burning outage what is wrong"))
contribute(SearchSource("incidents", "Incidents", find, order=30))
contribute(SearchSource("incidents.declare", "Do", declare, order=5))
contribute(InboxSource("incidents", to_do, rows=lambda user: (waiting(user),), order=5))
contribute(OwnedSource("incidents", "Incidents", queries.owned, reassign, order=15))
contribute(
    BriefingLine(
        "incidents.burning",
        "burning",
        "incidents open",
        queries.burning,
        at("burning=true"),
        order=10,
        level="stop",
        one="incident open",
    )
)
contribute(
    BriefingLine(
        "incidents.untaken",
        "burning",
        "incidents that nobody has taken",
        lambda user: queries.burning(user).filter(acknowledged_at__isnull=True),
        at("burning=true&untaken=true"),
        order=15,
        level="stop",
        one="incident that nobody has taken",
    )
)
contribute(
    BriefingLine(
        "incidents.near_misses",
        "burning",
        "near misses to look at",
        lambda user: queries.visible_to(user).filter(state__in=BURNING, near_miss=True),
        at("near_miss=true&state=reported&state=triaged&state=mitigating"),
        order=60,
        level="warn",
        one="near miss to look at",
    )
)
contribute(
    BriefingLine(
        "incidents.unowned",
        "unapproved",
        "incidents that nobody answers for",
        queries.unowned,
        at("unowned=true"),
        order=65,
        level="stop",
        one="incident that nobody answers for",
    )
)
contribute(
    BriefingLine(
        "incidents.postmortem_due",
        "due",
        "incidents resolved, without an approved postmortem",
        unclosed,
        at("postmortem=true&state=resolved&state=postmortem"),
        order=70,
        level="warn",
        one="incident resolved, without an approved postmortem",
    )
)
contribute(
    ObjectTab(
        "incidents",
        "registry.surface",
        "Incidents",
        lambda surface: reverse("surface-incidents", args=[surface.key]),
        order=70,
    )
)
contribute(
    ObjectTab(
        "incidents.vendor",
        "registry.vendor",
        "Incidents",
        lambda vendor: reverse("vendor-incidents", args=[vendor.key]),
        order=70,
    )
)
# Its API is contributed by filing, which adds how an incident is reported to how it is run.
contribute(
    ApiRoute("communications", "communications", load=lambda: import_string("incidents.running.api.CommunicationApi"), order=61)
)
contribute(Commentable("incidents.incident", queries.visible_to))
contribute(ObjectLink("incidents.incident", lambda pk: reverse("incident", args=[f"INC-{pk}"])))
contribute(ObjectLink("incidents.communication", page_of))


def contactable() -> QuerySet[Incident]:
    """Return the closed incidents of which the name or address of a reporter without an account is still kept."""
    return Incident.objects.filter(closed_at__isnull=False).exclude(reporter_name="", reporter_email="")


def forget_contacts(rows: Sequence[Incident]) -> int:
    """Erase who reported incidents without an account; each is told in its story."""
    actor = system_actor()
    for row in rows:
        actions.forget_reporter(row, actor=actor, reason="Kept for as long as policy says.")
    return len(rows)


def reported_by(who: Forgotten) -> QuerySet[Incident]:
    """Return the incidents that somebody reported under an address without an account."""
    found = Incident.objects.exclude(reporter_name="", reporter_email="")
    return found.filter(reporter_email__iexact=who.address) if who.address else found.none()


def forget_reports_of(who: Forgotten) -> int:
    """Erase name and address of somebody from the incidents that they reported; return how many there were."""
    rows = list(reported_by(who))
    for row in rows:
        actions.forget_reporter(row, actor=who.actor, reason=who.cause)
    return len(rows)


contribute(
    RetentionKind(
        "report_contacts",
        "Names and addresses of reporters without an account",
        "Name and address go from closed incidents. What was reported stays.",
        rows=contactable,
        since="closed_at",
        expire=forget_contacts,
        name=lambda row: f"{row.key} {row.title}",
        people=("reporter__ref",),
        surfaces=("surface", "surface_rows__surface"),
        incidents=("pk",),
        batch=100,
        order=120,
    )
)
contribute(
    PersonalStore(
        "reports",
        "Their name and address on incidents that they reported without an account",
        find=lambda who: reported_by(who).count(),
        erase=forget_reports_of,
        stays="What was reported, which is the incident's own record.",
        order=10,
    )
)


def named(ids: Iterable[int]) -> list[tuple[str, str, str]]:
    """Return key, title and address of incidents by their ids."""
    return [(each.key, each.title, each.get_absolute_url()) for each in Incident.objects.filter(pk__in=list(ids)).order_by("pk")]


contribute(HeldMatter("incidents", "Incidents", "INC-12", load=queries.get, named=named, order=20))
