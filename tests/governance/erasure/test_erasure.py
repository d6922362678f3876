"""Erasure: decided by a second person, everything or nothing, and the ledger still holds."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.comments import actions as comments
from governance.comments.models import Comment
from governance.core import clock
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.erasure import actions, queries
from governance.erasure.models import Erasure
from governance.ledger import check
from governance.ledger.models import Entry, PersonalPayload
from governance.notifications.models import Notice
from governance.people import actions as people
from governance.people.models import Invitation, User
from governance.retention import actions as retention
from incidents.cases.models import Incident

API = "/api/v1/erasures"
GROUND = {"basis": "unnecessary", "identity": "Wrote from the address that we know."}


def gone(world: Any) -> User:
    """Ben has left, and nothing is in his name."""
    people.deactivate(world.ben, actor=world.ada)
    return User.objects.get(pk=world.ben.pk)


def second(world: Any) -> User:
    """Another administrator beside Ada."""
    return people.change_role(world.lena, actor=world.ada, role="administrator")


def asked(world: Any, **whom: Any) -> Erasure:
    return actions.ask(actor=world.rosa, **GROUND, **(whom or {"person": gone(world)}))


def holds(*, kinds: tuple[str, ...] = ()) -> list[str]:
    """What of the ledger does not hold."""
    return [f"{entry.seq} {each.what}" for entry in Entry.objects.all() for each in check.entry(entry) if not each.ok]


def test_a_person_is_erased_and_the_ledger_still_holds(world: Any) -> None:
    said = comments.comment(world.team("claims"), actor=world.ben, text="Ben from the desk thinks so.")
    Notice.objects.create(person=world.ben, key="k", text="Ben, look.", made_at=clock.now())
    EmailAddress.objects.create(user=world.ben, email=world.ben.email, primary=True)
    address, told = world.ben.email, Entry.objects.get(kind="comment.made")
    erasure = asked(world)
    counts = {each.store.key: each.count for each in queries.found(erasure)}
    assert counts["comments"] == 1 and counts["notices"] >= 1 and counts["account"] == 1
    done = actions.carry_out(erasure, actor=world.ada, reason="Asked for.")
    assert done.state == "done" and done.identity == "" and {each["store"]: each["erased"] for each in done.result} == counts
    row = User.objects.get(pk=world.ben.pk)
    assert "Ben" not in row.name and row.email != address and row.erased_at
    assert Comment.objects.get(pk=said.pk).text == "(erased)" and not Notice.objects.filter(person=row).exists()
    assert not EmailAddress.objects.filter(user=row).exists()
    assert not PersonalPayload.objects.filter(entry=told).exists()
    assert queries.explains(told.seq, "text").cause == erasure.key and queries.explains(told.seq, "other") is None
    assert queries.explains(told.seq + 1, "text") is None
    assert holds() == []
    entry = Entry.objects.get(kind="erasure.done")
    assert row.ref in entry.body and "Ben" not in entry.body and address not in entry.body
    assert "identity" not in {f.name for f in Erasure.history.model._meta.concrete_fields}
    today = clock.today()
    assert list(queries.done_between(today, today)) == [done]


def test_words_change_only_where_an_erasure_says_so(world: Any) -> None:
    said = comments.comment(world.team("claims"), actor=world.ben, text="As said.")
    for sql in ("UPDATE governance_comment SET text = '(erased)'", "UPDATE governance_comment SET text = 'Otherwise.'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{sql} WHERE id = %s", [said.pk])
    actions.carry_out(asked(world), actor=world.ada)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_comment SET text = 'Otherwise.' WHERE id = %s", [said.pk])


def test_a_second_person_decides(world: Any) -> None:
    person = gone(world)
    for outsider in (world.noor, world.aud, world.gus):
        with pytest.raises(Denied):
            actions.ask(actor=outsider, person=person, **GROUND)
    own = actions.ask(actor=world.ada, person=person, **GROUND)
    with pytest.raises(Denied, match="a second person decides"):
        actions.carry_out(own, actor=world.ada)
    with pytest.raises(Denied, match="An administrator decides"):
        actions.carry_out(own, actor=world.rosa)
    with pytest.raises(StaleState):
        actions.carry_out(own, actor=second(world), expected_version=own.version + 1)
    assert actions.carry_out(own, actor=User.objects.get(pk=world.lena.pk)).state == "done"
    with pytest.raises(StaleState):
        actions.refuse(own, actor=world.lena, reason="Too late.")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_erasure SET state = 'asked' WHERE id = %s", [own.pk])


def test_what_stands_in_the_way_is_said(world: Any) -> None:
    erasure = actions.ask(actor=world.rosa, person=world.priya, **GROUND)
    with pytest.raises(Denied, match="still has an account that is open"):
        actions.carry_out(erasure, actor=world.ada)
    people.deactivate(world.priya, actor=world.ada)
    erasure = Erasure.objects.get(pk=erasure.pk)
    with pytest.raises(Denied, match="still owns"):
        actions.carry_out(erasure, actor=world.ada)
    people.reassign(world.priya, actor=world.ada, to=world.daniel)
    hold = retention.place(actor=world.rosa, name="Case", reason="Letter.", people=[world.priya.ref])
    with pytest.raises(Denied, match=hold.key):
        actions.carry_out(erasure, actor=world.ada)
    assert "Priya" in User.objects.get(pk=world.priya.pk).name
    retention.release(hold, actor=world.rosa, reason="Over.")
    assert actions.carry_out(erasure, actor=world.ada).state == "done" and holds() == []


def test_an_address_without_an_account_is_erased_too(world: Any) -> None:
    incident = Incident(title="Odd", reporter_name="Pat Moss", reporter_email="Pat@example.net")
    Incident.objects.bulk_create([incident])
    people.invite(actor=world.ada, email="pat@example.net", name="Pat Moss", role="member")
    erasure = asked(world, address="pat@example.net")
    assert erasure.person is None and {each.store.key: each.count for each in queries.found(erasure) if each.count} == {
        "reports": 1,
        "invitations": 1,
    }
    with pytest.raises(Conflict, match="open request for this address"):
        asked(world, address="PAT@example.net")
    done = actions.carry_out(erasure, actor=world.ada)
    incident.refresh_from_db()
    assert (done.address, incident.reporter_name, incident.reporter_email) == ("", "", "")
    assert not Invitation.objects.filter(email__icontains="pat@").exists() and holds() == []


def test_a_request_is_complete_and_due_in_thirty_days(world: Any) -> None:
    with pytest.raises(Invalid) as refused:
        actions.ask(actor=world.ada, basis="whim", identity=" ", asked_on=clock.today() + timedelta(days=1))
    assert set(refused.value.fields) == {"address", "asked_on", "basis", "identity"}
    erasure = asked(world, address=world.ben.email)
    assert erasure.person == world.ben and erasure.address == ""
    assert erasure.due_on == clock.today() + timedelta(days=30)
    assert not queries.late(world.ada).exists() and queries.late(world.ada, clock.today() + timedelta(days=31)).exists()
    assert list(queries.waiting(world.ada)) == [erasure] and not queries.waiting(world.rosa).exists()
    with pytest.raises(Invalid, match="has a right to know"):
        actions.refuse(erasure, actor=world.ada, reason=" ")
    assert actions.refuse(erasure, actor=world.ada, reason="A claim needs it.").state == "refused"
    assert actions.withdraw(asked(world, address="x@example.net"), actor=world.rosa).state == "withdrawn"


def test_the_pages_say_it(world: Any, client_as: Any) -> None:
    person = gone(world)
    rosa, ada = client_as(world.rosa), client_as(world.ada)
    assert f"?person={person.ref}" in ada.get(person.get_absolute_url()).content.decode()
    new = reverse("erasure-new")
    given = {"who": person.ref, "asked_on": clock.today(), "basis": "consent", "identity": "Came by."}
    assert "is nobody we know" in rosa.post(new, {**given, "who": "p_0"}).content.decode()
    assert rosa.post(new, given).status_code == 302
    erasure = Erasure.objects.get()
    address = erasure.get_absolute_url()
    with CaptureQueriesContext(connection) as seen:
        page = ada.get(address).content.decode()
    assert "What would go" in page and "30 days are left" in page and len(seen) <= 15, [each["sql"][:150] for each in seen]
    assert "An administrator decides it" in rosa.get(address).content.decode()
    assert "Erase Ben" in ada.get("/").content.decode()
    assert rosa.get(reverse("erasure-carry-out", args=[erasure.key])).status_code == 403
    assert client_as(world.noor).get(address).status_code == 404
    assert client_as(world.noor).get(reverse("erasures")).status_code == 403
    aud = client_as(world.aud)
    assert aud.get(address).status_code == 200 and aud.get(new).status_code == 403
    done = ada.post(reverse("erasure-carry-out", args=[erasure.key]), {"reason": "", "version": erasure.version})
    assert done.status_code == 302
    assert "What went" in ada.get(address).content.decode()
    assert "Ben" not in ada.get(reverse("erasures")).content.decode()


def test_the_list_takes_as_many_queries_for_three(world: Any, client_as: Any) -> None:
    rosa = client_as(world.rosa)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert rosa.get(reverse("erasures")).status_code == 200
        return len(seen)

    asked(world, address="a@example.net")
    count()
    one = count()
    asked(world, address="b@example.net")
    asked(world)
    assert count() == one


def test_by_rest(world: Any, api_as: Any) -> None:
    rosa, ada, person = api_as(world.rosa), api_as(world.ada), gone(world)
    made = rosa.post(API, {"person": person.ref, **GROUND}, format="json")
    assert made.status_code == 201 and made.json()["person"] == person.ref
    path = f"{API}/{made.json()['key']}"
    assert {each["store"] for each in ada.get(f"{path}/findings").json()} >= {"account", "comments"}
    assert rosa.post(f"{path}/execution", {}, format="json").status_code == 403
    done = ada.post(f"{path}/execution", {"reason": "Asked for."}, format="json")
    assert done.status_code == 200 and done.json()["state"] == "done" and done.json()["identity"] == ""
    assert ada.post(f"{path}/refusal", {"reason": "No."}, format="json").status_code == 409
    assert "Ben" not in ada.get(f"/api/v1/people/{person.ref}").content.decode()
    assert api_as(world.noor).get(path).status_code == 404
    assert api_as(world.aud).post(API, {"person": person.ref, **GROUND}, format="json").status_code == 403
    assert ada.get(f"{API}?state=done").json()["results"]
