"""The schedule: the next weekly review, and the quarterly ones two weeks before their day, as policy says."""

from collections.abc import Callable
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from governance.core import clock, company
from governance.core.contributions import ReviewSubject, contributed
from governance.people import roles
from governance.people import rules as people
from governance.people.models import Role, User
from governance.people.system import system_actor
from governance.policy import queries as policy
from governance.reviews import actions, queries, rollout, rules
from governance.reviews.models import Review
from governance.reviews.rolloutmodels import RolloutStep

JOB, TICKS = "reviews.plan", "reviews.tick"
Kind = Review.Kind


def run(job: Any, progress: Callable[..., None]) -> dict[str, Any]:
    """Plan what is due and not planned yet. Returns the keys of what was planned."""
    founded = company.current().founded_at
    leader = chosen_leader()
    if policy.latest() is None or founded is None or leader is None:
        return {}
    made = [_weekly(leader), _quarterly(leader, founded.date()), *_of_subjects(leader)]
    return {"reviews": [review.key for review in made if review is not None]}


def tick(job: Any, progress: Callable[..., None]) -> dict[str, Any]:
    """Note which steps of the rollout what exists shows as done. Returns the steps that turned."""
    if not RolloutStep.objects.exists():
        return {}
    given = [step for step in rollout.steps() if step.row is not None and step.check is not None]
    turned = [step for step in given if step.row is not None and step.done != (step.row.done_at is not None)]
    return {"steps": [actions.tick_step(step.key, actor=system_actor(), done=step.done).step for step in turned]}


def chosen_leader() -> User | None:
    """Return who leads reviews that nobody was named for: a risk officer, else a leader or administrator; the longest there."""
    known = User.objects.working(clock.now()).persons().filter(role__in=(*roles.GOVERNS, Role.LEADER)).order_by("pk")
    return known.filter(role=Role.RISK_OFFICER).first() or known.first()


def _weekly(leader: User) -> Review | None:
    if queries.pending(Kind.EVAL).exists():
        return None
    weekday = policy.usage_rules().cadence.eval_review
    last, today = queries.last_held(Kind.EVAL), clock.today()
    planned = rules.next_weekday(max(last.planned_on, today) if last is not None else today, weekday)
    return _plan(Kind.EVAL, planned, _leads(last, leader))


def _quarterly(leader: User, founded: date) -> Review | None:
    if queries.pending(Kind.OPERATIONS).exists():
        return None
    last, today = queries.last_held(Kind.OPERATIONS), clock.today()
    months = relativedelta(months=policy.usage_rules().cadence.operations_months)
    planned = (last.planned_on if last is not None else founded) + months
    return _plan(Kind.OPERATIONS, max(planned, today), _leads(last, leader)) if rules.is_ahead(planned, today) else None


def _of_subjects(leader: User) -> list[Review]:
    """Plan reviews of single things that are due within two weeks, each led by whoever answers for the thing."""
    today, made = clock.today(), []
    for looks in contributed(ReviewSubject):
        known = set(queries.pending(looks.key).values_list("subject_id", flat=True))
        for day, thing in looks.due(today + rules.SHOWN_AHEAD):
            if str(thing.pk) in known:
                continue
            owner = looks.owner(thing)
            owner = owner if owner is not None and people.may_own(owner) else leader
            made.append(_plan(looks.key, max(day, today), owner, subject=thing))
    return made


def _leads(last: Review | None, leader: User) -> User:
    return last.owner if last is not None and people.may_own(last.owner) else leader


def _plan(kind: str, planned_on: date, owner: User, subject: Any = None) -> Review:
    return actions.plan(kind, actor=system_actor(), planned_on=planned_on, owner=owner, subject=subject, scheduled=True)
