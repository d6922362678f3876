"""Who may keep a channel, what a channel needs, and how long a message is tried: pure decisions."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from governance.channels import outside, shapes, signing
from governance.channels.models import Channel
from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import Team

ROUTING_KEY = re.compile(r"[A-Za-z0-9]{32}")
PATIENCE = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)
"""Waits between attempts, after those of Standard Webhooks, quicker at first because people wait for alerts."""
KEEPERS = ("An administrator", "A risk officer", "The lead of the channel's team")


@dataclass(frozen=True, slots=True)
class Reach:
    """How a channel is reached: what may be shown of it, what is sealed, and what is wrong, by field."""

    address: str = ""
    secret: str = ""
    faults: tuple[tuple[str, str], ...] = ()


def may_add(user: Any) -> Verdict:
    """Say whether somebody may add channels at all: those who govern, and leads for their team."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    return ALLOW if roles.governs(user) or user.leads.exists() else _not_yours()


def may_keep(user: Any, team: Team | None) -> Verdict:
    """Say whether somebody may add, change, test or retire a channel of a team (None: of the whole company)."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user) or (team is not None and team.lead_id == user.pk):
        return ALLOW
    return _not_yours()


def may_deliver_again(user: Any, delivery: Any) -> Verdict:
    """Say whether somebody may send a message again that was given up: the channel's keepers, or its one receiver."""
    if delivery.state != delivery.State.DEAD:
        return deny(f"This message is not given up: {delivery.get_state_display().lower()}.")
    if delivery.channel is None:
        mine = roles.may_write(user) and (roles.governs(user) or user.pk == delivery.person_id)
        return ALLOW if mine else _not_yours()
    if delivery.channel.state != Channel.State.ACTIVE:
        return deny(f"The channel is {delivery.channel.get_state_display().lower()}.", fix="Resume it, then deliver this again.")
    return may_keep(user, delivery.channel.team)


def _not_yours() -> Verdict:
    return deny("Channels are kept by those who govern, and by the lead of the team they belong to.", grantors=KEEPERS)


def reach(kind: str, address: str, secret: str) -> Reach:
    """Sort what was typed for a channel into what may be shown and what is sealed; faults name the field."""
    address, secret = address.strip(), secret.strip()
    if kind == Channel.Kind.EMAIL:
        return _mailbox(address, secret)
    if kind in (Channel.Kind.SLACK, Channel.Kind.TEAMS):
        if fault := _url_fault(address):
            return Reach(faults=(("address", fault),))
        extra = (("secret", "This kind has no secret beside its URL."),) if secret else ()
        return Reach(outside.checked(address).hostname or "", address, extra)
    if kind == Channel.Kind.PAGERDUTY:
        address = address or shapes.PAGERDUTY
        said = "A routing key (integration key) of 32 letters and digits, from the service's Events API v2 integration."
        fault_of_key = () if ROUTING_KEY.fullmatch(secret) else (("secret", said),)
        return Reach(address, secret, (*_faults(address), *fault_of_key))
    if kind == Channel.Kind.WEBHOOK:
        secret = secret or signing.new_secret()
        said = "A signing secret is whsec_ followed by 24 to 64 bytes in base64. Leave it empty to have one made."
        return Reach(address, secret, (*_faults(address), *(() if signing.key_of(secret) else (("secret", said),))))
    return Reach(faults=(("kind", f"One of {', '.join(Channel.Kind.values)}."),))


def _mailbox(address: str, secret: str) -> Reach:
    faults: list[tuple[str, str]] = []
    try:
        validate_email(address)
    except ValidationError:
        faults.append(("address", "This is not a mail address."))
    if secret:
        faults.append(("secret", "Mail needs no secret."))
    return Reach(address, "", tuple(faults))


def _faults(url: str) -> tuple[tuple[str, str], ...]:
    fault = _url_fault(url)
    return (("address", fault),) if fault else ()


def _url_fault(url: str) -> str:
    try:
        outside.checked(url)
    except outside.Refused as error:
        return str(error)
    return ""


def next_wait(attempts: int, asked: int | None) -> timedelta | None:
    """Return how long to wait after so many attempts (1 is the first), at least what the receiver asked for in seconds.

    None when it is given up.
    """
    if attempts > len(PATIENCE):
        return None
    return max(PATIENCE[attempts - 1], timedelta(seconds=asked or 0))
