"""Reads of channels and deliveries: `visible_to` and `deliveries` are the only doors."""

import re
from typing import Any

from django.db.models import Count, Q, QuerySet

from governance.channels.models import Channel, Delivery
from governance.core.errors import NotVisible
from governance.people import roles

KEY = re.compile(r"^(?:[Cc][Hh]-)?0*(\d{1,18})$")
DELIVERY_KEY = re.compile(r"^(?:[Dd][Vv]-)?0*(\d{1,18})$")
WAITING = (Delivery.State.QUEUED, Delivery.State.FAILED)
"""States in which a message is still on its way."""


def visible_to(user: Any) -> QuerySet[Channel]:
    """Return the channels that somebody may know of: all for people of the company; never their secrets."""
    return Channel.objects.visible_to(user).select_related("team__lead")


def get(user: Any, key: str) -> Channel:
    """Return one channel by its key (CH-3). Raises NotVisible."""
    found = KEY.match(key)
    channel = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if channel is None:
        raise NotVisible(
            f"There is no channel {key[:40]} that you can see.", fix="Check the key, or look in the list of channels."
        )
    return channel


def in_use(user: Any) -> QuerySet[Channel]:
    """Return the channels that can be chosen: those that are not retired."""
    return visible_to(user).exclude(state=Channel.State.RETIRED)


def deliveries(user: Any) -> QuerySet[Delivery]:
    """Return the messages whose words somebody may read.

    Those who read everything see all; others their own mails and what goes to channels of teams they lead.
    """
    rows = Delivery.objects.select_related("channel__team", "person")
    if roles.reads_all(user):
        return rows
    if not user.is_authenticated or not user.is_active or user.role in roles.READS_ONLY:
        return rows.none()
    return rows.filter(Q(person=user) | Q(channel__team__lead=user))


def get_delivery(user: Any, key: str) -> Delivery:
    """Return one message by its key (DV-12). Raises NotVisible."""
    found = DELIVERY_KEY.match(key)
    row = deliveries(user).filter(pk=int(found.group(1)) if found else 0).first()
    if row is None:
        raise NotVisible(
            f"There is no delivery {key[:40]} that you can see.", fix="Check the key, or look in the list of deliveries."
        )
    return row


def dead(user: Any) -> QuerySet[Delivery]:
    """Return the messages that were given up and that somebody may read."""
    return deliveries(user).filter(state=Delivery.State.DEAD)


def ahead_of(row: Delivery) -> QuerySet[Delivery]:
    """Return the messages that must be through, or given up, before this one: what ends something comes after what began it.

    An acknowledge or a resolve waits for all that went before it to the same receiver about the same thing; a trigger
    waits for nothing.
    """
    return _of_one_thread(row).filter(pk__lt=row.pk) if _ends(row) else Delivery.objects.none()


def behind(row: Delivery) -> Delivery | None:
    """Return the next message that may have waited for this one."""
    return next((each for each in _of_one_thread(row).filter(pk__gt=row.pk).order_by("pk")[:5] if _ends(each)), None)


def _ends(row: Delivery) -> bool:
    return row.message.get("event") != "trigger" and bool(row.message.get("dedup"))


def _of_one_thread(row: Delivery) -> QuerySet[Delivery]:
    to = {"channel": row.channel_id, "person": row.person_id, "message__dedup": row.message.get("dedup", "")}
    return Delivery.objects.filter(state__in=WAITING, **to)


def waiting_counts() -> dict[str, int]:
    """Return how many messages are in each state save delivered, with zeros."""
    counted = Delivery.objects.exclude(state=Delivery.State.SENT).order_by().values_list("state").annotate(Count("pk"))
    return {"queued": 0, "failed": 0, "dead": 0} | dict(counted)


def due(now: Any) -> QuerySet[Delivery]:
    """Return the messages whose next attempt is due, or whose worker died, the oldest first."""
    return Delivery.objects.filter(state__in=WAITING, next_at__lte=now).order_by("next_at", "pk")
