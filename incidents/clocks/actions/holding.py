"""What people do with clocks: flag a deadline of law, say that it was met or never applied, pause a clock, let it go on."""

from datetime import datetime

from governance.core import clock as time
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy_queries
from governance.policy.incidentrules import RegulatoryClock
from incidents.cases import actions as cases
from incidents.cases import queries
from incidents.cases.models import Incident
from incidents.clocks import rules, words
from incidents.clocks.actions.common import KIND, forgotten, locked, miss, rested, shape, times, write
from incidents.clocks.models import Clock


@action
def flag(incident: Incident, kind: str, *, actor: User, reason: str, at: datetime | None = None) -> Clock:
    """Start a deadline of law or contract: `kind` is its key in the policy, `at` since when the company knows (now).

    Raises Denied, Invalid for an unknown kind, a moment to come or no reason, Conflict where it runs already.
    """
    require(rules.may_flag(actor, queries.visible_to(actor).filter(pk=incident.pk).exists()))
    policy = policy_queries.incident_rules()
    law, now = policy.regulatory.get(kind), time.now()
    aware = at or now
    wrong: dict[str, list[str]] = {}
    if law is None:
        wrong["kind"] = [f"One of {', '.join(policy.regulatory)}."]
    if aware > now:
        wrong["at"] = ["This moment lies in the future."]
    if not reason.strip():
        wrong["reason"] = ["Say why it applies."]
    if wrong or law is None:
        raise Invalid("This deadline cannot be flagged so.", fields=wrong)
    row = Clock.objects.select_for_update(of=("self",)).filter(incident=incident, kind=kind).first()
    if row is not None and row.stopped_as != Clock.Stopped.OFF:
        raise Conflict(f"{law.name} is flagged on {incident.key} already.", fix="Look at its clocks.")
    seconds = law.hours * 3600
    moments = times(aware, seconds, [], policy, business=False)
    text = f"flagged {law.name}: {words.limit(seconds)} to tell {_whom(law)}. {reason.strip()}"
    entry = cases.write(incident, actor=actor, kind=KIND, text=text, data={"clock": kind, "event": "clock.flagged"})
    if row is None:
        row = Clock(incident=incident, kind=kind, name=law.name, started_at=aware, limit_seconds=seconds, **moments)
        row.flagged_by = actor
        payload = {**shape(row), "source": law.source, **cases.row_told(entry)}
        return transitions.create(
            row, actor=actor, kind="clock.flagged", payload=payload, touches=row.ledger_touches, reason=reason.strip()
        )
    row.incident = incident
    changes = {
        "name": law.name, "started_at": aware, "limit_seconds": seconds, "stopped_at": None, "stopped_as": "",
        "flagged_by": actor, **moments, **forgotten(row, moments["due_at"], moments["warn_at"]),
    }  # fmt: skip
    payload = {
        **shape(row), "due_at": moments["due_at"], "limit_seconds": seconds, "source": law.source, **cases.row_told(entry),
    }  # fmt: skip
    return transitions.change(
        row, actor=actor, kind="clock.flagged", changes=changes, payload=payload, touches=row.ledger_touches,
        reason=reason.strip(),
    )  # fmt: skip


def _whom(law: RegulatoryClock) -> str:
    return f"{law.tell[:1].lower()}{law.tell[1:]}" if law.tell else "them"


@action
def meet(clock: Clock, *, actor: User, reason: str, at: datetime | None = None, expected_version: int | None = None) -> Clock:
    """Say that a flagged deadline was met: who was told, and how. `at` is when (now). Raises Denied, StaleState, Invalid."""
    row = locked(clock, expected_version)
    require(rules.may_settle(actor, row))
    moment = at or time.now()
    wrong = _without(reason, "Say who was told, and how.")
    if moment > time.now():
        wrong["at"] = ["This moment lies in the future."]
    if moment < row.started_at:
        wrong["at"] = ["This is before the deadline began."]
    if wrong:
        raise Invalid("This deadline cannot be settled so.", fields=wrong)
    changes = {"stopped_at": moment, "stopped_as": Clock.Stopped.MET}
    text = f"met {row.name}: {reason.strip()}"
    done = write(row, actor, "clock.met", text, changes, reason, due_at=row.due_at, stopped_at=moment)
    if rules.missed(done, moment) and done.breached_at is None:
        return miss(done, actor, policy_queries.incident_rules())
    return done


@action
def call_off(clock: Clock, *, actor: User, reason: str, expected_version: int | None = None) -> Clock:
    """Say that a flagged deadline never applied, and why. It can be flagged again. Raises Denied, StaleState, Invalid."""
    row = locked(clock, expected_version)
    require(rules.may_settle(actor, row))
    if wrong := _without(reason, "Say why it does not apply."):
        raise Invalid("This deadline cannot be called off so.", fields=wrong)
    changes = {"stopped_at": time.now(), "stopped_as": Clock.Stopped.OFF}
    return write(row, actor, "clock.called_off", f"called off {row.name}: {reason.strip()}", changes, reason, due_at=row.due_at)


@action
def pause(clock: Clock, *, actor: User, reason: str, expected_version: int | None = None) -> Clock:
    """Stop the time of a clock until it goes on, for a reason. Raises Denied (deadlines of law), StaleState, Invalid."""
    row = locked(clock, expected_version)
    require(rules.may_pause(actor, row))
    if wrong := _without(reason, "Say what it waits for."):
        raise Invalid("This clock cannot be paused so.", fields=wrong)
    text = f"paused the clock “{row.name}”: {reason.strip()}"
    return write(row, actor, "clock.paused", text, {"paused_at": time.now()}, reason)


@action
def resume(clock: Clock, *, actor: User, reason: str = "", expected_version: int | None = None) -> Clock:
    """Let a paused clock go on; what was left then is left now. Raises Denied, StaleState."""
    row = locked(clock, expected_version)
    require(rules.may_resume(actor, row))
    pauses = rested(row, time.now(), reason.strip())
    moments = times(row.started_at, row.limit_seconds, pauses, policy_queries.incident_rules(), business=row.business)
    changes = {"paused_at": None, "pauses": pauses, **moments, **forgotten(row, moments["due_at"], moments["warn_at"])}
    text = f"let the clock “{row.name}” go on" + (f": {reason.strip()}" if reason.strip() else ".")
    return write(row, actor, "clock.resumed", text, changes, reason, due_at=moments["due_at"])


def _without(reason: str, words_: str) -> dict[str, list[str]]:
    return {} if reason.strip() else {"reason": [words_]}
