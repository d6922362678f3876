"""What is decided about surfaces: everything that speaks against it is named, and what is unknown speaks against it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.approvals import actions as approvals
from governance.core import clock
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.models import Entry
from governance.policy.models import DataClass
from registry.catalog.models import DataRule, Endpoint
from registry.changes import actions as changes
from registry.controls.models import ControlResult, ControlsState
from registry.decisions import deciding, tally
from registry.decisions.questions import read
from registry.modes import actions as modes
from registry.surfaces import actions as surfaces
from registry.surfaces import queries
from registry.surfaces.models import Surface
from tests.registry.building import CONTRACT, RECORD, contract_for, make_catalog, make_surface

ONE, MANY = "/access/v1/evaluation", "/access/v1/evaluations"
TOOLS = [{"key": "claims.read", "effect": "read", "limits": "Own region", "rate": {"calls": 10, "per": "minute"}}]
Ask = Callable[..., dict[str, Any]]


def agreed(owner: Any) -> dict[str, Any]:
    """A contract with two data classes, a tool and a source."""
    classes = [{"key": "internal", "handling": "plain"}, {"key": "public", "handling": "redacted"}]
    return contract_for(
        owner,
        inputs={**CONTRACT["inputs"], "data_classes": classes},
        authority={**CONTRACT["authority"], "tools": TOOLS},
        retrieval=[{"key": "plan-documents", "snapshot": "2026-10-01"}],
    )


@pytest.fixture
def live(world: Any) -> Surface:
    """A surface of tier 0 with revision 1 in force, approved by its team's lead."""
    make_catalog(actor=world.ada, owner=world.noor)
    surface = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"))
    contract = agreed(world.noor)
    change = changes.propose(surface, actor=world.noor, title="First", why="It saves time.", contract=contract, record=RECORD)
    approvals.decide(change.request, actor=world.sam, verdict="approve", digest=change.revision.digest)
    surface.refresh_from_db()
    fresh(surface)
    return surface


def fresh(surface: Surface, **results: str) -> None:
    """Keep the surface's controls as just looked at: all met, save those named with their status."""
    now = clock.now()
    ControlResult.objects.filter(surface=surface).delete()
    counted = {"unmet_blocking": sum(status != "excepted" for status in results.values())}
    counted["excepted"] = len(results) - counted["unmet_blocking"]
    ControlsState.objects.update_or_create(surface=surface, defaults={"checked_at": now, "turns_at": None, **counted})
    for key, status in results.items():
        ControlResult.objects.create(
            surface=surface,
            control=key,
            title=key.replace("_", " ").capitalize(),
            status=status,
            why="The run of 3 March is older than 30 days.",
            next_step="Post a fresh run.",
            blocking=True,
            exception_key="X-1" if status == "excepted" else "",
            since=now,
        )


@pytest.fixture
def ask(live: Surface, world: Any, api_as: Any) -> Ask:
    """Ask as a gateway whose account sees everything: `ask("send", "meridian-large-eu", data_classes=[...])`."""
    client = api_as(world.ada, "decisions:read")

    def put(name: str, on: str, subject: str = "", **context: Any) -> dict[str, Any]:
        kind = {"send": "endpoint", "call": "tool", "retrieve": "retrieval_source"}.get(name, "thing")
        body = {"subject": {"type": "surface", "id": subject or live.key}, "action": {"name": name}, "context": context}
        answer = client.post(ONE, {**body, "resource": {"type": kind, "id": on}}, format="json")
        assert answer.status_code == 200
        return dict(answer.json())

    return put


def codes(answer: dict[str, Any]) -> list[str]:
    """The reasons of a no; none of a yes."""
    found = [each["code"] for each in answer["context"]["reasons"]]
    assert answer["decision"] is not bool(found)
    return found


@action
def change(row: Any, *, actor: Any, **changes: Any) -> None:
    """Change a row as some action would."""
    transitions.change(row, actor=actor, kind="test.made", changes=changes)


def test_what_the_contract_says_is_a_yes_with_its_proof(ask: Ask, live: Surface, world: Any) -> None:
    answer = ask("send", "meridian-large-eu", data_classes=["internal"])
    told = answer["context"]
    assert answer["decision"] is True and told["reasons"] == []
    assert (told["surface"], told["mode"], told["tier"]) == (live.key, "normal", 0)
    assert (told["revision"], told["hash"]) == (1, live.in_force.digest)
    assert [(one["by"], one["position"]) for one in told["approvals"]] == [(world.sam.ref, "team-lead")]
    assert told["policy"] == told["approved_under"] == live.in_force.policy_version.label
    assert told["obligations"] == {"roles": ["primary"], "log": CONTRACT["auditability"]["fields"]}
    call = ask("call", "claims.read")
    assert call["decision"] is True
    assert call["context"]["obligations"] == {"effect": "read", "limits": "Own region", "rate": {"calls": 10, "per": "minute"}}
    assert ask("retrieve", "plan-documents")["decision"] is True


NOT_SAID: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("send", "meridian-large-eu", {}, ["data_unread"]),
    ("send", "meridian-large-eu", {"data_classes": []}, ["data_unread"]),
    ("send", "meridian-large-eu", {"data_classes": "internal"}, ["data_unread"]),
    ("send", "meridian-large-eu", {"data_classes": [7]}, ["data_unread"]),
    ("send", "meridian-large-eu", {"data_classes": ["internal"], "handling": "shredded"}, ["data_unread"]),
    ("send", "meridian-large-eu", {"data_classes": ["mystery"]}, ["unknown_data_class"]),
    ("send", "meridian-large-eu", {"data_classes": ["confidential"]}, ["data_class_not_in_contract"]),
    ("send", "meridian-large-eu", {"data_classes": ["public"]}, ["data_class_only_redacted"]),
    ("send", "nowhere", {"data_classes": ["internal"]}, ["unknown_endpoint", "endpoint_not_in_contract"]),
    ("call", "payments.release", {}, ["tool_not_in_contract", "needs_human_approval"]),
    ("call", "payments.release", {"human_approval": True}, ["tool_not_in_contract"]),
    ("call", "claims.read", {"data_classes": ["confidential"]}, ["data_class_not_in_contract"]),
    ("call", "claims.read", {"data_classes": "x"}, ["data_unread"]),
    ("call", "mail.send", {}, ["unknown_tool", "tool_not_in_contract"]),
    ("retrieve", "everything", {}, ["source_not_in_contract"]),
    ("admire", "meridian-large-eu", {}, ["unknown_question"]),
]


def test_what_it_does_not_say_is_a_no_with_the_reason(ask: Ask) -> None:
    for name, on, context, reasons in NOT_SAID:
        found = codes(ask(name, on, **context))
        assert [code for code in found if not code.startswith("data_rule")] == reasons, (name, on, context)


def test_redacted_data_may_go_where_only_redacted_data_may_go(ask: Ask) -> None:
    assert ask("send", "meridian-large-eu", data_classes=["public"], handling="redacted")["decision"] is True
    mixed = [{"key": "public", "handling": "redacted"}, "internal"]
    assert ask("send", "meridian-large-eu", data_classes=mixed)["decision"] is True


LADDER: list[tuple[str, list[str], list[str], list[str]]] = [
    ("normal", [], [], []),
    ("human_review", [], [], []),
    ("no_tools", [], ["mode_no_tools"], []),
    ("no_retrieval", [], ["mode_no_tools"], ["mode_no_retrieval"]),
    ("safer_model", ["mode_safer_model"], ["mode_no_tools"], ["mode_no_retrieval"]),
    ("off", ["mode_off"], ["mode_off"], ["mode_off"]),
]


def test_the_mode_is_a_ladder_that_only_takes_away(ask: Ask, live: Surface, world: Any) -> None:
    seen = {"human_approval": True}
    for mode, send, call, retrieve in LADDER:
        if mode != "normal":
            modes.lower(live, actor=world.ada, to=mode, reason="A trial.")
        assert codes(ask("send", "meridian-large-eu", data_classes=["internal"], **seen)) == send, mode
        assert codes(ask("call", "claims.read", **seen)) == call, mode
        assert codes(ask("retrieve", "plan-documents", **seen)) == retrieve, mode
        alone = codes(ask("send", "meridian-large-eu", data_classes=["internal"]))
        assert ("mode_human_review" in alone) is (mode not in ("normal", "off")), mode


def test_a_suspended_endpoint_or_vendor_is_a_no_at_once(ask: Ask, live: Surface, world: Any) -> None:
    endpoint = Endpoint.objects.get(key="meridian-large-eu")
    change(endpoint, actor=world.ada, state="suspended")
    assert codes(ask("send", "meridian-large-eu", data_classes=["internal"])) == ["endpoint_suspended"]
    change(endpoint.vendor, actor=world.ada, state="suspended")
    fresh(live, approved_catalogue="excepted")
    assert codes(ask("send", "meridian-large-eu", data_classes=["internal"])) == ["endpoint_suspended", "vendor_suspended"]


def test_the_data_rules_decide_and_an_exception_lifts_them(ask: Ask, live: Surface, world: Any) -> None:
    @action
    def forbid(*, actor: Any) -> None:
        endpoint = Endpoint.objects.get(key="meridian-large-eu")
        row = DataRule(endpoint=endpoint, data_class=DataClass.objects.get(key="internal"), rule="never")
        transitions.create(row, actor=actor, kind="test.made")

    forbid(actor=world.ada)
    fresh(live)
    assert codes(ask("send", "meridian-large-eu", data_classes=["internal"])) == ["data_rule_never"]
    fresh(live, data_rules="excepted")
    answer = ask("send", "meridian-large-eu", data_classes=["internal"])
    assert answer["decision"] is True
    assert answer["context"]["exceptions"] == [{"control": "data_rules", "key": "X-1"}]


def test_an_unmet_blocking_control_is_a_no_with_its_own_words(ask: Ask, live: Surface) -> None:
    fresh(live, evals_above_threshold="expired")
    answer = ask("send", "meridian-large-eu", data_classes=["internal"])
    assert codes(answer) == ["control:evals_above_threshold"]
    reason = answer["context"]["reasons"][0]
    assert "older than 30 days" in reason["text"] and reason["fix"] == "Post a fresh run."


def test_paused_and_nothing_in_force_are_a_no(ask: Ask, live: Surface, world: Any) -> None:
    change(live, actor=world.ada, state="paused")
    assert codes(ask("call", "claims.read")) == ["paused"]
    made = make_surface(actor=world.noor, owner=world.noor, team=world.team("claims"), name="Not yet")
    assert codes(ask("call", "claims.read", made.key)) == ["nothing_in_force"]


def test_who_may_not_see_a_surface_learns_nothing_of_it(live: Surface, world: Any, api_as: Any) -> None:
    def told(person: Any, key: str) -> dict[str, Any]:
        body = {"subject": {"type": "surface", "id": key}, "action": {"name": "call"}, "resource": {"type": "tool", "id": "x"}}
        return dict(api_as(person, "decisions:read").post(ONE, body, format="json").json())

    hidden, missing = told(world.ben, live.key), told(world.ben, "S-9999")
    assert hidden == missing
    assert hidden["decision"] is False and codes(hidden) == ["unknown_surface"]
    assert codes(told(world.ben, "whatever")) == ["unknown_surface"]
    assert told(world.noor, live.key)["context"]["revision"] == 1


def test_rows_at_hand_are_seen_by_the_rule_of_the_door(world: Any, live: Surface) -> None:
    other = make_surface(actor=world.ben, owner=world.ben, team=world.team("support"), name="Replies")
    surfaces.share(other, actor=world.ben, with_=world.bot, permission="view_surface")
    surfaces.share(other, actor=world.ben, with_=world.team("legal"), permission="view_surface")
    held = {each.pk: (each.owner_id, each.team_id) for each in (live, other)}
    for name in (
        "ada",
        "rosa",
        "ingrid",
        "noor",
        "ben",
        "daniel",
        "priya",
        "marta",
        "jun",
        "lena",
        "tomas",
        "sam",
        "aud",
        "gus",
        "bot",
    ):
        person = getattr(world, name)
        assert queries.visible_among(person, held) == set(queries.visible_to(person).values_list("pk", flat=True)), name
    assert queries.visible_among(AnonymousUser(), held) == set()


def test_an_error_is_a_no_and_says_so(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("the catalogue is on fire")

    monkeypatch.setattr("registry.decisions.queries._tools", fail)
    answer = ask("call", "claims.read")
    assert answer["decision"] is False
    assert answer["context"]["error"]["status"] == 500
    assert "fire" not in str(answer)


def test_what_a_search_finds_is_what_would_be_decided(live: Surface, world: Any, api_as: Any) -> None:
    client = api_as(world.ada, "decisions:read")

    def find(part: str, **body: Any) -> list[Any]:
        answer = client.post(f"/access/v1/search/{part}", body, format="json")
        assert answer.status_code == 200, answer.content
        return list(answer.json()["results"])

    surface, internal = {"type": "surface", "id": live.key}, {"data_classes": ["internal"]}
    send, endpoint = {"name": "send"}, {"type": "endpoint", "id": "meridian-large-eu"}
    assert find("subject", subject={"type": "surface"}, action=send, resource=endpoint, context=internal) == [surface]
    assert find("resource", subject=surface, action=send, resource={"type": "endpoint"}, context=internal) == [endpoint]
    assert find("action", subject=surface, resource={"type": "tool", "id": "claims.read"}) == [{"name": "call"}]
    assert find("resource", subject=surface, action=send, resource={"type": "endpoint"}) == []
    assert find("subject", subject={"type": "surface"}, action=send, resource=endpoint, page={"token": live.key}) == []


def test_a_hundred_questions_cost_the_statements_of_one(live: Surface, world: Any, api_as: Any) -> None:
    client = api_as(world.noor, "decisions:read")
    item = {"resource": {"type": "endpoint", "id": "meridian-large-eu"}, "context": {"data_classes": ["internal"]}}
    body = {"subject": {"type": "surface", "id": live.key}, "action": {"name": "send"}}
    client.post(ONE, {**body, **item}, format="json")  # notes the token's first use
    with CaptureQueriesContext(connection) as one:
        assert client.post(ONE, {**body, **item}, format="json").json()["decision"] is True
    with CaptureQueriesContext(connection) as many:
        found = client.post(MANY, {**body, "evaluations": [item] * 100}, format="json").json()["evaluations"]
    assert all(each["decision"] for each in found)
    assert len(many) == len(one) <= 10


def test_decisions_are_counted_and_kept_nowhere(ask: Ask, client: Any) -> None:
    before, entries = tally.figures(), Entry.objects.count()
    ask("call", "claims.read")
    ask("call", "mail.send")
    after = tally.figures()
    more = {name: after[name] - before.get(name, 0) for name in ("decisions", "yes", "no unknown_tool")}
    assert more == {"decisions": 2, "yes": 1, "no unknown_tool": 1}
    assert Entry.objects.count() == entries
    assert (
        f'plumbline_decisions_by_reason_total{{decision="yes",reason=""}} {after["yes"]}'
        in client.get("/metrics").content.decode()
    )


def test_a_question_about_an_unknown_kind_of_subject_is_a_no(world: Any) -> None:
    body = {"subject": {"type": "robot", "id": "r2"}, "action": {"name": "send"}, "resource": {"type": "endpoint", "id": "x"}}
    answer = deciding.answer(world.ada, read(body))
    assert (answer.decision, answer.codes) == (False, ("unknown_subject_type",))
