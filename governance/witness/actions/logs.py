"""Which logs of others are cosigned here."""

from collections.abc import Mapping
from typing import Any

from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.proofs import notes
from governance.witness import ownkey, rules
from governance.witness.actions.keeping import faults, locked
from governance.witness.models import WatchedLog

MOST_KEYS = 16


@action
def watch(*, actor: User, origin: str, name: str, vkeys: str) -> WatchedLog:
    """Cosign a log from now on: its origin, whose it is, and its keys, one a line. Raises Denied, Invalid, Conflict.

    With the first log the key is made by which this installation cosigns.
    """
    require(rules.may_keep(actor))
    made = WatchedLog(origin=origin.strip(), name=name.strip(), vkeys=_lines(vkeys))
    if any(letter.isspace() or letter == "+" for letter in made.origin):
        faults(origin="An origin has no spaces and no plus sign; it is the first line of the log's checkpoints.")
    told = {"origin": made.origin, "vkeys": made.vkeys}
    found: WatchedLog = transitions.create(made, actor=actor, kind="watched_log.added", payload=told)
    if not ownkey.exists():
        journal.record("witness.key_made", actor=actor, subject=found, payload={"vkey": ownkey.make().verifier.vkey})
    return found


@action
def edit_log(log: WatchedLog, *, actor: User, changes: Mapping[str, Any], expected_version: int | None = None) -> WatchedLog:
    """Change whose log it is, or its keys; the origin stays. Raises as `watch`, StaleState."""
    now = locked(log, actor, expected_version)
    moved: dict[str, Any] = {}
    if "name" in changes:
        moved["name"] = changes["name"].strip()
    if "vkeys" in changes:
        moved["vkeys"] = _lines(changes["vkeys"])
    told = {"origin": now.origin, "vkeys": moved.get("vkeys", now.vkeys)}
    return transitions.change(now, actor=actor, kind="watched_log.edited", changes=moved, payload=told)


def _lines(vkeys: str) -> str:
    found = vkeys.split()
    if not 1 <= len(found) <= MOST_KEYS:
        faults(vkeys=f"Give 1 to {MOST_KEYS} keys, one a line.")
    for each in found:
        faults(vkeys=rules.vkey_fault(each, notes.NOTE))
    return "\n".join(found)
