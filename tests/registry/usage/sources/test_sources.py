"""Sources: made with an account and a token of their own, kept by their owner, seen by whom they concern."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, NotVisible, StaleState
from governance.ledger.models import Entry
from governance.people import actions as people
from governance.people.models import ApiToken, User
from registry.surfaces.models import Surface
from registry.usage.models import UsageSource
from registry.usage.sources import actions, doors, queries
from registry.usage.sources.shown import to_renew
from registry.usage.sources.tables import state_of
from tests.registry.usage.spans import span

URL = "/api/v1/usage-sources"
Enter = Callable[..., Client]


def test_a_source_sends_as_an_account_of_its_own(world: Any, live: Surface) -> None:
    made = actions.make(actor=world.noor, name="Claims, production", kind="surface", surface=live)
    token = made.source.token
    assert token is not None
    assert (token.user.kind, token.user.role, token.scopes) == (User.Kind.SERVICE, "service", ["usage:write"])
    sender = doors.sender(made.secret)
    assert sender is not None and sender.source == made.source and sender.user == token.user
    entry = Entry.objects.get(kind="usage.source_made")
    assert (entry.actor_ref, entry.subject_key) == (world.noor.ref, made.source.key)
    assert made.secret not in entry.body and token.user.ref in entry.body


def test_who_may_make_which_source(world: Any, live: Surface) -> None:
    for who, kind, given in (
        (world.ben, "surface", {"surface": live}),
        (world.ben, "team", {"team": world.team("claims")}),
        (world.noor, "gateway", {}),
        (world.aud, "gateway", {}),
    ):
        with pytest.raises(Denied):
            actions.make(actor=who, name="X", kind=kind, **given)
    actions.make(actor=world.noor, name="Team's", kind="team", team=world.team("claims"))
    actions.make(actor=world.rosa, name="Gateway", kind="gateway")
    for kind, given in (("surface", {}), ("gateway", {"surface": live}), ("team", {"surface": live}), ("cloud", {})):
        with pytest.raises(Invalid):
            actions.make(actor=world.rosa, name="Y", kind=kind, **given)
    with pytest.raises(Conflict):
        actions.make(actor=world.rosa, name="Gateway", kind="gateway")
    with pytest.raises(Invalid):
        actions.make(actor=world.rosa, name="Z", kind="gateway", owner=world.bot)


def test_changed_given_and_retired_by_its_owner_alone(world: Any, live: Surface) -> None:
    source = actions.make(actor=world.noor, name="Claims", kind="surface", surface=live).source
    with pytest.raises(Denied):
        actions.change(source, actor=world.sam, name="Mine")
    actions.change(source, actor=world.noor, name="Claims, two", expected_version=source.version)
    with pytest.raises(StaleState):
        actions.change(source, actor=world.noor, name="Late", expected_version=1)
    actions.give(source, actor=world.noor, to=world.sam)
    with pytest.raises(Denied):
        actions.retire(source, actor=world.noor)
    actions.retire(source, actor=world.sam, reason="Switched off.")
    with pytest.raises(StaleState):
        actions.retire(source, actor=world.sam)
    kinds = Entry.objects.filter(subject_type="registry.usagesource").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == [f"usage.source_{each}" for each in ("made", "changed", "given", "retired")]


def test_a_new_token_ends_the_old_one_or_leaves_it_until_its_own_end(world: Any) -> None:
    first = actions.make(actor=world.rosa, name="Gateway", kind="gateway")
    second = actions.renew_token(first.source, actor=world.rosa, keep_old=True)
    assert doors.sender(first.secret) is not None and doors.sender(second.secret) is not None
    third = actions.renew_token(second.source, actor=world.rosa)
    assert [doors.sender(made.secret) is not None for made in (first, second, third)] == [False, False, True]
    with pytest.raises(Invalid):
        actions.renew_token(third.source, actor=world.rosa, days=900)
    with pytest.raises(Denied):
        actions.renew_token(third.source, actor=world.noor)
    actions.retire(third.source, actor=world.rosa)
    assert doors.sender(third.secret) is None and not ApiToken.objects.filter(revoked_at=None).exists()
    with pytest.raises(Invalid):
        actions.renew_token(third.source, actor=world.rosa)
    again = actions.revive(third.source, actor=world.rosa)
    assert doors.sender(again.secret) is not None
    with pytest.raises(StaleState):
        actions.revive(again.source, actor=world.rosa)


def test_its_token_outlives_its_owner(world: Any, live: Surface) -> None:
    made = actions.make(actor=world.noor, name="Claims", kind="surface", surface=live)
    people.deactivate(world.noor, actor=world.ada)
    assert doors.sender(made.secret) is not None
    assert people.reassign(world.noor, actor=world.ada, to=world.sam, things=[("usage_sources", str(made.source.pk))]) == 1
    made.source.refresh_from_db()
    assert made.source.owner == world.sam


@pytest.mark.parametrize("kind", ["surface", "team", "gateway"])
def test_its_token_can_send_and_nothing_else(kind: str, world: Any, live: Surface) -> None:
    team = world.team("claims")
    reach: dict[str, Any] = {"surface": {"surface": live}, "team": {"team": team}, "gateway": {}}[kind]
    made = actions.make(actor=world.rosa, name="Claims", kind=kind, **reach)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {made.secret}")
    assert [api.get(f"/api/v1/{each}").status_code for each in ("surfaces", "usage-sources", "people")] == [403, 403, 403]
    for more in ({"kind": "gateway"}, {"kind": "team", "team": team.key}):
        assert api.post(URL, {"name": "More", **more}, format="json").status_code == 403
    assert api.post(URL, {"name": "More", "kind": "surface", "surface": live.key}, format="json").status_code == 404
    assert api.post(f"{URL}/{made.source.key}/retirement", {}, format="json").status_code == 403


def test_who_sees_which(world: Any, live: Surface) -> None:
    surface = actions.make(actor=world.noor, name="Claims", kind="surface", surface=live).source
    team = actions.make(actor=world.rosa, name="Support", kind="team", team=world.team("support")).source
    gateway = actions.make(actor=world.rosa, name="Gateway", kind="gateway").source
    seen = {who: set(queries.visible_to(getattr(world, who))) for who in ("aud", "ben", "sam", "gus")}
    assert seen == {"aud": {surface, team, gateway}, "ben": {team, gateway}, "sam": {surface, gateway}, "gus": set()}
    with pytest.raises(NotVisible):
        queries.get(world.ben, surface.key)


def test_a_source_says_where_it_stands(world: Any, gateway: actions.MadeSource, send: Callable[..., Any], freeze: Any) -> None:
    source = gateway.source
    assert state_of(source)[1] == "Nothing came yet"
    send(span())
    last = queries.batches(source)[0].received_at
    assert state_of(source, last)[1] == "Sends"
    assert not list(to_renew(world.rosa))
    freeze(clock.now() + timedelta(days=340))
    assert state_of(source, last)[1] == "Silent" and list(queries.silent(world.rosa)) == [source]
    assert [line.title for line in to_renew(world.rosa)] == ["Renew the token of Gateway"]
    freeze(clock.now() + timedelta(days=60))
    assert state_of(source, last)[1] == "Its token ended"


def test_pages(world: Any, live: Surface, client_as: Enter, gateway: actions.MadeSource, send: Callable[..., Any]) -> None:
    client = client_as(world.noor)
    sent = {"name": "Claims, production", "kind": "surface", "surface": live.key, "owner": world.noor.pk, "days": 90}
    page = client.post(reverse("usage-source-new"), sent)
    said = page.content.decode()
    assert page.status_code == 200 and page["Cache-Control"] == "no-store"
    assert "plumb_" in said and f"plumbline.surface={live.key}" in said and "http://testserver/v1/traces" in said
    source = UsageSource.objects.get(kind="surface")
    send(span(), span(startTimeUnixNano="0"))
    page = client.get(gateway.source.get_absolute_url())
    assert "the sender&#x27;s clock was not set" in page.content.decode() and "plumb_" not in page.content.decode().replace(
        "plumb_…", ""
    )
    for name in ("change", "give", "token", "retire"):
        assert client.get(reverse(f"usage-source-{name}", args=[source.key])).status_code == 200
        assert client.get(reverse(f"usage-source-{name}", args=[gateway.source.key])).status_code == 403
    assert client.post(reverse("usage-source-retire", args=[source.key]), {"reason": "Off."}).status_code == 302
    assert "It is retired." in client.get(source.get_absolute_url()).content.decode()
    assert "plumb_" in client.post(reverse("usage-source-revive", args=[source.key]), {"days": 30}).content.decode()
    assert client.post(reverse("usage-source-new"), {**sent, "surface": "S-9999"}).status_code == 404


def test_the_list_costs_the_same_at_one_row_and_at_three(world: Any, live: Surface, client_as: Enter) -> None:
    client = client_as(world.rosa)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse("usage-sources")).status_code == 200
        return len(seen)

    actions.make(actor=world.rosa, name="One", kind="gateway")
    client.get(reverse("usage-sources"))
    one = cost()
    actions.make(actor=world.rosa, name="Two", kind="surface", surface=live)
    actions.make(actor=world.rosa, name="Three", kind="team", team=world.team("claims"))
    client.get(reverse("usage-sources"))
    assert cost() == one <= 15


def test_by_rest(world: Any, live: Surface, api_as: Callable[..., APIClient]) -> None:
    api = api_as(world.noor)
    made = api.post(URL, {"name": "Claims", "kind": "surface", "surface": live.key}, format="json")
    assert made.status_code == 201 and doors.sender(made.json()["secret"]) is not None
    key = made.json()["key"]
    held = api.get(f"{URL}/{key}")
    assert (held.json()["surface"], held.json()["owner"], "secret" in held.json()) == (live.key, world.noor.ref, False)
    assert api.patch(f"{URL}/{key}", {"notes": "Two sites."}, format="json", HTTP_IF_MATCH=held["ETag"]).status_code == 200
    assert api.post(f"{URL}/{key}/tokens", {"keep_old": True}, format="json").status_code == 201
    assert api.put(f"{URL}/{key}/owner", {"owner": world.sam.ref}, format="json").json()["owner"] == world.sam.ref
    assert api.get(f"{URL}/{key}/figures").json()["stored"] == 0
    for asked, count in (
        (f"surface={live.key}", 1),
        ("surface=S-99", 0),
        ("team=claims", None),
        ("silent=true", 0),
        (f"q={key}", 1),
    ):
        answer = api.get(f"{URL}?{asked}")
        assert answer.status_code == (400 if count is None else 200), asked
        assert count is None or len(answer.json()["results"]) == count, asked
    assert api.post(f"{URL}/{key}/retirement", {}, format="json").status_code == 403
    assert api_as(world.sam).post(f"{URL}/{key}/retirement", {}, format="json").json()["state"] == "retired"
    assert "secret" in api_as(world.sam).post(f"{URL}/{key}/revival", {"days": 10}, format="json").json()
    assert api_as(world.ben).get(f"{URL}/{key}").status_code == 404
