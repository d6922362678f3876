"""What each row would do, decided without changing anything: new, changed, same or refused, with the differences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from governance.core.errors import PlumblineError
from governance.core.tabular.conversion import MappedRow
from governance.core.tabular.problems import Level, Problem
from governance.ledger import transitions
from registry.imports.adapter import Adapter, Resolved, Session
from registry.imports.models import ImportRow

Outcome = ImportRow.Outcome


@dataclass
class Plan:
    """What one row would do. `changes` and `before` hold attributes of an existing object."""

    row: MappedRow
    outcome: str
    label: str = ""
    subject: Any = None
    changes: dict[str, Any] = field(default_factory=dict)
    differences: list[list[str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Planner:
    """Plans a file's rows one after the other; remembers which existing objects are taken by earlier rows."""

    def __init__(self, adapter: Adapter, session: Session) -> None:
        self.adapter, self.session = adapter, session
        self._claimed: dict[int, int] = {}
        self._identities: dict[str, int] = {}
        self.repeated_names: dict[str, int] = defaultdict(int)

    def plan(self, rows: Iterable[MappedRow]) -> Iterator[Plan]:
        """Plan all rows."""
        for row in rows:
            yield self.one(row)

    def one(self, row: MappedRow) -> Plan:
        """Plan one row. A problem that refuses it ends the matter."""
        resolved = self.session.resolve(row)
        plan = Plan(row, Outcome.REFUSED, resolved.label, problems=[*row.problems, *resolved.problems])
        if _refused(plan.problems):
            return plan
        said = len(resolved.problems)
        found, how = self.session.candidates(resolved)
        plan.problems.extend(resolved.problems[said:])
        if _refused(plan.problems):
            return plan
        if how and (twin := self._twin(how, resolved, row.number)):
            plan.problems.append(twin)
            return plan
        subject = self._best(found, resolved) if found else None
        if subject is None:
            return self._new(plan, resolved)
        return self._existing(plan, subject, resolved)

    def _twin(self, how: str, resolved: Resolved, number: int) -> Problem | None:
        """A key that two rows share cannot name two things."""
        identity = f"{how}:{str(resolved.attrs.get(how, '')).casefold()}"
        first = self._identities.setdefault(identity, number)
        if first == number:
            return None
        label = self.adapter.labels.get(how, how)
        value = resolved.attrs.get(how, "")
        what = f"Row {first:,} has the same {label.lower()}, “{value}”."
        return Problem(Level.REFUSE, what, "Keep one of the two rows.")

    def _best(self, found: Sequence[Any], resolved: Resolved) -> Any:
        """Of several objects of one name, the free one from which the row differs least."""
        free = [obj for obj in found if obj.pk not in self._claimed]
        if not free:
            return None
        if len(free) == 1:
            return free[0]
        kept = list(resolved.problems)
        best = min(free, key=lambda obj: (len(self.session.changes(obj, resolved)), obj.pk))
        resolved.problems[:] = kept
        return best

    def _new(self, plan: Plan, resolved: Resolved) -> Plan:
        try:
            transitions.check(self.session.build(resolved))
        except PlumblineError as error:
            plan.problems.extend(from_error(error, self.adapter.labels))
            return plan
        plan.outcome = Outcome.NEW
        self.repeated_names[resolved.label.casefold()] += 1
        return plan

    def _existing(self, plan: Plan, subject: Any, resolved: Resolved) -> Plan:
        self._claimed[subject.pk] = plan.row.number
        plan.subject = subject
        before = len(resolved.problems)
        plan.changes = self.session.changes(subject, resolved)
        plan.problems.extend(resolved.problems[before:])
        if _refused(plan.problems):
            return plan
        if not plan.changes:
            plan.outcome = Outcome.SAME
            return plan
        verdict = self.session.verdict(subject)
        if not verdict:
            plan.problems.append(Problem(Level.REFUSE, verdict.reason, verdict.fix))
            return plan
        plan.outcome = Outcome.CHANGED
        plan.differences = list(self._differences(subject, plan.changes))
        return plan

    def _differences(self, subject: Any, changes: Mapping[str, Any]) -> Iterator[list[str]]:
        for name, label in self.adapter.labels.items():
            if name not in changes:
                continue
            was, now = getattr(subject, name), changes[name]
            if isinstance(now, dict):
                was = was or {}
                for key in now:
                    if was.get(key) != now[key]:
                        yield [key, str(was.get(key, "")), str(now[key])]
            else:
                yield [label, self.session.say(name, was), self.session.say(name, now)]


def _refused(problems: Iterable[Problem]) -> bool:
    return any(problem.level == Level.REFUSE for problem in problems)


def from_error(error: PlumblineError, labels: Mapping[str, str]) -> list[Problem]:
    """Turn an error of the model or an action into problems of the row."""
    if not error.fields:
        return [Problem(Level.REFUSE, error.message, error.fix)]
    return [
        Problem(Level.REFUSE, f"{labels.get(name, name)}: {message}" if name else message, error.fix, name)
        for name, messages in error.fields.items()
        for message in messages
    ]


def stored(value: Any) -> Any:
    """An attribute's value as JSON, to be put back when an import is undone."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value.pk if hasattr(value, "pk") else value
