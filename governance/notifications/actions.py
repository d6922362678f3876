"""Follows the ledger and tells people. Notices are messages, not records: they are not ledger entries themselves."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from governance.core import clock
from governance.core.contributions import contributed
from governance.ledger.models import Entry
from governance.notifications.models import Notice, Tail
from governance.notifications.telling import NoticeRule

BATCH = 200
LONGEST = 400


def follow(progress: Callable[..., None]) -> int:
    """Read the ledger from where the last reading ended; return how many notices were made. Safe to run twice."""
    made = 0
    while batch := _read_on():
        made += batch[1]
        progress(made, 0, f"entry {batch[0]}")
        if batch[2] < BATCH:
            break
    return made


def _read_on() -> tuple[int, int, int] | None:
    with transaction.atomic():
        tail, _ = Tail.objects.select_for_update().get_or_create(name="notices")
        entries = list(Entry.objects.filter(seq__gt=tail.seq).order_by("seq")[:BATCH])
        if not entries:
            return None
        rules = {rule.key: rule for rule in contributed(NoticeRule)}
        notices = [notice for entry in entries if entry.kind in rules for notice in _notices(entry, rules[entry.kind])]
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        tail.seq = entries[-1].seq
        tail.save(update_fields=["seq"])
        return tail.seq, len(notices), len(entries)


def _notices(entry: Entry, rule: NoticeRule) -> list[Notice]:
    body: dict[str, Any] = json.loads(entry.body)
    people = {person.pk: person for person in rule.told(entry, body) if person.ref != entry.actor_ref and person.is_active}
    if not people:
        return []
    text, url, now = rule.text(entry, body)[:LONGEST], rule.url(entry, body), clock.now()
    return [
        Notice(person=person, key=f"{entry.kind}:{entry.seq}", entry_seq=entry.seq, text=text, url=url, made_at=now)
        for person in people.values()
    ]


def mail_pending(progress: Callable[..., None]) -> dict[str, int]:
    """Send what was not mailed yet. A refused address keeps its error on the notice; the others still go out."""
    if not settings.MAIL_IS_SET_UP:
        return {"sent": 0, "failed": 0}
    sent = failed = 0
    waiting = Notice.objects.filter(mailed_at__isnull=True, mail_error="").select_related("person").order_by("pk")
    for notice in waiting[:BATCH]:
        link = f"{settings.BASE_URL}{notice.url}" if settings.BASE_URL else notice.url
        message = EmailMessage(
            subject=f"Plumbline: {notice.text}"[:180].replace("\n", " "),
            body=f"{notice.text}\n\n{link}\n\nYou get this because it concerns you in Plumbline.\n",
            to=[notice.person.email],
        )
        try:
            message.send()
        except OSError as error:
            failed += 1
            Notice.objects.filter(pk=notice.pk).update(mail_error=str(error)[:LONGEST])
        else:
            sent += 1
            Notice.objects.filter(pk=notice.pk).update(mailed_at=clock.now())
        progress(sent + failed, 0, notice.person.ref)
    return {"sent": sent, "failed": failed}


def mark_read(person: Any, *, notices: list[int] | None = None) -> int:
    """Mark a person's notices read, all or the named ones."""
    unread = Notice.objects.filter(person=person, read_at__isnull=True)
    if notices is not None:
        unread = unread.filter(pk__in=notices)
    return unread.update(read_at=clock.now())
