"""Reads of incidents; `visible_to` is the only door."""

import re
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from governance.core.errors import NotVisible
from governance.core.reading import once
from governance.people import periods, roles
from governance.policy.models import IncidentCategory
from incidents.cases.models import BURNING, OPEN, Communication, Incident, IncidentEndpoint, IncidentSurface, TimelineEntry
from registry.catalog.models import Endpoint
from registry.oncall import queries as oncall
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

KEY = re.compile(r"^(?:[Ii][Nn][Cc]-)?0*(\d{1,18})$")
COMMUNICATION_KEY = re.compile(r"^(?:[Cc][Oo][Mm]-)?0*(\d{1,18})$")
PEOPLE = ("owner", "commander", "communications", "scribe", "reporter")
"""Relations to people that let one see an incident whatever surface it is on."""


def visible_to(user: Any) -> QuerySet[Incident]:
    """Return the incidents a person may see.

    All for readers of all. Else those of surfaces they see (the primary or a further one), those they reported or have a
    part in, and those they were alerted for. An open one that names no surface is also seen by whoever is on call now.
    A guest auditor sees those that touch their period.
    """
    if roles.reads_all(user):
        return Incident.objects.all()
    if not user.is_authenticated or not user.is_active:
        return Incident.objects.none()
    seen = surfaces.visible_to(user).values("pk")
    mine = Q(surface__in=seen) | Q(pk__in=IncidentSurface.objects.filter(surface__in=seen).values("incident"))
    if roles.may_write(user):
        for name in PEOPLE:
            mine |= Q(**{name: user})
        # Alerts lie above cases; of them only the name of the relation is known here.
        mine |= Q(pk__in=Incident.objects.filter(alert__notices__person=user).values("pk"))
        if oncall.on_call_now(user):
            mine |= Q(surface__isnull=True, state__in=OPEN)
    return periods.touching(Incident.objects.filter(mine), user, "reported_at", "closed_at")


def get(user: Any, key: str, *beside: str) -> Incident:
    """Return one incident by its key (INC-12) with what its page shows. Raises NotVisible.

    `beside` names relations of features above that are loaded with it; here only their names are known.
    """
    found = KEY.match(key)
    more = IncidentSurface.objects.filter(incident=OuterRef("pk"))
    routed = IncidentEndpoint.objects.filter(incident=OuterRef("pk"))
    called = Incident.objects.filter(pk=OuterRef("pk"), alert__notices__person=user)
    seen = whole(visible_to(user), *beside).annotate(
        touches_more=Exists(more), touches_endpoints=Exists(routed), was_alerted=Exists(called), loaded_for=Value(user.pk or 0)
    )
    incident = seen.filter(pk=int(found.group(1)) if found else 0).first()
    if incident is None:
        raise NotVisible(
            f"There is no incident {key[:40]} that you can see.", fix="Check the key, or ask the owner of its surface."
        )
    return incident


def whole(found: QuerySet[Incident], *beside: str) -> QuerySet[Incident]:
    """Load with incidents what their page and rules look at, and since when each is being mitigated, as `mitigating_at`."""
    begun = TimelineEntry.objects.filter(incident=OuterRef("pk"), kind=TimelineEntry.Kind.STATE, data__after="mitigating")
    since = Subquery(begun.order_by("-at").values("at")[:1])
    return (
        named(found)
        .annotate(mitigating_at=since)
        .select_related("surface__owner", "surface__team__lead", "surface__in_force", "vendor", *PEOPLE, *beside)
    )


def rows(user: Any) -> QuerySet[Incident]:
    """Return the incidents a person may see with what a list shows, without their long texts."""
    heavy = ("what", "where", "summary", "impact", "parties", "trace_ids")
    return named(visible_to(user)).select_related("surface", "owner", "vendor").defer(*heavy)


def named(found: QuerySet[Incident]) -> QuerySet[Incident]:
    """Add to incidents how policy calls their category, as `category_name`."""
    names = IncidentCategory.objects.filter(key=OuterRef("category")).values("name")[:1]
    return found.annotate(category_name=Coalesce(Subquery(names), F("category")))


def burning(user: Any) -> QuerySet[Incident]:
    """Return the incidents that a person sees and in which something is still wrong, near misses apart."""
    return visible_to(user).filter(state__in=BURNING, near_miss=False)


def open_on(found: Any) -> QuerySet[Incident]:
    """Return the incidents that are not closed and touch some surfaces (a queryset, objects or ids)."""
    ids = found.values("pk") if isinstance(found, QuerySet) else [each if isinstance(each, int) else each.pk for each in found]
    further = IncidentSurface.objects.filter(surface__in=ids).values("incident")
    return Incident.objects.filter(Q(surface__in=ids) | Q(pk__in=further), state__in=OPEN)


def of_surface(user: Any, surface: Surface) -> QuerySet[Incident]:
    """Return the incidents that touch a surface as far as a person sees them, newest first."""
    further = IncidentSurface.objects.filter(surface=surface).values("incident")
    return visible_to(user).filter(Q(surface=surface) | Q(pk__in=further)).order_by("-pk")


def surfaces_of(incident: Incident) -> list[Surface]:
    """Return all surfaces that an incident touches, the primary one first."""
    rows = incident.surface_rows.select_related("surface__in_force", "surface__vendor")
    more = getattr(incident, "touches_more", True)
    further = once(("surfaces of incident", incident.pk), lambda: [row.surface for row in rows] if more else [])
    return ([incident.surface] if incident.surface else []) + [each for each in further if each.pk != incident.surface_id]


def endpoints_of(incident: Incident) -> list[Endpoint]:
    """Return the endpoints that an incident touches."""
    if not getattr(incident, "touches_endpoints", True):
        return []
    return [row.endpoint for row in incident.endpoint_rows.select_related("endpoint")]


def timeline(incident: Incident, *, by: str = "") -> QuerySet[TimelineEntry]:
    """Return the timeline, newest first; `by` is "people" or "system" for one of the two."""
    found = incident.timeline.select_related("author").order_by("-at", "-pk")
    return found.filter(author__isnull=by == "system") if by in ("people", "system") else found


def timelines(user: Any) -> QuerySet[TimelineEntry]:
    """Return the timeline entries of all incidents that a person may see."""
    return TimelineEntry.objects.filter(incident__in=visible_to(user).values("pk"))


def communications(user: Any) -> QuerySet[Communication]:
    """Return what is told about the incidents that a person may see, drafts and sent."""
    found = Communication.objects.select_related("incident", "sent_by")
    return found.filter(incident__in=visible_to(user).values("pk"))


def get_communication(user: Any, key: str) -> Communication:
    """Return one message by its key (COM-3). Raises NotVisible."""
    found = COMMUNICATION_KEY.match(key)
    message = communications(user).filter(pk=int(found.group(1)) if found else 0).first()
    if message is None:
        raise NotVisible(f"There is no message {key[:40]} that you can see.", fix="Choose one from the incident's page.")
    return message


def unowned(user: Any) -> QuerySet[Incident]:
    """Return the open incidents for which nobody active answers (R1)."""
    nobody = Q(owner__isnull=True) | Q(owner__is_active=False)
    return visible_to(user).filter(nobody, state__in=OPEN)


def owned(person: Any) -> QuerySet[Incident]:
    """Return the open incidents that a person answers for."""
    return Incident.objects.filter(owner=person, state__in=OPEN).order_by(F("severity"), "pk")


def entry_of(incident: Incident, number: int) -> TimelineEntry:
    """Return one entry of a timeline by its number. Raises NotVisible."""
    found = incident.timeline.filter(pk=number).first()
    if found is None:
        raise NotVisible("There is no such entry on this timeline.", fix="Choose one from the incident's page.")
    return found
