"""Vendors and what they sell us: terms, endpoints, tools, data rules, and the plan for a day without them."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.catalog.models import DataRule, Endpoint, Tool, Vendor, VendorTerm
from registry.continuity.models import ContinuityPlan
from registry.packing.fields import COSTS, PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter

LEVELS = {"Approved": "ok", "Proposed": "wait", "Suspended": "stop", "Retired": "wait"}
VENDORS = (
    Field("key", "Vendor"),
    Field("name", "Name"),
    Field("website", "Website"),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("state", "State", "get_state_display"),
    Field("reviewed_on", "Terms reviewed"),
    Field("review_on", "Next review"),
    Field("exit_plan", "What we would do tomorrow", prose=True),
    Field("exit_drilled_on", "Way out drilled"),
    Field("reviewed_entry", "Entry of the last review", cites=True),
)
TERMS = (
    Field("vendor", "Vendor", "vendor.key"),
    Field("vendor_name", "Name", "vendor.name"),
    Field("topic", "Topic", "get_topic_display"),
    Field("says", "What the terms say"),
    Field("source", "Where it is written"),
    Field("checked_on", "Looked at"),
)
ENDPOINTS = (
    Field("key", "Endpoint"),
    Field("name", "Name"),
    Field("vendor", "Vendor", "vendor.key"),
    Field("vendor_name", "Vendor's name", "vendor.name"),
    Field("model", "Model"),
    Field("region", "Region"),
    Field("account", "Account", "account_ref"),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("state", "State", "get_state_display"),
    Field("key_rotates_on", "Key rotates"),
    Field("who_may_use", "Who may use it", prose=True),
    Field("input_price", "Price of a million tokens in", group=COSTS),
    Field("output_price", "Price of a million tokens out", group=COSTS),
    Field("currency", "Currency", group=COSTS),
    Field("deprecates_on", "Goes away"),
)
TOOLS = (
    Field("key", "Tool"),
    Field("name", "Name"),
    Field("effect", "Effect", "get_effect_display"),
    Field("vendor", "Vendor", "vendor.key"),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("state", "State", "get_state_display"),
    Field("limits", "Limits", prose=True),
    Field("description", "What it does", prose=True),
)
RULES = (
    Field("data_class", "Data class", "data_class.name"),
    Field("endpoint", "Endpoint", "endpoint.key"),
    Field("endpoint_name", "Name", "endpoint.name"),
    Field("rule", "Rule", "get_rule_display"),
    Field("reason", "Why", prose=True),
)
PLANS = (
    Field("key", "Plan"),
    Field("thing", "For", lambda row: str(row.thing)),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("if_policy_changes", "If it changed a policy", prose=True),
    Field("if_degraded", "If it degraded", prose=True),
    Field("if_down", "If it went down for a day", prose=True),
    Field("fallback", "What takes over", prose=True),
    Field("next_drill_on", "Next drill"),
    Field("state", "State", "get_state_display"),
)


def given(window: Window) -> Iterator[RecordSet]:
    """Give the vendors of the scope with all that hangs on them, and the tools that its contracts name."""
    ground = Ground(window)
    told = "Who sells us models and tools that surfaces of the scope use, and when their terms were reviewed."
    yield records(window, "vendors", "Vendors", VENDORS, _vendors(ground), told, ground.voice)
    told = "What each vendor's terms say, where that is written, and when somebody last looked."
    yield records(window, "vendor-terms", "Terms", TERMS, _of_vendors(ground, VendorTerm, "vendor"), told, ground.voice)
    told = "Each model under one vendor's terms, in one region and account."
    yield records(window, "endpoints", "Endpoints", ENDPOINTS, _endpoints(ground), told, ground.voice)
    told = "What contracts of the scope allow a model to call, and what a call can do."
    yield records(window, "tools", "Tools", TOOLS, _tools(ground), told, ground.voice)
    told = "Whether a class of data may go to an endpoint: allowed, only redacted, or never."
    yield records(window, "data-rules", "Data rules", RULES, _rules(ground), told, ground.voice)
    told = "What we would do on a day without a vendor or an endpoint."
    yield records(window, "continuity-plans", "Plans for a day without", PLANS, _plans(ground), told, ground.voice)


def _vendors(ground: Ground) -> Iterator[Any]:
    for part in batches(ground.window.vendor_ids):
        entries = ground.entries(("vendor.reviewed",), "registry.vendor", part)
        for row in as_of(Vendor.objects.all(), ground.at, beside=("owner",), pk__in=part):
            row.reviewed_entry = entries.get(str(row.pk))  # type: ignore[attr-defined]
            yield row


def _of_vendors(ground: Ground, model: Any, *beside: str) -> Iterator[Any]:
    for part in batches(ground.window.vendor_ids):
        rows = as_of(model.objects.all(), ground.at, beside=beside, removable=True, vendor__in=part)
        yield from sorted(rows, key=lambda each: (each.vendor_id, each.pk))


def _endpoints(ground: Ground) -> Iterator[Any]:
    return _of_vendors(ground, Endpoint, "vendor", "owner")


def _tools(ground: Ground) -> Iterator[Any]:
    """Yield the tools that contracts in force name, and those of the scope's vendors; in a company's pack all."""
    window = ground.window
    named = {
        row["key"] for part in ground.surfaces() for held in part for row in held.contract.get("authority", {}).get("tools", [])
    }
    rows = Tool.objects.visible_to(window.asked_by)
    if not window.is_company:
        rows = rows.filter(Q(key__in=named) | Q(vendor__in=window.vendor_ids))
    for part in batches(rows.order_by("pk").values_list("pk", flat=True)):
        yield from as_of(Tool.objects.all(), ground.at, beside=("vendor", "owner"), pk__in=part)


def _rules(ground: Ground) -> Iterator[Any]:
    for part in batches(ground.window.vendor_ids):
        pks = list(Endpoint.objects.filter(vendor__in=part).order_by("pk").values_list("pk", flat=True))
        rows = as_of(DataRule.objects.all(), ground.at, beside=("data_class", "endpoint"), removable=True, endpoint__in=pks)
        yield from sorted(rows, key=lambda each: (each.endpoint_id, each.data_class.rank, each.pk))


def _plans(ground: Ground) -> Iterator[Any]:
    window = ground.window
    endpoints = Endpoint.objects.filter(vendor__in=window.vendor_ids).values("pk")
    plans = ContinuityPlan.objects.visible_to(window.asked_by).filter(Q(vendor__in=window.vendor_ids) | Q(endpoint__in=endpoints))
    pks = list(plans.order_by("pk").values_list("pk", flat=True))
    yield from as_of(ContinuityPlan.objects.all(), ground.at, beside=("vendor", "endpoint", "owner"), pk__in=pks)


def _standing(row: dict[str, Any]) -> tuple[str, str]:
    return LEVELS.get(row["state"], "wait"), row["state"]


WHO = Sheet(
    "vendors",
    (
        Print("name", "Vendor", kind="strong", width="c20", under=("website",)),
        Print("state", "State", kind="state", width="c14", state=_standing),
        Print("reviewed_on", "Terms reviewed", kind="day", width="c17", under=("owner",), none="never"),
        Print("review_on", "Next review", kind="day", width="c17"),
        Print("exit_plan", "What we would do tomorrow", most=0),
    ),
    title="Vendors",
    empty="No vendor stands behind the surfaces of this scope.",
)
WHAT = Sheet(
    "endpoints",
    (
        Print("name", "Endpoint", kind="strong", width="c24", under=("key",)),
        Print("model", "Model", width="c24"),
        Print("region", "Region", width="c14", under=("account",)),
        Print("state", "State", kind="state", width="c14", state=_standing),
        Print("owner", "Owner", width="c14", none="Nobody"),
        Print("deprecates_on", "Goes away", kind="day"),
    ),
    title="Endpoints",
    group=("vendor_name",),
    empty="No endpoint belongs to these vendors.",
)
SAYS = Sheet(
    "vendor-terms",
    (
        Print("topic", "Topic", width="c20"),
        Print("says", "What the terms say"),
        Print("checked_on", "Looked at", kind="day", width="c17"),
    ),
    title="Terms",
    group=("vendor_name",),
    empty="Nobody has written down what these vendors' terms say.",
)
CALLS = Sheet(
    "tools",
    (
        Print("name", "Tool", kind="strong", width="c24", under=("key",)),
        Print("effect", "Effect", width="c17"),
        Print("limits", "Limits"),
        Print("state", "State", kind="state", width="c14", state=_standing),
        Print("owner", "Owner", width="c14", none="Nobody"),
    ),
    title="Tools",
    empty="The surfaces of this scope may call no tool.",
)
MAY = Sheet(
    "data-rules",
    (
        Print("data_class", "Data class", width="c24"),
        Print(
            "rule",
            "Rule",
            kind="state",
            width="c20",
            state=lambda row: ({"Allowed": "ok", "Only redacted": "warn", "Never": "stop"}.get(row["rule"], "wait"), row["rule"]),
        ),
        Print("reason", "Why"),
    ),
    title="Data rules",
    group=("endpoint", "endpoint_name"),
    empty="No rule is set for these endpoints; policy's defaults hold.",
)
WITHOUT = Sheet(
    "continuity-plans",
    (
        Print("thing", "Without", kind="strong", width="c20", under=("key",)),
        Print("if_down", "If it went down for a day"),
        Print("fallback", "What takes over", width="c28"),
        Print("next_drill_on", "Next drill", kind="day", width="c14", under=("owner",)),
    ),
    title="Plans for a day without them",
    empty="There is no plan for a day without one of these vendors.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set vendors and what hangs on them."""
    lead = "Who stands behind the surfaces: under which terms, in which regions, with which data."
    yield chapter("vendors", "Vendors and endpoints", lead, found, WHO, WHAT, SAYS, CALLS, MAY, WITHOUT)


SECTION = PackSection("vendors", "Vendors and endpoints", 180, given, pages)
