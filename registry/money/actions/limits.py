"""Sets, changes and ends spend limits."""

from decimal import Decimal
from typing import Any

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people
from governance.people.models import Team, User
from registry.catalog.models import Vendor
from registry.money import amounts, limits, queries, rules
from registry.money.amounts import plain
from registry.money.models import AtHard, Scope, SpendLimit
from registry.surfaces.models import Surface
from registry.usage import pricing

TERMS = ("soft", "hard", "owner", "at_hard", "lower_to", "notes")


@action
def set_limit(
    *,
    actor: User,
    scope: str,
    surface: Surface | None = None,
    team: Team | None = None,
    vendor: Vendor | None = None,
    feature: str = "",
    soft: Decimal,
    hard: Decimal,
    owner: User,
    at_hard: str = AtHard.TELL,
    lower_to: str = "",
    notes: str = "",
) -> SpendLimit:
    """Limit what the company, or one surface, team, vendor or feature may spend in a calendar month (UTC).

    `soft` and `hard` are amounts of the company's currency. Raises Denied for who may not, Invalid for what cannot be,
    Conflict where there is one already.
    """
    of: dict[str, Any] = {"surface": surface, "team": team, "vendor": vendor, "feature": feature.strip()}
    if scope not in Scope.values:
        raise Invalid("Say what it holds for.", fields={"scope": [f"One of {', '.join(Scope.values)}."]})
    if scope != Scope.COMPANY and not of[scope]:
        raise Invalid("Say what it holds for.", fields={str(scope): ["This is needed."]})
    if extra := [name for name, value in of.items() if value and name != scope]:
        raise Invalid("A limit holds for one thing.", fields={name: ["Leave this out."] for name in extra})
    require(queries.may_limit(actor, scope, surface, team))
    _check(soft, hard, at_hard, lower_to, scope, owner)
    limit = SpendLimit(scope=scope, **of, soft=soft, hard=hard, owner=owner, at_hard=at_hard, lower_to=lower_to)
    limit.currency, limit.starts_on, limit.notes = pricing.company_currency(), clock.now().date(), notes.strip()
    return transitions.create(limit, actor=actor, kind="spend_limit.set", payload=told(limit), touches=touches(limit))


@action
def change(limit: SpendLimit, *, actor: User, expected_version: int | None = None, **terms: Any) -> SpendLimit:
    """Change what a limit says. One that was reached and no longer is lets spend again at once.

    Raises Denied for who may not, Invalid for what cannot be, StaleState when it moved meanwhile.
    """
    limit = locked(limit, expected_version)
    require(queries.may_keep(actor, limit))
    if unknown := terms.keys() - set(TERMS):
        raise TypeError(f"a limit has no {', '.join(sorted(unknown))}")
    given = {name: terms.get(name, getattr(limit, name)) for name in TERMS}
    _check(given["soft"], given["hard"], given["at_hard"], given["lower_to"], limit.scope, given["owner"])
    before = plain(limit.hard)
    frees = limit.passed_month == queries.month() and amounts.nano(given["hard"]) > limits.standing(limit).spent
    changes = given | ({"passed_month": None} if frees else {})
    said = told(limit, **given) | {"before": before}
    done = transitions.change(
        limit, actor=actor, kind="spend_limit.changed", changes=changes, payload=said, touches=touches(limit)
    )
    return done


@action
def give_owner(limit: SpendLimit, *, actor: User, to: User, reason: str = "") -> SpendLimit:
    """Give a limit to another person. Raises Denied, Invalid for who can own nothing, Conflict for its owner."""
    limit = locked(limit, None)
    require(queries.may_keep(actor, limit))
    if to.pk == limit.owner_id:
        raise Conflict(f"{to} owns it already.", fix="Choose somebody else.")
    _own(to)
    said = {"what": limit.what, "to": to.ref, "before": limit.owner.ref}
    return transitions.change(
        limit, actor=actor, kind="spend_limit.owner_given", changes={"owner": to}, payload=said, touches=(to,), reason=reason
    )


@action
def end(limit: SpendLimit, *, actor: User, reason: str = "", expected_version: int | None = None) -> SpendLimit:
    """Let a limit hold no more. Raises Denied for who may not, StaleState when it moved meanwhile."""
    limit = locked(limit, expected_version)
    require(queries.may_keep(actor, limit))
    said = {"what": limit.what, "hard": plain(limit.hard), "currency": limit.currency}
    return transitions.change(
        limit,
        actor=actor,
        kind="spend_limit.ended",
        changes={"state": SpendLimit.State.ENDED, "passed_month": None},
        payload=said,
        touches=touches(limit),
        reason=reason,
    )


def locked(limit: SpendLimit, expected_version: int | None) -> SpendLimit:
    """Return a limit as it stands now, held until the transaction ends. Raises StaleState when it was changed."""
    rows = SpendLimit.objects.select_for_update(of=("self",)).select_related("owner", "vendor", "team__lead")
    now = rows.select_related("surface__owner", "surface__team__lead", "surface__in_force").get(pk=limit.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    return now


def touches(limit: SpendLimit) -> tuple[Any, ...]:
    """Return what an entry about a limit concerns beside it."""
    return tuple(each for each in (limit.surface, limit.vendor) if each is not None)


def told(limit: SpendLimit, **given: Any) -> dict[str, Any]:
    """Return what the ledger says of a limit's terms."""
    held = {name: given.get(name, getattr(limit, name)) for name in TERMS}
    return {
        "what": limit.what,
        "soft": plain(held["soft"]),
        "hard": plain(held["hard"]),
        "currency": limit.currency,
        "at_hard": str(held["at_hard"]),
        "lower_to": str(held["lower_to"]),
        "owner": held["owner"].ref,
    }


def _check(soft: Decimal, hard: Decimal, at_hard: str, lower_to: str, scope: str, owner: User) -> None:
    if wrong := rules.wrong_limit(soft, hard, at_hard, lower_to, scope):
        raise Invalid("This limit cannot be set.", fields=wrong)
    _own(owner)


def _own(owner: User) -> None:
    if not (verdict := people.may_own(owner)):
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"owner": [verdict.reason]})
