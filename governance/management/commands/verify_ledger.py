"""Computes the whole ledger again, with all that it binds, and names what does not hold."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.people.system import system_actor
from governance.proofs import notes
from governance.verification import actions
from governance.verification.report import KINDS, Report
from governance.verification.verifying import verify


class Command(BaseCommand):
    """Exit code 0: everything holds. 1: something does not. 2: it could not be looked at."""

    help = "Verify every entry of the ledger, every row and file that entries bind, and every checkpoint."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an older checkpoint, the form of the answer, and whether to keep it."""
        parser.add_argument("--older", metavar="FILE", help="a signed checkpoint kept elsewhere; the ledger must extend it")
        parser.add_argument("--json", action="store_true", help="print the result as JSON, with up to a thousand findings")
        parser.add_argument("--quiet", action="store_true", help="show no progress")
        parser.add_argument("--no-files", action="store_true", help="leave out evidence and documents")
        parser.add_argument("--keep", action="store_true", help="keep the result, as the nightly verification does")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and say what was found."""
        older = _read(options["older"])
        progress = self._quiet if options["quiet"] or options["json"] else self._progress
        try:
            report = verify(progress, older=older, look_at_files=not options["no_files"])
        except notes.BadNote as error:
            fix = "Is it the whole note, with its signature line, and of this ledger?"
            raise CommandError(f"{options['older']} is no checkpoint of this ledger: {error}. {fix}", returncode=2) from error
        if options["keep"]:
            actions.keep(report, actor=system_actor())
        if options["json"]:
            self.stdout.write(json.dumps(_plain(report), indent=2, ensure_ascii=False))
        else:
            self._say(report)
        if not report.holds:
            sys.exit(1)

    def _progress(self, done: int, total: int, label: str) -> None:
        share = f"{done * 100 // total:3d} %" if total else "     "
        self.stderr.write(f"\r{share}  {done:,} of {total:,} entries · {label[:40]:<40}", ending="")

    def _quiet(self, done: int, total: int, label: str) -> None:
        pass

    def _say(self, report: Report) -> None:
        self.stderr.write("\r" + " " * 79 + "\r", ending="")
        for each in report.findings:
            known = " (accepted)" if each.mark in report.known else ""
            self.stdout.write(f"{KINDS[each.kind]}: {each.what}. {each.said}{known}")
        if report.count > len(report.findings):
            self.stdout.write(f"... and {report.count - len(report.findings):,} more.")
        self.stdout.write(
            f"{report.size:,} entries, {report.checkpoints:,} checkpoints, {report.rows:,} rows, {report.parts:,} personal "
            f"parts and {report.files:,} files in {report.seconds:.1f} s; {report.gone:,} let go, each explained."
        )
        self.stdout.write(f"Root over {report.size:,} entries: {report.root}")
        if report.older:
            self.stdout.write(f"Held to the {report.older} that was given.")
        self.stdout.write("Everything holds." if report.holds else f"{report.problems:,} findings: the ledger does not hold.")


def _read(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} cannot be read: {error}", returncode=2) from error


def _plain(report: Report) -> dict[str, Any]:
    return {
        "holds": report.holds,
        "entries": report.size,
        "root": report.root,
        "checkpoints": report.checkpoints,
        "rows": report.rows,
        "parts": report.parts,
        "files": report.files,
        "let_go": report.gone,
        "problems": report.problems,
        "accepted": report.accepted,
        "older": report.older,
        "seconds": round(report.seconds, 3),
        "findings": report.plain_findings(len(report.findings)),
    }
