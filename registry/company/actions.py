"""Brings a company file in: every row through the actions that people use, all of it or nothing; a dry run takes it back."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from governance.core import company
from governance.core.digest import sha256
from governance.core.errors import Conflict, PlumblineError
from governance.core.verdict import require
from governance.ledger.journal import action, record
from governance.people.models import User
from governance.policy import queries as policy
from registry.company import matching, reading, rules, writing
from registry.company.exporting import Reader
from registry.company.reading import CompanyFile
from registry.company.sections import SECTIONS, Row, Section
from registry.contracts.plainyaml import Limits
from registry.contracts.problems import Problem
from registry.contracts.shape import pointer
from registry.surfaces import facts as held


@dataclass(frozen=True, slots=True)
class Step:
    """One record that the file adds or changes, in plain words, with its line."""

    section: str
    op: str
    title: str
    says: tuple[str, ...]
    line: int | None = None


@dataclass
class Outcome:
    """What a file does, or would do; nothing was done while there are problems or `applied` is false."""

    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    same: int = 0
    applied: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many records are added, changed, and as they are."""
        found = Counter(step.op for step in self.steps)
        return {"added": found["added"], "changed": found["changed"], "same": self.same}


class _TakeBack(Exception):
    """Ends the transaction without keeping anything."""


def import_company(source: str | bytes, *, actor: User, dry_run: bool = True, limits: Limits = reading.ONLINE) -> Outcome:
    """Bring a file in, or say what it would do. Raises Denied; whatever is wrong with the file is in `problems`.

    Contracts become drafts and things of the catalogue are proposed: nothing comes into force by a file. Nothing is
    removed. With a problem anywhere nothing is done at all.
    """
    require(rules.may_import(actor))
    file = reading.from_yaml(source, limits)
    outcome = Outcome(problems=list(file.problems))
    if outcome.problems:
        return outcome
    outcome.notes = list(_notes(file))
    digest = sha256(source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass"))
    try:
        _apply(file, outcome, digest, actor=actor, dry_run=dry_run)
    except _TakeBack:
        outcome.applied = False
    return outcome


@action
def _apply(file: CompanyFile, outcome: Outcome, digest: str, *, actor: User, dry_run: bool) -> None:
    here = company.current()
    writer, same_company = writing.Writer(actor), file.company == here.name
    for section in SECTIONS:
        if rows := file.rows.get(section.name):
            _section(section, rows, file, outcome, writer, same_company)
    counts = outcome.counts
    if dry_run or outcome.problems or not outcome.steps:
        raise _TakeBack
    told = {"added": counts["added"], "changed": counts["changed"], "sha256": digest}
    record("company.imported", actor=actor, subject=here, payload=told)
    outcome.applied = True


def _section(
    section: Section, rows: list[Row], file: CompanyFile, outcome: Outcome, writer: writing.Writer, same_company: bool
) -> None:
    reader = Reader(writer.actor)
    there, names = matching.held(section, reader), held.names()
    seen: set[Any] = set()
    for index, row in enumerate(rows):
        line = file.line(section.name, index)
        try:
            with transaction.atomic():
                before = there.find(row, same_company=same_company)
                identity = there.section.identify(before or row)
                if section.name != "surfaces" or before is not None:
                    _once(seen, identity, section, row)
                step = _put(section, row, before, writer, reader, names, line)
        except PlumblineError as error:
            outcome.problems += _problems(section, index, row, error, file)
            if len(outcome.problems) >= reading.MOST_TOLD:
                return
            continue
        if step is None:
            outcome.same += 1
        else:
            outcome.steps.append(step)


def _once(seen: set[Any], identity: tuple[Any, ...], section: Section, row: Row) -> None:
    if identity in seen:
        raise Conflict(f"{section.title(row).capitalize()} stands twice in the file.", fix="Keep one of the two.")
    seen.add(identity)


def _put(
    section: Section, row: Row, before: Row | None, writer: writing.Writer, reader: Reader, names: Any, line: int | None
) -> Step | None:
    if before is None:
        writing.add(writer, section.name, row)
        says = ["Contract: a first draft"] if row.get("contract") else []
        return Step(section.name, "added", section.title(row), tuple(says), line)
    told = matching.changes(section, row, before, reader)
    if not told:
        return None
    says = matching.in_words(section, told, before, names)
    writing.change(writer, section.name, matching.record(section, before), told, row)
    return Step(section.name, "changed", section.title(row), tuple(says), line)


def _problems(section: Section, index: int, row: Row, error: PlumblineError, file: CompanyFile) -> Iterator[Problem]:
    """What an action refused, beside the row, and each field that it names."""
    title = section.title(row)
    title = title[:1].upper() + title[1:]
    where, line = pointer((section.name, index)), file.line(section.name, index)
    fields = [(name, words) for name, texts in error.fields.items() for words in texts]
    if not fields:
        yield Problem(where, f"{title}: {error.message}", error.fix, line)
    for name, words in fields[:10]:
        inside = f"{where}/{name}" if f"{where}/{name}" in file.lines else where
        yield Problem(inside, f"{title}: {words}", error.fix, file.lines.get(inside, line))


def _notes(file: CompanyFile) -> Iterator[str]:
    """What a reader should know before bringing a file of another company or policy in."""
    here = company.current().name
    if file.company and file.company != here:
        yield f"The file is of {file.company[:100]}; this is {here}. Surfaces are found by outside number and name."
    version = policy.latest()
    if version is not None and file.policy.get("sha256") not in (None, version.digest):
        said = str(file.policy.get("label", "another"))[:40]
        yield f"It was written under policy {said}; here {version.label} holds, and tiers or data classes may differ."
