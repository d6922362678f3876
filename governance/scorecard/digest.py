"""The week in a mail: what the reader's own briefing says, in their time zone, of what they may see and of nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from governance.core import company
from governance.core.reading import one_reading
from governance.ledger import queries as ledger
from governance.people import roles
from governance.people.models import Role, User
from governance.people.rows import is_insider
from governance.policy.usagerules import DigestRules
from governance.scorecard import moving, queries
from governance.scorecard.briefingmodels import DigestChoice
from governance.scorecard.strip import Strip, strip

BY_HABIT = (Role.LEADER, Role.RISK_OFFICER)
"""Roles that get the week unless they turn it off; everybody else inside may turn it on."""
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Digest:
    """One reader's week, ready to be told. Days and moments are in the reader's time zone."""

    reader: User
    company: str
    today: date
    until: date
    questions: Sequence[queries.Question]
    strip: Strip | None
    waiting: int
    due: Sequence[queries.Waiting]
    sees_all: bool
    entry: int
    base: str

    @property
    def subject(self) -> str:
        """What the mail is called: how much stands under each question, in the briefing's order."""
        unapproved, due, burning = (question.total for question in self.questions)
        return f"Your week: {unapproved:,} unapproved or unowned, {due:,} due, {burning:,} burning"


def zone_of(person: User) -> ZoneInfo:
    """Return a person's time zone; UTC where theirs is not known here."""
    try:
        return ZoneInfo(person.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def due_at(person: User, rules: DigestRules, now: datetime) -> datetime:
    """Return the latest moment, up to now, at which a person's week falls due by their own clock (UTC)."""
    zone = zone_of(person)
    here = now.astimezone(zone)
    day = here.date() - timedelta(days=(here.weekday() - rules.weekday) % 7)
    due = datetime(day.year, day.month, day.day, rules.hour, tzinfo=zone)
    if due > now:
        day -= timedelta(days=7)
        due = datetime(day.year, day.month, day.day, rules.hour, tzinfo=zone)
    return due.astimezone(UTC)


def may_have(person: Any) -> bool:
    """Whether somebody can have the week by mail: people of the company, not programs and not guests."""
    return bool(is_insider(person) and person.kind == User.Kind.PERSON)


def wants(person: User) -> bool:
    """Whether a person gets the week: as they chose, else by the habit of their role."""
    chosen = DigestChoice.objects.filter(person=person).values_list("wanted", flat=True).first()
    return person.role in BY_HABIT if chosen is None else chosen


def of(person: User) -> Digest:
    """Work out a reader's week as it stands now."""
    with timezone.override(zone_of(person)), one_reading(dense=True):
        waiting = queries.inbox(person)
        week = queries.week(waiting)
        head = ledger.head()
        return Digest(
            reader=person,
            company=company.current().name,
            today=week[0].date,
            until=week[-1].date,
            questions=queries.questions(person, moving.earlier(person, None).week_ago),
            strip=strip(person),
            waiting=len(waiting),
            due=[line for line in waiting if line.late or (line.due and timezone.localdate(line.due) <= week[-1].date)][:SHOWN],
            sees_all=roles.reads_all(person),
            entry=head.seq if head else 0,
            base=settings.BASE_URL,
        )


def letter(person: User) -> EmailMultiAlternatives:
    """Write the mail: plain text, and the same as HTML."""
    digest = of(person)
    with timezone.override(zone_of(person)):
        text = render_to_string("mail/digest.txt", {"digest": digest})
        html = render_to_string("mail/digest.html", {"digest": digest})
    message = EmailMultiAlternatives(subject=f"Plumbline: {digest.subject}", body=text, to=[person.email])
    message.attach_alternative(html, "text/html")
    return message
