"""Every operation of the published schema, tried with what the schema allows and with what it forbids.

Found would be: a 5xx, a status or a body that the schema does not say, bad input that is accepted, good input that is
refused as malformed, an operation that answers without credentials. `PLUMBLINE_FUZZ_EXAMPLES=200` looks longer.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis

from tests.contracts import fuzzing
from tests.world import World

schema = fuzzing.load()


@pytest.fixture
def credentials(world: World, api_as: Callable[..., Any], settings: Any) -> Iterator[dict[str, str]]:
    """The token of an administrator, with every scope and without limits."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {}}
    with fuzzing.one_connection():
        yield {"Authorization": api_as(world.ada)._credentials["HTTP_AUTHORIZATION"]}


@schema.parametrize()
@pytest.mark.slow
def test_the_api_keeps_to_its_schema(case: schemathesis.Case, credentials: dict[str, str]) -> None:
    case.call_and_validate(headers=credentials)
