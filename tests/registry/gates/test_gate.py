"""One call answers pass or fail with reasons, is kept, and binds; whatever is not known fails."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from governance.approvals import actions as approvals
from governance.core import clock
from governance.ledger.models import Entry
from governance.policy.models import Tier
from registry.changes import actions as changes
from registry.changes.models import Change, Clearance
from registry.evals import actions as evals
from registry.evals.models import EvalRun
from registry.gates import queries
from registry.gates.models import GateCheck
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for, make_surface
from tests.registry.evals.files import plain_run, sample

Ask = Callable[..., dict[str, Any]]
OTHER_MODEL = {"models": ["gpt-4o"], "prompts": {"triage": "v31"}}
OTHER_PROMPT = {"models": ["meridian-2.1-large"], "prompts": {"triage": "v30"}}


def codes(answer: dict[str, Any]) -> set[str]:
    assert answer["passed"] is not bool(answer["reasons"])
    return {reason["code"] for reason in answer["reasons"]}


def approve(world: Any, change: Change) -> Change:
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    change.refresh_from_db()
    return change


def test_a_good_run_passes_and_everything_is_kept(ask: Ask, good: bytes, world: Any, surface: Surface, change: Change) -> None:
    answer = ask(
        good,
        limits={"min_pass_rate": 0.9, "max_cost": 1, "max_latency_p95_ms": 500},
        commit="9c1f3aa4",
        repository="claims/triage",
    )
    assert answer["passed"] is True and answer["reasons"] == []
    assert (answer["revision"], answer["digest"]) == (1, change.revision.digest)
    run = EvalRun.objects.get()
    assert answer["runs"] == [run.key] and (run.revision, run.commit, run.total) == (change.revision, "9c1f3aa4", 20)
    measured = answer["measured"][0]
    assert (measured["state"], measured["pass_rate"], measured["threshold"], measured["cost"]) == ("passing", 1.0, 0.95, 0.2)
    kept = GateCheck.objects.get()
    assert (kept.passed, kept.actor, kept.limits["max_cost"], kept.while_in_force) == (True, world.noor, 1.0, False)
    entry = Entry.objects.get(kind="gate.checked")
    assert entry.subject_key == kept.key and {m.subject_type for m in entry.mentions.all()} == {
        "registry.surface",
        "registry.change",
    }


CLOSED: list[tuple[str, dict[str, Any], set[str]]] = [
    ("below", {"files": [plain_run(18, 2)]}, {"suite_below"}),
    ("nothing sent", {"files": []}, {"suite_missing"}),
    ("nothing sent, limit", {"files": [], "limits": {"max_cost": 1}}, {"suite_missing", "limit_without_run"}),
    ("unknown suite", {"files": [plain_run(20)], "suite": "mystery"}, {"unknown_suite", "suite_missing"}),
    ("not a result file", {"files": [b"{}"]}, {"unreadable", "suite_missing"}),
    ("broke off", {"files": [plain_run(20, status="errored", error="no key")]}, {"suite_below"}),
    ("no cases", {"files": [plain_run(0)]}, {"suite_below"}),
    ("an error counts", {"files": [plain_run(cases={"a": "pass", "b": "error"})]}, {"suite_below"}),
    ("other model", {"files": [plain_run(20, made_with=OTHER_MODEL)]}, {"suite_unbound"}),
    ("other prompt", {"files": [plain_run(20, made_with=OTHER_PROMPT)]}, {"suite_unbound"}),
    ("no cost known", {"files": [plain_run(20)], "limits": {"max_cost": 1}}, {"max_cost_unknown"}),
    ("no latency known", {"files": [plain_run(20)], "limits": {"max_latency_p95_ms": 9}}, {"max_latency_p95_ms_unknown"}),
    ("no run before", {"files": [plain_run(20)], "limits": {"max_newly_failing": 0}}, {"max_newly_failing_unknown"}),
    ("no repeated run", {"files": [plain_run(20)], "limits": {"max_variance": 0.1}}, {"max_variance_unknown"}),
    ("caller asks for more", {"files": [plain_run(39, 1)], "limits": {"min_pass_rate": 1}}, {"min_pass_rate"}),
    ("unknown revision", {"files": [plain_run(20)], "revision": "7"}, {"unknown_revision"}),
    ("caller contradicts file", {"files": [plain_run(20)], "prompts": {"triage": "v1"}}, {"run_refused", "suite_missing"}),
]


def test_it_fails_closed_and_says_why(ask: Ask) -> None:
    for name, body, expected in CLOSED:
        files = body.pop("files")
        with transaction.atomic():
            answer = ask(*files, **body)
            assert codes(answer) == expected, name
            assert all(reason["text"] for reason in answer["reasons"]), name
            assert GateCheck.objects.get().passed is False
            transaction.set_rollback(True)


def test_a_run_that_is_too_old_fails(ask: Ask, world: Any, surface: Surface, change: Change, api_as: Any) -> None:
    old = (clock.now() - timedelta(days=100)).isoformat()
    Tier.objects.filter(number=0).update(eval_freshness_days=30)
    assert codes(ask(plain_run(20, started_at=old))) == {"suite_stale"}
    assert codes(ask(plain_run(20))) == set()


def test_limits_are_held_against_what_is_known(ask: Ask, good: bytes) -> None:
    assert codes(ask(good, limits={"max_cost": 0.1})) == {"max_cost"}
    assert codes(ask(good, limits={"max_cost": 1, "currency": "EUR"})) == {"max_cost_unknown"}
    assert codes(ask(good, limits={"max_latency_p95_ms": 110})) == {"max_latency_p95_ms"}
    worse = plain_run(cases={**{f"case {n}": "pass" for n in range(1, 39)}, "case 0": "fail"})
    answer = ask(worse, limits={"max_newly_failing": 0, "max_variance": 0.001})
    assert codes(answer) == {"max_newly_failing", "max_variance"}
    assert "case 0" in answer["reasons"][0]["text"]
    assert codes(ask(worse, limits={"max_newly_failing": 1, "max_variance": 0.5})) == set()


def test_an_unmet_blocking_control_closes_the_gate_by_name(world: Any, suite: Any, surface: Surface, api_as: Any) -> None:
    high = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), tier=2, name="Chat")
    fields = {"fields": [*CONTRACT["auditability"]["fields"], "trace", "retrieval_sources", "safety_signals"]}
    whole = contract_for(world.noor, auditability={**CONTRACT["auditability"], **fields})
    changes.propose(high, actor=world.noor, title="First", why="Saves time.", contract=whole, record=RECORD)
    body = {"results": [{"suite": "triage-accuracy", "text": plain_run(20).decode()}]}
    answer = api_as(world.noor).post(f"/api/v1/gates/{high.key}", body, format="json").json()
    found = codes(answer)
    assert "control:owasp_clear" in found and "control:evals_above_threshold" not in found
    assert not any(code.startswith("suite_") for code in found)


def test_the_gate_binds_and_a_later_pass_opens_it(ask: Ask, good: bytes, world: Any, surface: Surface, change: Change) -> None:
    assert codes(ask(plain_run(1, 1))) == {"suite_below"}
    approve(world, change)
    assert change.state == "approved"
    with pytest.raises(IntegrityError, match="last gate check failed"), transaction.atomic(), connection.cursor() as cursor:
        # Everything else that the database asks for is there: approval, clearance, the change's own step.
        Model.save(Clearance(change=change, surface=surface, revision=change.revision, at=clock.now()))
        cursor.execute("UPDATE registry_change SET state = 'in_force' WHERE id = %s", [change.pk])
        cursor.execute("UPDATE registry_surface SET in_force_id = %s WHERE id = %s", [change.revision_id, surface.pk])
    assert ask(good)["passed"] is True
    changes.proceed(change, actor=world.system)
    surface.refresh_from_db()
    assert surface.in_force_id == change.revision_id


def test_a_check_of_what_holds_already_watches_and_binds_nothing(
    ask: Ask, good: bytes, world: Any, surface: Surface, change: Change
) -> None:
    ask(good)
    approve(world, change)
    assert change.state == "in_force"
    answer = ask(plain_run(1, 1))
    assert answer["passed"] is False and answer["while_in_force"] is True
    last = queries.last_for(change.revision)
    assert last is not None and last.passed


def test_without_a_contract_there_is_nothing_to_pass(world: Any, suite: Any, surface: Surface, api_as: Any) -> None:
    body = {"results": [{"suite": "triage-accuracy", "text": plain_run(20).decode()}]}
    answer = api_as(world.noor).post(f"/api/v1/gates/{surface.key}", body, format="json").json()
    assert "no_revision" in codes(answer)


def test_what_is_asked_again_under_its_key_is_answered_and_not_done_again(ask: Ask, good: bytes) -> None:
    first, second = (ask(good, headers={"Idempotency-Key": "build-7"}) for _ in range(2))
    assert first == second and GateCheck.objects.count() == EvalRun.objects.count() == 1
    third = ask(good)
    assert third["key"] != first["key"] and third["runs"] == first["runs"]


@pytest.mark.parametrize("how", ["form by suite", "form as file", "base64", "object"])
def test_files_come_as_a_form_as_base64_or_as_an_object(
    how: str, good: bytes, change: Change, surface: Surface, world: Any, api_as: Any
) -> None:
    client, address = api_as(world.noor, "evals:write"), f"/api/v1/gates/{surface.key}"
    file = SimpleUploadedFile("results.json", good)
    row = {"suite": "triage-accuracy"}
    if how == "form by suite":
        answer = client.post(address, {"triage-accuracy": file, "min_pass_rate": "0.9", "commit": "9c1f3aa4"}, format="multipart")
    elif how == "form as file":
        answer = client.post(address, {**row, "file": file, "prompts": '{"triage": "v31"}'}, format="multipart")
    elif how == "base64":
        answer = client.post(address, {"results": [{**row, "base64": base64.b64encode(good).decode()}]}, format="json")
    else:
        answer = client.post(address, {"results": [{**row, "run": json.loads(good)}]}, format="json")
    assert answer.status_code == 200 and answer.json()["passed"] is True, answer.content


def test_what_cannot_be_a_question_is_refused_and_not_kept(
    ask: Ask, good: bytes, surface: Surface, world: Any, api_as: Any
) -> None:
    ask(good, status=400, limits={"min_pass_rate": 2})
    ask(good, status=400, limits={"min_passrate": 0.5})
    ask(good, status=400, link="javascript:alert(1)")
    client = api_as(world.noor)
    for form in ({"file": SimpleUploadedFile("r.json", good)}, {"suite": "triage-accuracy"}, {"min_pass_rate": "high"}):
        assert client.post(f"/api/v1/gates/{surface.key}", form, format="multipart").status_code == 400
    bad = client.post(f"/api/v1/gates/{surface.key}", {"results": [{"suite": "triage-accuracy", "base64": "%%"}]}, format="json")
    assert bad.json()["passed"] is False and GateCheck.objects.count() == 1


def test_who_may_not_change_the_surface_may_not_ask(ask: Ask, surface: Surface, world: Any, api_as: Any) -> None:
    body: dict[str, Any] = {"results": []}
    for person, status in ((world.ben, 404), (world.ingrid, 403), (world.aud, 403)):
        client = api_as(person)
        assert client.post(f"/api/v1/gates/{surface.key}", body, format="json").status_code == status
    assert api_as(world.noor, "evals:read").post(f"/api/v1/gates/{surface.key}", body, format="json").status_code == 403
    assert not GateCheck.objects.exists()


def test_real_promptfoo_output_is_judged(ask: Ask, world: Any, change: Change) -> None:
    answer = ask(sample("promptfoo_results_0.121.20.json"))
    assert codes(answer) == {"suite_below"}
    run = EvalRun.objects.get()
    assert (run.format, run.passed, run.failed) == ("promptfoo", 1, 1)
    assert run.prompt_versions == {"triage": "v31"}, "bound to the revision that was asked about"


def test_a_retired_suite_is_refused(ask: Ask, suite: Any, world: Any, good: bytes) -> None:
    evals.retire_suite(suite, actor=world.noor, reason="Replaced.")
    assert "run_refused" in codes(ask(good))


def test_a_check_is_never_changed(ask: Ask, good: bytes) -> None:
    ask(good)
    with pytest.raises(IntegrityError), transaction.atomic():
        GateCheck.objects.update(passed=False)
