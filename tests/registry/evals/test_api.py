"""Suites and runs over REST: what CI posts, what it is told, and by whom it may be posted."""

import io
import json

import pytest

from registry.evals import actions
from registry.evals.models import EvalRun, EvalSuite
from registry.surfaces import actions as surfaces
from tests.registry.evals.files import plain_run, sample

pytestmark = pytest.mark.django_db
SUITES, RUNS = "/api/v1/eval-suites", "/api/v1/eval-runs"
SUITE = {"name": "Tone", "good": "Polite and short.", "thresholds": {"2": 0.97}, "case_count": 12}


def post(client, live, suite, data, **more):
    file = io.BytesIO(data)
    file.name = "results"
    return client.post(RUNS, {"surface": live.key, "suite": suite.key, "file": file, **more}, format="multipart")


def test_a_suite_is_kept_over_rest(world, api_as):
    client = api_as(world.noor)
    made = client.post(SUITES, SUITE, format="json")
    assert (made.status_code, made["Location"].endswith("/tone"), made["ETag"]) == (201, True, '"v2"')
    refused = client.patch(f"{SUITES}/tone", {"good": "Polite."}, format="json")
    assert refused.status_code == 428
    changed = client.patch(f"{SUITES}/tone", {"good": "Polite."}, format="json", headers={"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["number"]) == (200, 2)
    stale = client.patch(f"{SUITES}/tone", {"good": "Kind."}, format="json", headers={"If-Match": made["ETag"]})
    assert stale.status_code in (409, 412)
    versions = client.get(f"{SUITES}/tone/versions").json()["results"]
    assert [(each["number"], each["good"]) for each in versions] == [(2, "Polite."), (1, "Polite and short.")]
    assert client.post(f"{SUITES}/tone/retirement", {}, format="json").json()["state"] == "retired"
    assert client.post(f"{SUITES}/tone/reopening", {}, format="json").json()["state"] == "active"
    given = client.put(f"{SUITES}/tone/owner", {"owner": world.ben.ref}, format="json")
    assert given.json()["owner"] == world.ben.ref


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"thresholds": {"2": 1.2}}, "thresholds"), ({"thresholds": {"7": 0.9}}, "thresholds"),
        ({"thresholds": {"2": 0.91234}}, "thresholds"), ({"good": "  "}, "good"), ({"cases_digest": "abc"}, "cases_digest"),
        ({"cases_at": {"path": "a"}}, "cases_at"), ({"cases_at": {"url": "javascript:alert(1)"}}, "cases_at"),
        ({"cases_at": {"repository": "r", "commit": "main"}}, "cases_at"),
    ],
)  # fmt: skip
def test_a_suite_that_makes_no_sense_is_refused_field_by_field(world, api_as, change, field):
    answer = api_as(world.noor).post(SUITES, SUITE | change, format="json")
    assert answer.status_code == 400
    assert field in json.dumps(answer.json())
    assert not EvalSuite.objects.exists()


def test_a_secret_is_never_kept_in_a_suite(world, api_as):
    answer = api_as(world.noor).post(SUITES, SUITE | {"good": "Use sk-proj-abcdefghijklmnopqrstuvwx"}, format="json")
    assert answer.status_code == 400
    assert "sk-proj" not in answer.content.decode()


def test_ci_posts_a_tools_own_file_and_reads_how_it_stands(world, api_as, live, suite):
    surfaces.share(live, actor=world.noor, with_=world.bot, permission="change_surface")
    actions.change_suite(suite, actor=world.noor, thresholds={"0": 0.95})
    client = api_as(world.bot, "evals:read", "evals:write")
    made = post(client, live, suite, sample("promptfoo_results_0.121.20.json"), revision="1", commit="4f1d2c9")
    assert made.status_code == 201
    run = made.json()
    assert (run["pass_rate"], run["revision"], run["commit"], run["models"]) == ("0.5000", 1, "4f1d2c9", ["meridian-2.1-large"])
    again = post(client, live, suite, sample("promptfoo_results_0.121.20.json"), revision="1")
    assert again.json()["key"] == run["key"]
    assert EvalRun.objects.count() == 1
    cases = client.get(f"{RUNS}/{run['key']}/cases", {"outcome": "fail"}).json()["results"]
    assert [each["name"] for each in cases] == ["must fail"]
    (stands,) = client.get(f"{RUNS}/standing", {"surface": live.key}).json()
    assert (stands["suite"], stands["state"], stands["run"]) == ("triage-accuracy", "below", run["key"])
    assert client.get(f"{RUNS}/{run['key']}/movement").json()["newly_failing"] == []
    listed = client.get(RUNS, {"surface": live.key, "suite": suite.key}).json()
    assert [each["key"] for each in listed["results"]] == [run["key"]], listed


def test_prompts_and_models_can_be_said_beside_a_file_that_does_not(world, api_as, live, suite):
    said = {"prompts": "triage=v31", "models": "meridian-2.1-large"}
    made = post(api_as(world.noor), live, suite, plain_run(passed=9, made_with={}), **said)
    assert (made.status_code, made.json()["revision"]) == (201, 1)
    wrong = post(api_as(world.noor), live, suite, plain_run(passed=9, made_with={}), prompts="triage")
    assert wrong.status_code == 400


def test_a_run_is_posted_as_plain_json(world, api_as, live, suite):
    body = {"surface": live.key, "suite": suite.key, "report": json.loads(plain_run(passed=3))}
    made = api_as(world.noor).post(f"{RUNS}/reports", body, format="json")
    assert (made.status_code, made.json()["passed"]) == (201, 3)


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"suite": "no-such"}, 404, "no eval suite"), ({"surface": "S-9999"}, 404, "no surface"),
        ({"revision": "7"}, 400, "has no revision 7"), ({"commit": "a b"}, 400, "commit id"), ({"link": "x"}, 400, "URL"),
    ],
)  # fmt: skip
def test_a_call_that_names_what_is_not_there_says_so(world, api_as, live, suite, more, status, said):
    file = io.BytesIO(plain_run(passed=1))
    file.name = "results.json"
    body = {"surface": live.key, "suite": suite.key, "file": file} | more
    answer = api_as(world.noor).post(RUNS, body, format="multipart")
    assert answer.status_code == status
    assert said in answer.content.decode()


def test_the_schema_is_published(world, api_as):
    assert api_as(world.noor).get(f"{RUNS}/schema").json()["title"] == "Eval run"


def test_a_token_needs_the_scope_and_its_owner_the_surface(world, api_as, live, suite):
    assert post(api_as(world.noor, "evals:read"), live, suite, plain_run(passed=1)).status_code == 403
    assert post(api_as(world.ben), live, suite, plain_run(passed=1)).status_code == 404
    assert api_as(world.gus).get(SUITES).json()["results"] == []


def test_lists_cost_the_same_for_one_run_and_three(world, api_as, record, django_assert_max_num_queries):
    record(passed=1)
    client, counts = api_as(world.noor), []
    client.get(RUNS)
    for more in (0, 2):
        for _ in range(more):
            record(passed=1)
        with django_assert_max_num_queries(10) as seen:
            assert client.get(RUNS).status_code == 200
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("query", "status"), [("ran_after=2026-01-01T00:00:00Z", 200), ("", 200), ("ran_before=soon", 400)])
def test_repeated_runs_are_asked_for_with_and_without_a_span(world, api_as, query, status):
    assert api_as(world.ada).get(f"/api/v1/eval-runs?repeated=true&{query}").status_code == status
