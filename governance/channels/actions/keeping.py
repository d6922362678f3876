"""Channels are added, changed, paused, resumed and retired."""

from collections.abc import Mapping
from typing import Any

from governance.channels import queries, rules
from governance.channels.models import Channel
from governance.core.errors import Conflict, Invalid, NotVisible
from governance.core.sealing import seal, unseal
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import Team, User

GONE = "The receiver answered 410 Gone: it asks never to be called again."


@action
def add(*, actor: User, name: str, kind: str, address: str = "", secret: str = "", team: Team | None = None) -> Channel:
    """Add a channel. What must not be shown of it is sealed; a webhook without a secret gets one (`secret_of` tells it once).

    Raises Denied, Invalid by field, Conflict when the name is taken.
    """
    require(rules.may_keep(actor, team))
    reach = _reach(kind, address, secret)
    channel = Channel(name=name.strip(), kind=kind, address=reach.address, sealed=seal(reach.secret), team=team)
    return transitions.create(channel, actor=actor, kind="channel.added", payload=_told(channel))


def secret_of(channel: Channel) -> str:
    """Return a channel's secret in the clear, for the one who just entered it or had it made."""
    return unseal(channel.sealed)


@action
def edit(channel: Channel, *, actor: User, changes: Mapping[str, Any], expected_version: int | None = None) -> Channel:
    """Change name, team, address or secret of a channel; an empty address or secret stays as it is.

    A new address of a webhook or of PagerDuty keeps its secret unless another is given. Raises as `add`, StaleState when
    the channel was changed meanwhile.
    """
    channel = locked(channel, actor, expected_version)
    moved = {name: value for name, value in changes.items() if name in ("name", "team")}
    if "name" in moved:
        moved["name"] = moved["name"].strip()
    if "team" in moved:
        require(rules.may_keep(actor, moved["team"]))
    address, secret = changes.get("address", "").strip(), changes.get("secret", "").strip()
    if address or secret:
        moved |= _redirected(channel, address, secret)
    told = _told(channel, moved)
    return transitions.change(channel, actor=actor, kind="channel.edited", changes=moved, payload=told)


def _redirected(channel: Channel, address: str, secret: str) -> dict[str, str]:
    """Return the columns that change with a new address or secret."""
    held = unseal(channel.sealed)
    if channel.kind in (Channel.Kind.SLACK, Channel.Kind.TEAMS):
        reach = _reach(channel.kind, address or held, secret)
    else:
        reach = _reach(channel.kind, address or channel.address, secret or held)
    return {"address": reach.address} | ({"sealed": seal(reach.secret)} if reach.secret != held else {})


@action
def pause(channel: Channel, *, actor: User, reason: str = "", expected_version: int | None = None) -> Channel:
    """Let nothing through for a while: messages wait as given up. Raises Denied, StaleState."""
    channel = locked(channel, actor, expected_version)
    return _move(channel, actor, "channel.paused", Channel.State.ACTIVE, Channel.State.PAUSED, reason)


@action
def resume(channel: Channel, *, actor: User, reason: str = "", expected_version: int | None = None) -> Channel:
    """Let messages through again. Those given up meanwhile are delivered again one by one, or all from the list."""
    channel = locked(channel, actor, expected_version)
    return _move(channel, actor, "channel.resumed", Channel.State.PAUSED, Channel.State.ACTIVE, reason)


@action
def retire(channel: Channel, *, actor: User, reason: str = "", expected_version: int | None = None) -> Channel:
    """End a channel for good; its name is free again, what went through it stays. Raises Denied, StaleState."""
    channel = locked(channel, actor, expected_version)
    states = (Channel.State.ACTIVE, Channel.State.PAUSED)
    return _move(channel, actor, "channel.retired", states, Channel.State.RETIRED, reason)


@action
def pause_gone(channel: Channel, *, actor: User) -> Channel:
    """Pause a channel whose receiver asks never to be called again. Raises StaleState when it is not active any more."""
    row = Channel.objects.select_for_update(of=("self",)).get(pk=channel.pk)
    return _move(row, actor, "channel.paused", Channel.State.ACTIVE, Channel.State.PAUSED, GONE)


def locked(channel: Channel, actor: User, expected_version: int | None) -> Channel:
    """Return a channel as it stands now. Raises Denied, StaleState when it was changed or retired meanwhile."""
    now = Channel.objects.select_for_update(of=("self",)).select_related("team").get(pk=channel.pk)
    if not queries.visible_to(actor).filter(pk=now.pk).exists():
        raise NotVisible("There is no such channel that you can see.")
    require(rules.may_keep(actor, now.team))
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.state == Channel.State.RETIRED:
        raise Conflict("This channel is retired.", fix="Add a new one.")
    return now


def _move(channel: Channel, actor: User, kind: str, before: Any, after: str, reason: str) -> Channel:
    told = {"name": channel.name}
    expected = {"state": before}
    return transitions.change(
        channel, actor=actor, kind=kind, changes={"state": after}, expected=expected, payload=told, reason=reason
    )


def _reach(kind: str, address: str, secret: str) -> rules.Reach:
    reach = rules.reach(kind, address, secret)
    if reach.faults:
        fields: dict[str, list[str]] = {}
        for field, said in reach.faults:
            fields.setdefault(field, []).append(said)
        raise Invalid("The channel cannot be reached like this.", fields=fields)
    return reach


def _told(channel: Channel, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    changes = changes or {}
    team = changes.get("team", channel.team)
    return {"name": changes.get("name", channel.name), "kind": channel.kind, "team": team.key if team else ""}
