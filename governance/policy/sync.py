"""Brings the rows in line with a version, inside the action that puts it in force. Nothing else writes these rows."""

from typing import Any

from governance.ledger import transitions
from governance.policy.models import PolicyVersion
from governance.policy.rows import PLANS, Columns, Plan


def apply_rows(version: PolicyVersion, document: dict[str, Any], *, actor: Any) -> int:
    """Make, change, retire and remove rows until they say what the version says; return how many moved.

    Rows that leave go first: their names are free then for those that come.
    """
    moved = 0
    for plan in PLANS:
        wanted = {plan.identify(columns): columns for columns in plan.wanted(document)}
        held = {plan.identify(vars(row)): row for row in plan.model._default_manager.all()}
        for identity in held.keys() - wanted.keys():
            moved += _leave(plan, held[identity], version, actor)
        for identity in [identity for identity in wanted if identity in held]:
            moved += _change(plan, held[identity], wanted[identity], version, actor)
        new = [plan.model(**columns) for identity, columns in wanted.items() if identity not in held]
        transitions.create_many(
            new, actor=actor, kind="policy.row_added", payload=lambda row, plan=plan: _told(plan, row, version)
        )
        moved += len(new)
    return moved


def _change(plan: Plan, row: Any, columns: Columns, version: PolicyVersion, actor: Any) -> int:
    changes = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if not changes:
        return 0
    back = getattr(row, "is_retired", False)
    kind = "policy.row_restored" if back else "policy.row_changed"
    transitions.change(row, actor=actor, kind=kind, changes=changes, payload=_told(plan, row, version))
    return 1


def _leave(plan: Plan, row: Any, version: PolicyVersion, actor: Any) -> int:
    if plan.keeps or getattr(row, "is_retired", False):
        return 0
    if hasattr(row, "is_retired"):
        transitions.change(
            row, actor=actor, kind="policy.row_retired", changes={"is_retired": True}, payload=_told(plan, row, version)
        )
    else:
        transitions.remove(row, actor=actor, kind="policy.row_removed", payload=_told(plan, row, version))
    return 1


def _told(plan: Plan, row: Any, version: PolicyVersion) -> dict[str, Any]:
    name = row.key if plan.what == "approval route" else str(row)
    return {"what": plan.what, "name": name, "policy": version.label}
