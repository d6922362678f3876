"""Retention: what is over goes by itself, a hold keeps it, and what the ledger bound is explained."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.core import clock, jobs
from governance.core.contributions import RetentionKind, contribution
from governance.core.errors import Conflict, Denied, Invalid, StaleState
from governance.ledger import check
from governance.ledger.letgo import explains_file, explains_row, gone_files
from governance.ledger.models import Entry
from governance.notifications.models import Notice
from governance.people.system import system_actor
from governance.policy import queries as policy
from governance.retention import actions, expiring, queries
from governance.retention.models import LegalHold

API = "/api/v1/legal-holds"


def told(person: Any, days: int, key: str) -> Notice:
    made = clock.now() - timedelta(days=days)
    return Notice.objects.create(person=person, key=key, text=f"Notice {key}", made_at=made)


def hold(world: Any, **named: Any) -> LegalHold:
    return actions.place(actor=world.rosa, name="Case 12", reason="Letter of the court.", **(named or {"kinds": ["notices"]}))


def kind(key: str) -> RetentionKind:
    return contribution(RetentionKind, key)


def test_what_is_over_goes_and_the_ledger_tells_it(world: Any) -> None:
    told(world.noor, 181, "old")
    young = told(world.noor, 179, "young")
    outcome = expiring.run(None, lambda *said: None)
    assert outcome["went"]["notices"] == 1 and list(Notice.objects.filter(person=world.noor)) == [young]
    entry = Entry.objects.filter(kind="retention.expired").last()
    assert (entry.actor_ref, entry.subject_key) == (system_actor().ref, policy.in_force().key)
    assert '"count":1' in entry.body and all(each.ok for each in check.entry(entry))
    before = Entry.objects.count()
    assert not expiring.run(None, lambda *said: None)["went"] and Entry.objects.count() == before


def test_a_hold_keeps_what_touches_it_until_it_is_released(world: Any) -> None:
    told(world.noor, 400, "noor")
    told(world.ben, 400, "ben")
    held = hold(world, people=[world.noor.ref])
    assert [row.person for row in queries.due(kind("notices"))] == [world.ben]
    assert [row.person for row in queries.held_back(kind("notices"))] == [world.noor]
    (line,) = [each for each in queries.outlooks() if each.key == "notices"]
    assert (line.due, line.held, line.total, line.days) == (1, 1, 2, 180)
    actions.expire(kind("notices"), actor=system_actor())
    assert Notice.objects.get(key="noor")
    actions.release(held, actor=world.ada, reason="The case is closed.")
    assert actions.expire(kind("notices"), actor=system_actor()) == 1


def test_a_hold_on_a_kind_keeps_all_of_it_and_ends_on_its_day(world: Any, freeze: Any) -> None:
    traveller = freeze("2026-03-02 10:00")
    told(world.noor, 400, "noor")
    hold(world, kinds=["notices"], until=clock.today())
    assert not queries.due(kind("notices")).exists()
    traveller.shift(timedelta(days=1))
    assert queries.due(kind("notices")).exists()


def test_who_may_hold_and_release(world: Any) -> None:
    held = hold(world)
    for person in (world.noor, world.aud, world.gus):
        with pytest.raises(Denied):
            actions.place(actor=person, name="Mine", reason="Because.", kinds=["jobs"])
        with pytest.raises(Denied):
            actions.release(held, actor=person, reason="No.")
        with pytest.raises(Denied):
            actions.expire(kind("notices"), actor=person)
    with pytest.raises(StaleState):
        actions.change(held, actor=world.ada, name="Other", expected_version=held.version + 1)
    with pytest.raises(Invalid) as refused:
        actions.place(actor=world.ada, name="Case", reason=" ", kinds=["jobs"], until=clock.today() - timedelta(days=1))
    assert set(refused.value.fields) == {"reason", "until"}
    with pytest.raises(Invalid, match="names people, surfaces"):
        actions.place(actor=world.ada, name="Case", reason="Why.")
    actions.change(held, actor=world.ada, people=[world.noor.ref])
    assert [each.key for each in queries.holds_on(people=[world.noor.ref])] == [held.key]
    actions.release(held, actor=world.ada, reason="Over.")
    with pytest.raises(StaleState):
        actions.change(held, actor=world.ada, name="Again")
    kinds = Entry.objects.filter(kind__startswith="legal_hold.").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["legal_hold.placed", "legal_hold.changed", "legal_hold.released"]
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE governance_legalhold SET state = 'active' WHERE id = %s", [held.pk])


def test_tiers_have_their_own_days(world: Any) -> None:
    rules, now = policy.proof_rules(), clock.now()
    runs = kind("eval_cases")
    assert runs.tier and rules.own_tiers("eval_cases") == {3, 4}
    sql = str(runs.rows().filter(queries.over(runs, rules, now)).query)
    assert sql.count("received_at") >= 3


def test_finished_jobs_go_after_their_days(world: Any) -> None:
    jobs.enqueue(expiring.JOB, key="once")
    jobs.run_pending()
    finished = kind("jobs").rows()
    assert finished.exists() and not queries.due(kind("jobs")).exists()
    finished.update(finished_at=clock.now() - timedelta(days=31))
    assert actions.expire(kind("jobs"), actor=system_actor()) and not kind("jobs").rows().exists()


def test_the_pages_say_it(world: Any, client_as: Any) -> None:
    told(world.noor, 400, "noor")
    rosa = client_as(world.rosa)
    new = reverse("legal-hold-new")
    given = {"name": "Case 12", "reason": "Letter.", "people": f"{world.noor.email}", "kinds": ["notices"]}
    assert "is nobody we know" in rosa.post(new, {**given, "people": "nobody@example.org"}).content.decode()
    assert rosa.post(new, given).status_code == 302
    held = LegalHold.objects.get()
    assert held.people == [world.noor.ref]
    page = rosa.get(held.get_absolute_url()).content.decode()
    assert "Noor" in page and "Notices" in page
    assert "Kept by a legal hold" in rosa.get(reverse("retention-kind", args=["notices"])).content.decode()
    with CaptureQueriesContext(connection) as seen:
        assert "Goes next" in rosa.get(reverse("retention")).content.decode()
    assert len(seen) <= 15
    change = reverse("legal-hold-change", args=[held.key])
    assert world.noor.ref in rosa.get(change).content.decode()
    assert rosa.post(change, {**given, "name": "Case 13", "version": held.version}).status_code == 302
    aud = client_as(world.aud)
    assert aud.get(held.get_absolute_url()).status_code == 200 and aud.get(new).status_code == 403
    ben = client_as(world.ben)
    assert ben.get(held.get_absolute_url()).status_code == 404
    for name in ("retention", "legal-holds"):
        assert ben.get(reverse(name)).status_code == 403
    assert ben.get(reverse("retention-kind", args=["notices"])).status_code == 403
    assert rosa.get(reverse("retention-kind", args=["decisions"])).status_code == 404
    release = reverse("legal-hold-release", args=[held.key])
    held.refresh_from_db()
    assert rosa.post(release, {"reason": "Over.", "version": held.version}).status_code == 302


def test_the_list_takes_as_many_queries_for_three(world: Any, client_as: Any) -> None:
    rosa = client_as(world.rosa)

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert rosa.get(reverse("legal-holds")).status_code == 200
        return len(seen)

    hold(world)
    count()
    one = count()
    hold(world)
    hold(world)
    assert count() == one


def test_by_rest(world: Any, api_as: Any) -> None:
    rosa = api_as(world.rosa)
    body = {"name": "Case 12", "reason": "Letter.", "people": [world.noor.email], "kinds": ["notices"]}
    made = rosa.post(API, body, format="json")
    assert made.status_code == 201 and made.json()["people"] == [world.noor.ref]
    key = made.json()["key"]
    assert rosa.post(API, body | {"kinds": ["decisions"]}, format="json").status_code == 400
    changed = rosa.patch(f"{API}/{key}", {"until": "2099-12-31"}, format="json", headers={"If-Match": "*"})
    assert changed.status_code == 200 and changed.json()["until"] == "2099-12-31"
    outlook = rosa.get(f"{API}/outlook").json()
    assert {"notices", "jobs", "attachments"} <= {each["kind"] for each in outlook}
    assert {each["tier"]: each["days"] for each in outlook if each["kind"] == "attachments" for each in each["tiers"]} == {
        3: 3650,
        4: 3650,
    }
    assert rosa.post(f"{API}/{key}/release", {"reason": "Over."}, format="json").json()["state"] == "released"
    assert api_as(world.noor).get(f"{API}/outlook").status_code == 403
    assert api_as(world.noor).get(f"{API}/{key}").status_code == 404
    assert api_as(world.aud).post(API, body, format="json").status_code == 403


def test_notes_name_ranges_and_files_may_return(world: Any) -> None:
    from governance.ledger.journal import action, record
    from governance.ledger.letgo import LetGo, file_returned, let_files_go, let_go

    @action
    def note(*, actor: Any) -> int:
        made = let_go("registry.evalcase", [3, 1, 2, 7], because=LetGo.Because.RETENTION, cause="eval_cases")
        let_files_go(["ab" * 32, "ab" * 32], because=LetGo.Because.RETENTION, cause="documents")
        record("retention.expired", actor=actor, subject=policy.in_force(), payload={"kind": "documents", "count": 1})
        return len(made)

    @action
    def back(*, actor: Any) -> None:
        file_returned("ab" * 32, cause="evidence")
        record("retention.expired", actor=actor, subject=policy.in_force(), payload={"kind": "documents", "count": 0})

    assert note(actor=world.system) == 2
    assert explains_row("registry.evalcase", 2) and explains_row("registry.evalcase", 7)
    assert explains_row("registry.evalcase", 4) is None and explains_row("registry.evalrun", 2) is None
    assert "its time was over" in explains_file("ab" * 32).said and gone_files(["ab" * 32, "cd" * 32]) == {"ab" * 32}
    back(actor=world.system)
    assert explains_file("ab" * 32) is None and not gone_files(["ab" * 32])


def test_a_reporter_on_hold_is_not_forgotten(world: Any) -> None:
    from incidents.cases.models import Incident
    from incidents.running import actions as running

    incident = Incident(title="Odd", reporter_name="Pat", reporter_email="pat@example.net")
    Incident.objects.bulk_create([incident])
    held = hold(world, incidents=[incident.pk])
    with pytest.raises(Conflict, match=held.key):
        running.forget_reporter(incident, actor=world.rosa, reason="Asked for.")
    actions.release(held, actor=world.rosa, reason="Over.")
    assert running.forget_reporter(incident, actor=world.rosa, reason="Asked for.").reporter_name == ""
