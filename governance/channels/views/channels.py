"""The list of channels, and one channel."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.channels import queries, rules
from governance.channels.models import Channel
from governance.channels.tables import CARRIED, ChannelFilters, ChannelTable, state_of
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.ui import atoms
from governance.ui.pages import Button, Empty, Fact, Header, ListPage, Next, ObjectPage, PageAction, Tab, View

LATEST = 50


def _may_add(user: Any) -> bool:
    return bool(rules.may_add(user))


class ChannelList(ListPage):
    """All ways out."""

    key, url_name, title, nav, family = "channels", "channels", "Channels", "on-call", "on-call"
    table, filterset = ChannelTable, ChannelFilters
    lead = "{total} ways to reach people and programs outside Plumbline."
    search_hint = "Find by name or address"
    views = (View("All"), View("In use", "state=active&state=paused"), View("Failing", "failing=true&state=active"))
    actions = (
        PageAction("Deliveries", lambda user: reverse("deliveries"), icon="send"),
        PageAction("Add a channel", lambda user: reverse("channel-add"), icon="plus", primary=True, shown=_may_add),
    )
    empty = Empty(
        "No channels yet",
        "People on call are told by mail. A channel also tells a chat, a pager or a program, and says whether it arrived.",
        "Add a channel",
        lambda user: reverse("channel-add"),
    )

    def rows(self, user: Any) -> QuerySet[Channel]:
        """Return the channels that the reader may see."""
        return queries.visible_to(user)


class ChannelPage(ObjectPage):
    """One channel: where it goes, whether it works, and what went through it."""

    url_name, lookup, parent, noun = "channel", "key", ("Channels", "channels"), "channel"
    nav = "on-call"
    tabs = (
        Tab("", "Overview", "governance/channels/_channel.html", lambda page, channel: {"parts": _parts(channel)}),
        Tab("deliveries", "Deliveries", "governance/channels/_sent.html", lambda page, channel: _sent(page.user, channel)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, channel: lines_for(channel, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Channel:
        """Return the channel of the address."""
        return queries.get(self.user, self.kwargs["key"])

    def header(self, obj: Channel) -> Header:
        """Say what it is, whether it works, and what can be done."""
        facts = (
            Fact("Kind", obj.get_kind_display()),
            Fact("Team", str(obj.team or "The whole company")),
            Fact("Last delivered", atoms.time(obj.last_ok_at, missing="never")),
        )
        may = rules.may_keep(self.user, obj.team)
        kept = bool(may) and obj.state != Channel.State.RETIRED
        buttons = _buttons(obj) if kept else ()
        return Header(obj.name, obj.key, state=state_of(obj), facts=facts, next=_next(obj) if kept else None, buttons=buttons)


def _buttons(channel: Channel) -> tuple[Button, ...]:
    def to(name: str) -> str:
        return reverse(name, args=[channel.key])

    active = channel.state == Channel.State.ACTIVE
    moves = Button("Pause", to("channel-pause"), dialog=True) if active else Button("Resume", to("channel-resume"), dialog=True)
    tries = (Button("Send a test", to("channel-test"), icon="send", post=True),) if active else ()
    return (
        *tries,
        Button("Change", to("channel-edit"), icon="edit"),
        moves,
        Button("Retire", to("channel-retire"), dialog=True),
    )


def _next(channel: Channel) -> Next | None:
    test = Button("Send a test", reverse("channel-test", args=[channel.key]), kind="primary", post=True)
    if channel.state == Channel.State.PAUSED:
        resume = Button("Resume", reverse("channel-resume", args=[channel.key]), kind="primary", dialog=True)
        return Next(
            "Nothing goes through while it is paused.", "Messages are kept and can be delivered later.", "warn", (resume,)
        )
    if channel.last_error:
        return Next("The last message did not arrive.", channel.last_error, "stop", (test,))
    if channel.last_ok_at is None:
        return Next("Nothing went through it yet.", "Send a test before somebody relies on it.", "warn", (test,))
    return None


def _parts(channel: Channel) -> list[tuple[str, str, Any]]:
    secret = "kept sealed" if channel.sealed else "none"
    note = "" if channel.kind not in (Channel.Kind.SLACK, Channel.Kind.TEAMS) else "the whole URL is kept sealed"
    return [
        ("Goes to", note, channel.address),
        ("Secret", "", secret),
        ("Last delivered", "", atoms.time(channel.last_ok_at, "exact") if channel.last_ok_at else "never"),
        ("Last error", "", channel.last_error or "none"),
        ("Added", "", atoms.time(channel.created_at, "long")),
    ]


def _sent(user: Any, channel: Channel) -> dict[str, Any]:
    """Return the latest messages of a channel as far as a person may read them."""
    readable = bool(rules.may_keep(user, channel.team)) or roles.reads_all(user)
    rows = list(queries.deliveries(user).filter(channel=channel).order_by("-pk")[:LATEST])
    lines = [{"row": row, "mark": atoms.state(*CARRIED[row.state])} for row in rows]
    return {"lines": lines, "readable": readable, "all": f"{reverse('deliveries')}?channel={channel.pk}"}
