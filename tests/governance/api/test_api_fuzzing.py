"""Whatever the schema of the widgets allows is answered as the schema says, and whatever it forbids is refused."""

from typing import Any

import pytest
import schemathesis
from django.test import override_settings

from tests.contracts import fuzzing
from tests.governance.api.conftest import forget_schema, widget

with override_settings(ROOT_URLCONF="tests.governance.api.widgets"):
    forget_schema()
    schema = fuzzing.load().include(path_regex="widgets")
    forget_schema()


@pytest.fixture
def widgets(ada: Any, settings: Any) -> None:
    """A few widgets to find, and no limits."""
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {}}
    for number in range(5):
        widget(f"w-{number}", size=number, owner=ada if number % 2 else None)


@schema.parametrize()
@pytest.mark.slow
@pytest.mark.usefixtures("widgets")
@pytest.mark.django_db
def test_the_widgets_keep_to_their_schema(case: schemathesis.Case) -> None:
    fuzzing.call(case, {"Authorization": "Bearer full"})
