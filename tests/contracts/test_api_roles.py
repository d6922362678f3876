"""Every operation tried by every role: nothing breaks, nothing undocumented, and who may only read changes nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from governance.core.contributions import ApiRoute, contributed
from governance.people.scopes import SCOPES
from tests.contracts.operations import Operation, operations
from tests.world import World

ROLES = {
    "administrator": "ada",
    "risk officer": "rosa",
    "leader": "ingrid",
    "member": "noor",
    "auditor": "aud",
    "guest auditor": "gus",
    "service account": "bot",
}
NARROW = ("member", "guest auditor", "service account")
"""Who does not read everything: from the others nothing is hidden."""
READERS = ("auditor", "guest auditor")
# What everybody may change of their own, whatever their role: how they work and come in, not what is governed.
OWN_PLACES = re.compile(r"/api/v1/(tokens|views|notices|home/digest-choice)(/|$)")
# Work asked of the worker (an auditor has the ledger verified) is a row of the queue, and changes nothing that is governed.
OWN = {"governance_savedview", "governance_notice", "governance_idempotencykey", "django_session", "governance_job"}
# What leaves as a file, and whatever a guest reads, is told to the ledger: those entries are all that reading writes.
TOLD = {"governance_entry", "governance_mention"}
ANSWERS = {"application/json", "application/problem+json"}
"""What is answered in any other form is a file."""
_WRITE = re.compile(r'\s*(?:INSERT\s+(?:OR \w+ )?INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)', re.I)


@pytest.fixture
def caller(world: World, client_as: Callable[..., Client], api_as: Callable[..., Any]) -> Callable[[str], Client]:
    """A client by role: people through their session, so that rules and not scopes decide; programs by token."""

    def sign_in(role: str) -> Client:
        if role == "service account":
            made = Client(headers={"Authorization": api_as(world.bot)._credentials["HTTP_AUTHORIZATION"]})
        else:
            made = client_as(getattr(world, ROLES[role]))
        made.raise_request_exception = False
        return made

    return sign_in


def tried(operation: Operation, client: Client, **headers: str) -> tuple[Any, set[str]]:
    """Call an operation and leave no trace of it; return the answer and the governed tables that it wrote to."""
    written: set[str] = set()

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found = _WRITE.match(sql)
        if found and not re.search(r'SET "last_(used_at|seen_at)"', sql):
            written.add(found[1])
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(watch):
            response = operation.send(client, **headers)
            if response.streaming:
                b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response, {name for name in written - OWN if name.startswith(("governance_", "registry_", "incidents_"))}


def told(role: str, operation: Operation) -> bool:
    """Whether the ledger is told of what is read: of each read of a guest, and of what anybody takes away as a file."""
    media = [media for answer in operation.details["responses"].values() for media in answer.get("content", {})]
    return operation.method == "GET" and (role == "guest auditor" or not {*media} <= ANSWERS)


def fault(operation: Operation, response: Any) -> str:
    """Say what is wrong with an answer, whoever asked."""
    status, kind = response.status_code, response.get("Content-Type", "")
    if status >= 500:
        return f"{operation.label} answered {status} {response.content[:300]!r}"
    if not operation.documents(status):
        return f"{operation.label} answered {status}, which its schema does not say"
    if status >= 400 and kind != "application/problem+json":
        return f"{operation.label} answered {status} as {kind}"
    return ""


@pytest.fixture(autouse=True)
def without_limits(settings: Any) -> None:
    """Hundreds of calls in a second are meant here."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {}}


@pytest.mark.parametrize("role", ROLES)
def test_every_operation_answers_every_role_as_its_schema_says(caller: Callable[[str], Client], role: str) -> None:
    client, faults = caller(role), []
    for operation in operations(caller("administrator")):
        response, written = tried(operation, client)
        written -= TOLD if told(role, operation) else set()
        faults.append(fault(operation, response))
        if response.status_code == 401:
            faults.append(f"{operation.label} did not know the {role}")
        if operation.method == "GET" and written:
            faults.append(f"{operation.label} wrote to {sorted(written)}, though it only reads")
        if role in READERS and response.status_code < 300 and written and not OWN_PLACES.match(operation.template):
            faults.append(f"{operation.label} let a {role} write to {sorted(written)}")
    assert not any(faults), "\n".join(filter(None, faults))


@pytest.mark.parametrize("role", NARROW)
def test_what_cannot_be_read_cannot_be_probed_by_writing(caller: Callable[[str], Client], role: str) -> None:
    client, faults = caller(role), []
    hidden: dict[str, bool] = {}
    for operation in operations(caller("administrator")):
        if operation.method == "GET" and operation.template.endswith("}"):
            hidden[operation.template] = tried(operation, client)[0].status_code == 404
    for operation in operations(caller("administrator")):
        below = [template for template, unseen in hidden.items() if unseen and operation.template.startswith(template)]
        if below and operation.method != "GET":
            status = tried(operation, client)[0].status_code
            if status not in (403, 404) or (status == 403 and role != "service account"):
                faults.append(f"{operation.label} answered {status} on what the {role} cannot read")
    assert not any(faults), "\n".join(faults)


def test_strangers_are_told_to_sign_in(caller: Callable[[str], Client]) -> None:
    faults = []
    for operation in operations(caller("administrator")):
        for headers in ({}, {"Authorization": "Bearer no-such-token"}):
            response, _ = tried(operation, Client(raise_request_exception=False), **headers)
            faults.append(fault(operation, response))
            if not operation.open and response.status_code != 401:
                faults.append(f"{operation.label} answered {response.status_code} to a stranger")
    assert not any(faults), "\n".join(filter(None, faults))


def test_a_token_for_reading_never_writes(world: World, caller: Callable[[str], Client], api_as: Callable[..., Any]) -> None:
    reading = [scope for scope in SCOPES if scope.endswith(":read")]
    token = api_as(world.ada, *reading)._credentials["HTTP_AUTHORIZATION"]
    client, faults = Client(headers={"Authorization": token}, raise_request_exception=False), []
    for operation in operations(caller("administrator")):
        response, written = tried(operation, client)
        if operation.method != "GET" and response.status_code < 300 and written:
            faults.append(f"{operation.label} let a token without a writing scope write to {sorted(written)}")
    assert not faults, "\n".join(faults)


def test_every_scope_that_is_asked_for_can_be_given() -> None:
    for route in contributed(ApiRoute):
        viewset = route.load()
        asked = {scope for scopes in viewset.required_scopes.values() for scope in scopes}
        declared = [getattr(getattr(viewset, name), "operation", None) for name in dir(viewset)]
        asked |= {scope for operation in declared for scope in getattr(operation, "scopes", ())}
        assert asked <= set(SCOPES), f"{route.prefix} asks for {sorted(asked - set(SCOPES))}"
