"""Broken and hostile result files are refused in words, and never break the reader."""

import io
import json
import zipfile

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.core.errors import Invalid, PlumblineError, TooLarge
from registry.evals import formats
from registry.evals.formats import archive, opening, plain, report
from tests.registry.evals.files import plain_run, sample, zipped

BOMB = '<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>'
OUTSIDE = '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&x;"/></testsuite>'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"hello", "neither JSON"),
        (b"[]", "a JSON list"),
        (b'{"a": 1}', "JSON with a at its top"),
        (b'{"evalId": "1", "results": {"version": 3', "cut off"),
        (b'{"evalId": "1", "results": {"version": 2, "results": []}}', "version 3 is read"),
        (b'{"version": 1, "status": "success", "eval": {}}', "version 2 is read"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\xff\xff\xfe\x00", "UTF-8"),
        (b"<html></html>", "begins with <html>"),
        (b"<testsuite><testcase", "not whole"),
        (BOMB.encode(), "document type or entities"),
        (OUTSIDE.encode(), "document type or entities"),
        (b'{"promptIdx": 0}\n{"promptIdx": 1}', "promptfoo's .jsonl"),
        (b'{"spec": {}}\n{"type": ', "Line 2"),
        (b"PK\x03\x04 nothing", "damaged"),
        (zipped(readme__txt="hi"), "no log of Inspect"),
        (zipped(header__json="{"), "not whole JSON"),
        (b'{"evalId": ' + b"9" * 5000 + b"}", "too long"),
    ],
)
def test_what_cannot_be_read_says_why_and_what_to_do(data, said):
    with pytest.raises(Invalid) as refused:
        formats.read(data)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "deep", [b"[" * 200_000, b'{"a":' * 200_000, b"<testsuite>" * 100_000, b"<promptfoo>" + b"<results>" * 50_000]
)
def test_deep_nesting_is_refused_or_read_without_recursion(deep):
    with pytest.raises(Invalid):
        formats.read(deep)


def test_deep_but_whole_xml_is_no_way_to_crash():
    deep = b"<testsuite>" * 30_000 + b"<testcase name='a'/>" + b"</testsuite>" * 30_000
    assert formats.read(deep).counts.passed == 1
    with pytest.raises(Invalid, match="nested too deeply"):
        formats.read(b"<promptfoo><results><version>3</version>" + b"<a>" * 30_000 + b"</a>" * 30_000 + b"</results></promptfoo>")


def test_a_hundred_megabytes_are_refused_before_they_are_read():
    with pytest.raises(TooLarge, match="32 MB can be read"):
        formats.read(b" " * (100 * 1024 * 1024))


def test_too_many_cases_are_refused():
    body = json.loads(plain_run())
    body["cases"] = [{"name": "a", "outcome": "pass"}] * (report.MAX_CASES + 1)
    with pytest.raises(TooLarge, match="20,000 cases"):
        formats.read(json.dumps(body).encode())
    with pytest.raises(TooLarge, match="20,000 cases"):
        formats.read(b"<testsuite>" + b"<testcase/>" * (report.MAX_CASES + 1) + b"</testsuite>")


def test_an_archive_that_unpacks_to_too_much_is_refused(monkeypatch):
    with pytest.raises(TooLarge, match="more tightly"):
        formats.read(zipped(header__json=b" " * 5_000_000))
    monkeypatch.setattr(archive, "UNPACKED", 100)
    with pytest.raises(TooLarge, match="Unpacked"):
        formats.read(zipped(header__json={"version": 2, "status": "success", "eval": {"task": "x" * 200}}))


def test_an_archive_under_a_password_is_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        info = zipfile.ZipInfo("header.json")
        file.writestr(info, "{}")
        info.flag_bits |= 1
    with pytest.raises(Invalid):
        formats.read(made.getvalue())


def test_control_characters_and_half_symbols_are_stored_as_blanks():
    rows = [{"name": "a\x00b\ud800", "outcome": "fail", "reason": "c\x07d"}]
    (case,) = formats.read(plain_run(rows=rows)).cases
    assert (case.name, case.reason) == ("a b?", "c d")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = (
    "results",
    "eval",
    "testCases",
    "samples",
    "scores",
    "metricsData",
    "success",
    "value",
    "name",
    "version",
    "status",
    "spec",
)
SHAPED = st.recursive(
    ANYTHING, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4), max_leaves=12
)
SAMPLES = [sample(name) for name in ("promptfoo_results_0.121.20.json", "promptfoo_results_0.121.20.xml")]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([{"evalId": "1"}, {"version": 2, "eval": {}}, {"testCases": []}, {"spec": {}}]), SHAPED, SHAPED, SHAPED)
def test_no_json_whatever_its_shape_breaks_the_reader(begins, one, other, third):
    body = {**begins, "results": {"version": 3, "stats": {}, "results": [one]}, "samples": [other], "testCases": [third]}
    try:
        read = formats.read(json.dumps(body).encode())
    except PlumblineError as refused:
        assert refused.message
    else:
        assert 0 <= (read.pass_rate or 0) <= 1


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 11_000), st.binary(max_size=3))
def test_no_damaged_file_breaks_the_reader(whole, at, dirt):
    try:
        formats.read(whole[:at] + dirt + whole[at + len(dirt) :])
        formats.read(whole[:at])
    except PlumblineError as refused:
        assert refused.message


def test_the_published_schema_and_the_reader_agree():
    schema = plain.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for example in schema["examples"]:
        jsonschema.validate(example, schema)
        assert not formats.read(json.dumps(example).encode()).error
    body = json.loads(plain_run(passed=1, commit="4f1d2c9", metrics={"a": 1}, status="finished", currency="EUR"))
    jsonschema.validate(body, schema)
    assert set(schema["properties"]) == plain.FIELDS
    assert set(schema["properties"]["cases"]["items"]["properties"]) == plain.CASE_FIELDS
    assert opening.ACCEPTED
