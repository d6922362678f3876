"""Handing runs in: allowed, denied, once for a file, recorded, bound to prompts and models."""

import pytest
from django.db import IntegrityError, transaction

from governance.core.errors import Denied, Invalid
from governance.ledger.models import Entry, Mention
from registry.evals import actions, formats
from registry.evals.models import EvalRun
from registry.surfaces import actions as surfaces
from tests.registry.evals.files import plain_run

pytestmark = pytest.mark.django_db


def test_a_run_is_counted_bound_and_recorded(world, record, live, suite):
    run = record(passed=9, failed=1)
    assert (run.total, run.passed, run.failed, str(run.pass_rate)) == (10, 9, 1, "0.9000")
    assert run.revision == live.in_force
    assert run.suite_version == suite.current
    assert run.cases.count() == 10
    entry = Entry.objects.get(kind="run.recorded")
    assert entry.subject_key == run.key
    touched = set(Mention.objects.filter(entry=entry).values_list("subject_type", flat=True))
    assert touched == {"registry.surface", "registry.evalsuite"}


def test_the_same_file_again_is_the_first_run(world, live, suite):
    report = formats.read(plain_run(passed=3))
    first = actions.record_run(live, actor=world.noor, suite=suite, report=report)
    again = actions.record_run(live, actor=world.noor, suite=suite, report=report, group="nightly")
    assert again.pk == first.pk
    assert Entry.objects.filter(kind="run.recorded").count() == 1
    named = actions.record_run(live, actor=world.noor, suite=suite, report=report, revision=live.in_force)
    assert named.pk == first.pk


@pytest.mark.parametrize("nick", ["ben", "sam", "aud", "bot"])
def test_seeing_a_surface_is_not_enough_to_hand_in_its_runs(world, record, nick):
    with pytest.raises(Denied):
        record(actor=getattr(world, nick), passed=1)


def test_ci_posts_once_the_surface_is_shared_with_it_for_editing(world, record, live):
    surfaces.share(live, actor=world.noor, with_=world.bot, permission="change_surface")
    assert record(actor=world.bot, passed=1).by == world.bot


def test_what_the_report_says_is_not_overruled_by_the_call(world, live, suite):
    report = formats.read(plain_run(passed=1))
    with pytest.raises(Invalid, match="the call says gpt-x"):
        actions.record_run(live, actor=world.noor, suite=suite, report=report, models=["gpt-x"])
    with pytest.raises(Invalid, match="the call says v32"):
        actions.record_run(live, actor=world.noor, suite=suite, report=report, prompt_versions={"triage": "v32"})
    assert not EvalRun.objects.exists()


def test_a_named_revision_speaks_where_the_report_is_silent(world, live, suite):
    report = formats.read(plain_run(passed=1, made_with={}))
    run = actions.record_run(live, actor=world.noor, suite=suite, report=report, revision=live.in_force)
    assert (run.prompt_versions, run.models) == ({"triage": "v31"}, ["meridian-2.1-large"])
    silent = formats.read(plain_run(passed=1, made_with={}))
    assert actions.record_run(live, actor=world.noor, suite=suite, report=silent).revision is None


def test_a_run_of_the_future_is_not_fresh_for_longer(record):
    run = record(passed=1, started_at="2999-01-01T00:00:00Z")
    assert run.started_at == run.received_at


def test_the_database_keeps_runs_as_they_are(record):
    run = record(passed=1)
    for change in (lambda: EvalRun.objects.filter(pk=run.pk).update(passed=0), run.cases.all().delete, run.delete):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_retired_suite_takes_no_more_runs(world, record, suite):
    actions.retire_suite(suite, actor=world.noor)
    suite.refresh_from_db()
    with pytest.raises(Denied, match="retired"):
        record(passed=1)
