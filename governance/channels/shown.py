"""What channels contribute: the jobs that carry messages, search, palette, briefing, API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.channels import actions, queries, rules
from governance.channels.models import Delivery
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    Forgotten,
    JobKind,
    Metric,
    ObjectLink,
    PaletteCommand,
    PersonalStore,
    RetentionKind,
    Schedule,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people.rows import is_insider
from governance.ui.extensions import FamilyTab


def _deliver(job: Any, progress: Callable[..., None]) -> dict[str, str]:
    outcome = actions.deliver(int(job.args["delivery"]))
    return {} if outcome is None else {"said": outcome.said[:400]}


def _nudge(job: Any, progress: Callable[..., None]) -> dict[str, int]:
    return {"asked": actions.nudge_due()}


contribute(JobKind("channels.deliver", _deliver, label="Deliver a message"))
contribute(JobKind("channels.nudge", _nudge, label="Look for messages that wait"))
contribute(Schedule("channels.nudge", "channels.nudge", every=timedelta(seconds=15)))
contribute(
    RetentionKind(
        "deliveries",
        "Words of delivered messages",
        "What it said goes, save its title; that and when it was delivered stay.",
        rows=actions.worded,
        since="sent_at",
        expire=actions.forget_words,
        name=lambda row: row.title_line,
        people=("person__ref",),
        order=20,
    )
)


def theirs(who: Forgotten) -> QuerySet[Delivery]:
    """Return the messages that went to somebody by mail."""
    by_address = Delivery.objects.filter(channel__kind="email", channel__address__iexact=who.address)
    found = by_address if who.address else Delivery.objects.none()
    return found | Delivery.objects.filter(person=who.person) if who.person else found


def forget_messages_of(who: Forgotten) -> int:
    """Delete the messages that went to somebody; those still on their way are not sent."""
    return theirs(who).delete()[0]


contribute(PersonalStore("deliveries", "Messages sent to them", lambda who: theirs(who).count(), forget_messages_of, order=40))
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
