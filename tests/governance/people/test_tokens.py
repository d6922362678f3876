"""API tokens: shown once, kept as a hash, narrow, short-lived, and dead at once when they must be."""

from datetime import timedelta

import pytest
from django.db import connection
from rest_framework.test import APIClient

from governance.api.routes import contributed
from governance.core import clock
from governance.core.contributions import ApiRoute
from governance.core.digest import sha256
from governance.core.errors import Denied, Invalid, StaleState
from governance.people import actions, doors, keys, scopes
from governance.people.models import ApiToken, Role, User
from tests.governance.people.told import said
from tests.world import World


def make(owner: User, actor: User | None = None, *, days: float = 30, named: tuple[str, ...] = ("registry:read",)):
    ends = clock.now() + timedelta(days=days)
    return actions.create_token(owner, actor=actor or owner, name="CI", scopes_wanted=list(named), expires_at=ends)


def test_the_secret_has_256_random_bits_and_is_nowhere_afterwards(world: World) -> None:
    made = make(world.noor)
    body = made.secret.rpartition(f"{made.token.prefix}_")[2]
    assert made.secret.startswith("plumb_") and len(body) >= 43
    assert made.token.digest == sha256(made.secret.encode())
    with connection.cursor() as cursor:
        for table in ("governance_apitoken", "governance_historicalapitoken", "governance_entry"):
            cursor.execute(f"SELECT * FROM {table}")
            assert body not in str(cursor.fetchall())
    assert said()[0] == "token.created"
    assert len({keys.new_token().secret for _ in range(50)}) == 50


def test_it_names_its_owner_and_what_for(world: World) -> None:
    bearer = doors.resolve(make(world.noor, named=("registry:read", "people:read")).secret)
    assert bearer is not None
    assert (bearer.user, set(bearer.scopes)) == (world.noor, {"registry:read", "people:read"})


@pytest.mark.parametrize("secret", ["", "plumb_", "plumb_abc", "plumb_000000000000_x", "x" * 500, "plumb_éé_x", "Bearer"])
def test_anything_else_opens_nothing(world: World, secret: str) -> None:
    make(world.noor)
    assert doors.resolve(secret) is None


def test_a_right_prefix_with_a_wrong_rest_opens_nothing(world: World) -> None:
    made = make(world.noor)
    flipped = made.secret[:-1] + ("A" if made.secret[-1] != "A" else "B")
    assert doors.resolve(flipped) is None
    assert doors.resolve(made.secret + "A") is None


def test_it_ends_with_its_date_its_revocation_and_its_owner(world: World, freeze) -> None:
    held = freeze("2026-11-02T08:00:00")
    dated, revoked, orphaned = make(world.noor, days=1), make(world.noor), make(world.ben)
    held.shift(timedelta(days=1))
    assert doors.resolve(dated.secret) is None
    actions.revoke_token(revoked.token, actor=world.noor)
    assert doors.resolve(revoked.secret) is None
    User.objects.filter(pk=world.ben.pk).update(is_active=False)
    assert doors.resolve(orphaned.secret) is None


def test_a_guests_token_ends_with_the_account(world: World, freeze) -> None:
    secret = make(world.gus, days=300).secret
    assert doors.resolve(secret) is not None
    User.objects.filter(pk=world.gus.pk).update(expires_at=clock.now() + timedelta(days=1))
    freeze(clock.now() + timedelta(days=2))
    assert doors.resolve(secret) is None


@pytest.mark.parametrize("days", [0, -1, 366.01, 4000])
def test_no_token_lives_longer_than_a_year(world: World, days: float) -> None:
    with pytest.raises(Invalid) as refused:
        make(world.noor, days=days)
    assert "expires_at" in refused.value.fields


@pytest.mark.parametrize("named", [(), ("registry:everything",), ("policy:write",)])
def test_scopes_exist_and_fit_the_role(world: World, named: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        make(world.noor, named=named)
    assert "scopes" in refused.value.fields


@pytest.mark.parametrize("nick", ["aud", "gus"])
def test_an_auditors_token_writes_nothing(world: World, nick: str) -> None:
    for scope in scopes.WRITES:
        with pytest.raises(Invalid):
            make(getattr(world, nick), named=(scope,))


def test_what_a_role_loses_its_tokens_lose(world: World) -> None:
    secret = make(world.noor, named=("registry:read", "registry:write")).secret
    actions.change_role(world.noor, actor=world.ada, role=Role.AUDITOR)
    bearer = doors.resolve(secret)
    assert bearer is not None and set(bearer.scopes) == {"registry:read"}


def test_nobody_makes_or_ends_anothers_token_but_administrators_end_any(world: World) -> None:
    for actor in (world.ada, world.ben, world.rosa):
        with pytest.raises(Denied):
            make(world.noor, actor)
    made = make(world.noor)
    with pytest.raises(Denied):
        actions.revoke_token(made.token, actor=world.ben)
    actions.revoke_token(made.token, actor=world.ada, reason="Leaked")
    assert said()[0] == "token.revoked"
    with pytest.raises(StaleState):
        actions.revoke_token(made.token, actor=world.noor)


def test_a_service_accounts_tokens_are_an_administrators(world: World) -> None:
    assert doors.resolve(make(world.bot, world.ada).secret) is not None
    for actor in (world.bot, world.rosa, world.noor):
        with pytest.raises(Denied):
            make(world.bot, actor)


def test_the_last_use_is_noted_but_not_at_every_call(world: World, freeze, django_assert_num_queries) -> None:
    held = freeze("2026-11-02T08:00:00")
    made = make(world.noor)
    with django_assert_num_queries(2):
        doors.resolve(made.secret)
    first = ApiToken.objects.get(pk=made.token.pk).last_used_at
    held.shift(timedelta(minutes=4))
    with django_assert_num_queries(1):
        doors.resolve(made.secret)
    held.shift(timedelta(minutes=2))
    doors.resolve(made.secret)
    after = ApiToken.objects.get(pk=made.token.pk)
    assert first == clock.now() - timedelta(minutes=6) and after.last_used_at == clock.now()
    assert after.version == made.token.version and after.history.count() == 1


def test_the_api_takes_it_and_asks_for_its_scopes(world: World) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make(world.noor, named=('people:read',)).secret}")
    assert client.get("/api/v1/people/me").json()["email"] == "noor@example.org"
    refused = client.post("/api/v1/tokens", {"name": "x"}, format="json")
    assert refused.status_code == 403 and "people:write" in refused.content.decode()


def test_every_scope_that_an_endpoint_asks_for_can_be_given(db: None) -> None:
    for route in contributed(ApiRoute):
        viewset = route.load()
        asked = {scope for wanted in viewset.required_scopes.values() for scope in wanted}
        for name in dir(viewset):
            operation = getattr(getattr(viewset, name, None), "operation", None)
            asked |= set(getattr(operation, "scopes", ()) or ())
        assert asked <= set(scopes.SCOPES), f"{route.key} asks for {sorted(asked - set(scopes.SCOPES))}"
