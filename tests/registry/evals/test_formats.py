"""Result files of seven tools: read as they mean it, without keeping what was asked, answered or secret."""

import json

import pytest

from governance.core.errors import Invalid
from registry.evals import formats
from registry.evals.formats import words
from tests.registry.evals.files import plain_run, sample, zipped


def read(body):
    return formats.read(json.dumps(body).encode() if isinstance(body, dict) else body)


def outcomes(report):
    return {case.name: case.outcome for case in report.cases}


@pytest.mark.parametrize("name", ["promptfoo_results_0.121.20.json", "promptfoo_results_0.121.20.xml"])
def test_promptfoos_json_and_xml_say_the_same(name):
    report = read(sample(name))
    assert outcomes(report) == {"contains refund": "pass", "must fail": "fail"}
    assert (str(report.pass_rate), report.error) == ("0.5000", "")
    assert report.started_at.isoformat() == "2026-11-20T20:44:49.964000+00:00"
    assert report.models == ()  # the echo provider names no model
    kept = repr(report)
    assert not [word for word in ("Answer:", "goodbye", "HELLO", "30 days") if word in kept]


def promptfoo(*rows, version=3):
    return {"evalId": "eval-1", "results": {"version": version, "timestamp": "2026-01-01T00:00:00Z", "results": [*rows]}}


def row(**more):
    return {"success": True, "score": 1, "testIdx": 0, "promptIdx": 0, "provider": {"id": "openai:gpt-x"}, "testCase": {}, **more}


def test_promptfoos_failure_reasons_tell_a_failure_from_an_error():
    failed = row(success=False, failureReason=1, gradingResult={"pass": False, "reason": "Too long"})
    broken = row(success=False, failureReason=2, error="429 from the provider", testIdx=1)
    report = read(promptfoo(failed, broken, row(testIdx=2)))
    assert [(case.outcome, case.reason) for case in report.cases] == [
        ("fail", "Too long"), ("error", "429 from the provider"), ("pass", ""),
    ]  # fmt: skip
    assert report.models == ("openai:gpt-x",)


def test_several_prompts_and_providers_make_cases_of_their_own():
    report = read(promptfoo(row(), row(promptIdx=1), row(provider={"id": "echo"})))
    assert len(set(outcomes(report))) == 3


def test_inspects_log_of_a_cancelled_run_proves_nothing():
    report = read(sample("inspect_popularity.json"))
    assert report.error == "The run was cancelled."
    assert [case.outcome for case in report.cases] == ["pass", "pass", "fail"]
    assert (report.models, report.commit) == (("openai/gpt-4o-mini",), "e9a9d7161")
    assert "Positive posts" not in repr(report)


def inspect(*values, status="success", **more):
    samples = [{"id": number, "epoch": 1, "scores": {"s": {"value": value}}} for number, value in enumerate(values)]
    return {"version": 2, "status": status, "eval": {"model": "m", "task": "t"}, "samples": samples, **more}


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("C", "pass"), ("I", "fail"), ("P", "fail"), ("N", "fail"), (True, "pass"), (False, "fail"), (1, "pass"), (0, "fail"),
        (0.51, "pass"), (0.5, "fail"), (7, "error"), ("seven", "error"), (None, "error"), ({"a": 1, "b": 0}, "fail"),
        ([1, "C"], "pass"), ({}, "error"),
    ],
)  # fmt: skip
def test_inspects_values_are_letters_truths_and_numbers(value, outcome):
    assert [case.outcome for case in read(inspect(value)).cases] == [outcome]


def test_an_inspect_archive_is_read_by_its_summaries_or_its_samples():
    body = inspect("C", "I")
    header = {key: value for key, value in body.items() if key != "samples"}
    for parts in ({"summaries__json": body["samples"]}, {"samples/1__json": body["samples"][0]}):
        report = read(zipped(header__json=header, **parts))
        assert report.cases[0].outcome == "pass"
        assert not report.error
    assert read(zipped(**{"_journal/start__json": header})).error == "The run did not come to its end."


def test_an_inspect_log_without_samples_counts_by_its_accuracy():
    scores = [{"name": "s", "metrics": {"accuracy": {"value": 0.9}}}]
    log = inspect(results={"total_samples": 10, "completed_samples": 10, "scores": scores}) | {"samples": None}
    assert (read(log).counts.passed, str(read(log).pass_rate)) == (9, "0.9000")


def test_deepeval_fails_a_case_by_its_metrics_and_never_by_a_flaky_one():
    report = read(sample("deepeval_test_run_sample.json"))
    assert outcomes(report) == {"sample_test_case": "fail"}
    assert str(report.total_cost) == "0.021400"
    assert "CECL" not in repr(report)
    metrics = [{"name": "Tone", "success": True, "score": 1}, {"name": "Luck", "success": False, "flaky": True, "score": 0}]
    body = {"testCases": [{"name": "a", "success": False, "metricsData": metrics}, {"name": "b", "success": False}]}
    assert outcomes(read(body)) == {"a": "pass", "b": "fail"}


JUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuites><testsuite name="outer" timestamp="2026-05-01T10:00:00">
  <properties><property name="model" value="m-1, m-2"/><property name="prompt:triage" value="v31"/></properties>
  <testsuite name="inner"><testcase classname="t" name="ok" time="0.25"/>
    <testcase classname="t" name="bad"><failure message="expected 'a secret answer'"/></testcase></testsuite>
  <testcase name="broke"><error type="Timeout"/></testcase><testcase name="later"><skipped/></testcase>
</testsuite></testsuites>"""


def test_junit_suites_nest_and_may_say_what_they_ran_with():
    report = read(JUNIT.encode())
    assert outcomes(report) == {"t.ok": "pass", "t.bad": "fail", "broke": "error", "later": "skip"}
    assert (report.models, dict(report.prompts)) == (("m-1", "m-2"), {"triage": "v31"})
    assert (report.counts.counted, report.cases[0].latency_ms) == (3, 250)
    assert "secret" not in repr(report)


def test_openai_evals_count_matches_and_a_log_without_its_end_broke_off():
    lines = [
        {"spec": {"eval_name": "e", "completion_fns": ["gpt-x"], "run_id": "1", "created_at": "2026-01-01 10:00:00"}},
        {"type": "sampling", "sample_id": "a", "data": {"prompt": "who?", "sampled": "me"}},
        {"type": "match", "sample_id": "a", "data": {"correct": True}},
        {"type": "match", "sample_id": "b", "data": {"correct": False}},
        {"final_report": {"accuracy": 0.5}},
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    report = read(text.encode())
    assert (outcomes(report), report.error, report.models) == ({"a": "pass", "b": "fail"}, "", ("gpt-x",))
    assert "final report" in read("\n".join(text.split("\n")[:-1]).encode()).error


def test_our_own_json_is_read_as_its_schema_says():
    report = read(plain_run(cases={"a": "pass", "b": "skip"}, commit="4f1d2c9", metrics={"f1": 0.5}))
    assert (outcomes(report), report.commit, dict(report.metrics)) == ({"a": "pass", "b": "skip"}, "4f1d2c9", {"f1": 0.5})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"surprise": 1}, "surprise: there is no such field"),
        ({"version": 2}, "version 1 is read"),
        ({"cases": None}, "cases: this list is needed"),
        ({"cases": [{"name": "a", "outcome": "ok"}]}, "one of pass, fail, error, skip"),
        ({"cases": [{"outcome": "pass"}]}, "cases[0].name"),
        ({"cases": [{"name": "a", "outcome": "pass", "cost": -1}]}, "a number of 0 or more"),
        ({"started_at": "yesterday"}, "a moment such as"),
        ({"currency": "euro"}, "three capital letters"),
        ({"prompts": ["a"]}, "an object of prompt key"),
    ],
)
def test_our_own_json_is_checked_strictly(change, said):
    with pytest.raises(Invalid) as refused:
        read(json.loads(plain_run(passed=1)) | change)
    assert said in str(refused.value)


def test_utf_16_as_windows_writes_it_is_read():
    assert read(plain_run(passed=1).decode().encode("utf-16")).counts.passed == 1


def test_the_second_of_a_name_gets_a_name_of_its_own():
    rows = [{"name": "same", "outcome": each} for each in ("pass", "fail", "pass")]
    assert list(outcomes(read(plain_run(rows=rows)))) == ["same", "same (2)", "same (3)"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('Expected "a@b.example" to equal "x"', "Expected … to equal …"),
        ("Cut in the 'middle of it", "Cut in the 'middle of it"),
        ('An open "quotation', "An open …"),
        ("write to someone@example.org now", "write to … now"),
        ("key sk-proj-abcdefghijklmnopqrstuvwx", "A reason was given (left out: it looks like a secret)."),
        ("two\nlines\x00", "two lines"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_reasons_are_short_and_hold_nothing_quoted_or_secret(text, kept):
    assert words.reason(text) == kept


def test_prompts_and_outputs_are_cut_out_wherever_they_appear():
    assert words.reason("The answer Paris is fine was wrong", ["Paris is fine"]) == "The answer … was wrong"
