"""One attempt to carry a message, and what came of it. Speaks to the outside; writes nothing."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage

from governance.channels import outside, shapes, signing
from governance.channels.message import Message
from governance.channels.models import Channel, Delivery
from governance.core import clock
from governance.core.errors import Unavailable
from governance.core.sealing import unseal

LATER = frozenset({408, 421, 425, 429})
"""Refusals that say nothing about the message: tried again, as 5xx are."""
NO_MAIL = "No mail server is set up here: set PLUMBLINE_SMTP_HOST, then deliver it again."
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: `ok`, or why not; `again` whether another may succeed, after `wait` seconds if it was told.

    `gone` is a receiver that asks never to be called again (HTTP 410).
    """

    ok: bool
    said: str
    again: bool = False
    wait: int | None = None
    gone: bool = False


def attempt(delivery: Delivery) -> Outcome:
    """Carry one message to where it goes; channel and person are loaded. Never raises for what the outside does."""
    message = Message.of(delivery.message)
    try:
        if delivery.channel is None:
            return _mail(message, delivery, delivery.person.email if delivery.person else "")
        if delivery.channel.kind == Channel.Kind.EMAIL:
            return _mail(message, delivery, delivery.channel.address)
        return judged(_post(message, delivery, delivery.channel))
    except outside.Refused as error:
        return Outcome(False, str(error))
    except outside.Unreached as error:
        return Outcome(False, str(error), again=True)
    except Unavailable as error:
        return Outcome(False, str(error))


def _post(message: Message, delivery: Delivery, channel: Channel) -> outside.Answer:
    kind, secret = channel.kind, unseal(channel.sealed)
    if kind == Channel.Kind.SLACK:
        return outside.post(secret, _body(shapes.slack(message)), JSON)
    if kind == Channel.Kind.TEAMS:
        return outside.post(secret, _body(shapes.teams(message)), JSON)
    if kind == Channel.Kind.PAGERDUTY:
        return outside.post(channel.address, _body(shapes.pagerduty(message, secret)), JSON)
    body = _body(shapes.webhook(message, delivery.kind, delivery.made_at.isoformat()))
    signed = signing.headers(secret, delivery.uid, int(clock.now().timestamp()), body)
    return outside.post(channel.address, body, JSON | signed)


def _body(payload: object) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def judged(answer: outside.Answer) -> Outcome:
    """Say what an HTTP answer means for a message."""
    said = f"{answer.status} {' '.join(answer.text.split())}".strip()
    if 200 <= answer.status < 300:
        return Outcome(True, said)
    if 300 <= answer.status < 400:
        return Outcome(False, f"{said} It answers with a redirect, which is not followed: enter the final address.")
    if answer.status == 410:
        return Outcome(False, said, gone=True)
    again = answer.status >= 500 or answer.status in LATER
    return Outcome(False, said, again=again, wait=_wait(answer.headers.get("retry-after", "")) if again else None)


def _wait(asked: str) -> int | None:
    """Return the seconds that a receiver asks for, at most an hour; dates are left to our own patience."""
    return min(int(asked), 3600) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else None


def _mail(message: Message, delivery: Delivery, address: str) -> Outcome:
    if not settings.MAIL_IS_SET_UP:
        return Outcome(False, NO_MAIL)
    if not address:
        return Outcome(False, "This person has no address any more.")
    subject, text = shapes.mail(message)
    marks = {"Auto-Submitted": "auto-generated", "X-Plumbline-Message": delivery.uid}
    try:
        EmailMessage(subject=subject, body=text, to=[address], headers=marks).send()
    except (OSError, ValueError) as error:  # OSError: the server and the network; ValueError: an address that is none
        return Outcome(False, f"The mail was refused: {error}", again=isinstance(error, OSError))
    return Outcome(True, "The mail server took it.")
