"""Whatever the schema of the widgets allows is answered as the schema says, and whatever it forbids is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.test import override_settings

from tests.contracts import fuzzing
from tests.governance.api.conftest import forget_schema, widget

with override_settings(ROOT_URLCONF="tests.governance.api.widgets"):
    forget_schema()
    schema = fuzzing.load()
    forget_schema()


@pytest.fixture
def widgets(ada: Any, settings: Any) -> Iterator[Any]:
    """A few widgets to find, and no limits."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {}}
    for number in range(5):
        widget(f"w-{number}", size=number, owner=ada if number % 2 else None)
    with fuzzing.one_connection():
        yield


@schema.parametrize()
@pytest.mark.usefixtures("widgets")
@pytest.mark.django_db
def test_the_widgets_keep_to_their_schema(case: schemathesis.Case) -> None:
    case.call_and_validate(headers={"Authorization": "Bearer full"})
