"""The only writers: have the ledger verified, keep what was found, take responsibility for a finding."""

from collections.abc import Collection

from governance.core import clock, jobs
from governance.core.errors import Invalid
from governance.core.models import Job
from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.proofs import keys, notes
from governance.verification import rules
from governance.verification.models import MOST_KEPT, AcceptedFinding, Verification
from governance.verification.report import Report

JOB = "ledger.verify"
NAMED = 5


def ask(*, actor: User, older: str = "") -> Job:
    """Have a worker verify everything; `older` is a signed checkpoint that today's ledger must extend.

    Raises Denied, and Invalid when the checkpoint is none of this ledger's. One who asks again while it runs gets that job.
    """
    require(rules.may_verify(actor))
    given = older.replace("\r\n", "\n").lstrip()
    if given:
        given = given.rstrip("\n") + "\n"
        try:
            notes.read_checkpoint(notes.verify(given, keys.verifiers())[0])
        except notes.BadNote as error:
            said = f"This is no checkpoint of this ledger: {error}."
            raise Invalid(said, fix="Paste the whole note, with its signature line.", fields={"older": [said]}) from error
    waiting = Job.objects.filter(kind=JOB, owner=actor, args={"older": given}, state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return waiting.first() or jobs.enqueue(JOB, args={"older": given}, owner=actor, label="Verify the ledger")


@action
def keep(report: Report, *, actor: User) -> Verification:
    """Keep what a verification found, and tell it."""
    made = Verification(
        started_at=report.started_at,
        finished_at=report.finished_at or clock.now(),
        size=report.size,
        root=report.root,
        checkpoints=report.checkpoints,
        rows=report.rows,
        parts=report.parts,
        files=report.files,
        gone=report.gone,
        problems=report.problems,
        accepted=report.accepted,
        findings=report.plain_findings(MOST_KEPT),
        older=report.older,
        by=actor,
    )
    told = {
        "entries": made.size,
        "rows": made.rows,
        "files": made.files,
        "checkpoints": made.checkpoints,
        "problems": made.problems,
        "accepted": made.accepted,
        "gone": made.gone,
        "root": made.root,
        "older": made.older,
    }
    kind = "ledger.verified" if made.holds else "ledger.not_verified"
    return transitions.create(made, actor=actor, kind=kind, payload=told)


@action
def accept(result: Verification, marks: Collection[str], *, actor: User, reason: str) -> list[AcceptedFinding]:
    """Take responsibility for findings: they are shown from now on, and alarm no more, as long as nothing further changes.

    Raises Denied, and Invalid without a reason or for a finding that is not among those of the result.
    """
    require(rules.may_accept(actor))
    if not reason.strip():
        raise Invalid("Say why this is accepted.", fields={"reason": ["This is needed."]})
    named = {each["mark"]: each for each in result.findings}
    if not marks or not set(marks) <= set(named):
        raise Invalid("Choose findings of this verification.", fields={"findings": ["Choose at least one of them."]})
    held = set(AcceptedFinding.objects.filter(mark__in=marks).values_list("mark", flat=True))
    fresh = [each for mark, each in named.items() if mark in set(marks) - held]
    if not fresh:
        raise Invalid("These are accepted already.", fields={"findings": ["Somebody accepted them already."]})
    now = clock.now()
    made = AcceptedFinding.objects.bulk_create(
        AcceptedFinding(mark=each["mark"], what=f"{each['what']}: {each['said']}"[:400], reason=reason.strip(), by=actor, at=now)
        for each in fresh
    )
    told = {
        "count": len(fresh),
        "verification": result.key,
        "marks": [each["mark"] for each in fresh],
        "what": [each["what"] for each in fresh[:NAMED]],
    }
    journal.record("ledger.finding_accepted", actor=actor, subject=result, payload=told, reason=reason.strip())
    return list(made)
