"""Suggesting, keeping and applying a mapping of columns to fields."""

import json
from datetime import date
from decimal import Decimal

import pytest

from governance.core.errors import Invalid
from governance.core.tabular import mapping as mappings
from governance.core.tabular.choices import Choice
from governance.core.tabular.conversion import Converter
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.tabular.mapping import FieldMapping, Mapping
from governance.core.tabular.opening import open_source
from governance.core.tabular.problems import Level, Problem
from governance.core.tabular.suggestions import first_mapping, suggest

FIELDS = (
    TargetField("key", "Key", Kind.KEY, aliases=("id", "reference"), unique=True),
    TargetField("name", "Name", required=True, unique=True, max_length=40, aliases=("title", "use case name")),
    TargetField("purpose", "Purpose", Kind.PROSE, joins=True, max_length=2_000, aliases=("intended purpose", "description")),
    TargetField("owner", "Owner", Kind.EMAIL, aliases=("owner email", "contact")),
    TargetField(
        "state",
        "State",
        Kind.CHOICE,
        aliases=("stage", "status"),
        choices=(
            Choice("idea", "Idea", ("planned",)),
            Choice("live", "Live", ("in production",)),
            Choice("retired", "Retired"),
        ),
    ),
    TargetField("since", "Live since", Kind.DATE, aliases=("go live date", "date implemented")),
    TargetField("personal", "Personal data", Kind.YES_NO, aliases=("pii",)),
    TargetField(
        "classes",
        "Data classes",
        Kind.CHOICES,
        aliases=("data",),
        choices=(Choice("public", "Public"), Choice("customer", "Customer")),
    ),
    TargetField("cost", "Cost", Kind.NUMBER, aliases=("monthly cost", "budget")),
)
FILE = (
    "Ref,Use case title,What is the intended purpose of it?,Contact,Stage,Date Implemented,Involves PII?,Data,"
    "Monthly cost,Notes\n"
    'S-1,Claims triage,"Sorts claims, so that they reach the right person quickly and nobody waits",a@x.org,'
    "In production,3/31/2024,Yes,public; customer,1.5,keep me\n"
    "S-2,Chat,Answers questions,b@x.org,Planned,7/1/2023,No,public,20,\n"
    "S-3,Search,Finds things,c@x.org,Retired,N/A,no,customer,3,me too\n"
)


def opened(text=FILE):
    return open_source(text.encode())


def suggested(source):
    return {each.field: each for each in suggest(source.columns, FIELDS)}


def test_every_field_gets_its_column_with_reasons():
    found = suggested(opened())
    assert {key: each.column for key, each in found.items()} == {
        "key": "Ref",
        "name": "Use case title",
        "purpose": "What is the intended purpose of it?",
        "owner": "Contact",
        "state": "Stage",
        "since": "Date Implemented",
        "personal": "Involves PII?",
        "classes": "Data",
        "cost": "Monthly cost",
    } | {"key": found["key"].column}
    assert all(each.reasons and 0 < each.confidence <= 1 for each in found.values())
    json.dumps([each.to_json() for each in found.values()])


def test_values_show_what_a_header_does_not():
    source = open_source(b"Title,Who\nA,a@x.org\nB,b@x.org\nC,c@x.org\n")
    found = suggested(source)["owner"]
    assert found.column == "Who"
    assert "e-mail addresses" in found.reasons[0]


def test_a_column_of_answers_is_no_name():
    source = open_source(b"Name known?,Title\nyes,A\nno,B\nyes,C\n")
    assert suggested(source)["name"].column == "Title"


def test_no_column_feeds_two_fields_by_suggestion():
    columns = [each.column for each in suggested(opened()).values()]
    assert len(columns) == len(set(columns))


def test_rows_become_values_and_nothing_is_dropped():
    source = opened()
    mapping = first_mapping(source.columns, FIELDS, suggest(source.columns, FIELDS))
    rows = list(Converter(source, mapping, FIELDS).rows())
    first = rows[0]
    assert first.values["name"] == "Claims triage"
    assert first.values["state"] == "live"
    assert first.values["since"] == date(2024, 3, 31)
    assert first.values["personal"] is True
    assert first.values["classes"] == ["public", "customer"]
    assert first.values["cost"] == Decimal("1.5")
    assert first.extra["Notes"] == "keep me"
    assert rows[1].values["since"] == date(2023, 7, 1)
    assert rows[2].values["since"] is None
    assert not any(row.refused for row in rows)
    json.dumps([row.to_json() for row in rows])


def convert(text, **fields):
    source = opened(text)
    converter = Converter(source, Mapping(fields), FIELDS)
    return list(converter.rows()), converter


def test_a_required_field_that_is_blank_refuses_the_row_with_what_to_do():
    rows, _ = convert("Name,Note\nN/A,x\n,y\nB,z\n", name=FieldMapping(["Name"]))
    assert [row.refused for row in rows] == [True, True, False]
    assert rows[0].problems[0].message == "“N/A” stands where Name is needed."
    assert rows[1].problems[0].message == "Name is empty."
    assert rows[1].problems[0].fix == "Fill in Name."


def test_a_value_that_is_too_long_is_reported_not_cut():
    rows, _ = convert(f"Name\n{'x' * 41}\n", name=FieldMapping(["Name"]))
    assert rows[0].refused
    assert "41 characters; 40 can be kept" in rows[0].problems[0].message
    assert rows[0].values["name"] == "x" * 41


def test_a_value_that_does_not_convert_stays_empty_and_its_text_is_kept():
    rows, _ = convert(
        "Name,When,Stage\nA,Ongoing,In mission\n",
        name=FieldMapping(["Name"]),
        since=FieldMapping(["When"]),
        state=FieldMapping(["Stage"]),
    )
    row = rows[0]
    assert (row.values["since"], row.values["state"]) == (None, None)
    assert row.extra == {"When": "Ongoing", "Stage": "In mission"}
    assert [problem.level for problem in row.problems] == [Level.WARN, Level.WARN] or len(row.problems) == 2
    assert not row.refused


def test_several_columns_join_into_one_text_under_their_names():
    rows, _ = convert(
        "Name,Purpose,Outputs,Else\nA,Sorts,Lists,x\nB,N/A,Tables,\n",
        name=FieldMapping(["Name"]),
        purpose=FieldMapping(["Purpose", "Outputs"]),
    )
    assert rows[0].values["purpose"] == "Purpose:\nSorts\n\nOutputs:\nLists"
    assert rows[1].values["purpose"] == "Outputs:\nTables"
    assert rows[0].extra == {"Else": "x"}


def test_words_of_the_file_can_be_given_a_meaning():
    told = FieldMapping(["Stage"], values={"In Mission": "live", "Secret": ""})
    rows, _ = convert("Name,Stage\nA,in mission\nB,secret\n", name=FieldMapping(["Name"]), state=told)
    assert [row.values["state"] for row in rows] == ["live", None]
    assert not rows[1].problems


def test_a_default_fills_blanks():
    rows, _ = convert("Name,Stage\nA,\nB,live\n", name=FieldMapping(["Name"]), state=FieldMapping(["Stage"], default="idea"))
    assert [row.values["state"] for row in rows] == ["idea", "live"]


def test_an_ambiguous_column_borrows_the_order_of_the_files_other_dates_and_says_so():
    text = "Name,Go live,Other\nA,7/1/2023,8/29/2023\nB,2/1/2023,10/30/2023\nC,3/4/2023,12/31/2023\n"
    rows, converter = convert(text, name=FieldMapping(["Name"]), since=FieldMapping(["Go live"]))
    assert rows[0].values["since"] == date(2023, 7, 1)
    assert any("as in the file's other dates" in warning for warning in converter.warnings)


def test_an_ambiguous_column_without_any_evidence_is_not_guessed_until_told():
    text = "Name,Go live\nA,7/1/2023\nB,2/1/2023\n"
    rows, converter = convert(text, name=FieldMapping(["Name"]), since=FieldMapping(["Go live"]))
    assert [row.values["since"] for row in rows] == [None, None]
    assert any("Nothing shows" in warning for warning in converter.warnings)
    assert rows[0].extra == {"Go live": "7/1/2023"}
    told, _ = convert(text, name=FieldMapping(["Name"]), since=FieldMapping(["Go live"], date_order="day"))
    assert told[0].values["since"] == date(2023, 1, 7)


def test_ignored_columns_are_left_out_only_when_told():
    source = opened()
    mapping = Mapping({"name": FieldMapping(["Use case title"])}, ignored=["Notes"])
    row = next(iter(Converter(source, mapping, FIELDS).rows()))
    assert "Notes" not in row.extra
    assert row.extra["Ref"] == "S-1"


def test_a_mapping_survives_as_json():
    mapping = Mapping({"name": FieldMapping(["A", "B"], join="comma", default="x", values={"y": "z"})}, ["C"], 10)
    assert mappings.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping


@pytest.mark.parametrize(
    "data",
    [
        [],
        "x",
        {"fields": []},
        {"colour": 1},
        {"version": 2},
        {"fields": {"name": {"columns": "A"}}},
        {"fields": {"name": {"columns": [1]}}},
        {"fields": {"name": {"oops": 1}}},
        {"fields": {"name": {"join": "glue"}}},
        {"fields": {"name": {"date_order": "year"}}},
        {"fields": {"name": {"values": {"a": 1}}}},
        {"fiscal_month": 13},
        {"ignored": "A"},
    ],
)
def test_a_mapping_that_cannot_be_read_is_refused(data):
    with pytest.raises(Invalid) as caught:
        mappings.from_json(data)
    assert caught.value.fix


def test_a_mapping_is_checked_against_the_file_and_the_fields():
    with pytest.raises(Invalid) as caught:
        mappings.check(
            Mapping({"owner": FieldMapping(["Nope"]), "state": FieldMapping(["a", "b"]), "x": FieldMapping()}),
            ["a", "b"],
            FIELDS,
        )
    assert set(caught.value.fields) == {"name", "owner", "state", "x"}


def test_a_saved_mapping_fits_a_later_file_with_slightly_other_headers():
    saved = Mapping(
        {
            "name": FieldMapping(["Use Case Name"]),
            "state": FieldMapping(["Stage of Development"]),
            "cost": FieldMapping(["Cost"]),
        },
        ["Notes"],
    )
    fitted = mappings.fit(saved, ["use case  name", "Stage of developement", "New column", "Notes"])
    assert fitted.mapping.fields["name"].columns == ["use case  name"]
    assert fitted.mapping.fields["state"].columns == ["Stage of developement"]
    assert fitted.mapping.ignored == ["Notes"]
    assert fitted.missing == ("Cost",)
    assert fitted.new == ("New column",)
    assert "cost" not in fitted.mapping.fields


def test_problems_survive_as_json():
    problem = Problem(Level.WARN, "It is late.", "Hurry.", "since", "When")
    assert Problem.from_json(json.loads(json.dumps(problem.to_json()))) == problem
