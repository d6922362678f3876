"""The only writers of holds, and the one way in which records are let go."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from governance.core import clock
from governance.core.contributions import RetentionKind
from governance.core.errors import Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, record
from governance.ledger.letgo import FILE, LetGo, let_files_go, let_go
from governance.people.models import User
from governance.policy import queries as policy
from governance.retention import queries, rules
from governance.retention.models import MATTERS, LegalHold


@action
def place(
    *,
    actor: User,
    name: str,
    reason: str,
    until: date | None = None,
    people: list[str] | None = None,
    surfaces: list[int] | None = None,
    incidents: list[int] | None = None,
    kinds: list[str] | None = None,
) -> LegalHold:
    """Hold everything that touches what is named. Raises Denied, Invalid (nothing named, no reason, a past day)."""
    require(rules.may_keep(actor))
    hold = LegalHold(
        name=name.strip(),
        reason=reason.strip(),
        until=until,
        owner=actor,
        people=people or [],
        surfaces=surfaces or [],
        incidents=incidents or [],
        kinds=kinds or [],
    )
    _look_at(hold.reason, until)
    return transitions.create(hold, actor=actor, kind="legal_hold.placed", payload=_told(hold))


@action
def change(hold: LegalHold, *, actor: User, expected_version: int | None = None, **given: Any) -> LegalHold:
    """Change what a hold names, its words or its last day. Raises Denied, Invalid, StaleState."""
    hold = _locked(hold, expected_version)
    require(rules.may_change(actor, hold))
    known = {"name", "reason", "until", *MATTERS}
    changes: dict[str, Any] = {name: value for name, value in given.items() if name in known}
    for name in ("name", "reason"):
        if name in changes:
            changes[name] = changes[name].strip()
    _look_at(changes.get("reason", hold.reason), changes.get("until", hold.until))
    told = {**_told(hold), **{name: changes[name] for name in _told(hold) if name in changes}}
    return transitions.change(hold, actor=actor, kind="legal_hold.changed", changes=changes, payload=told)


@action
def release(hold: LegalHold, *, actor: User, reason: str, expected_version: int | None = None) -> LegalHold:
    """End a hold for good. Raises Denied, Invalid without a reason, StaleState."""
    hold = _locked(hold, expected_version)
    require(rules.may_change(actor, hold))
    if not reason.strip():
        raise Invalid("Say why it is released.", fields={"reason": ["This is needed."]})
    changes = {"state": LegalHold.State.RELEASED, "released_because": reason.strip()}
    return transitions.change(hold, actor=actor, kind="legal_hold.released", changes=changes, reason=reason)


def _locked(hold: LegalHold, expected_version: int | None) -> LegalHold:
    now = LegalHold.objects.select_for_update(of=("self",)).select_related("owner").get(pk=hold.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.state != LegalHold.State.ACTIVE:
        raise StaleState("This hold is released already.", fix="Reload it; place a new one if you need it.")
    found: LegalHold = now
    return found


def _look_at(reason: str, until: date | None) -> None:
    wrong: dict[str, list[str]] = {}
    if not reason.strip():
        wrong["reason"] = ["Say why it holds."]
    if until is not None and until < clock.today():
        wrong["until"] = ["This day has passed. Leave it empty to hold until somebody releases it."]
    if wrong:
        raise Invalid("This hold cannot be placed like this.", fields=wrong)


def _told(hold: LegalHold) -> dict[str, Any]:
    return {**{name: getattr(hold, name) for name in MATTERS}, "until": hold.until}


def expire(kind: RetentionKind, *, actor: User) -> int:
    """Let go of one batch of a kind's records whose time is over; return how many went. No entry where there are none.

    Records that a hold touches stay. Raises Denied.
    """
    require(rules.may_expire(actor))
    return _expire(kind, actor=actor) if queries.due(kind).exists() else 0


@action
def _expire(kind: RetentionKind, *, actor: User) -> int:
    version = policy.in_force()
    rules_now = policy.proof_rules(version)
    rows = list(queries.due(kind, rules=rules_now)[: kind.batch])
    files = _note(kind, rows)
    went = kind.expire(rows) if rows else 0
    told: Mapping[str, Any] = {
        "kind": kind.key,
        "what": kind.label.lower(),
        "count": went,
        "days": rules_now.days_kept(kind.key),
        "tiers": {str(tier): rules_now.days_kept(kind.key, tier) for tier in sorted(rules_now.own_tiers(kind.key))},
        "files": files,
    }
    record("retention.expired", actor=actor, subject=version, payload=told)
    if kind.after is not None and rows:
        after = kind.after
        transaction.on_commit(lambda: after(rows))
    return went


def _note(kind: RetentionKind, rows: list[Any]) -> list[str]:
    """Note what goes of what the ledger bound: files by their hash, rows by their ids; return the hashes."""
    if kind.bound is None:
        return []
    noted = kind.bound(rows)
    because: dict[str, Any] = {"because": LetGo.Because.RETENTION, "cause": kind.key}
    let_files_go(noted.get(FILE, ()), **because)
    for model, ids in noted.items():
        if model != FILE:
            let_go(model, ids, **because)
    return sorted(noted.get(FILE, ()))
