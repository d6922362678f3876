"""Channels are added, changed, paused and retired by those who may; their secrets go in and never come out."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.channels import actions, queries
from governance.channels.models import Channel, Delivery
from governance.core import jobs
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.core.sealing import unseal
from governance.ledger.models import Entry
from tests.governance.channels.receiver import Receiver

HOOK = "https://hooks.slack.com/services/T000/B000/secretword"
API = "/api/v1/channels"


@pytest.fixture
def slack(world: Any) -> Channel:
    return actions.add(actor=world.ada, name="Claims on call", kind="slack", address=HOOK)


def test_what_must_not_be_shown_is_sealed(world: Any, slack: Channel) -> None:
    assert slack.address == "hooks.slack.com" and "secretword" not in slack.sealed and unseal(slack.sealed) == HOOK
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM governance_historicalchannel")
        assert "secretword" not in str(cursor.fetchall())
        assert "sealed" not in {column[0] for column in cursor.description}
    entry = Entry.objects.get(kind="channel.added")
    assert "secretword" not in entry.body and "hooks.slack.com" not in entry.body


@pytest.mark.parametrize(
    ("kind", "address", "secret", "field"),
    [
        ("email", "nobody", "", "address"),
        ("email", "a@example.org", "word", "secret"),
        ("slack", "http://hooks.slack.com/x", "", "address"),
        ("slack", "https://10.0.0.1/x", "", "address"),
        ("slack", HOOK, "word", "secret"),
        ("pagerduty", "", "short", "secret"),
        ("webhook", "https://example.org/x", "whsec_short", "secret"),
        ("webhook", "", "", "address"),
        ("pigeon", "x", "", "kind"),
    ],
)
def test_what_cannot_be_reached_is_refused_by_field(
    world: Any, settings: Any, kind: str, address: str, secret: str, field: str
) -> None:
    settings.CHANNEL_HOSTS = []
    with pytest.raises(Invalid) as refused:
        actions.add(actor=world.ada, name="X", kind=kind, address=address, secret=secret)
    assert set(refused.value.fields) == {field}


def test_only_those_who_govern_and_a_teams_lead_keep_channels(world: Any, slack: Channel) -> None:
    claims = world.team("claims")
    for person, team in ((world.noor, None), (world.noor, claims), (world.aud, None), (world.gus, None), (world.ingrid, None)):
        with pytest.raises(Denied):
            actions.add(actor=person, name="X", kind="email", address="x@example.org", team=team)
    type(claims).objects.filter(pk=claims.pk).update(lead=world.sam)
    own = actions.add(actor=world.sam, name="Ours", kind="email", address="x@example.org", team=world.team("claims"))
    assert actions.pause(own, actor=world.sam).state == "paused"
    for refused in (actions.pause, actions.retire, actions.try_out):
        with pytest.raises(Denied):
            refused(slack, actor=world.sam)
    with pytest.raises(Denied):
        actions.edit(own, actor=world.sam, changes={"team": None})


def test_it_moves_and_is_recorded_and_a_stale_writer_is_told(world: Any, slack: Channel) -> None:
    with pytest.raises(StaleState):
        actions.pause(slack, actor=world.ada, expected_version=slack.version + 1)
    paused = actions.pause(slack, actor=world.ada, reason="Too loud.")
    with pytest.raises(StaleState):
        actions.pause(paused, actor=world.ada)
    with pytest.raises(Conflict):
        actions.try_out(paused, actor=world.ada)
    actions.resume(paused, actor=world.ada)
    actions.retire(slack, actor=world.rosa)
    with pytest.raises(Conflict):
        actions.resume(slack, actor=world.ada)
    again = actions.add(actor=world.ada, name=slack.name, kind="email", address="x@example.org")
    assert again.pk != slack.pk, "the name of a retired channel is free"
    kinds = Entry.objects.filter(kind__startswith="channel.").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == [f"channel.{word}" for word in ("added", "paused", "resumed", "retired", "added")]


def test_a_change_keeps_the_secret_that_is_not_typed(world: Any, slack: Channel) -> None:
    hook = actions.add(actor=world.ada, name="Ours", kind="webhook", address="https://one.example.org/")
    secret = actions.secret_of(hook)
    moved = actions.edit(hook, actor=world.ada, changes={"address": "https://two.example.org/", "secret": ""})
    assert (moved.address, actions.secret_of(moved)) == ("https://two.example.org/", secret)
    other = actions.edit(slack, actor=world.ada, changes={"name": "Claims", "address": "https://chat.example.org/hooks/1"})
    assert (other.name, other.address, unseal(other.sealed)) == ("Claims", "chat.example.org", "https://chat.example.org/hooks/1")
    with pytest.raises(Conflict):
        actions.edit(moved, actor=world.ada, changes={"name": "Claims"})


def test_the_test_button_says_whether_it_arrived(world: Any, receiver: Receiver, client_as: Any) -> None:
    pager = actions.add(actor=world.ada, name="Pager", kind="pagerduty", address=f"{receiver.url}/v2/enqueue", secret="a" * 32)
    client = client_as(world.rosa)
    page = f"/channels/{pager.key}/"
    assert "Nothing went through it yet" in client.get(page).content.decode()
    sent = client.post(f"{page}test/")
    first = Delivery.objects.order_by("pk").first()
    assert first is not None and (sent.status_code, sent["Location"]) == (302, f"/channels/deliveries/{first.key}/")
    assert "every 1s" in client.get(sent["Location"]).content.decode()
    jobs.run_pending()
    assert [taken.json["event_action"] for taken in receiver.taken] == ["trigger", "resolve"], "nobody is woken for long"
    shown = client.get(sent["Location"]).content.decode()
    assert "every 1s" not in shown and "Delivered" in shown
    receiver.answer(400, "invalid key")
    client.post(f"{page}test/")
    jobs.run_pending()
    assert "invalid key" in client.get(page).content.decode()
    lost = Delivery.objects.filter(state="dead").order_by("pk").first()
    assert lost is not None and "Deliver again" in client.get(f"/channels/deliveries/{lost.key}/").content.decode()
    assert client.post(f"/channels/deliveries/{lost.key}/again/").status_code == 302
    lost.refresh_from_db()
    assert lost.state == "queued"


def test_the_pages_add_and_change(world: Any, client_as: Any, settings: Any) -> None:
    client = client_as(world.ada)
    kinds = client.get("/channels/new/").content.decode()
    assert "PagerDuty" in kinds and client.get("/channels/new/pigeon/").status_code == 404
    for kind in Channel.Kind.values:
        assert client.get(f"/channels/new/{kind}/").status_code == 200, kind
    wrong = client.post("/channels/new/slack/", {"name": "Chat", "address": "http://x"})
    assert wrong.status_code == 422 and "http://x" in wrong.content.decode(), "what was typed stays"
    made = client.post("/channels/new/webhook/", {"name": "Ours", "address": "https://example.org/in", "secret": ""})
    hook = Channel.objects.get(name="Ours")
    assert actions.secret_of(hook) in made.content.decode() and made["Cache-Control"] == "no-store"
    page = f"/channels/{hook.key}/"
    assert actions.secret_of(hook) not in client.get(page).content.decode()
    assert "whsec_" not in client.get(f"{page}edit/").content.decode()
    given = {"name": "Ours too", "address": hook.address, "secret": "", "version": hook.version}
    assert client.post(f"{page}edit/", given).status_code == 302
    assert client.post(f"{page}edit/", given).status_code == 409
    assert 'href="/on-call/" aria-current="page"' in client.get(page).content.decode(), "it belongs to on call"
    for tab in ("", "deliveries/", "activity/"):
        assert client.get(f"{page}{tab}").status_code == 200, tab
    for move in ("pause", "resume", "retire"):
        assert client.get(f"{page}{move}/").status_code == 200
        assert client.post(f"{page}{move}/", {"reason": "Why."}).status_code == 302, move


def test_who_sees_what(world: Any, slack: Channel, client_as: Any) -> None:
    client_as(world.rosa).post(f"/channels/{slack.key}/test/")
    row = Delivery.objects.get()
    sees = {"ada": 200, "rosa": 200, "ingrid": 200, "aud": 200, "noor": 404, "gus": 404}
    for nick, status in sees.items():
        client = client_as(getattr(world, nick))
        assert client.get(f"/channels/deliveries/{row.key}/").status_code == status, nick
        assert client.get(f"/channels/{slack.key}/").status_code == (404 if nick == "gus" else 200), nick
        assert client.get(f"/channels/{slack.key}/deliveries/").status_code == (404 if nick == "gus" else 200), nick
        assert client.get("/channels/").status_code == 200 and client.get("/channels/deliveries/").status_code == 200
    assert client_as(world.aud).get("/channels/new/").status_code == 403
    assert client_as(world.noor).get(f"/channels/{slack.key}/edit/").status_code == 403
    assert client_as(world.aud).post(f"/channels/{slack.key}/test/").status_code == 403


def test_the_lists_take_as_many_queries_for_three(world: Any, slack: Channel, client_as: Any) -> None:
    client = client_as(world.ada)

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def grow(name: str) -> None:
        made = actions.add(actor=world.ada, name=name, kind="email", address="x@example.org", team=world.team("claims"))
        actions.try_out(made, actor=world.ada)

    grow("one")
    addresses = ("/channels/", "/channels/deliveries/")
    for address in addresses:
        count(address)  # what is read once and kept
    before = [count(address) for address in addresses]
    grow("two")
    grow("three")
    assert [count(address) for address in addresses] == before
    assert max(before) <= 15


def test_by_rest(world: Any, receiver: Receiver, api_as: Any) -> None:
    ada, noor = api_as(world.ada), api_as(world.noor)
    body = {"name": "Ours", "kind": "webhook", "address": f"{receiver.url}/in", "team": "claims"}
    made = ada.post(API, body, format="json")
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_") and made.json()["team"] == "claims"
    key, tag = made.json()["key"], made["ETag"]
    assert "secret" not in noor.get(f"{API}/{key}").json()
    assert noor.post(API, body | {"name": "Mine"}, format="json").status_code == 403
    assert ada.post(API, body | {"team": "nowhere", "name": "X"}, format="json").json()["errors"][0]["pointer"] == "#/team"
    assert ada.patch(f"{API}/{key}", {"name": "Ours 2"}, format="json", HTTP_IF_MATCH=tag).json()["name"] == "Ours 2"
    assert ada.patch(f"{API}/{key}", {"name": "Ours 3"}, format="json", HTTP_IF_MATCH=tag).status_code == 412
    receiver.answer(400, "no")
    tested = ada.post(f"{API}/{key}/test", {}, format="json")
    assert tested.status_code == 202
    jobs.run_pending()
    row = f"/api/v1/deliveries/{tested.json()['key']}"
    assert ada.get(row).json()["state"] == "dead" and noor.get(row).status_code == 404
    assert ada.post(f"{row}/replay", {}, format="json").json()["state"] == "queued"
    assert ada.post(f"{row}/replay", {}, format="json").status_code == 409
    assert ada.post(f"{API}/{key}/pause", {"reason": "Loud."}, format="json").json()["state"] == "paused"
    assert ada.post(f"{API}/{key}/resumption", {}, format="json").json()["state"] == "active"
    assert ada.post(f"{API}/{key}/retirement", {}, format="json").json()["state"] == "retired"
    assert ada.get(f"{API}?state=retired").json()["results"][0]["key"] == key
    assert ada.get(f"{API}/{key}/activity").json()["results"][0]["kind"] == "channel.retired"
    assert queries.in_use(world.ada).count() == 0
