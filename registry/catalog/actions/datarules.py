"""Which class of data may go to which endpoint: set cell by cell or many at once, in one action with one reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy.models import DataClass
from registry.catalog import rules
from registry.catalog.models import CatalogState, DataRule, Endpoint

MOST = 500


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One cell: the rule to hold (None: policy's default), and what the person saw there (None: not said)."""

    endpoint: Endpoint
    data_class: DataClass
    rule: str | None
    seen: str | None = None


@action
def set_rules(changes: Sequence[RuleChange], *, actor: User, reason: str = "") -> int:
    """Set rules; return how many moved. Raises StaleState naming the cells that somebody else changed meanwhile."""
    require(rules.may_set_rules(actor))
    if len(changes) > MOST:
        raise Invalid(f"That is {len(changes)} cells; at most {MOST} are set at once.", fix="Do it in parts.")
    _check(changes)
    held = {
        (rule.endpoint_id, rule.data_class_id): rule
        for rule in DataRule.objects.select_for_update(of=("self",))
        .filter(endpoint__in=[each.endpoint for each in changes])
        .select_related("endpoint", "data_class")
    }
    stale = [
        f"{each.data_class} to {each.endpoint}"
        for each in changes
        if each.seen is not None and each.seen != _rule(held.get((each.endpoint.pk, each.data_class.pk)))
    ]
    if stale:
        raise StaleState(
            f"Somebody else changed {', '.join(stale[:5])} in the meantime.", fix="Reload, and look at what holds now."
        )
    moved = sum(_set(each, held.get((each.endpoint.pk, each.data_class.pk)), actor, reason.strip()) for each in changes)
    if not moved:
        raise Conflict("That is what holds already.", fix="Change a cell first.")
    return moved


def _check(changes: Sequence[RuleChange]) -> None:
    cells = [(each.endpoint.pk, each.data_class.pk) for each in changes]
    if len(set(cells)) < len(cells):
        raise Invalid("A cell is set twice.", fix="Give each pair of endpoint and data class once.")
    for each in changes:
        if each.rule is not None and each.rule not in DataRule.Rule.values:
            known = ", ".join(DataRule.Rule.values)
            raise Invalid(f"There is no rule {each.rule}.", fix=f"Rules are {known}.", fields={"rule": [f"One of {known}."]})
        if each.data_class.is_retired:
            raise Conflict(f"Policy does not know the data class {each.data_class} any more.", fix="Choose one that holds.")
        if each.endpoint.state == CatalogState.RETIRED:
            raise Conflict(f"{each.endpoint} is retired; its record is closed.", fix="Take it up again first.")


def _rule(held: DataRule | None) -> str:
    return held.rule if held is not None else ""


def _set(change: RuleChange, held: DataRule | None, actor: User, reason: str) -> bool:
    told = {"data_class": change.data_class.name, "endpoint": change.endpoint.name, "before": _rule(held) or "default"}
    touches = (change.endpoint,)
    if change.rule is None:
        if held is None:
            return False
        transitions.remove(held, actor=actor, kind="data_rule.removed", payload=told, touches=touches, reason=reason)
        return True
    words = str(DataRule.Rule(change.rule).label).lower()
    if held is None:
        made = DataRule(endpoint=change.endpoint, data_class=change.data_class, rule=change.rule, reason=reason)
        transitions.create(
            made, actor=actor, kind="data_rule.set", payload=told | {"rule": words}, touches=touches, reason=reason
        )
        return True
    if held.rule == change.rule and (not reason or held.reason == reason):
        return False
    changes = {"rule": change.rule, "reason": reason}
    transitions.change(
        held, actor=actor, kind="data_rule.set", changes=changes, payload=told | {"rule": words}, touches=touches, reason=reason
    )
    return True
