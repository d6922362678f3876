"""An import whose job failed for good, or was stopped, goes back to where one can go on from."""

from typing import Any

from governance.core.verdict import require
from registry.imports import rules
from registry.imports.actions import steps
from registry.imports.actions.committing import close
from registry.imports.models import ImportBatch, ImportRow

State = ImportBatch.State
_BACK = {State.READING: State.DISCARDED, State.CHECKING: State.MAPPING, State.UNDOING: State.COMMITTED}


def release(batch: ImportBatch, *, actor: Any, expected_version: int | None = None) -> ImportBatch:
    """Take an import back from its job. Rows that went in stay in, are told to the ledger, and can be undone."""
    require(rules.may_release(actor, batch))
    steps.check_version(batch, expected_version)
    why = (batch.job.error or "The job was stopped.") if batch.job else "The job is gone."
    if batch.state == State.COMMITTING and batch.rows.filter(fate=ImportRow.Fate.APPLIED).exists():
        close(batch, actor=actor, problem=f"Only a part went in. {why}")
        return batch
    to = State.READY if batch.state == State.COMMITTING else _BACK[State(batch.state)]
    return steps.move(batch, to, frm=(batch.state,), problem=why)
