"""Messages arrive in each receiver's own shape, are tried again, are never lost, and never sent twice for one telling."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from governance.channels import actions, queries, rules
from governance.channels.message import Message
from governance.channels.models import Channel, Delivery
from governance.channels.shown import figures
from governance.core import clock, jobs
from governance.core.contributions import RetentionKind, contribution
from governance.core.errors import Denied, StaleState
from governance.ledger.models import Entry
from governance.people.system import system_actor
from governance.retention import actions as retention
from tests.governance.channels.receiver import Receiver

ROUTING = "a" * 32
TOLD = Message(
    title="INC-12 Replies promise refunds",
    body="Two customers were promised a refund. <b>& more</b>",
    url="/incidents/INC-12/",
    severity="critical",
    dedup="plumbline-INC-12",
    fields=(("Severity", "SEV1"), ("Surface", "Claims triage")),
    ack_url="/alerts/acknowledge/secret/",
)


def channel(world: Any, kind: str, address: str = "", secret: str = "") -> Channel:
    return actions.add(actor=world.ada, name=f"A {kind}", kind=kind, address=address, secret=secret)


def carry(to: Channel, message: Message = TOLD, key: str = "k") -> Delivery:
    row = actions.send(message, channel=to, key=key, kind="alert")
    actions.deliver(row.pk)
    row.refresh_from_db()
    return row


def test_slack_gets_blocks(world: Any, receiver: Receiver) -> None:
    row = carry(channel(world, "slack", f"{receiver.url}/services/T0/B0/x"))
    assert (row.state, receiver.taken[0].path) == ("sent", "/services/T0/B0/x")
    sent = receiver.taken[0].json
    assert [block["type"] for block in sent["blocks"]] == ["header", "section", "section", "actions"]
    assert "&lt;b&gt;&amp; more" in sent["blocks"][1]["text"]["text"]
    assert [button["url"] for button in sent["blocks"][3]["elements"]] == [
        "https://plumbline.example.org/alerts/acknowledge/secret/",
        "https://plumbline.example.org/incidents/INC-12/",
    ]


def test_teams_gets_an_adaptive_card(world: Any, receiver: Receiver) -> None:
    carry(channel(world, "teams", f"{receiver.url}/workflows/1"))
    card = receiver.taken[0].json["attachments"][0]
    assert (card["contentType"], card["content"]["version"]) == ("application/vnd.microsoft.card.adaptive", "1.4")
    assert card["content"]["body"][0]["text"] == TOLD.title
    assert [action["title"] for action in card["content"]["actions"]] == ["Acknowledge", "Open in Plumbline"]


def test_pagerduty_gets_events_that_belong_together(world: Any, receiver: Receiver) -> None:
    receiver.answer(202, '{"status":"success","dedup_key":"plumbline-INC-12"}')
    pager = channel(world, "pagerduty", f"{receiver.url}/v2/enqueue", ROUTING)
    carry(pager)
    carry(pager, Message(title=TOLD.title, dedup=TOLD.dedup, event="resolve"), key="over")
    first, last = (taken.json for taken in receiver.taken)
    assert (first["routing_key"], first["event_action"], first["payload"]["severity"]) == (ROUTING, "trigger", "critical")
    assert first["payload"]["custom_details"]["Surface"] == "Claims triage"
    assert last == {"routing_key": ROUTING, "event_action": "resolve", "dedup_key": first["dedup_key"]}


def test_a_webhook_is_signed_so_that_the_standard_library_verifies_it(world: Any, receiver: Receiver) -> None:
    hook = channel(world, "webhook", f"{receiver.url}/in")
    secret = actions.secret_of(hook)
    row = carry(hook)
    taken = receiver.taken[0]
    payload = Webhook(secret).verify(taken.body.decode(), taken.headers)
    assert (payload["type"], payload["data"]["severity"], taken.headers["webhook-id"]) == ("alert.trigger", "critical", row.uid)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(taken.body.decode().replace("critical", "info"), taken.headers)


def test_mail_goes_to_a_channel_and_to_a_person(world: Any, settings: Any) -> None:
    settings.MAIL_IS_SET_UP, settings.BASE_URL = True, "https://plumbline.example.org"
    carry(channel(world, "email", "oncall@example.org"))
    actions.deliver(actions.send(TOLD, person=world.noor, key="p").pk)
    assert [each.to for each in mail.outbox] == [["oncall@example.org"], [world.noor.email]]
    assert mail.outbox[0].subject == "[critical] INC-12 Replies promise refunds"
    assert "https://plumbline.example.org/alerts/acknowledge/secret/" in mail.outbox[0].body


def test_without_a_mail_server_it_says_so_and_is_kept(world: Any) -> None:
    row = carry(channel(world, "email", "oncall@example.org"))
    assert row.state == "dead" and "PLUMBLINE_SMTP_HOST" in row.response


def test_the_same_telling_is_written_and_sent_once(world: Any, receiver: Receiver) -> None:
    to = channel(world, "slack", f"{receiver.url}/x")
    first, again = carry(to), carry(to)
    assert first.pk == again.pk and len(receiver.taken) == 1


def test_a_failing_receiver_is_tried_again_and_then_given_up(world: Any, receiver: Receiver, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    receiver.answer(503, "busy")
    to = channel(world, "slack", f"{receiver.url}/x")
    row = carry(to)
    assert (row.state, row.next_at - clock.now()) == ("failed", timedelta(seconds=5))
    assert actions.deliver(row.pk) is None, "it is not due yet"
    for wait in rules.PATIENCE:
        traveller.shift(wait)
        actions.deliver(row.pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.response) == ("dead", 9, "503 busy")
    to.refresh_from_db()
    assert to.last_error == "503 busy" and list(queries.dead(world.rosa)) == [row]
    assert 'plumbline_deliveries{state="dead"} 1' in figures() and 'plumbline_deliveries{state="queued"} 0' in figures()


def test_a_receiver_may_ask_for_patience(world: Any, receiver: Receiver, freeze: Any) -> None:
    freeze("2026-03-02 10:00")
    receiver.answer(429, "slow down", Retry_After="90")
    row = carry(channel(world, "slack", f"{receiver.url}/x"))
    assert (row.state, row.next_at - clock.now()) == ("failed", timedelta(seconds=90))


@pytest.mark.parametrize(("status", "words"), [(302, "redirect"), (400, "400 no"), (404, "404 no")])
def test_what_cannot_succeed_is_given_up_at_once(world: Any, receiver: Receiver, status: int, words: str) -> None:
    receiver.answer(status, "no", Location=f"{receiver.url}/elsewhere")
    row = carry(channel(world, "slack", f"{receiver.url}/x"))
    assert row.state == "dead" and words in row.response
    assert [taken.path for taken in receiver.taken] == ["/x"], "no redirect is followed"


def test_what_ends_something_never_arrives_before_what_began_it(world: Any, receiver: Receiver, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    pager = channel(world, "pagerduty", f"{receiver.url}/v2/enqueue", ROUTING)
    receiver.answers = [(503, "busy", {}), (202, "", {})]
    first = carry(pager)
    over = actions.send(Message(title=TOLD.title, dedup=TOLD.dedup, event="resolve"), channel=pager, key="over")
    assert actions.deliver(over.pk) is None, "the trigger is not through yet"
    other = actions.send(Message(title="INC-13", dedup="plumbline-INC-13", event="resolve"), channel=pager, key="other")
    assert actions.deliver(other.pk) is not None, "another thing has nothing to do with it"
    traveller.shift(timedelta(seconds=5))
    assert actions.deliver(first.pk) is not None
    jobs.run_pending()
    sent = [(taken.json["dedup_key"][-2:], taken.json["event_action"]) for taken in receiver.taken]
    assert sent == [("12", "trigger"), ("13", "resolve"), ("12", "trigger"), ("12", "resolve")]


def test_a_receiver_that_is_gone_is_not_called_again(world: Any, receiver: Receiver) -> None:
    receiver.answer(410, "gone")
    to = channel(world, "webhook", f"{receiver.url}/x")
    carry(to)
    to.refresh_from_db()
    assert to.state == "paused" and Entry.objects.filter(kind="channel.paused").exists()
    held = actions.send(TOLD, channel=to, key="later")
    assert (held.state, held.response) == ("dead", "The channel was paused.")
    assert len(receiver.taken) == 1


def test_a_message_dropped_by_a_dead_worker_is_found_again(world: Any, receiver: Receiver, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    to = channel(world, "slack", f"{receiver.url}/x")
    row = actions.send(TOLD, channel=to, key="k")
    Delivery.objects.filter(pk=row.pk).update(attempts=1, next_at=clock.now() + timedelta(seconds=60))  # claimed, then killed
    assert actions.nudge_due() == 0
    traveller.shift(timedelta(seconds=61))
    assert actions.nudge_due() == 1
    jobs.run_pending()
    row.refresh_from_db()
    assert (row.state, len(receiver.taken)) == ("sent", 1)


def test_what_was_given_up_is_delivered_again_under_the_same_id(world: Any, receiver: Receiver) -> None:
    receiver.answer(400, "no")
    to = channel(world, "webhook", f"{receiver.url}/x")
    row = carry(to)
    for person in (world.noor, world.aud):
        with pytest.raises(Denied):
            actions.deliver_again(row, actor=person)
    receiver.answer(200)
    actions.deliver_again(row, actor=world.rosa)
    jobs.run_pending()
    row.refresh_from_db()
    assert row.state == "sent" and Entry.objects.filter(kind="delivery.again").count() == 1
    assert {taken.headers["webhook-id"] for taken in receiver.taken} == {row.uid}
    assert "ack_url" in row.message and not row.message["ack_url"], "what opens a door is not kept"
    with pytest.raises(StaleState):
        actions.deliver_again(row, actor=world.rosa)


def test_a_message_goes_to_exactly_one(world: Any) -> None:
    with pytest.raises(ValueError, match="one channel or to one person"):
        actions.send(TOLD, key="k")


def test_without_an_address_of_our_own_nothing_is_linked(world: Any, receiver: Receiver, settings: Any) -> None:
    settings.BASE_URL = ""
    carry(channel(world, "slack", f"{receiver.url}/x"))
    assert [block["type"] for block in receiver.taken[0].json["blocks"]] == ["header", "section", "section"]


def test_the_words_of_old_messages_are_forgotten(world: Any, receiver: Receiver, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    to = channel(world, "slack", f"{receiver.url}/x")
    old = carry(to)
    traveller.shift(timedelta(days=91))
    young = carry(to, key="young")
    traveller.shift(timedelta(minutes=1))
    kind = contribution(RetentionKind, "deliveries")
    assert [retention.expire(kind, actor=system_actor()) for _ in range(2)] == [1, 0]
    assert list(actions.worded()) == [young]
    assert actions.forget_words(list(actions.worded())) == 1
    for row in (old, young):
        row.refresh_from_db()
        assert (row.title_line, row.message["body"], row.message["fields"]) == (TOLD.title, "", [])
    assert not actions.worded().exists()
