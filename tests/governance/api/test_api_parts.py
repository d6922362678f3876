"""Objects inside a body are whole, also where the body itself may be partial."""

from governance.api.input import faults_of
from tests.governance.api.widgets import WidgetInput


def test_a_part_lacks_nothing_that_is_needed_even_in_a_partial_body() -> None:
    body = {"parts": [{"name": "axle"}]}
    assert list(faults_of(WidgetInput(data=body, partial=True), body, ())) == [
        ("#/parts/0/count", "This field is required.", "required")
    ]


def test_a_partial_body_may_leave_out_its_own_fields() -> None:
    assert list(faults_of(WidgetInput(data={}, partial=True), {}, ())) == []
