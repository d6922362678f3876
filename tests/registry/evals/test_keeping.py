"""How long single cases are kept: they go when their time is over, the run stays, and the gap is explained."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from governance.core import clock
from governance.core.contributions import RetentionKind, contribution
from governance.ledger import check
from governance.ledger.letgo import explains_row
from governance.ledger.models import Entry
from governance.people.system import system_actor
from governance.retention import actions as retention
from registry.evals.models import EvalCase, EvalRun


def test_cases_go_by_the_days_of_their_tier(world: Any, record: Any, freeze: Any) -> None:
    kind = contribution(RetentionKind, "eval_cases")
    run = record(passed=3, failed=1)
    case = run.cases.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        EvalCase.objects.filter(pk=case.pk).delete()
    assert not kind.rows().filter(received_at__lt=clock.now() - timedelta(days=400)).exists()
    freeze(clock.now() + timedelta(days=401))
    assert retention.expire(kind, actor=system_actor()) == 1
    assert not EvalCase.objects.filter(run=run).exists() and EvalRun.objects.get(pk=run.pk).total == 4
    assert explains_row("registry.evalcase", case.pk).cause == "eval_cases"
    told = Entry.objects.filter(kind="run.recorded").last() or Entry.objects.filter(subject_type="registry.evalrun").last()
    assert all(each.ok for each in check.entry(told)), check.entry(told)
    assert all(each.ok for each in check.entry(Entry.objects.get(kind="retention.expired")))
