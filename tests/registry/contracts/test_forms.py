"""A contract as form fields and back: the same contract, and no field that could hurt."""
# ruff: noqa: E501 - tables of cases, one a line

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.contracts.canonical import normal
from registry.contracts.formdata import from_form, name_of, to_form
from registry.contracts.formview import Field, Group, Rows, form_of
from registry.contracts.shape import parts, schema
from registry.contracts.validate import accept, validate
from tests.registry.contracts.drawn import contracts

EXAMPLE = schema()["examples"][0]


@given(contracts())
def test_a_contract_survives_the_form(contract):
    kept = normal(contract)
    read, problems = from_form(to_form(kept))
    assert problems == [] and normal(read) == kept


def test_numbers_are_read_as_people_write_them():
    data = {
        "contract.budget.amount": ["2,600.50"],
        "contract.limits.steps": [" 12 "],
        "contract.budget.soft_percent": ["1 000"],
    }
    assert from_form(data)[0] == {"budget": {"amount": 2600.5, "soft_percent": 1000}, "limits": {"steps": 12}}


def test_what_is_no_number_is_explained_where_it_stands():
    read, _ = from_form({"contract.limits.steps": ["six"], "contract.budget.amount": ["inf"]})
    assert [problem.pointer for problem in validate(read)] == ["/budget/amount", "/limits/steps"]


def test_rows_keep_their_order_and_empty_ones_go():
    data = {
        "contract.routes.7.endpoint": ["second"], "contract.routes.7.role": ["fallback"],
        "contract.routes.2.endpoint": ["first"], "contract.routes.2.role": ["primary"],
        "contract.routes.9.endpoint": [""], "contract.routes.9.role": ["primary"],
    }  # fmt: skip
    assert [row["endpoint"] for row in from_form(data)[0]["routes"]] == ["first", "second"]


@pytest.mark.parametrize(
    "name",
    ["contract.x", "contract.", "contract.inputs", "contract.inputs.never.0", "contract.routes.x.endpoint", "contract.routes.99999999.endpoint",
     "contract.routes", "contract.schema.x", "contract.__class__", "contract.limits.spend"],
)  # fmt: skip
def test_a_field_that_the_form_does_not_have_is_refused(name):
    read, problems = from_form({name: ["1"], "contract.notes": ["kept"], "csrfmiddlewaretoken": ["x"]})
    assert read == {"notes": "kept"} and len(problems) == 1 and problems[0].fix


NAMES = st.lists(
    st.sampled_from(["inputs", "routes", "0", "3", "key", "endpoint", "never", "", "budget", "amount", "rungs", "kill_switch"]),
    max_size=5,
)


@given(st.dictionaries(NAMES.map(lambda steps: name_of(steps)), st.lists(st.text(max_size=10), max_size=2), max_size=8))
def test_whatever_is_posted_is_read_or_refused(data):
    read, _ = from_form(data)
    accept(read)


def fields(drawn):
    for one in drawn:
        if isinstance(one, Field):
            yield one
        elif isinstance(one, Group):
            yield from fields(one.fields)
        elif isinstance(one, Rows):
            yield from fields(one.rows)


def test_the_form_shows_every_part_with_values_words_and_problems():
    data = to_form(normal(EXAMPLE)) | {"contract.limits.steps": ["six"]}
    read, _ = from_form(data)
    drawn = form_of(data, problems=validate(read), options={"endpoints": [("meridian-large-eu", "Meridian large")]})
    assert [group.title for group in drawn] == [found["title"] for found in parts().values()]
    shown = {one.name: one for one in fields(drawn)}
    assert set(data) <= set(shown)
    assert shown["contract.limits.steps"].value == "six" and "whole number" in str(shown["contract.limits.steps"].problems[0])
    assert (
        shown["contract.routes.0.endpoint"].kind == "choice"
        and shown["contract.routes.0.endpoint"].options[0][1] == "Meridian large"
    )
    assert shown["contract.kill_switch.rungs"].kind == "choices" and shown["contract.inputs.never"].kind == "lines"
    assert all(one.title and one.help and one.id for one in shown.values())


def test_a_row_to_add_is_there_even_when_there_is_none():
    (routes,) = next(group for group in form_of({}) if group.title == "Routes").fields
    assert routes.rows == () and routes.blank.fields[0].name == "contract.routes.__.endpoint"
