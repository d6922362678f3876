"""A problem comes in: it becomes an incident, its files are kept, and it is handed to those who tell and time it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import IntegrityError

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import journal
from governance.ledger.journal import action
from governance.people.models import User
from incidents.alerts import actions as alerts
from incidents.cases import actions as cases
from incidents.cases import queries as held
from incidents.cases.models import Attachment, Incident, TimelineEntry
from incidents.cases.rules import may_note
from incidents.clocks import actions as clocks
from incidents.filing import attaching, doors, rules
from incidents.filing.attaching import Kept
from incidents.filing.models import Report, ReportLink


def report(*, actor: User, files: Sequence[Any] = (), **told: Any) -> Report:
    """Report a problem: keep it as an incident, attach its files, tell whoever is on call, and start its clocks.

    `told` is `what` and any of: `harm` (Report.Harm), `near_miss` (left out: as `harm` says), `nonce` (of the form, so
    that it is taken once), `link` (the share link it came by; the actor is Plumbline itself then), and what `open_case`
    takes. Near misses call nobody: they are told by a notice. Raises Denied, Invalid by field, TooLarge, and Conflict
    where the form was taken already (`existing` finds its report).
    """
    require(rules.may_report(actor))
    kept = attaching.take(files, careful=told.get("link") is not None)
    return _report(actor=actor, kept=kept, **told)


@action
def _report(
    *,
    actor: User,
    kept: Iterable[Kept],
    what: str,
    harm: str = Report.Harm.UNSAID,
    near_miss: bool | None = None,
    nonce: str = "",
    link: ReportLink | None = None,
    **case: Any,
) -> Report:
    missed = harm in rules.NEAR_MISSES if near_miss is None else near_miss
    incident = cases.open_case(actor=actor, what=what, near_miss=missed, **case)
    made = Report(incident=incident, link=link, harm=harm, nonce=nonce or doors.new_nonce(), made_at=clock.now())
    try:
        made.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("This was sent already.", fix="Look at your report; nothing was kept twice.", code="sent") from error
    attaching.attach(incident, kept, actor=actor, from_reporter=True)
    hand_over(incident, actor=actor)
    return made


def hand_over(incident: Incident, *, actor: User) -> None:
    """Let those who are on call know of a new incident, and its clocks run, in the transaction that opened it."""
    alerts.start(incident, actor=actor)
    clocks.follow(incident, actor=actor)


def existing(nonce: str) -> Report | None:
    """Return the report that a form was kept as, where it was sent before."""
    return Report.objects.select_related("incident").filter(nonce=nonce).first()


def add_more(made: Report, *, actor: User, text: str = "", files: Sequence[Any] = ()) -> Incident:
    """Add what the reporter knows beside their report to the incident's timeline; its owner is told.

    `actor` is the reporter, or Plumbline itself for who came by a secret address: whoever holds that may add. Raises
    Denied, Invalid when nothing is added, TooLarge.
    """
    require(rules.may_report(actor))
    if not text.strip() and not files:
        raise Invalid("There is nothing to add yet.", fields={"text": ["Write something, or add a file."]})
    kept = attaching.take(files, careful=actor.kind == User.Kind.SYSTEM)
    return _add(made, kept, actor=actor, text=text)


@action
def _add(made: Report, kept: Iterable[Kept], *, actor: User, text: str) -> Incident:
    incident = made.incident
    if text.strip():
        cases.note(incident, actor=actor, kind=TimelineEntry.Kind.REPORT, text=text, data={"from_reporter": True})
    attaching.attach(incident, kept, actor=actor, from_reporter=True)
    journal.record("report.added", actor=actor, subject=incident, touches=incident.ledger_touches)
    return incident


def attach(incident: Incident, *, actor: User, files: Sequence[Any]) -> list[Attachment]:
    """Attach files to an incident, each with an entry on its timeline: for whoever may note on it.

    Raises Denied, Invalid without a file or with too many, TooLarge.
    """
    sees = held.visible_to(actor).filter(pk=incident.pk).exists()
    require(may_note(actor, sees))
    if not files:
        raise Invalid("There is no file yet.", fields={"attachments": ["Choose a file."]})
    return attaching.attach(incident, attaching.take(files), actor=actor)
