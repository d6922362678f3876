"""The only writer of sealed months."""

from datetime import date

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import queries as ledger
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from governance.policy.models import PolicyVersion
from governance.scorecard import rules, sealing
from governance.scorecard.models import ScoreSnapshot


@action
def seal(first: date, *, actor: User) -> ScoreSnapshot:
    """Seal the figures of a calendar month, given by its first day, for good.

    Raises Denied by role, Invalid for a month that is not over or lies before the first policy, Conflict where it is sealed.
    """
    require(rules.may_seal(actor))
    if first.day != 1 or not 2000 <= first.year < 9999:
        raise Invalid("This is no month.", fields={"month": ["Write it like 2026-10."]})
    version = policy.in_force()
    began = PolicyVersion.objects.order_by("effective_at").values_list("effective_at", flat=True)[0].date()
    if wrong := rules.wrong_month(first, clock.today(), began):
        raise Invalid(wrong, fields={"month": [wrong]})
    if ScoreSnapshot.objects.filter(year=first.year, month=first.month).exists():
        raise Conflict("This month is sealed already.", fix="What was sealed stays. Look at the live figures beside it.")
    figures, head = sealing.content(first, version), ledger.head()
    snapshot = ScoreSnapshot(
        year=first.year,
        month=first.month,
        figures=figures,
        digest=sealing.fingerprint(figures),
        seq=head.seq if head else 0,
        policy_version=version,
        sealed_by=actor,
        sealed_at=clock.now(),
    )
    told = {
        "month": f"{first:%B %Y}",
        "digest": snapshot.digest,
        "seq": snapshot.seq,
        "stage": figures["stage"],
        "policy_version": version.number,
    }
    return transitions.create(snapshot, actor=actor, kind="scorecard.sealed", payload=told)
