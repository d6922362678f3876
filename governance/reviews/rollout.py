"""Reads of the thirty-day rollout: policy's steps, whether each is done, who does it and until when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from governance.core import asking, clock
from governance.core.contributions import RolloutCheck, contributed
from governance.policy import queries as policy
from governance.reviews.rolloutmodels import Rollout, RolloutStep

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it stands: `row` says who and until when, `check` what shows that it is done (None: ticked by hand)."""

    key: str
    text: str
    week: int
    done: bool
    due_on: date | None
    row: RolloutStep | None
    check: RolloutCheck | None

    @property
    def late(self) -> bool:
        """Whether its day has passed and it is not done."""
        return not self.done and self.due_on is not None and self.due_on < clock.today()

    @property
    def url(self) -> str:
        """Where one does it, if a check says so."""
        return self.check.url() if self.check is not None else ""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the rollout with its steps."""

    number: int
    ends_on: date | None
    steps: Sequence[Step]

    @property
    def done(self) -> int:
        """How many of its steps are done."""
        return sum(step.done for step in self.steps)


def current() -> Rollout | None:
    """Return the rollout, once it has begun."""
    found: Rollout | None = Rollout.objects.select_related("owner").first()
    return found


def wanted() -> dict[str, tuple[int, str]]:
    """Return policy's steps as key -> (week, words); empty before there is a policy."""
    if policy.latest() is None:
        return {}
    weeks = policy.document()["rollout"]
    return {step["key"]: (week["week"], step["text"]) for week in weeks for step in week["steps"]}


def end_of_week(starts_on: date, week: int) -> date:
    """Return the last day of a week of the rollout; the fourth takes the rest of the thirty days."""
    return starts_on + WEEK * week - timedelta(days=1) + (timedelta(days=2) if week == 4 else timedelta())


def steps(rollout: Rollout | None = None) -> list[Step]:
    """Return all steps of policy's rollout as they stand; all checks are asked in one statement."""
    rollout = rollout or current()
    rows = {row.step: row for row in (rollout.steps.select_related("owner") if rollout is not None else ())}
    checks = {check.key: check for check in contributed(RolloutCheck)}
    done = shown(checks.values())
    found = []
    for key, (week, text) in wanted().items():
        row = rows.get(key)
        ticked = done.get(key, row is not None and row.done_at is not None)
        found.append(Step(key, text, week, ticked, _due(row, week, rollout), row, checks.get(key)))
    return found


def _due(row: RolloutStep | None, week: int, rollout: Rollout | None) -> date | None:
    if row is not None:
        return row.due_on
    return end_of_week(rollout.starts_on, week) if rollout is not None else None


def shown(checks: Iterable[RolloutCheck]) -> dict[str, bool]:
    """Return which checks show that their step is done, by key; all are asked in one statement."""
    asked = [
        (check.key, wanted, rows)
        for check in checks
        for wanted, part in ((True, check.some), (False, check.none))
        for rows in part()
    ]
    there = asking.read([rows.order_by().values_list("pk")[:1] for _, _, rows in asked])
    done: dict[str, bool] = {}
    for (key, is_wanted, _), rows in zip(asked, there, strict=True):
        done[key] = done.get(key, True) and bool(rows) is is_wanted
    return done


def weeks(found: Sequence[Step], rollout: Rollout | None) -> list[Week]:
    """Return steps by week."""
    numbers = sorted({step.week for step in found})
    ends = {number: end_of_week(rollout.starts_on, number) if rollout is not None else None for number in numbers}
    return [Week(number, ends[number], [step for step in found if step.week == number]) for number in numbers]


def to_do(user: Any) -> QuerySet[RolloutStep]:
    """Return the steps that a person does and that were not seen done yet."""
    return RolloutStep.objects.filter(owner=user, done_at__isnull=True)
