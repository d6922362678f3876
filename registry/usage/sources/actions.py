"""The only writers of sources: make, change, give to another owner, hand out a token, retire, take up again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from governance.core import clock
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people
from governance.people.actions.services import open_account
from governance.people.actions.tokens import IssuedToken, end, issue
from governance.people.models import ApiToken, Team, User
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.usage.models import UsageSource
from registry.usage.sources import doors, rules

Kind, State = UsageSource.Kind, UsageSource.State
DAYS, MOST_DAYS = 365, 366
SCOPES = (doors.SCOPE,)


@dataclass(frozen=True)
class MadeSource:
    """A source with its token's secret, which exists nowhere else after this."""

    source: UsageSource
    secret: str


@action
def make(
    *,
    actor: User,
    name: str,
    kind: str,
    surface: Surface | None = None,
    team: Team | None = None,
    owner: User | None = None,
    notes: str = "",
    days: int = DAYS,
) -> MadeSource:
    """Make a source, the account that it sends as, and its first token, good for `days`.

    Raises Denied for a reach that is not the person's, Invalid for a reach that does not fit its kind, Conflict for a name
    that is taken.
    """
    _fitting(kind, surface, team)
    edits = surfaces.may_edit(actor, surface) if surface is not None else None
    require(rules.may_reach(actor, kind, team=team.pk if team else None, edits_surface=edits))
    owner = _owner(owner or actor)
    source = UsageSource(name=name.strip(), kind=kind, surface=surface, team=team, owner=owner, notes=notes)
    transitions.check(source)
    account = open_account(f"Source {source.name}"[:200], actor=actor)
    issued = _issue(account, source, actor, days)
    source.token = issued.token
    said = {"name": source.name, "reach": _reach(source), "owner": owner.ref, "account": account.ref}
    transitions.create(source, actor=actor, kind="usage.source_made", payload=said, touches=_touches(source))
    return MadeSource(source, issued.secret)


@action
def change(source: UsageSource, *, actor: User, expected_version: int | None = None, **given: Any) -> UsageSource:
    """Change a source's name or notes. What it reaches stays: another reach is another source. Raises Denied, StaleState."""
    require(rules.may_keep(actor, source))
    allowed = {name: str(value).strip() for name, value in given.items() if name in ("name", "notes")}
    return _changed(source, actor, "usage.source_changed", allowed, expected_version, {"name": allowed.get("name", source.name)})


@action
def give(source: UsageSource, *, actor: User, to: User, reason: str = "", expected_version: int | None = None) -> UsageSource:
    """Give a source to another owner; its token goes on working. Raises Denied, Invalid for who cannot own, StaleState."""
    require(rules.may_keep(actor, source))
    said = {"name": source.name, "to": _owner(to).ref}
    return _changed(source, actor, "usage.source_given", {"owner": to}, expected_version, said, reason)


@action
def renew_token(source: UsageSource, *, actor: User, days: int = DAYS, keep_old: bool = False) -> MadeSource:
    """Make a new token. The old one ends at once, or with `keep_old` on its own day, so that programs can be moved over.

    Raises Denied, Invalid for a retired source or an impossible end.
    """
    require(rules.may_keep(actor, source))
    if source.state != State.ACTIVE:
        raise Invalid(f"{source.name} is retired.", fix="Take it up again first.")
    return _renewed(source, actor, days, keep_old, "usage.source_token", {})


@action
def retire(source: UsageSource, *, actor: User, reason: str = "", expected_version: int | None = None) -> UsageSource:
    """Stop a source: all its tokens end at once, what it sent stays. Raises Denied, StaleState when it is retired already."""
    require(rules.may_keep(actor, source))
    changes = {"state": State.RETIRED}
    done = _changed(source, actor, "usage.source_retired", changes, expected_version, {"name": source.name}, reason, State.ACTIVE)
    _end_tokens(source, actor, "source retired")
    return done


@action
def revive(source: UsageSource, *, actor: User, days: int = DAYS, expected_version: int | None = None) -> MadeSource:
    """Let a retired source send again, with a new token. Raises Denied, StaleState unless it is retired."""
    require(rules.may_keep(actor, source))
    if expected_version is not None and source.version != expected_version:
        raise transitions.stale(source)
    if source.state != State.RETIRED:
        raise transitions.stale(source)
    return _renewed(source, actor, days, False, "usage.source_revived", {"state": State.ACTIVE})


def _renewed(source: UsageSource, actor: User, days: int, keep_old: bool, kind: str, changes: dict[str, Any]) -> MadeSource:
    account = source.token.user if source.token else open_account(f"Source {source.name}"[:200], actor=actor)
    issued = _issue(account, source, actor, days)
    said = {"name": source.name, "until": issued.token.expires_at}
    if kind == "usage.source_token":
        said["replaces"] = "later" if keep_old else "now"
    if not keep_old:
        _end_tokens(source, actor, "a new token was made", but=issued.token)
    _changed(source, actor, kind, {**changes, "token": issued.token}, None, said)
    return MadeSource(source, issued.secret)


def _issue(account: User, source: UsageSource, actor: User, days: int) -> IssuedToken:
    if not 1 <= days <= MOST_DAYS:
        raise Invalid("A token lives for a year at most.", fields={"days": [f"Choose 1 to {MOST_DAYS} days."]})
    ends = clock.now() + timedelta(days=days)
    return issue(account, actor=actor, name=f"Source {source.name}"[:200], scopes_wanted=SCOPES, expires_at=ends)


def _end_tokens(source: UsageSource, actor: User, reason: str, but: ApiToken | None = None) -> None:
    doors.forget()
    if source.token is None:
        return
    rows = ApiToken.objects.select_related("user").filter(user=source.token.user_id, revoked_at=None)
    for token in rows.exclude(pk=but.pk if but else None):
        end(token, actor=actor, reason=reason)


def _changed(
    source: UsageSource,
    actor: User,
    kind: str,
    changes: dict[str, Any],
    expected_version: int | None,
    said: dict[str, Any],
    reason: str = "",
    state: str | None = None,
) -> UsageSource:
    expected = {"state": state} if state else None
    return transitions.change(
        source, actor=actor, kind=kind, changes=changes, expected_version=expected_version, expected=expected,
        payload=said, touches=_touches(source), reason=reason,
    )  # fmt: skip


def _fitting(kind: str, surface: Surface | None, team: Team | None) -> None:
    if kind not in Kind.values:
        raise Invalid("Say for what it sends.", fields={"kind": [f"One of {', '.join(Kind.values)}."]})
    wrong = {}
    for name, given, wanted in (("surface", surface, kind == Kind.SURFACE), ("team", team, kind == Kind.TEAM)):
        if wanted and given is None:
            wrong[name] = ["Needed for this kind of source."]
        elif given is not None and not wanted:
            wrong[name] = ["Leave it out: this kind of source does not send for it alone."]
    if wrong:
        raise Invalid("A source sends for one surface, for one team, or as a gateway.", fields=wrong)


def _owner(person: User) -> User:
    if not (verdict := people.may_own(person)):
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"owner": [verdict.reason]})
    return person


def _reach(source: UsageSource) -> str:
    thing = source.surface or source.team
    return f"{source.kind} {thing.key}" if thing is not None else source.kind


def _touches(source: UsageSource) -> tuple[Any, ...]:
    return tuple(thing for thing in (source.surface, source.team) if thing is not None)
