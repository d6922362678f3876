"""One's own shifts and calendar feeds, and the feed itself, which needs no sign-in but its secret."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from governance.core import clock
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.ui.pages import ActionPage, Page, is_fragment
from registry.oncall import actions, feeds, queries, rules
from registry.oncall.models import CalendarFeed

AHEAD = timedelta(days=60)


class FeedsPage(Page):
    """One's own shifts of the next weeks, and the calendar addresses that one made."""

    title, nav, family, template = "Your shifts", "on-call", "on-call", "registry/oncall/shifts.html"
    crumbs = [("On call", "/on-call/"), ("Your shifts", "")]

    def context(self, **more: Any) -> dict[str, Any]:
        """Add shifts and feeds."""
        now = clock.now()
        return super().context(
            shifts=queries.shifts_of(self.user, now, now + AHEAD)[:60],
            now=now,
            feeds=list(queries.feeds(self.user)[:100]),
            may=bool(rules.may_have_feed(self.user)),
            **more,
        )


class MakeFeed(ActionPage):
    """Make a calendar address; it is shown once, in the answer to the post."""

    title, submit, nav = "A calendar feed", "Make the address", "on-call"
    lead = "Whoever knows the address reads the shifts without signing in. You can revoke it at any time."
    door, done = "on-call-calendar", "on-call-feeds"
    secret = ""

    def load(self) -> Any:
        """Return the rota that the address names; without one the feed shows one's own shifts."""
        key = self.request.GET.get("rota", "")
        return queries.rota(self.user, key) if key else None

    def verdict(self, obj: Any) -> Verdict:
        """Everybody inside the company."""
        return rules.may_have_feed(self.user)

    def back_url(self, obj: Any) -> str:
        """Return to the rota, or to one's shifts."""
        return str(obj.get_absolute_url()) if obj is not None else reverse("on-call-feeds")

    def perform(self, obj: Any, given: Mapping[str, Any]) -> CalendarFeed:
        """Make it."""
        made = actions.make_feed(actor=self.user, rota=obj)
        self.secret = made.secret
        return made.feed

    def success_url(self, result: Any) -> str:
        """Unused: the answer is the page itself."""
        return reverse("on-call-feeds")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Act, and show the address when there is one."""
        response = super().post(request, *args, **kwargs)
        if not self.secret:
            return response
        address = request.build_absolute_uri(reverse(self.door, args=[self.secret]))
        whole = not is_fragment(request)
        template = "governance/people/shown_once.html" if whole else "governance/people/_shown_once.html"
        text = "Copy it into your calendar program as a calendar by address."
        done = reverse(self.done)
        answer = self.render(template, title="Your calendar address", text=text, done_url=done, secret=address)
        answer["Cache-Control"] = "no-store"
        return answer

    def context(self, **more: Any) -> dict[str, Any]:
        """Let what is shown once have its own title."""
        return {**super().context(), **more}


class RevokeFeed(ActionPage):
    """Make an address dead."""

    title, submit, tone, nav = "Revoke the address", "Revoke it", "stop", "on-call"
    lead = "Calendars that read it get nothing from now on."

    def load(self) -> CalendarFeed:
        """Return the feed of the address. Raises NotVisible."""
        found = queries.feeds(self.user).filter(pk=self.kwargs["number"]).first()
        if found is None:
            raise NotVisible("There is no such calendar feed of yours.", fix="Look at the list of your feeds.")
        return found

    def back_url(self, obj: Any) -> str:
        """Return to one's feeds."""
        return reverse("on-call-feeds")

    def perform(self, obj: CalendarFeed, given: Mapping[str, Any]) -> CalendarFeed:
        """Revoke it."""
        return actions.revoke_feed(obj, actor=self.user)

    def success_url(self, result: Any) -> str:
        """Return to one's feeds."""
        return reverse("on-call-feeds")

    def said(self, result: Any) -> str:
        """Say so."""
        return "The address is dead from now on."


@require_safe
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """Answer the calendar behind a secret; an unknown, revoked or orphaned one is not found."""
    answer = HttpResponse(feeds.written(feeds.opened(secret)), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="on-call.ics"'
    answer["Cache-Control"] = "private, max-age=300"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
