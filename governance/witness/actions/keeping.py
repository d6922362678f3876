"""What targets, witnesses and watched logs have in common: each is locked, looked at, paused, resumed and retired alike."""

from typing import Any, TypeVar

from governance.core.errors import Conflict, Invalid, NotVisible
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.witness import rules
from governance.witness.models import Publication, Standing, WatchedLog, Witness

Kept = Publication | Witness | WatchedLog
K = TypeVar("K", Publication, Witness, WatchedLog)
WORDS = {Publication: "publication", Witness: "witness", WatchedLog: "watched_log"}


def locked(obj: K, actor: User, expected_version: int | None) -> K:
    """Return a row as it stands now. Raises NotVisible, Denied, StaleState when it was changed, Conflict when retired."""
    rows: Any = type(obj).objects
    now: K | None = rows.select_for_update(of=("self",)).visible_to(actor).filter(pk=obj.pk).first()
    if now is None:
        raise NotVisible("There is no such thing that you can see.")
    require(rules.may_keep(actor))
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.state == Standing.RETIRED:
        raise Conflict("This is retired.", fix="Add a new one.")
    return now


def told(obj: Kept) -> dict[str, str]:
    """Return what an entry says of a row at least."""
    return {"origin": obj.origin} if isinstance(obj, WatchedLog) else {"name": obj.name}


def faults(**said: str) -> None:
    """Raise Invalid for the fields about which something is said."""
    wrong = {name: [text] for name, text in said.items() if text}
    if wrong:
        raise Invalid("This cannot be kept like this.", fields=wrong)


@action
def pause(obj: K, *, actor: User, reason: str = "", expected_version: int | None = None) -> K:
    """Leave it out for a while. Raises Denied, StaleState."""
    return _move(obj, actor, "paused", (Standing.ACTIVE,), reason, expected_version)


@action
def resume(obj: K, *, actor: User, reason: str = "", expected_version: int | None = None) -> K:
    """Use it again. Raises Denied, StaleState."""
    return _move(obj, actor, "resumed", (Standing.PAUSED,), reason, expected_version)


@action
def retire(obj: K, *, actor: User, reason: str = "", expected_version: int | None = None) -> K:
    """End it for good; what went there and what it cosigned stays. Raises Denied, StaleState, Conflict for a watched log."""
    if isinstance(obj, WatchedLog):
        raise Conflict("A watched log is never forgotten: who forgot what was cosigned could cosign a fork.", fix="Pause it.")
    return _move(obj, actor, "retired", (Standing.ACTIVE, Standing.PAUSED), reason, expected_version)


STATES = {"paused": Standing.PAUSED, "resumed": Standing.ACTIVE, "retired": Standing.RETIRED}


def _move(obj: K, actor: User, verb: str, before: tuple[str, ...], reason: str, expected_version: int | None) -> K:
    now = locked(obj, actor, expected_version)
    return transitions.change(
        now,
        actor=actor,
        kind=f"{WORDS[type(now)]}.{verb}",
        changes={"state": STATES[verb]},
        expected={"state": before},
        payload=told(now),
        reason=reason,
    )
