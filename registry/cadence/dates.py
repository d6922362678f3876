"""What the registry puts on the calendar: what ends, what is drilled, what is to be looked at again, freezes, changes."""

from datetime import date
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse

from governance.core import clock
from governance.core.calendar import bounds
from governance.core.contributions import CalendarEvent, CalendarSource, contribute
from governance.reviews.models import Review
from registry.catalog.models import CatalogState, Endpoint, Vendor
from registry.changes import queries as changes
from registry.changes.models import Change, FreezeWindow
from registry.continuity import queries as continuity
from registry.continuity.models import VendorDrill
from registry.evidence import queries as evidence_queries
from registry.evidence.models import Evidence
from registry.exceptions import queries as exceptions_queries
from registry.exceptions.models import ControlException
from registry.surfaces import queries as surfaces_queries
from registry.surfaces.models import Surface, SurfaceState
from registry.switches import queries as switches
from registry.switches.models import Drill


def _level(day: date, level: str = "") -> str:
    return "stop" if day < clock.today() else level


def exceptions(user: Any, start: date, end: date) -> QuerySet[ControlException]:
    """Return the exceptions in force that end on some days."""
    held = exceptions_queries.visible_to(user).filter(state=ControlException.State.ACTIVE, expires_on__range=(start, end))
    return held.select_related(None).only("title", "expires_on", "owner")


def exception_event(row: ControlException, user: Any) -> list[CalendarEvent]:
    """Put the end of an exception on its last day."""
    mine, where = row.owner_id == user.pk, row.get_absolute_url()
    return [CalendarEvent(row.key, f"Exception ends: {row.title}", row.expires_on, where, row.key, level="warn", mine=mine)]


def evidence(user: Any, start: date, end: date) -> QuerySet[Evidence]:
    """Return the current evidence that ends on some days."""
    held = evidence_queries.visible_to(user).filter(state=Evidence.State.CURRENT, expires_on__range=(start, end))
    return held.select_related(None).only("title", "expires_on", "collector")


def evidence_event(row: Evidence, user: Any) -> list[CalendarEvent]:
    """Put the end of a piece of evidence on its last day."""
    if row.expires_on is None:
        return []
    mine, where, level = row.collector_id == user.pk, row.get_absolute_url(), _level(row.expires_on, "warn")
    return [CalendarEvent(row.key, f"Evidence ends: {row.title}", row.expires_on, where, row.key, level=level, mine=mine)]


def drills(user: Any, start: date, end: date) -> QuerySet[Drill]:
    """Return the drills of levers that are planned for some days."""
    return switches.visible_to(user).filter(state=Drill.State.PLANNED, planned_on__range=(start, end)).select_related("surface")


def drill_event(row: Drill, user: Any) -> list[CalendarEvent]:
    """Put a drill on its day."""
    said, mine = f"{row.get_kind_display()} drill: {row.surface.name}", row.led_by_id == user.pk
    return [
        CalendarEvent(row.key, said, row.planned_on, row.get_absolute_url(), row.key, level=_level(row.planned_on), mine=mine)
    ]


def vendor_drills(user: Any, start: date, end: date) -> QuerySet[VendorDrill]:
    """Return the drills of a day without a vendor that are planned for some days."""
    held = continuity.drills_visible_to(user).filter(state=VendorDrill.State.PLANNED, planned_on__range=(start, end))
    return held.select_related("plan__vendor", "plan__endpoint")


def vendor_drill_event(row: VendorDrill, user: Any) -> list[CalendarEvent]:
    """Put such a drill on its day."""
    said, mine = f"Drill without {row.plan.vendor or row.plan.endpoint}", row.led_by_id == user.pk
    return [
        CalendarEvent(row.key, said, row.planned_on, row.get_absolute_url(), row.key, level=_level(row.planned_on), mine=mine)
    ]


def surfaces(user: Any, start: date, end: date) -> QuerySet[Surface]:
    """Return the surfaces that are to be looked at again on some days."""
    held = surfaces_queries.visible_to(user).exclude(state=SurfaceState.RETIRED).filter(review_on__range=(start, end))
    return held.select_related(None).only("name", "review_on", "owner").order_by("review_on", "pk")


def surface_event(row: Surface, user: Any) -> list[CalendarEvent]:
    """Put the next look at a surface on its day."""
    if row.review_on is None:
        return []
    mine, where, level = row.owner_id == user.pk, row.get_absolute_url(), _level(row.review_on)
    return [CalendarEvent(row.key, f"Review of {row.name}", row.review_on, where, row.key, level=level, mine=mine)]


def vendors(user: Any, start: date, end: date) -> QuerySet[Vendor]:
    """Return the vendors whose terms are to be looked at on some days, and for which no review is planned."""
    planned = Review.objects.filter(kind=Review.Kind.VENDOR, state__in=Review.PENDING)
    planned = planned.filter(subject_id=Cast(OuterRef("pk"), CharField(max_length=40)))
    held = Vendor.objects.visible_to(user).exclude(state=CatalogState.RETIRED).filter(~Exists(planned))
    return held.filter(review_on__range=(start, end)).only("key", "name", "review_on", "owner")


def vendor_event(row: Vendor, user: Any) -> list[CalendarEvent]:
    """Put the next review of a vendor's terms on its day."""
    if row.review_on is None:
        return []
    mine, where, level = row.owner_id == user.pk, row.get_absolute_url(), _level(row.review_on)
    return [CalendarEvent(f"vendor-{row.pk}", f"Terms of {row.name}", row.review_on, where, "Vendor", level=level, mine=mine)]


def endpoints(user: Any, start: date, end: date) -> QuerySet[Endpoint]:
    """Return the endpoints that end, or whose key is to be changed, on some days."""
    held = Endpoint.objects.visible_to(user).exclude(state=CatalogState.RETIRED)
    near = Q(deprecates_on__range=(start, end)) | Q(key_rotates_on__range=(start, end))
    return held.filter(near).only("key", "name", "deprecates_on", "key_rotates_on", "owner")


def endpoint_event(row: Endpoint, user: Any) -> list[CalendarEvent]:
    """Put the end of an endpoint, and the change of its key, on their days."""
    mine, where, found = row.owner_id == user.pk, row.get_absolute_url(), []
    if row.deprecates_on is not None:
        level = _level(row.deprecates_on, "warn")
        found.append(CalendarEvent(f"{row.pk}-ends", f"{row} ends", row.deprecates_on, where, "Endpoint", level=level, mine=mine))
    if row.key_rotates_on is not None:
        said, level = f"Change the key of {row}", _level(row.key_rotates_on)
        found.append(CalendarEvent(f"{row.pk}-key", said, row.key_rotates_on, where, "Endpoint", level=level, mine=mine))
    return found


def freezes(user: Any, start: date, end: date) -> QuerySet[FreezeWindow]:
    """Return the freezes that touch some days."""
    begun, over = bounds(start, end)
    held = changes.freezes_for(user).filter(starts_at__lt=over, ends_at__gte=begun, ended_at__isnull=True)
    return held.select_related(None).prefetch_related(None).only("name", "starts_at", "ends_at", "made_by")


def freeze_event(row: FreezeWindow, user: Any) -> list[CalendarEvent]:
    """Put a freeze on its days."""
    where, mine = row.get_absolute_url(), row.made_by_id == user.pk
    return [CalendarEvent(row.key, f"Freeze: {row.name}", row.starts_at, where, row.key, ends=row.ends_at, mine=mine)]


def planned(user: Any, start: date, end: date) -> QuerySet[Change]:
    """Return the changes on their way that are planned for some days."""
    held = changes.visible_to(user).filter(state__in=("proposed", "approved"), planned_on__range=(start, end))
    return held.select_related("surface")


def change_event(row: Change, user: Any) -> list[CalendarEvent]:
    """Put a change on the day for which it is planned."""
    if row.planned_on is None:
        return []
    said, mine, level = f"{row.key} · {row.surface.name}", row.requester_id == user.pk, _level(row.planned_on)
    return [
        CalendarEvent(
            row.key, f"Change: {row.title}", row.planned_on, reverse("change", args=[row.key]), said, level=level, mine=mine
        )
    ]


contribute(CalendarSource("changes", "Changes", planned, change_event, order=30))
contribute(CalendarSource("freezes", "Freezes", freezes, freeze_event, order=32))
contribute(CalendarSource("exceptions", "Exceptions", exceptions, exception_event, order=35))
contribute(CalendarSource("evidence", "Evidence", evidence, evidence_event, order=40))
contribute(CalendarSource("drills", "Drills", drills, drill_event, order=42))
contribute(CalendarSource("vendor-drills", "Drills without a vendor", vendor_drills, vendor_drill_event, order=44))
contribute(CalendarSource("surfaces", "Surfaces", surfaces, surface_event, order=46))
contribute(CalendarSource("vendors", "Vendors", vendors, vendor_event, order=48))
contribute(CalendarSource("endpoints", "Endpoints", endpoints, endpoint_event, order=50))
