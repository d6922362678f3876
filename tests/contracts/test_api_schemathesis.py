"""Every operation of the published schema, a seventh of them each day, tried with what it allows and with what it forbids.

Found would be: a 5xx, a status or a body that the schema does not say, bad input that is accepted, good input that is
refused as malformed, an operation that answers without credentials. `PLUMBLINE_FUZZ_EXAMPLES=200` looks longer, at all.
"""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.test import Client

from tests.contracts import fuzzing
from tests.contracts.operations import existing_parts
from tests.world import World

schema = fuzzing.load().include(func=fuzzing.turn)


sent: dict[str, str] = {}
found: dict[str, str] = {}
ration = fuzzing.Rationed()


@pytest.fixture
def credentials(world: World, api_as: Callable[..., Any], settings: Any) -> None:
    """Send the token of an administrator, with every scope and without limits."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {}}
    sent["Authorization"] = api_as(world.ada)._credentials["HTTP_AUTHORIZATION"]
    found.clear()


@schema.parametrize()
@pytest.mark.slow
@pytest.mark.usefixtures("credentials")
def test_the_api_keeps_to_its_schema(case: schemathesis.Case) -> None:
    if not ration.wants(case):
        return
    if case.path_parameters and case.meta and case.meta.generation.mode.is_positive:
        # Made-up keys lead nowhere; what is well formed is tried on things that exist.
        case.path_parameters.update(existing_parts(case.operation.path, Client(headers=sent), found))
    fuzzing.call(case, sent)
