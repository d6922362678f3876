"""Proposes what a file says. The same action as everywhere, with where it came from; nothing is replaced unasked."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Conflict
from governance.ledger.journal import action
from governance.people.models import User
from registry.changes import actions, queries
from registry.changes.models import Change
from registry.contracts.shape import Contract
from registry.surfaces.models import Surface


@action
def propose_file(
    surface: Surface,
    *,
    actor: User,
    contract: Contract,
    title: str,
    why: str,
    record: Mapping[str, Any],
    source: Mapping[str, str],
    replace: bool = False,
) -> Change:
    """Propose a contract from a repository. `replace` withdraws the change that is still open, if the actor may.

    Raises what proposing and withdrawing raise; Conflict while another change is open and is not to be replaced.
    """
    waiting = queries.open_change(surface)
    if waiting is not None and not replace:
        raise Conflict(
            f"{waiting.key}, {waiting.title}, is still open for {surface.key}.",
            fix="Decide or withdraw it, or send replace: true to withdraw it and propose this instead.",
            code="change-open",
        )
    if waiting is not None:
        actions.withdraw(waiting, actor=actor, reason=f"Replaced by {source.get('source_commit') or 'a newer file'}.")
    return actions.propose(surface, actor=actor, title=title, why=why, contract=contract, record=record, source=source)
