"""Feeds error budgets that count what is observed: each hour once it is over, and the difference when late calls come in."""

from datetime import timedelta
from typing import Any

from django.db.models import Sum

from governance.core import clock
from governance.core.contributions import JobKind, Schedule, contribute
from registry.budgets import actions as budgets
from registry.budgets.models import Objective, Source
from registry.usage.models import UsageHour

JOB = "usage.budgets"
LOOKED_BACK = timedelta(hours=48)
"""Hours in which late calls are still counted."""
SETTLES = timedelta(minutes=5)


def feed(job: Any, progress: Any) -> dict[str, int]:
    """Count the hours that are over for every objective that observations feed. Running it twice counts nothing twice.

    A call that failed, that a person changed or that the model refused is a bad event; every other one is good.
    """
    end = (clock.now() - SETTLES).replace(minute=0, second=0, microsecond=0)
    moved = 0
    fed = list(Objective.objects.filter(source=Source.OBSERVATIONS, state=Objective.State.ACTIVE).order_by("pk"))
    for done, objective in enumerate(fed, start=1):
        hours = UsageHour.objects.filter(path__surface=objective.surface_id, hour__gte=end - LOOKED_BACK, hour__lt=end)
        totals = {name: Sum(name) for name in ("calls", "errors", "overridden", "refused")}
        for row in hours.order_by().values("hour").annotate(**{f"all_{name}": each for name, each in totals.items()}):
            bad = row["all_errors"] + row["all_overridden"] + row["all_refused"]
            moved += budgets.count_observed(objective, row["hour"], row["all_calls"] - bad, bad)
        progress(done, len(fed), "objectives")
    return {"objectives": len(fed), "hours": moved}


contribute(JobKind(JOB, feed, label="Count observed calls against budgets"))
contribute(Schedule(JOB, JOB, timedelta(minutes=10)))
