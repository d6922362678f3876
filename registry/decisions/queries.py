"""Reads what decisions rest on: a fixed number of statements, however many questions are asked at once.

Nothing is kept between two calls: what holds now is read now, so that a lowered mode or a new revision decides at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from governance.approvals.models import Decision
from governance.core import clock
from governance.policy import queries as policy
from governance.policy.models import DataClass
from registry.catalog.models import DataRule, Endpoint, Tool
from registry.decisions import rules
from registry.decisions.held import Approval, Facts, ItemFacts, SurfaceFacts
from registry.decisions.questions import Question
from registry.decisions.standing import Standing, standing_of
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface, SurfaceState

NOT_READ = ("purpose", "answers", "tier_reasons", "attributes", "in_force__policy_version__document")
YES = (Decision.Verdict.APPROVE, Decision.Verdict.CONDITIONS)


def facts_for(caller: Any, questions: Sequence[Question], at: datetime | None = None) -> Facts:
    """Return everything that questions about surfaces need, as far as the caller may see the surfaces."""
    at = at or clock.now()
    asked = {(question.action.name, question.resource.id) for question in questions}
    sent = {key for action, key in asked if action == rules.SEND}
    called = {key for action, key in asked if action == rules.CALL}
    named = {key for question in questions for key in rules.data_of(question, needed=False)[0]}
    version = policy.latest(at)
    return Facts(
        policy=version.label if version else "",
        surfaces=_surfaces(caller, {question.subject.id for question in questions}, at),
        endpoints=_endpoints(sent) if sent else {},
        tools=_tools(called) if called else {},
        defaults=dict(DataClass.objects.filter(is_retired=False).values_list("key", "default_rule")) if named else {},
        rules=_matrix(sent, named) if sent and named else {},
    )


def _surfaces(caller: Any, keys: Iterable[str], at: datetime) -> dict[str, SurfaceFacts]:
    numbers = {key: int(found.group(1)) for key in keys if (found := surfaces.KEY.match(key))}
    if not numbers:
        return {}
    seen = surfaces.visible_to(caller).filter(pk__in=set(numbers.values()))
    rows = {row.pk: row for row in seen.select_related("in_force__policy_version").defer(*NOT_READ)}
    approvals = _approvals(rows)
    standing = standing_of(list(rows.values()), at)
    return {
        key: _surface(rows[pk], approvals.get(pk, ()), standing.get(pk, Standing())) for key, pk in numbers.items() if pk in rows
    }


def _surface(row: Surface, approvals: Sequence[Approval], standing: Standing) -> SurfaceFacts:
    facts = SurfaceFacts(row.key, row.state, row.mode, row.tier)
    revision = row.in_force
    if revision is None:
        return facts
    return SurfaceFacts(
        facts.key,
        facts.state,
        facts.mode,
        facts.tier,
        revision.number,
        revision.digest,
        revision.contract,
        row.in_force_since,
        revision.policy_version.label,
        approvals,
        standing.unmet,
        standing.waived,
    )


def _approvals(rows: Mapping[int, Surface]) -> dict[int, list[Approval]]:
    """Return who said yes to the revision that holds, by surface: one statement."""
    given = Decision.objects.filter(
        request__change__surface__in=rows, request__change__state="in_force", request__state="approved", verdict__in=YES
    )
    columns = ("request__change__surface_id", "person__ref", "position__key", "decided_at")
    found: dict[int, list[Approval]] = {}
    for surface, ref, position, at in given.order_by("pk").values_list(*columns):
        found.setdefault(surface, []).append(Approval(ref, position, at))
    return found


def _endpoints(keys: Iterable[str]) -> dict[str, ItemFacts]:
    columns = ("key", "name", "state", "vendor__name", "vendor__state")
    return {row[0]: ItemFacts(*row) for row in Endpoint.objects.filter(key__in=keys).values_list(*columns)}


def _tools(keys: Iterable[str]) -> dict[str, ItemFacts]:
    columns = ("key", "name", "state", "vendor__name", "vendor__state", "effect")
    rows = Tool.objects.filter(key__in=keys).values_list(*columns)
    return {key: ItemFacts(key, name, state, vendor or "", held or "", effect) for key, name, state, vendor, held, effect in rows}


def _matrix(endpoints: Iterable[str], classes: Iterable[str]) -> dict[tuple[str, str], str]:
    rows = DataRule.objects.filter(endpoint__key__in=endpoints, data_class__key__in=classes)
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
