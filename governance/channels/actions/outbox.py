"""The outbox: a message is a row in the caller's transaction; jobs carry it, and a schedule finds what they dropped.

Deliveries are messages, not records: of all this only a person's wish to deliver one again is a ledger entry.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from governance.channels import carrying, queries, rules
from governance.channels.actions import keeping
from governance.channels.carrying import Outcome
from governance.channels.message import Message
from governance.channels.models import Channel, Delivery
from governance.core import clock, jobs
from governance.core.errors import StaleState
from governance.core.verdict import require
from governance.ledger import journal
from governance.ledger.journal import action, identify
from governance.people.models import User
from governance.people.system import system_actor

DELIVER = "channels.deliver"
LEASE = timedelta(seconds=60)
"""How long an attempt may take before its message counts as dropped by a dead worker; attempts end within 15 s."""
IN_LINE = timedelta(seconds=10)
"""How long a message waits before it looks again whether those before it are through; it is asked for as soon as they are."""
AT_ONCE = 200


def send(
    message: Message,
    *,
    key: str,
    channel: Channel | None = None,
    person: User | None = None,
    kind: str = "message",
    subject: Any = None,
) -> Delivery:
    """Write a message to one channel, or by mail to one person, into the outbox of the caller's transaction.

    `key` says which telling this is: the same key returns the message that was written first. `kind` is what a webhook
    calls it (alert), `subject` the record it is about. A channel that is not active keeps the message as given up, to be
    delivered again once it is. Raises ValueError unless exactly one of channel and person is given.
    """
    if (channel is None) == (person is None):
        raise ValueError("a message goes to one channel or to one person")
    type_, id_ = identify(subject)[:2] if subject is not None else ("", "")
    held = channel is not None and channel.state != Channel.State.ACTIVE
    now = clock.now()
    given: dict[str, Any] = {
        "channel": channel,
        "person": person,
        "kind": kind,
        "subject_type": type_,
        "subject_id": id_,
        "message": message.stored(),
        "state": Delivery.State.DEAD if held else Delivery.State.QUEUED,
        "next_at": None if held else now,
        "response": f"The channel was {channel.get_state_display().lower()}." if channel is not None and held else "",
        "made_at": now,
    }
    with transaction.atomic():
        row, new = Delivery.objects.get_or_create(dedup_key=key, defaults=given)
        if new and not held:
            _ask(row)
    return row


def _ask(row: Delivery) -> None:
    """Ask a worker for the attempt that is due; asking twice for the same one is harmless."""
    moment = row.next_at.timestamp() if row.next_at else 0
    jobs.enqueue(DELIVER, args={"delivery": row.pk}, key=f"{row.pk}:{moment:.0f}:{row.attempts}")


def nudge_due() -> int:
    """Ask for every attempt that is due and was not asked for, or whose worker died; return how many were asked for."""
    rows = list(queries.due(clock.now())[:AT_ONCE])
    for row in rows:
        _ask(row)
    return len(rows)


def worded() -> QuerySet[Delivery]:
    """Return the delivered messages whose words are still kept."""
    return Delivery.objects.filter(state=Delivery.State.SENT).exclude(message__body="", message__fields=[])


def forget_words(rows: Sequence[Delivery]) -> int:
    """Forget what delivered messages said, save their titles; return how many there were.

    What they told stands where it belongs, in the incident; a copy that names people is not kept for good.
    """
    for row in rows:
        row.message = {**row.message, "body": "", "fields": [], "ack_url": ""}
    Delivery.objects.bulk_update(rows, ["message"], batch_size=AT_ONCE)
    return len(rows)


def deliver(pk: int) -> Outcome | None:
    """Make the attempt that is due for one message; return what came of it, None when there was none to make.

    At most one worker makes an attempt. One that dies after the receiver took the message has it sent again, under the
    same id, by which receivers of events and webhooks know it.
    """
    now = clock.now()
    waiting = Delivery.objects.filter(pk=pk, state__in=queries.WAITING, next_at__lte=now)
    held = waiting.first()
    if held is not None and queries.ahead_of(held).exists():
        waiting.update(next_at=now + IN_LINE)
        return None
    if not waiting.update(next_at=now + LEASE, attempts=F("attempts") + 1):
        return None
    row = Delivery.objects.select_related("channel", "person").get(pk=pk)
    if row.channel is not None and row.channel.state != Channel.State.ACTIVE:
        outcome = Outcome(False, f"The channel was {row.channel.get_state_display().lower()}.")
    else:
        outcome = carrying.attempt(row)
    _settle(row, outcome)
    return outcome


def _settle(row: Delivery, outcome: Outcome) -> None:
    """Write down what came of an attempt, unless another worker took the message over meanwhile."""
    now, said = clock.now(), outcome.said[:2000]
    changes: dict[str, Any] = {"response": said, "next_at": None}
    wait = rules.next_wait(row.attempts, outcome.wait) if outcome.again else None
    if outcome.ok:
        # What opens something without an account has done its service, and is not kept.
        changes |= {"state": Delivery.State.SENT, "sent_at": now, "message": {**row.message, "ack_url": ""}}
    elif wait is None:
        changes["state"] = Delivery.State.DEAD
    else:
        changes |= {"state": Delivery.State.FAILED, "next_at": now + wait}
    mine = Delivery.objects.filter(pk=row.pk, attempts=row.attempts, state__in=queries.WAITING)
    if not mine.update(**changes):
        return
    if changes["next_at"] is None and (follower := queries.behind(row)) is not None:
        follower.next_at = now
        follower.save(update_fields=["next_at"])
        _ask(follower)
    if row.channel is None:
        return
    health = {"last_ok_at": now, "last_error": ""} if outcome.ok else {"last_error": said[:400]}
    Channel.objects.filter(pk=row.channel.pk).update(**health)
    if outcome.gone and Channel.objects.filter(pk=row.channel.pk, state=Channel.State.ACTIVE).exists():
        keeping.pause_gone(row.channel, actor=system_actor())


@action
def deliver_again(delivery: Delivery, *, actor: User) -> Delivery:
    """Have a message that was given up tried again from the start. Raises Denied, StaleState when it is not given up now."""
    row = Delivery.objects.select_for_update(of=("self",)).select_related("channel__team", "person").get(pk=delivery.pk)
    if row.state != Delivery.State.DEAD:
        raise StaleState(f"This message is not given up any more: {row.get_state_display().lower()}.", fix="Reload it.")
    require(rules.may_deliver_again(actor, row))
    row.state, row.attempts, row.next_at, row.response = Delivery.State.QUEUED, 0, clock.now(), ""
    row.save(update_fields=["state", "attempts", "next_at", "response"])
    _ask(row)
    to = row.channel.key if row.channel else (row.person.ref if row.person else "")
    journal.record("delivery.again", actor=actor, subject=row, payload={"to": to}, touches=(row.channel,))
    return row
