"""Pricing anew as a job: asked for where prices and rates change, told in the ledger when something changed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from governance.core import clock, jobs
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.money import rules
from registry.money.amounts import said
from registry.money.models import Repricing
from registry.usage import pricing, repricing
from registry.usage.models import Observation

JOB = "money.reprice"


def ask(actor: User, start: date, until: date | None, what: str) -> Any:
    """Have the calls from a day on (until before another) priced anew, after the open transaction. None if none can be.

    `what` says why, such as "the price of Meridian large".
    """
    today = clock.now().date()
    end = today if until is None else min(until - timedelta(days=1), today)
    if start > end:
        return None
    args = {"start": start.isoformat(), "end": end.isoformat(), "what": what, "actor": actor.pk}
    return jobs.enqueue(JOB, args=args, owner=actor, label=f"Price calls anew: {what}"[:200])


def request(*, actor: User, start: date, end: date, what: str) -> Any:
    """Ask that the calls from one day to another (included) be priced anew; return the job. Raises Denied, Invalid."""
    require(rules.may_reprice(actor))
    wrong = {} if start <= end else {"end": ["On the first day or after it."]}
    if start > clock.now().date():
        wrong = {"start": ["Today or before: nothing was called yet."]}
    if wrong:
        raise Invalid("These days cannot be priced anew.", fields=wrong)
    return ask(actor, start, end + timedelta(days=1), what.strip() or "a period")


def run(job: Any, progress: Any) -> dict[str, Any]:
    """Price the period of a job anew; its days before the first observation are left out."""
    start, end = date.fromisoformat(job.args["start"]), date.fromisoformat(job.args["end"])
    first = Observation.objects.order_by("at").values_list("at", flat=True).first()
    if first is None or first.date() > end:
        return {"calls": 0, "changed": 0}
    done = repricing.reprice(max(start, first.date()), end, progress)
    if done.changed:
        record(start, end, job.args["what"], done, actor=User.objects.get(pk=job.args["actor"]))
    return {"calls": done.calls, "changed": done.changed, "left": done.left}


@action
def record(start: date, end: date, what: str, done: repricing.Repriced, *, actor: User) -> Repricing:
    """Keep what pricing a period anew came to, and tell it."""
    currency = pricing.company_currency()
    row = Repricing(start=start, end=end, what=what[:300], calls=done.calls, changed=done.changed, left=done.left)
    row.before, row.after, row.currency, row.at = Decimal(done.before), Decimal(done.after), currency, clock.now()
    told = {"start": start, "end": end, "what": row.what, "calls": done.calls, "changed": done.changed, "left": done.left}
    told |= {"before": said(done.before, ""), "after": said(done.after, ""), "currency": currency}
    return transitions.create(row, actor=actor, kind="usage.repriced", payload=told)
