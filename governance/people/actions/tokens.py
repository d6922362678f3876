"""API tokens: made, revoked, and recognised at the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.core import clock
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import keys, rules, scopes
from governance.people.models import ApiToken, User

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class IssuedToken:
    """A token with its secret, which exists nowhere else after this."""

    token: ApiToken
    secret: str


@action
def create_token(
    owner: User,
    *,
    actor: User,
    name: str,
    scopes_wanted: Sequence[str],
    expires_at: datetime,
    reason: str = "",
) -> IssuedToken:
    """Make a token. Raises Denied, or Invalid for scopes beyond the owner's role and for a date beyond a year."""
    require(rules.may_keep_token(actor, owner))
    return issue(owner, actor=actor, name=name, scopes_wanted=scopes_wanted, expires_at=expires_at, reason=reason)


@action
def issue(
    owner: User, *, actor: User, name: str, scopes_wanted: Sequence[str], expires_at: datetime, reason: str = ""
) -> IssuedToken:
    """Make a token for an action that has asked its own rule who may. Raises Invalid as `create_token` does."""
    wanted = list(dict.fromkeys(scopes_wanted))
    _check_scopes(owner, wanted)
    _check_end(expires_at)
    key = keys.new_token()
    token = ApiToken(user=owner, name=name, prefix=key.prefix, digest=key.digest, scopes=wanted, expires_at=expires_at)
    told = {"name": name, "scopes": wanted, "until": expires_at}
    transitions.create(token, actor=actor, kind="token.created", payload=told, touches=(owner,), reason=reason)
    return IssuedToken(token, key.secret)


@action
def revoke_token(token: ApiToken, *, actor: User, expected_version: int | None = None, reason: str = "") -> ApiToken:
    """End a token at once. Raises Denied, or StaleState when it is revoked already."""
    require(rules.may_revoke_token(actor, token.user))
    return end(token, actor=actor, expected_version=expected_version, reason=reason)


@action
def end(token: ApiToken, *, actor: User, expected_version: int | None = None, reason: str = "") -> ApiToken:
    """End a token for an action that has asked its own rule who may. Raises StaleState when it is revoked already."""
    return transitions.change(
        token,
        actor=actor,
        kind="token.revoked",
        changes={"revoked_at": clock.now()},
        expected={"revoked_at": None},
        expected_version=expected_version,
        payload={"name": token.name},
        touches=(token.user,),
        reason=reason,
    )


def _check_scopes(owner: User, wanted: list[str]) -> None:
    if not wanted:
        raise Invalid("A token needs at least one scope.", fields={"scopes": ["Choose at least one."]})
    if missing := scopes.unknown(wanted):
        told = {"scopes": [f"Unknown: {', '.join(missing)}."]}
        raise Invalid(f"There is no scope named {missing[0]!r}.", fields=told)
    beyond = sorted(set(wanted) - scopes.widest(owner.role))
    if beyond:
        message = f"A token of {owner} ({owner.get_role_display().lower()}) cannot have {', '.join(beyond)}."
        raise Invalid(message, fix="Choose fewer scopes.", fields={"scopes": [message]})


def _check_end(expires_at: datetime) -> None:
    now = clock.now()
    if expires_at <= now:
        raise Invalid("The token would be over already.", fields={"expires_at": ["Choose a later moment."]})
    if expires_at > now + LONGEST:
        raise Invalid("A token lives for a year at most.", fields={"expires_at": ["Choose a moment within 366 days."]})
