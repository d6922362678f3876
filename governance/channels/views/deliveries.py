"""The list of deliveries with its dead letters, one delivery, and delivering it again."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from governance.channels import actions, queries, rules
from governance.channels.message import Message
from governance.channels.models import Delivery
from governance.channels.tables import CARRIED, DeliveryFilters, DeliveryTable, to_whom
from governance.core.contributions import ObjectLink, contribution
from governance.core.verdict import Verdict
from governance.ledger.queries import lines_for
from governance.people import roles
from governance.ui import atoms
from governance.ui.extensions import BulkAction
from governance.ui.pages import ActionPage, Button, Empty, Fact, Header, ListPage, Next, ObjectPage, Tab, View


def _again(row: Delivery, actor: Any, given: Mapping[str, Any]) -> None:
    actions.deliver_again(row, actor=actor)


def _described(row: Delivery, given: Mapping[str, Any]) -> tuple[str, str]:
    return str(CARRIED[row.state][1]), str(CARRIED[Delivery.State.QUEUED][1])


def _may(row: Delivery, actor: Any, given: Mapping[str, Any]) -> Verdict:
    return rules.may_deliver_again(actor, row)


class DeliveryList(ListPage):
    """All messages whose words a person may read."""

    key, url_name, title, nav = "deliveries", "deliveries", "Deliveries", "on-call"
    table, filterset = DeliveryTable, DeliveryFilters
    crumbs = [("Channels", "/channels/")]
    lead = "{total} messages that left Plumbline, or still try to."
    search_hint = "Find by title, channel or answer"
    views = (View("All"), View("Given up", "state=dead"), View("On their way", "state=queued&state=failed"))
    bulk = (
        BulkAction("again", "Deliver again", _again, _described, allowed=_may, shown=lambda user: bool(roles.may_write(user))),
    )
    empty = Empty("Nothing was sent yet", "Alerts and tests that leave Plumbline show up here, with whether they arrived.")

    def rows(self, user: Any) -> QuerySet[Delivery]:
        """Return the messages that the reader may read."""
        return queries.deliveries(user)


class DeliveryPage(ObjectPage):
    """One message: what it says, how far it came, what was answered."""

    url_name, lookup, parent, noun = "delivery", "key", ("Deliveries", "deliveries"), "delivery"
    nav = "on-call"
    tabs = (
        Tab("", "Overview", "governance/channels/_delivery.html", lambda page, row: _shown(row)),
        Tab(
            "activity",
            "Activity",
            "governance/ledger/_activity.html",
            lambda page, row: lines_for(row, page.request.GET.get("before")),
        ),
    )

    def load(self) -> Delivery:
        """Return the message of the address."""
        return queries.get_delivery(self.user, self.kwargs["key"])

    def header(self, obj: Delivery) -> Header:
        """Say where it goes and how far it came."""
        facts = (Fact("To", _link(obj)), Fact("Made", atoms.time(obj.made_at)), Fact("Attempts", str(obj.attempts)))
        return Header(str(obj), obj.key, state=CARRIED[obj.state], facts=facts, next=_next(self.user, obj))


def _link(row: Delivery) -> Any:
    return atoms.link(row.channel.get_absolute_url(), row.channel.name, row.channel.key) if row.channel else to_whom(row)


def _next(user: Any, row: Delivery) -> Next | None:
    if row.state != Delivery.State.DEAD:
        return None
    button = Button(
        "Deliver again",
        reverse("delivery-again", args=[row.key]),
        kind="primary",
        post=True,
        verdict=rules.may_deliver_again(user, row),
    )
    return Next("It was given up.", row.response, "stop", (button,))


def _shown(row: Delivery) -> dict[str, Any]:
    message = Message.of(row.message)
    parts = [
        ("Answer", "", row.response or "none yet"),
        ("Delivered", "", atoms.time(row.sent_at, "exact") if row.sent_at else "not yet"),
        ("Next attempt", "", atoms.time(row.next_at) if row.next_at else "none"),
        ("Id", "the same at every attempt", row.uid),
    ]
    if about := _about(row):
        parts.insert(0, ("About", "", about))
    return {"parts": parts, "message": message, "waits": row.state == Delivery.State.QUEUED}


def _about(row: Delivery) -> Any:
    try:
        url = contribution(ObjectLink, row.subject_type).url(row.subject_id)
    except LookupError:
        return ""
    return atoms.link(url, row.message.get("title") or row.subject_id)


class SendAgain(ActionPage):
    """Deliver a message that was given up once more."""

    title, submit = "Deliver again", "Deliver again"
    lead = "It is tried from the start, under the same id."

    def load(self) -> Delivery:
        """Return the message of the address."""
        return queries.get_delivery(self.user, self.kwargs["key"])

    def verdict(self, obj: Delivery) -> Verdict:
        """Ask the rule."""
        return rules.may_deliver_again(self.user, obj)

    def perform(self, obj: Delivery, given: Mapping[str, Any]) -> Delivery:
        """Ask for it."""
        return actions.deliver_again(obj, actor=self.user)

    def said(self, result: Delivery) -> str:
        """Say so."""
        return "It is on its way again."
