"""Sends the week to whoever wishes it, when it falls due by their own clock; and keeps what their briefings count each day."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from governance.core import clock
from governance.core.contributions import Forgotten
from governance.core.reading import one_reading
from governance.people.models import User
from governance.people.rows import OUTSIDERS
from governance.policy import queries as policy
from governance.scorecard import digest, moving, queries
from governance.scorecard.briefingmodels import BriefingDay, DigestChoice, DigestMail

LATE, NEW = timedelta(hours=24), timedelta(hours=1)
"""So late it is still sent; to somebody who never had one (who came today, say) only at its hour."""
TRIES, AGAIN = 3, timedelta(minutes=9)
LONGEST = 400


def readers() -> Iterable[User]:
    """Return the people who get the week."""
    chosen = dict(DigestChoice.objects.values_list("person", "wanted"))
    people = User.objects.filter(kind=User.Kind.PERSON, is_active=True).exclude(role__in=OUTSIDERS)
    wished = Q(pk__in=[pk for pk, wanted in chosen.items() if wanted])
    habit = Q(role__in=digest.BY_HABIT) & ~Q(pk__in=[pk for pk, wanted in chosen.items() if not wanted])
    return people.filter(wished | habit).order_by("pk")


def work(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    """Keep the figures of today for each reader, and send what is due. Safe to run twice, and by two workers."""
    if policy.latest() is None:
        return {}
    now, rules = clock.now(), policy.usage_rules().digest
    kept = sent = failed = 0
    DigestMail.objects.filter(due_at__lt=now - moving.KEPT).delete()
    for person in readers():
        kept += keep_today(person, now)
        due = digest.due_at(person, rules, now)
        if settings.MAIL_IS_SET_UP and (mail := claim(person, due, now)) is not None:
            gone = send(mail, person)
            sent, failed = sent + gone, failed + (not gone)
        progress(kept + sent + failed, 0, person.ref)
    return {"kept": kept, "sent": sent, "failed": failed}


def keep_today(person: User, now: datetime) -> bool:
    """Keep what a person's briefing counts today, unless they or this have done so. Returns whether it did."""
    with timezone.override(digest.zone_of(person)):
        if BriefingDay.objects.filter(person=person, day=timezone.localdate()).exists():
            return False
        with one_reading(dense=True):
            figures = queries.figures(person)
        moving.keep(person, figures, now)
    return True


def claim(person: User, due: datetime, now: datetime) -> DigestMail | None:
    """Take the mail of a week upon oneself; None where it is gone, is another worker's now, or failed too often."""
    had_one = DigestMail.objects.filter(person=person).exists()
    if now - due > (LATE if had_one else NEW):
        return None
    with transaction.atomic():
        mail, made = DigestMail.objects.select_for_update().get_or_create(person=person, due_at=due, defaults={"tried_at": now})
        if mail.sent_at is not None or mail.tries >= TRIES or (not made and now - mail.tried_at < AGAIN):
            return None
        mail.tries, mail.tried_at = mail.tries + 1, now
        mail.save(update_fields=["tries", "tried_at"])
    return mail


def send(mail: DigestMail, person: User) -> bool:
    """Send one. A refusal of the mail server is kept with it and tried again a little later."""
    try:
        digest.letter(person).send()
    except OSError as error:
        DigestMail.objects.filter(pk=mail.pk).update(error=str(error)[:LONGEST])
        return False
    DigestMail.objects.filter(pk=mail.pk).update(sent_at=clock.now(), error="")
    return True


def found_of(who: Forgotten) -> tuple[QuerySet[Any], ...]:
    """Return what is kept of a person's briefings and letters."""
    return tuple(rows.filter(person=who.person) for rows in _kept()) if who.person else ()


def forget(who: Forgotten) -> int:
    """Delete what is kept of a person's briefings and letters; a mail server's refusal may name their address."""
    return sum(rows.filter(person=who.person).delete()[0] for rows in _kept()) if who.person else 0


def _kept() -> tuple[QuerySet[Any], ...]:
    return BriefingDay.objects.all(), DigestMail.objects.all(), DigestChoice.objects.all()


def choose(person: User, wanted: bool) -> None:
    """Note whether a person wishes the week by mail."""
    DigestChoice.objects.update_or_create(person=person, defaults={"wanted": wanted, "chosen_at": clock.now()})
