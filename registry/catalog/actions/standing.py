"""Whether a thing may be used: proposed, approved by named people, suspended at once, retired, taken up again."""

from typing import Any

from governance.approvals.models import ApprovalRequest
from governance.core.errors import Conflict
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.actions import ask_along
from registry.catalog import queries, rules
from registry.catalog.models import CatalogState
from registry.catalog.rules import Item


@action
def propose(item: Any, *, actor: User, reason: str = "", expected_version: int | None = None) -> ApprovalRequest | None:
    """Ask the people whom policy names to approve a thing as it is; approve it at once where policy names nobody."""
    item = _locked(item, expected_version)
    require(rules.may_propose(actor, item, waiting=queries.open_request(item) is not None))
    kind, digest = queries.kind_of(item), queries.digest_of(item)
    told = {"name": item.name, "digest": digest}
    route = policy.route_or_none(kind)
    if route is None:
        require(rules.may_set_rules(actor))
        _approve(item, actor, digest, "policy asks for no approval", reason)
        return None
    transitions.change(item, actor=actor, kind=f"{kind}.proposed", changes={}, payload=told, reason=reason)
    return ask_along(route, actor=actor, kind=kind, subject=item, digest=digest, title=f"Use {item.name}")


def _locked(item: Item, expected_version: int | None = None) -> Any:
    locked = type(item).objects.select_for_update(of=("self",)).select_related("owner").get(pk=item.pk)
    if expected_version is not None and locked.version != expected_version:
        raise transitions.stale(locked)
    return locked


def _approve(item: Any, actor: Any, digest: str, route: str, reason: str = "", touches: tuple[Any, ...] = ()) -> None:
    transitions.change(
        item,
        actor=actor,
        kind=f"{queries.kind_of(item)}.approved",
        changes={"state": CatalogState.APPROVED},
        expected={"state": (CatalogState.PROPOSED, CatalogState.SUSPENDED)},
        payload={"name": item.name, "digest": digest, "route": route},
        touches=touches,
        reason=reason,
    )


def settle(request: ApprovalRequest, actor: Any) -> None:
    """Follow what was decided about a vendor, endpoint or tool, for the very hash that was signed."""
    item = _locked(queries.load(queries.KINDS[request.subject_kind], request.subject_id))
    if request.state == ApprovalRequest.State.APPROVED:
        if queries.digest_of(item) != request.subject_digest:
            raise Conflict(f"{item} is not what was asked for any more.", fix="Have the request withdrawn, and propose it again.")
        _approve(item, actor, request.subject_digest, request.key, touches=(request,))
        return
    transitions.change(
        item,
        actor=actor,
        kind=f"{queries.kind_of(item)}.not_approved",
        changes={},
        payload={"name": item.name, "outcome": request.get_state_display().lower()},
        touches=(request,),
    )


@action
def suspend(item: Any, *, actor: User, reason: str, expected_version: int | None = None) -> Any:
    """Take an approved thing out of use at once; using it again takes approval."""
    require(rules.may_suspend(actor, item))
    return _stand(item, "suspended", CatalogState.SUSPENDED, (CatalogState.APPROVED,), actor, reason, expected_version)


@action
def retire(item: Any, *, actor: User, reason: str = "", expected_version: int | None = None) -> Any:
    """Close a thing's record; what names it in a contract keeps naming it, and is out of line."""
    require(rules.may_retire(actor, item, waiting=queries.open_request(item) is not None))
    before = (CatalogState.PROPOSED, CatalogState.APPROVED, CatalogState.SUSPENDED)
    return _stand(item, "retired", CatalogState.RETIRED, before, actor, reason, expected_version)


@action
def reopen(item: Any, *, actor: User, reason: str = "", expected_version: int | None = None) -> Any:
    """Take a retired thing up again; it is proposed then."""
    require(rules.may_reopen(actor, item))
    return _stand(item, "reopened", CatalogState.PROPOSED, (CatalogState.RETIRED,), actor, reason, expected_version)


def _stand(
    item: Any, what: str, state: str, before: tuple[str, ...], actor: User, reason: str, expected_version: int | None
) -> Any:
    return transitions.change(
        item,
        actor=actor,
        kind=f"{queries.kind_of(item)}.{what}",
        changes={"state": state},
        expected={"state": before},
        expected_version=expected_version,
        payload={"name": item.name},
        reason=reason,
    )
