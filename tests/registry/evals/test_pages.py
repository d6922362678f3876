"""Pages of the library, of runs and a surface's tab: cheap, the same cost at one row and more, under the same rules."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from registry.evals import actions
from registry.evals.models import EvalRun, EvalSuite
from tests.registry.evals.files import sample

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
MOST_OF_A_RUN = 15
MOST_OF_REPEATED = 17  # two more where cases of repeated runs are compared, however many there are
SUITE = {"name": "Tone", "good": "Polite and short.", "tier_2": "0.97", "repository": "git.example.com/e", "path": "tone.jsonl"}


@pytest.mark.parametrize("name", ["eval-suites", "eval-runs"])
@pytest.mark.parametrize("nick", ["noor", "aud", "gus"])
def test_empty_lists_say_why_they_matter(world, client_as, name, nick):
    page = client_as(getattr(world, nick)).get(reverse(name))
    assert page.status_code == 200
    assert "yet" in page.content.decode()


def test_lists_cost_the_same_for_one_row_and_three(world, client_as, record, django_assert_max_num_queries):
    client, counts = client_as(world.noor), []
    record(passed=1)
    client.get(reverse("eval-suites"))
    for more in (0, 2):
        for number in range(more):
            actions.add_suite(actor=world.noor, name=f"Suite {number}", good="Good.")
            record(passed=1)
        with django_assert_max_num_queries(MOST_QUERIES * 2) as seen:
            assert client.get(reverse("eval-suites")).status_code == 200
            assert client.get(reverse("eval-runs")).status_code == 200
        counts.append(len(seen.captured_queries))
    assert counts[0] == counts[1]


def test_the_library_leaves_as_a_file_as_seen(world, client_as, suite):
    answer = client_as(world.noor).get(reverse("eval-suites-export", args=["csv"]), {"q": "triage"})
    assert b"Triage accuracy" in b"".join(answer.streaming_content)


def test_a_suite_is_added_changed_and_its_versions_are_compared(world, client_as):
    client = client_as(world.noor)
    added = client.post(reverse("eval-suite-add"), {**SUITE, "owner": world.noor.pk}, follow=True)
    assert added.status_code == 200
    suite = EvalSuite.objects.get(key="tone")
    assert (suite.current.number, suite.current.thresholds) == (1, {"2": 0.97})
    edit = reverse("eval-suite-edit", args=["tone"])
    assert "git.example.com/e" in client.get(edit).content.decode()
    client.post(edit, {**SUITE, "tier_2": "0.98", "note": "Raised in May", "version": suite.version}, follow=True)
    page = client.get(reverse("eval-suite-versions", args=["tone"])).content.decode()
    assert "<del>tier 2: 97" in page
    assert "Raised in May" in page
    again = client.post(edit, {**SUITE, "tier_2": "0.98", "version": EvalSuite.objects.get().version})
    assert again.status_code == 409
    assert "Nothing differs" in again.content.decode()


def test_a_form_that_cannot_be_saved_keeps_what_was_typed_and_says_where(world, client_as):
    page = client_as(world.noor).post(reverse("eval-suite-add"), {**SUITE, "repository": "", "owner": world.noor.pk})
    assert page.status_code == 422
    said = page.content.decode()
    assert "Say in which repository" in said
    assert "tone.jsonl" in said


@pytest.mark.parametrize(("nick", "status"), [("noor", 200), ("rosa", 200), ("ben", 403), ("aud", 403), ("gus", 404)])
def test_only_its_owner_and_risk_officers_change_a_suite(world, client_as, suite, nick, status):
    client = client_as(getattr(world, nick))
    for way in ("edit", "owner", "retire"):
        assert client.get(reverse(f"eval-suite-{way}", args=[suite.key])).status_code == status


def test_a_suite_changes_hands_is_retired_and_taken_up_again(world, client_as, suite):
    client = client_as(world.noor)
    client.post(reverse("eval-suite-retire", args=[suite.key]), {"reason": "Superseded"})
    client.post(reverse("eval-suite-reopen", args=[suite.key]), {})
    client.post(reverse("eval-suite-owner", args=[suite.key]), {"owner": world.ben.pk})
    suite.refresh_from_db()
    assert (suite.state, suite.owner) == ("active", world.ben)
    story = client.get(reverse("eval-suite-activity", args=[suite.key])).content.decode()
    assert "took the eval suite Triage accuracy up again" in story


@pytest.mark.parametrize("tab", ["", "-versions", "-runs"])
def test_a_suite_says_what_good_means_and_who_uses_it(world, client_as, record, suite, tab, django_assert_max_num_queries):
    for passed in (9, 10):
        record(passed=passed)
    client = client_as(world.noor)
    client.get(reverse("eval-suites"))
    with django_assert_max_num_queries(MOST_OF_A_RUN):
        page = client.get(reverse(f"eval-suite{tab}", args=[suite.key]))
    assert page.status_code == 200
    said = page.content.decode()
    assert ("Claims triage" in said) is (tab != "-versions")
    assert "The queue a handler would have chosen." in said or tab == "-runs"


def test_a_surfaces_tab_shows_each_suite_and_how_ci_posts(world, client_as, record, live, suite, django_assert_max_num_queries):
    record(cases={"a": "pass", "b": "pass"}, group="nightly")
    record(cases={"a": "pass", "b": "fail"}, group="nightly")
    client = client_as(world.noor)
    client.get(reverse("surfaces"))
    with django_assert_max_num_queries(MOST_OF_REPEATED):
        page = client.get(reverse("surface-evals", args=[live.key]))
    said = page.content.decode()
    assert "Newly failing" in said
    assert "Flaky" in said
    assert "points over 2 runs" in said
    assert f"surface={live.key}" in said
    assert re.search(r"<title id=\"t-[0-9a-f]+\">Pass rate of Triage accuracy over 2 runs</title>", said)


def test_a_surface_without_a_contract_says_what_to_do(world, client_as, surface):
    page = client_as(world.noor).get(reverse("surface-evals", args=[surface.key]))
    assert "No contract names a suite yet" in page.content.decode()


def test_a_run_is_handed_in_by_hand_and_read_case_by_case(world, client_as, live, suite):
    client = client_as(world.noor)
    address = reverse("surface-evals-hand-in", args=[live.key])
    assert "in force" in client.get(address).content.decode()
    file = SimpleUploadedFile("results.json", sample("promptfoo_results_0.121.20.json"))
    posted = client.post(address, {"suite": suite.key, "file": file, "revision": "in-force"}, follow=True)
    said = posted.content.decode()
    assert "contains refund" in said
    assert "must fail" in said
    assert "goodbye" not in said
    run = EvalRun.objects.get()
    failing = client.get(reverse("eval-run", args=[run.key]), {"cases": "failing"}).content.decode()
    assert "contains refund" not in failing
    assert "Counts" in failing


def test_a_file_that_cannot_be_read_says_what_is_expected(world, client_as, live, suite):
    client = client_as(world.noor)
    posted = client.post(
        reverse("surface-evals-hand-in", args=[live.key]),
        {"suite": suite.key, "file": SimpleUploadedFile("notes.txt", b"hello"), "commit": "4f1d2c9"},
    )
    assert posted.status_code == 422
    said = posted.content.decode()
    assert "promptfoo results" in said
    assert "4f1d2c9" in said


def test_runs_are_seen_with_their_surface(world, client_as, record):
    run = record(passed=1)
    assert client_as(world.aud).get(reverse("eval-run", args=[run.key])).status_code == 200
    for nick in ("ben", "gus"):
        client = client_as(getattr(world, nick))
        assert client.get(reverse("eval-run", args=[run.key])).status_code == 404
        assert run.key not in client.get(reverse("eval-runs")).content.decode()


def test_long_runs_are_read_in_pages(world, client_as, record):
    run = record(passed=150)
    client = client_as(world.noor)
    first = client.get(reverse("eval-run", args=[run.key])).content.decode()
    onward = re.search(r"after=(\d+)#cases", first)
    second = client.get(reverse("eval-run", args=[run.key]), {"after": onward[1]}).content.decode()
    assert "case 99<" in first
    assert "case 100<" not in first
    assert "case 100<" in second
