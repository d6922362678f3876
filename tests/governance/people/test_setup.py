"""The first page: names the company, makes the administrator, once."""

import threading

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from governance.core.contributions import contribute
from governance.core.errors import Conflict, Invalid
from governance.core.models import Company
from governance.people import actions, queries, setupcode
from governance.people.models import User
from governance.people.offers import SetupOffer
from tests.governance.people.told import kinds
from tests.world import World

WORDS = "four calm words here"
GIVEN = {"company": "Halden", "name": "Ada Holm", "email": "Ada@Example.org", "password": WORDS, "time_zone": "Europe/Oslo"}


@pytest.mark.django_db
def test_the_first_visitor_becomes_the_administrator(client: Client) -> None:
    assert client.get("/accounts/login/").headers["Location"] == "/people/set-up/"
    assert client.get("/people/set-up/").status_code == 200
    answer = client.post("/people/set-up/", GIVEN)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    ada = User.objects.get(kind="person")
    assert (ada.email, ada.role, ada.time_zone) == ("ada@example.org", "administrator", "Europe/Oslo")
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert Company.objects.get().name == "Halden"
    told = kinds(100)
    assert told[:3] == ["person.joined", "company.founded", "person.joined"] and "policy.applied" in told


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"password": "short"}, "12 characters"),
        ({"email": "x"}, "valid email"),
        ({"time_zone": "Mars"}, "valid choice"),
        ({"name": "\x07"}, ""),
    ],
)
@pytest.mark.django_db
def test_what_is_wrong_is_said_and_nothing_is_stored(client: Client, given: dict, said: str) -> None:
    answer = client.post("/people/set-up/", GIVEN | given)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not User.objects.exists() and not Company.objects.exists()


def test_nobody_comes_second(world: World, client: Client) -> None:
    for answer in (client.get("/people/set-up/"), client.post("/people/set-up/", GIVEN)):
        assert answer.headers["Location"] == "/accounts/login/"
    with pytest.raises(Conflict, match="already set up"):
        actions.found_company("Other", admin_name="Eve", admin_email="eve@example.org", password=WORDS)
    assert User.objects.filter(role="administrator").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_instant_make_one_company(only_postgresql: None) -> None:
    results: list[str] = []
    ready = threading.Barrier(2)

    def found(nick: str) -> None:
        ready.wait()
        try:
            actions.found_company(nick, admin_name=nick, admin_email=f"{nick}@example.org", password=WORDS)
            results.append("founded")
        except Conflict:
            results.append("second")
        finally:
            connection.close()

    threads = [threading.Thread(target=found, args=(nick,)) for nick in ("ann", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(results) == ["founded", "second"]
    assert User.objects.filter(kind="person").count() == 1


@pytest.mark.django_db
def test_in_production_it_asks_for_the_code_that_only_the_operator_sees(
    client: Client, settings, tmp_path, monkeypatch, capsys
) -> None:
    settings.PRODUCTION = True
    monkeypatch.setattr(setupcode, "PATH", tmp_path / "keys" / "setup_code")
    call_command("setup_code")
    code = capsys.readouterr().out.strip()
    assert len(code) == 32 and setupcode.PATH.stat().st_mode & 0o077 == 0
    assert "code" in client.get("/people/set-up/", secure=True).content.decode()
    for wrong in ("", "0" * 32, code[:-1]):
        refused = client.post("/people/set-up/", GIVEN | {"code": wrong}, secure=True)
        assert refused.status_code == 422 and queries.is_empty()
    assert client.post("/people/set-up/", GIVEN | {"code": code}, secure=True).status_code == 302
    assert not setupcode.PATH.exists()
    call_command("setup_code")
    assert "set up already" in capsys.readouterr().out


@pytest.mark.django_db
def test_another_way_to_begin_is_offered_beside_it(client: Client, monkeypatch) -> None:
    from governance.core import contributions

    monkeypatch.setitem(contributions._items, SetupOffer, {})
    contribute(SetupOffer("demo", "Look around first", "A company made up for looking.", "Load the demo", "theme"))
    page = client.get("/people/set-up/").content.decode()
    assert "Look around first" in page and 'action="/theme/"' in page


@pytest.mark.django_db
def test_a_company_needs_a_name_and_a_real_time_zone() -> None:
    for given in ({"name": " "}, {"time_zone": "Mars"}):
        with pytest.raises(Invalid):
            actions.found_company(**{"name": "H", "admin_name": "A", "admin_email": "a@example.org", **given})


def test_only_an_administrator_changes_the_companys_settings(world: World, client_as) -> None:
    given = {"name": "Halden Group", "time_zone": "UTC", "classification": "Internal"}
    assert client_as(world.rosa).post("/people/company/", given).status_code == 403
    assert client_as(world.ada).post("/people/company/", given).status_code == 302
    assert str(Company.objects.get()) == "Halden Group"
