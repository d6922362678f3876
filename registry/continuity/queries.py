"""Reads of continuity: plans and drills, what is overdue, what no plan covers, and what would happen now."""

import re
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value

from governance.core import clock
from governance.core.errors import NotVisible
from governance.people.rows import is_insider
from governance.policy import queries as policy
from registry.catalog import queries as catalog
from registry.catalog.models import CatalogState, Endpoint, Tool, Vendor
from registry.continuity.foresee import Candidate, Line, judge
from registry.continuity.models import ContinuityPlan, VendorDrill
from registry.quarantine import queries as quarantine
from registry.quarantine.held import Quarantined
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

PLAN_KEY = re.compile(r"^(?:[Cc][Pp]-)?0*(\d{1,18})$")
DRILL_KEY = re.compile(r"^(?:[Vv][Dd]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[ContinuityPlan]:
    """Return the plans a person may see: they are the company's own, like the catalogue."""
    return ContinuityPlan.objects.visible_to(user).select_related("vendor", "endpoint__vendor", "owner")


def drills_visible_to(user: Any) -> QuerySet[VendorDrill]:
    """Return the drills of the plans that a person may see."""
    drills = VendorDrill.objects.select_related("plan__vendor", "plan__endpoint__vendor", "plan__owner", "led_by")
    return drills if is_insider(user) else drills.none()


def get(user: Any, key: str) -> ContinuityPlan:
    """Return one plan by its key (CP-3). Raises NotVisible."""
    found = PLAN_KEY.match(key)
    rows = visible_to(user).select_related("vendor__owner", "endpoint__owner", "endpoint__vendor")
    plan = rows.filter(pk=int(found.group(1)) if found else 0).first()
    if plan is None:
        raise NotVisible(f"There is no plan {key[:40]} that you can see.", fix="Choose one from the list.")
    return plan


def get_drill(user: Any, key: str) -> VendorDrill:
    """Return one drill by its key (VD-3). Raises NotVisible."""
    found = DRILL_KEY.match(key)
    rows = drills_visible_to(user).select_related("plan__vendor__owner", "plan__endpoint__owner", "plan__endpoint__vendor")
    drill = rows.filter(pk=int(found.group(1)) if found else 0).first()
    if drill is None:
        raise NotVisible(f"There is no drill {key[:40]} that you can see.", fix="Choose one from the plan's page.")
    return drill


def plan_of(thing: Any) -> ContinuityPlan | None:
    """Return the plan in use of a vendor or endpoint."""
    rows = ContinuityPlan.objects.filter(state=ContinuityPlan.State.ACTIVE, **{thing._meta.model_name: thing.pk})
    return rows.select_related("vendor", "endpoint__vendor", "owner").first()


def planned(plan: ContinuityPlan) -> VendorDrill | None:
    """Return the drill of a plan that is planned."""
    return VendorDrill.objects.filter(plan=plan, state=VendorDrill.State.PLANNED).select_related("led_by").first()


def overdue(user: Any) -> QuerySet[ContinuityPlan]:
    """Return the plans in use whose next drill is overdue."""
    return visible_to(user).filter(state=ContinuityPlan.State.ACTIVE, next_drill_on__lt=clock.today())


def uncovered(user: Any) -> QuerySet[Vendor]:
    """Return the approved vendors with an approved endpoint and no plan in use."""
    covered = ContinuityPlan.objects.filter(state=ContinuityPlan.State.ACTIVE, vendor__isnull=False).values("vendor")
    used = Endpoint.objects.filter(state=CatalogState.APPROVED).values("vendor")
    rows = Vendor.objects.visible_to(user).filter(state=CatalogState.APPROVED, pk__in=used)
    return rows.exclude(pk__in=covered).select_related("owner")


def to_drill(user: Any) -> QuerySet[VendorDrill]:
    """Return the planned drills that a person leads."""
    return drills_visible_to(user).filter(led_by=user, state=VendorDrill.State.PLANNED)


def outlook(thing: Any) -> list[Line]:
    """Return what would happen to every surface in force if a vendor or an endpoint were gone now; those that stop first.

    A fixed number of statements, however many surfaces rely on it.
    """
    gone, tools = _gone(thing)
    wanted = Quarantined(dict.fromkeys(gone, ""), dict.fromkeys(tools, ""))
    named = quarantine.surfaces_naming(wanted).values_list("pk", "name", "tier", "in_force__contract") if wanted else ()
    rows = [row for row in named if wanted.named_in(row[3])]
    vendor = thing.key if isinstance(thing, Vendor) else ""
    known = _candidates({route["endpoint"] for row in rows for route in row[3].get("routes") or ()} - gone)
    lines = [judge((Surface(pk=pk).key, name, tier), contract, gone, tools, known, vendor) for pk, name, tier, contract in rows]
    return sorted(lines, key=lambda line: (line.works, -(line.tier or 0), line.name))


def _gone(thing: Any) -> tuple[set[str], set[str]]:
    """Return the keys of the endpoints and of the tools that go with a vendor, or the one endpoint: one statement."""
    if not isinstance(thing, Vendor):
        return {thing.key}, set()
    kinds = ((Endpoint, "endpoint"), (Tool, "tool"))
    theirs, others = (
        model.objects.filter(vendor=thing).order_by().annotate(sort=Value(sort, CharField())).values_list("sort", "key")
        for model, sort in kinds
    )
    found = list(theirs.union(others, all=True))
    return {key for sort, key in found if sort == "endpoint"}, {key for sort, key in found if sort == "tool"}


def _candidates(keys: set[str]) -> dict[str, Candidate]:
    if not keys:
        return {}
    endpoints = list(Endpoint.objects.filter(key__in=keys).select_related("vendor").order_by("key"))
    classes = list(policy.data_classes(retired=True))
    rules, held = catalog.rules_of(endpoints, classes), quarantine.in_force()
    return {
        each.key: Candidate(
            each.key,
            each.name,
            each.vendor.key,
            each.state,
            each.vendor.state,
            held.endpoints.get(each.key, ""),
            {one.key: rules[each.pk, one.pk].rule for one in classes},
        )
        for each in endpoints
    }


def seen(user: Any, rows: list[Any]) -> tuple[list[Any], int]:
    """Return the lines (or rows of a drill) of surfaces that a person sees, and how many others there are."""
    keys = {row["surface"] if isinstance(row, dict) else row.surface: row for row in rows}
    numbers = {int(found.group(1)): key for key in keys if (found := surfaces.KEY.match(key))}
    held = {
        pk: (owner, team) for pk, owner, team in Surface.objects.filter(pk__in=numbers).values_list("pk", "owner_id", "team_id")
    }
    visible = {numbers[pk] for pk in surfaces.visible_among(user, held)}
    shown = [row for key, row in keys.items() if key in visible]
    return shown, len(keys) - len(shown)


def owned(person: Any) -> QuerySet[ContinuityPlan]:
    """Return the plans in use that a person answers for."""
    return ContinuityPlan.objects.filter(Q(owner=person), state=ContinuityPlan.State.ACTIVE).select_related("vendor", "endpoint")
