"""What channels contribute: the jobs that carry messages, search, palette, briefing, API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.channels import actions, queries, rules
from governance.channels.models import Delivery
from governance.core import clock
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    JobKind,
    Metric,
    ObjectLink,
    PaletteCommand,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.rows import is_insider
from governance.ui.extensions import FamilyTab

KEPT = timedelta(days=90)
"""How long the words of a delivered message are kept."""


def _deliver(job: Any, progress: Callable[..., None]) -> dict[str, str]:
    outcome = actions.deliver(int(job.args["delivery"]))
    return {} if outcome is None else {"said": outcome.said[:400]}


def _nudge(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    return {"asked": actions.nudge_due()}


contribute(JobKind("channels.deliver", _deliver, label="Deliver a message"))
contribute(JobKind("channels.nudge", _nudge, label="Look for messages that wait"))
contribute(Schedule("channels.nudge", "channels.nudge", every=timedelta(seconds=15)))


def _forget(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    forgotten = 0
    while some := actions.forget_words(clock.now() - KEPT):
        forgotten += some
        progress(forgotten, 0, "messages")
    return {"forgotten": forgotten}


contribute(JobKind("channels.forget", _forget, label="Forget what old messages said"))
contribute(Schedule("channels.forget", "channels.forget", every=timedelta(days=1)))
contribute(FamilyTab("channels", "on-call", "Channels", "channels", order=40))
contribute(
    PaletteCommand(
        "channels",
        "Channels",
        lambda user: reverse("channels"),
        words="slack teams pagerduty webhook mail alerts notify",
        icon="send",
        visible=is_insider,
    )
)
contribute(
    PaletteCommand(
        "channel.add",
        "Add a channel",
        lambda user: reverse("channel-add"),
        words="slack teams pagerduty webhook mail",
        icon="plus",
        visible=lambda user: bool(rules.may_add(user)),
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find channels by name or key."""
    found = queries.in_use(user)
    named = queries.KEY.match(words) if words[:2].upper() == "CH" else None
    found = found.filter(pk=int(named.group(1))) if named else found.filter(name__icontains=words)
    return [SearchHit(row.name, row.get_absolute_url(), f"{row.key} · {row.get_kind_display()}", "send") for row in found[:limit]]


contribute(SearchSource("channels", "Channels", find, order=90))
contribute(
    BriefingLine(
        "channels.dead",
        "due",
        "messages that did not arrive",
        queries.dead,
        lambda user: f"{reverse('deliveries')}?state={Delivery.State.DEAD}",
        order=80,
        level="warn",
        one="message that did not arrive",
    )
)


def figures() -> list[str]:
    """Return how many messages wait, fail and were given up, for Prometheus."""
    name = "plumbline_deliveries"
    head = [f"# HELP {name} Messages that are not delivered, by state.", f"# TYPE {name} gauge"]
    return head + [f'{name}{{state="{state}"}} {count}' for state, count in queries.waiting_counts().items()]


contribute(Metric("channels", figures))
contribute(ApiRoute("channels", "channels", load=lambda: import_string("governance.channels.api.ChannelApi")))
contribute(ApiRoute("deliveries", "deliveries", load=lambda: import_string("governance.channels.api.DeliveryApi")))
contribute(ObjectLink("governance.channel", lambda pk: reverse("channel", args=[f"CH-{pk}"])))
contribute(ObjectLink("governance.delivery", lambda pk: reverse("delivery", args=[f"DV-{pk}"])))
