"""Home: the briefing by role, the inbox, and the first steps of a young company."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from governance.core import clock
from governance.core.contributions import FirstStep, contributed
from governance.core.reading import one_reading
from governance.people import roles
from governance.people.rows import is_insider
from governance.scorecard import agenda, digest, moving, queries, strip
from governance.ui.extensions import AskBox
from governance.ui.pages.base import Page

SHOWN = 6
ALL_DONE = "first-steps-done"
LOOKED_AGAIN = timedelta(minutes=5)
A_WHILE = timedelta(hours=1)
"""Whoever looked less long ago need not be told when."""


class Briefing(Page):
    """What needs you: three questions for those who see everything, and everybody's own inbox."""

    title, template = "Briefing", "governance/scorecard/briefing.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the briefing, and remember when it was looked at."""
        user, now = self.user, clock.now()
        seen = user.seen_briefing_at
        with one_reading(dense=True):
            response, figures = self._shown(now, seen), queries.figures(user)
        if seen is None or now - seen > LOOKED_AGAIN:
            user.seen_briefing_at = now
            user.save(update_fields=["seen_briefing_at"])
            moving.keep(user, figures, now)
        return response

    def _shown(self, now: datetime, seen: datetime | None) -> HttpResponse:
        user = self.user
        waiting = queries.inbox(user)
        week = agenda.week(user, waiting)
        before = moving.earlier(user, seen)
        long_ago = seen is not None and now - seen >= A_WHILE
        return self.render(
            now=now,
            seen=seen if long_ago else None,
            moved=moving.moved(queries.figures(user), before.last) if long_ago else 0,
            questions=queries.questions(user, before.week_ago),
            asks=[(box, box.tries(user)) for box in contributed(AskBox) if box.visible(user)],
            strip=strip.strip(user),
            sees_all=roles.reads_all(user),
            waiting=waiting[:SHOWN],
            total=len(waiting),
            week=week,
            calendar_url=reverse("calendar") if is_insider(user) else "",
            due_lines=agenda.due(week, SHOWN),
            steps=self.first_steps(),
        )

    def first_steps(self) -> list[dict[str, Any]]:
        """Return the checklist of a young company; nothing once all of it is done or for those who cannot do it."""
        if not roles.governs(self.user):
            return []
        if cache.get(ALL_DONE):
            return []
        steps = [{"step": step, "done": step.done(), "url": step.url()} for step in contributed(FirstStep)]
        if not all(step["done"] for step in steps):
            return steps
        cache.set(ALL_DONE, True, 3600)
        return []


class Inbox(Page):
    """All that waits for a person, oldest deadline first."""

    title, template = "Inbox", "governance/scorecard/inbox.html"

    def asked_day(self) -> date | None:
        """Return the day that the address names, or None for a wrong or missing one."""
        try:
            return parse_date(self.request.GET.get("day", ""))
        except ValueError:
            return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it, all or by verb."""
        every = queries.inbox(self.user)
        verb = request.GET.get("verb", "")
        verbs = [(each, sum(1 for line in every if line.verb == each)) for each in ("Decide", "Do", "Review")]
        day = self.asked_day()
        shown = [line for line in every if not verb or line.verb == verb]
        if day is not None:
            shown = [line for line in shown if line.due is not None and timezone.localdate(line.due) == day]
        week = digest.may_have(self.user)
        return self.render(lines=shown, verbs=verbs, verb=verb, total=len(every), day=day, may_have_week=week)
