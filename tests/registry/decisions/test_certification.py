"""The certification scenario of the OpenID AuthZEN group, section by section, over our own addresses.

Source: github.com/openid/authzen, certification/authorization-api-1_0-scenario.md. Each name carries its section.
"""

from collections.abc import Callable
from typing import Any

import pytest

from governance.core import contributions
from registry.decisions.sources import DecisionSource
from tests.registry.decisions.certification import SOURCE

ONE, MANY, SEARCH = "/access/v1/evaluation", "/access/v1/evaluations", "/access/v1/search/"
ALICE, BOB = {"type": "user", "id": "alice"}, {"type": "user", "id": "bob"}
ADMIN = {**BOB, "properties": {"role": "admin"}}
READ, WRITE = {"name": "read"}, {"name": "write"}
RECORD = {"type": "record", "id": "record-1"}
ACTIVE = {**RECORD, "properties": {"status": "active"}}
ARCHIVED = {"type": "record", "id": "record-2", "properties": {"status": "archived"}}
SOUND = {"subject": ALICE, "action": READ, "resource": RECORD}
Pdp = Callable[..., Any]


@pytest.fixture
def pdp(world: Any, api_as: Any, monkeypatch: pytest.MonkeyPatch) -> Pdp:
    """Ask as a gateway does; the fixture's policy answers for the type user."""
    monkeypatch.setitem(contributions._items[DecisionSource], "user", SOURCE)
    client = api_as(world.bot, "decisions:read")
    return lambda address, body, **headers: client.post(address, body, format="json", **headers)


def question(subject: Any, action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"subject": subject, "action": action, "resource": resource, **more}


def delete(soft: bool) -> dict[str, Any]:
    return {"name": "delete", "properties": {"soft": soft}}


EXTRA = question(
    {**ALICE, "properties": {"department": "Sales", "role": "manager"}},
    {**READ, "properties": {"method": "GET"}},
    {**RECORD, "properties": {"status": "active", "owner": "bob"}},
)


@pytest.mark.parametrize(
    ("section", "body", "decision"),
    [
        ("2.2.1", SOUND, True),
        ("1.4 rule 2", question(ALICE, WRITE, RECORD), True),
        ("1.4 rule 3", question(BOB, READ, RECORD), True),
        ("2.2.2", question(BOB, WRITE, RECORD), False),
        ("2.2.3", {**SOUND, "context": {"time": "2025-06-27T18:03-07:00", "ip": "192.168.1.1"}}, True),
        ("2.2.4", question(ALICE, WRITE, ARCHIVED), False),
        ("2.2.5", question(ADMIN, WRITE, ARCHIVED), True),
        ("2.2.6", question(ALICE, delete(True), RECORD), True),
        ("2.2.7", question(ALICE, delete(False), RECORD), False),
        ("2.2.8", EXTRA, True),
        ("2.2.9", {**SOUND, "foo": "bar", "futureField": {"nested": True}}, True),
    ],
)
def test_2_2_a_request_is_accepted_and_decided(pdp: Pdp, section: str, body: Any, decision: bool) -> None:
    answer = pdp(ONE, body)
    assert answer.status_code == 200, section
    assert answer["Content-Type"].startswith("application/json")
    assert answer.json()["decision"] is decision
    assert isinstance(answer.json().get("context", {}), dict)


@pytest.mark.parametrize(
    "body",
    [
        {"action": READ, "resource": RECORD},
        {"subject": ALICE, "resource": RECORD},
        {"subject": ALICE, "action": READ},
        question({"id": "alice"}, READ, RECORD),
        question({"type": "user"}, READ, RECORD),
        question(ALICE, {}, RECORD),
        question(ALICE, READ, {"id": "record-1"}),
        question(ALICE, READ, {"type": "record"}),
        question("alice", READ, RECORD),
        question(ALICE, {"name": 123}, RECORD),
        {**SOUND, "context": "noon"},
        [SOUND],
    ],
)
def test_2_4_what_is_missing_or_of_the_wrong_type_is_a_bad_request(pdp: Pdp, body: Any) -> None:
    assert pdp(ONE, body).status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "text/plain"),
        (b'{"subject": ', "application/json"),
        (b"", "application/json"),
        (b"a=b", "application/x-www-form-urlencoded"),
    ],
)
def test_2_4_3_to_5_anything_but_json_is_a_bad_request(pdp: Pdp, world: Any, api_as: Any, body: bytes, kind: str) -> None:
    client = api_as(world.bot, "decisions:read")
    for address in (ONE, MANY, f"{SEARCH}subject"):
        assert client.generic("POST", address, body, content_type=kind).status_code == 400


@pytest.mark.parametrize("given", ["bfe9eb29-ab87-4ca3-be83-a1d5d8305716", "any string: even (this) one", "x" * 300])
def test_2_5_the_request_id_comes_back_as_it_was_sent(pdp: Pdp, given: str) -> None:
    assert pdp(ONE, SOUND, HTTP_X_REQUEST_ID=given)["X-Request-ID"] == given
    assert pdp(ONE, {}, HTTP_X_REQUEST_ID=given)["X-Request-ID"] == given
    assert pdp(ONE, SOUND)["X-Request-ID"]


def test_2_6_the_same_question_has_the_same_answer(pdp: Pdp) -> None:
    assert [pdp(ONE, SOUND).json()["decision"] for _ in range(5)] == [True] * 5


@pytest.mark.parametrize(
    ("section", "body", "decisions"),
    [
        ("3.2.1", {"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD}, {"resource": ARCHIVED}]}, None),
        ("3.2.2", {"subject": BOB, "resource": RECORD, "evaluations": [{"action": READ}, {"action": WRITE}]}, [True, False]),
        (
            "3.2.3",
            {"subject": ALICE, "action": WRITE, "evaluations": [{"resource": ACTIVE}, {"resource": ARCHIVED}]},
            [True, False],
        ),
        (
            "3.2.4",
            {"action": WRITE, "resource": ARCHIVED, "evaluations": [{"subject": ALICE}, {"subject": ADMIN}]},
            [False, True],
        ),
        ("3.2.5", {"evaluations": [SOUND, question(BOB, WRITE, RECORD)]}, [True, False]),
        (
            "3.2.6",
            {
                "subject": ALICE,
                "action": READ,
                "context": {"time": "2025-06-27T18:03-07:00"},
                "evaluations": [{"resource": RECORD}, {"resource": RECORD, "context": {"source": "batch-override"}}],
            },
            None,
        ),
        (
            "3.2.7",
            question(
                ALICE,
                WRITE,
                {"type": "record"},
                evaluations=[{"resource": {"id": "record-1", "properties": {"status": "active"}}}, {"resource": ARCHIVED}],
            ),
            [True, False],
        ),
        ("3.4.1", {"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD}, {}]}, [True, False]),
    ],
)
def test_3_2_a_batch_is_answered_in_order(pdp: Pdp, section: str, body: Any, decisions: Any) -> None:
    answer = pdp(MANY, body)
    assert answer.status_code == 200, section
    found = [each["decision"] for each in answer.json()["evaluations"]]
    assert len(found) == 2 and all(isinstance(each, bool) for each in found)
    assert decisions is None or found == decisions
    assert "decision" not in answer.json()


def test_3_4_1_what_cannot_be_read_says_so_in_its_place(pdp: Pdp) -> None:
    answer = pdp(MANY, {"subject": ALICE, "action": READ, "evaluations": [{"resource": RECORD}, {}, "x", {"resource": 1}]})
    errors = [each.get("context", {}).get("error", {}).get("status") for each in answer.json()["evaluations"]]
    assert errors == [None, 400, 400, 400]


@pytest.mark.parametrize("body", [SOUND, {**SOUND, "evaluations": []}])
def test_3_4_2_and_3_without_a_list_one_question_is_answered(pdp: Pdp, body: Any) -> None:
    answer = pdp(MANY, body)
    assert (answer.status_code, answer.json()["decision"]) == (200, True)
    assert "evaluations" not in answer.json()


@pytest.mark.parametrize(
    ("semantics", "decisions"),
    [
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_a_batch_stops_where_its_semantics_says(pdp: Pdp, semantics: str, decisions: list[bool]) -> None:
    body = {"resource": RECORD, "options": {"evaluations_semantic": semantics}}
    items = [{"subject": ALICE, "action": READ}, {"subject": BOB, "action": WRITE}, {"subject": BOB, "action": READ}]
    found = pdp(MANY, {**body, "evaluations": items}).json()["evaluations"]
    assert [each["decision"] for each in found] == decisions


@pytest.mark.parametrize(
    "more",
    [{"options": {"evaluations_semantic": "whatever"}}, {"options": "all"}, {"evaluations": "all"}, {"evaluations": [{}] * 501}],
)
def test_a_batch_that_cannot_be_read_as_a_whole_is_a_bad_request(pdp: Pdp, more: Any) -> None:
    assert pdp(MANY, {**SOUND, "evaluations": [{}], **more}).status_code == 400


@pytest.mark.parametrize(
    ("section", "part", "body", "among"),
    [
        ("4.2.1", "subject", question({"type": "user"}, READ, RECORD), [{"type": "user", "id": n} for n in ("alice", "bob")]),
        ("4.2.2", "subject", question({"type": "user"}, READ, RECORD, context={"time": "noon"}), [ALICE]),
        ("4.2.4", "subject", question({"type": "user"}, WRITE, ARCHIVED), [BOB]),
        ("4.3.1", "resource", question(ALICE, READ, {"type": "record"}), [RECORD]),
        (
            "4.3.3",
            "resource",
            question(ADMIN, WRITE, {"type": "record"}),
            [{"type": "record", "id": "record-2"}],
        ),
        ("4.4.1", "action", {"subject": ALICE, "resource": RECORD}, [READ, WRITE]),
        ("4.4.2", "action", {"subject": ALICE, "resource": RECORD, "context": {"time": "noon"}}, [READ, WRITE]),
        ("4.4.3", "action", {"subject": ADMIN, "resource": ARCHIVED}, [WRITE]),
        ("4.6.1", "action", {"subject": {"type": "user", "id": "nonexistent-user"}, "resource": RECORD}, []),
        ("4.6.2", "subject", question({"type": "spaceship"}, READ, RECORD), []),
    ],
)
def test_4_a_search_finds_what_would_be_decided_so(pdp: Pdp, section: str, part: str, body: Any, among: Any) -> None:
    answer = pdp(f"{SEARCH}{part}", body)
    assert answer.status_code == 200, section
    found = answer.json()["results"]
    assert all(each in found for each in among)
    assert among or not found


def test_4_5_pages_of_a_search_follow_each_other(pdp: Pdp) -> None:
    body = question({"type": "user"}, READ, RECORD)
    first = pdp(f"{SEARCH}subject", {**body, "page": {"limit": 1}}).json()
    assert first["results"] == [{"type": "user", "id": "alice"}]
    rest = pdp(f"{SEARCH}subject", {**body, "page": {"token": first["page"]["next_token"]}}).json()
    assert rest == {"results": [{"type": "user", "id": "bob"}], "page": {"next_token": "", "count": 1}}


@pytest.mark.parametrize(
    ("part", "body"),
    [
        ("subject", {"subject": {"type": "user"}, "resource": RECORD}),
        ("resource", {"action": READ, "resource": {"type": "record"}}),
        ("action", {"subject": ALICE}),
        ("subject", question({"type": "user"}, READ, {"type": "record"})),
        ("resource", question({"type": "user"}, READ, {"type": "record"})),
        ("subject", question({"type": "user"}, READ, RECORD, page="first")),
        ("subject", question({"type": "user"}, READ, RECORD, page={"limit": 0})),
        ("subject", question({"type": "user"}, READ, RECORD, page={"token": 7})),
    ],
)
def test_4_7_a_search_that_lacks_something_is_a_bad_request(pdp: Pdp, part: str, body: Any) -> None:
    assert pdp(f"{SEARCH}{part}", body).status_code == 400


@pytest.mark.django_db
def test_6_the_decision_point_says_where_it_is(client: Any, settings: Any) -> None:
    settings.BASE_URL = "https://plumbline.example.org"
    answer = client.get("/.well-known/authzen-configuration")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/json")
    found = answer.json()
    assert found.pop("policy_decision_point") == "https://plumbline.example.org"
    assert found["access_evaluation_endpoint"] == "https://plumbline.example.org/access/v1/evaluation"
    assert all(address.startswith("https://plumbline.example.org/access/v1/") for address in found.values())
    assert "no-store" not in answer["Cache-Control"]


def test_5_who_brings_no_token_or_the_wrong_one_is_told_so(world: Any, client_as: Any, api_as: Any, client: Any) -> None:
    assert client.post(ONE, SOUND, content_type="application/json").status_code == 401
    assert client_as(world.ada).post(ONE, SOUND, content_type="application/json").status_code == 401
    assert api_as(world.bot, "registry:read").post(ONE, SOUND, format="json").status_code == 403
