"""Adding vendors, endpoints and tools, changing their facts, and saying who answers for them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.catalog import queries, rules
from registry.catalog.models import CatalogState, Endpoint, Tool, Vendor
from registry.catalog.rules import Item

FIELDS: Mapping[type[Item], tuple[str, ...]] = {
    Vendor: ("name", "website", "review_on", "exit_plan", "exit_drilled_on", "notes"),
    Endpoint: (
        "name", "vendor", "model", "region", "account_ref", "key_ref", "key_rotates_on", "who_may_use", "price_source",
        "input_price", "output_price", "currency", "deprecates_on", "notes",
    ),
    Tool: ("name", "description", "effect", "vendor", "limits"),
}  # fmt: skip


@action
def add_vendor(*, actor: User, name: str, key: str = "", owner: User | None = None, **facts: Any) -> Vendor:
    """Add a vendor; it is proposed until the people whom policy names have approved it."""
    return _add(Vendor(name=name, key=key or _free_key(Vendor, name, 60), **_known(Vendor, facts)), actor, owner)


@action
def add_endpoint(
    *, actor: User, name: str, vendor: Vendor, model: str, key: str = "", owner: User | None = None, **facts: Any
) -> Endpoint:
    """Add an endpoint: one model under one vendor's terms, in one region and account."""
    made = Endpoint(
        name=name,
        vendor=vendor,
        model=model,
        key=key or _free_key(Endpoint, f"{model} {facts.get('region', '')}", 100),
        **_known(Endpoint, facts),
    )
    return _add(made, actor, owner)


@action
def add_tool(*, actor: User, name: str, effect: str, key: str = "", owner: User | None = None, **facts: Any) -> Tool:
    """Add a tool: something that a model may call, with what a call can do."""
    return _add(Tool(name=name, effect=effect, key=key or _free_key(Tool, name, 100), **_known(Tool, facts)), actor, owner)


def _add(item: Any, actor: User, owner: User | None) -> Any:
    require(rules.may_add(actor))
    item.owner = _owner(owner or (actor if actor.kind == User.Kind.PERSON else None))
    vendor = getattr(item, "vendor", None)
    touches = (vendor,) if vendor is not None else ()
    kind = f"{queries.kind_of(item)}.added"
    return transitions.create(item, actor=actor, kind=kind, payload={"name": item.name}, touches=touches)


def _owner(person: User | None) -> User:
    verdict = rules.may_own(person)
    if not verdict or person is None:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"owner": [f"{verdict.reason} {verdict.fix}".strip()]})
    return person


def _known(model: type[Item], facts: Mapping[str, Any]) -> dict[str, Any]:
    stray = set(facts) - set(FIELDS[model])
    if stray:
        raise TypeError(f"{model.__name__} has no {', '.join(sorted(stray))} to be set")
    return dict(facts)


def _free_key(model: type[Item], name: str, longest: int) -> str:
    base = slugify(name)[: longest - 5].strip("-") or (model._meta.model_name or "")
    taken = set(model.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for key in (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))) if key not in taken)


@action
def change_item(item: Any, *, actor: User, expected_version: int | None = None, reason: str = "", **facts: Any) -> Any:
    """Change facts of a thing. What approval was given for takes approval away when it changes; the entry says so."""
    require(rules.may_edit(actor, item))
    changes = _known(type(item), facts)
    changed = {name for name, value in changes.items() if getattr(item, name) != value}
    told = {"name": changes.get("name", item.name), "approval": "kept"}
    if changed & _signed(item):
        _check_nothing_waits(item)
    if rules.needs_approval_again(item, changed):
        changes["state"] = CatalogState.PROPOSED
        told["approval"] = "needed again"
    return transitions.change(
        item,
        actor=actor,
        kind=f"{queries.kind_of(item)}.changed",
        changes=changes,
        expected_version=expected_version,
        payload=told,
        reason=reason,
    )


def _signed(item: Item) -> set[str]:
    """The fields that stand in what approvers sign."""
    return {"name", "website"} if isinstance(item, Vendor) else set(rules.MATERIAL[type(item)])


def _check_nothing_waits(item: Item) -> None:
    if request := queries.open_request(item):
        raise Conflict(
            f"{item} waits for approval as it is ({request.key}).", fix="Withdraw the request, change it, and propose it again."
        )


@action
def give_owner(item: Any, *, actor: User, to: User, expected_version: int | None = None, reason: str = "") -> Any:
    """Name the person who answers for a thing from now on (R1)."""
    require(rules.may_give(actor, item))
    owner = _owner(to)
    if owner.pk == item.owner_id:
        raise Conflict(f"{owner} owns it already.", fix="Choose somebody else.")
    return transitions.change(
        item,
        actor=actor,
        kind=f"{queries.kind_of(item)}.owner_given",
        changes={"owner": owner},
        expected_version=expected_version,
        payload={"name": item.name, "owner": owner.ref},
        touches=(owner,),
        reason=reason,
    )


@action
def set_price(
    endpoint: Endpoint,
    *,
    actor: User,
    input_price: Decimal | None,
    output_price: Decimal | None,
    source: str,
    currency: str = "USD",
    expected_version: int | None = None,
) -> Endpoint:
    """Set what a million tokens cost, and where that is written."""
    require(rules.may_edit(actor, endpoint))
    return transitions.change(
        endpoint,
        actor=actor,
        kind="endpoint.priced",
        changes={"input_price": input_price, "output_price": output_price, "price_source": source, "currency": currency},
        expected_version=expected_version,
        payload={"name": endpoint.name, "source": source},
    )
