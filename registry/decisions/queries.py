"""Reads what decisions rest on: a fixed number of statements, however many questions are asked at once.

Nothing is kept between two calls: what holds now is read now, so that a lowered mode or a new revision decides at once.
Columns are read instead of rows, for building the statements and objects is most of what a decision costs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from governance.approvals.models import Decision
from governance.core import clock
from governance.policy import queries as policy
from governance.policy.models import PolicyVersion
from registry.catalog.models import DataRule, Endpoint, Tool
from registry.decisions import rules
from registry.decisions.held import Approval, Facts, ItemFacts, SurfaceFacts
from registry.decisions.questions import Question
from registry.decisions.standing import Kept, Standing, standing_of
from registry.money import queries as money
from registry.money.held import NOTHING as UNSPENT
from registry.money.held import SpentUp
from registry.quarantine import queries as quarantine
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState

COLUMNS = (
    "pk",
    "owner_id",
    "team_id",
    "state",
    "mode",
    "tier",
    "in_force_since",
    "in_force__number",
    "in_force__digest",
    "in_force__contract",
    "in_force__policy_version__label",
    "controls_state__checked_at",
    "controls_state__turns_at",
    "controls_state__excepted",
    "controls_state__unmet_blocking",
)
YES = (Decision.Verdict.APPROVE, Decision.Verdict.CONDITIONS)
Row = Mapping[str, Any]


def facts_for(caller: Any, questions: Sequence[Question], at: datetime | None = None) -> Facts:
    """Return everything that questions about surfaces need, as far as the caller may see the surfaces."""
    at = at or clock.now()
    asked = {(question.action.name, question.resource.id) for question in questions}
    sent = {key for action, key in asked if action == rules.SEND}
    called = {key for action, key in asked if action == rules.CALL}
    named = {key for question in questions for key in rules.data_of(question, needed=False)[0]}
    version = _policy(at)
    spent_up = money.refusing() if sent else UNSPENT
    return Facts(
        policy=version.label if version else "",
        surfaces=_surfaces(caller, {question.subject.id for question in questions}, at, spent_up),
        endpoints=_endpoints(sent) if sent else {},
        tools=_tools(called) if called else {},
        defaults={row["key"]: row["default_rule"] for row in policy.document(version)["data_classes"]} if version else {},
        rules=_matrix(sent, named) if sent and named else {},
        quarantined=quarantine.in_force(),
        spent_up=spent_up,
    )


def _policy(at: datetime) -> PolicyVersion | None:
    held = PolicyVersion.objects.filter(effective_at__lte=at).only("number", "label", "digest")
    return held.order_by("-effective_at", "-number").first()


def _surfaces(caller: Any, keys: Iterable[str], at: datetime, spent_up: SpentUp) -> dict[str, SurfaceFacts]:
    numbers = {key: int(found.group(1)) for key in keys if (found := surfaces.KEY.match(key))}
    if not numbers:
        return {}
    rows = {row["pk"]: row for row in Surface.objects.filter(pk__in=set(numbers.values())).order_by().values(*COLUMNS)}
    seen = surfaces.visible_among(caller, {pk: (row["owner_id"], row["team_id"]) for pk, row in rows.items()})
    held = [pk for pk in seen if rows[pk]["in_force__number"] is not None]
    approvals = _approvals(held) if held else {}
    standing = standing_of({pk: _kept(rows[pk]) for pk in held}, at)
    return {
        key: _surface(rows[pk], approvals.get(pk, ()), standing.get(pk, Standing()), spent_up)
        for key, pk in numbers.items()
        if pk in seen
    }


def _kept(row: Row) -> Kept:
    told = [row[f"controls_state__{name}"] for name in ("checked_at", "turns_at", "excepted", "unmet_blocking")]
    return Kept(row["tier"], *told)


def _surface(row: Row, approvals: Sequence[Approval], standing: Standing, spent_up: SpentUp) -> SurfaceFacts:
    key = Surface(pk=row["pk"]).key
    if row["in_force__number"] is None:
        return SurfaceFacts(key, row["state"], row["mode"], row["tier"])
    return SurfaceFacts(
        key,
        row["state"],
        row["mode"],
        row["tier"],
        row["in_force__number"],
        row["in_force__digest"],
        row["in_force__contract"],
        row["in_force_since"],
        row["in_force__policy_version__label"],
        approvals,
        standing.unmet,
        standing.waived,
        spent_up.of(row["pk"], row["team_id"]),
    )


def _approvals(held: Iterable[int]) -> dict[int, list[Approval]]:
    """Return who said yes to the revision that holds, by surface: one statement."""
    given = Decision.objects.filter(
        request__change__surface__in=held, request__change__state="in_force", request__state="approved", verdict__in=YES
    )
    columns = ("request__change__surface_id", "person__ref", "position__key", "decided_at")
    found: dict[int, list[Approval]] = {}
    for surface, ref, position, at in given.order_by("pk").values_list(*columns):
        found.setdefault(surface, []).append(Approval(ref, position, at))
    return found


def _endpoints(keys: Iterable[str]) -> dict[str, ItemFacts]:
    columns = ("key", "name", "state", "vendor__name", "vendor__state")
    return {row[0]: ItemFacts(*row) for row in Endpoint.objects.filter(key__in=keys).order_by().values_list(*columns)}


def _tools(keys: Iterable[str]) -> dict[str, ItemFacts]:
    columns = ("key", "name", "state", "vendor__name", "vendor__state", "effect")
    rows = Tool.objects.filter(key__in=keys).order_by().values_list(*columns)
    return {key: ItemFacts(key, name, state, vendor or "", held or "", effect) for key, name, state, vendor, held, effect in rows}


def _matrix(endpoints: Iterable[str], classes: Iterable[str]) -> dict[tuple[str, str], str]:
    rows = DataRule.objects.filter(endpoint__key__in=endpoints, data_class__key__in=classes).order_by()
    return {(endpoint, key): rule for endpoint, key, rule in rows.values_list("endpoint__key", "data_class__key", "rule")}


def candidates(caller: Any, after: str, most: int) -> list[str]:
    """Return keys of surfaces with something in force that the caller may see, after a key, in the order of their numbers."""
    found = surfaces.KEY.match(after)
    rows = surfaces.visible_to(caller).filter(in_force__isnull=False, state=SurfaceState.LIVE)
    if found:
        rows = rows.filter(pk__gt=int(found.group(1)))
    return [Surface(pk=pk).key for pk in rows.order_by("pk").values_list("pk", flat=True)[:most]]


def reachable(caller: Any, question: Question) -> list[str]:
    """Return what the contract in force of the question's surface names of the question's type of resource."""
    number = surfaces.KEY.match(question.subject.id)
    rows = surfaces.visible_to(caller).filter(pk=int(number.group(1)) if number else 0)
    contract = rows.values_list("in_force__contract", flat=True).first() or {}
    named = {
        "endpoint": [row["endpoint"] for row in contract.get("routes", [])],
        "tool": [row["key"] for row in contract.get("authority", {}).get("tools", [])],
        "retrieval_source": [row["key"] for row in contract.get("retrieval", [])],
    }
    return sorted(set(named.get(question.resource.type, ())))
