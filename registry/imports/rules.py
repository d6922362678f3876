"""Who may import, and who may touch an import: pure decisions."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.imports.models import ImportBatch

State = ImportBatch.State


def may_import(user: Any) -> Verdict:
    """Say whether a person may bring files in at all."""
    if roles.may_write(user):
        return ALLOW
    return deny("Auditors read everything and import nothing.", fix="Ask somebody who works on it to do this.")


def may_touch(user: Any, batch: ImportBatch) -> Verdict:
    """Say whether a person may map, commit or undo an import: whoever began it, or who governs."""
    if not roles.may_write(user):
        return may_import(user)
    if batch.owner_id == user.pk or roles.governs(user):
        return ALLOW
    return deny("Only the person who began this import may go on with it.", grantors=(str(batch.owner),))


def may_map(user: Any, batch: ImportBatch) -> Verdict:
    """Say whether the columns may be matched anew."""
    verdict = may_touch(user, batch)
    if not verdict:
        return verdict
    if batch.is_open:
        return ALLOW
    return deny(f"This import is {batch.get_state_display().lower()}; its columns stay as they are.", fix=_again(batch))


def may_commit(user: Any, batch: ImportBatch) -> Verdict:
    """Say whether the rows may go in now."""
    verdict = may_touch(user, batch)
    if not verdict:
        return verdict
    if batch.state == State.READY:
        if batch.count("new") or batch.count("changed"):
            return ALLOW
        return deny("No row would change anything.", fix="Match the columns anew, or discard this import.")
    return deny(f"This import is {batch.get_state_display().lower()}.", fix=_again(batch))


def may_undo(user: Any, batch: ImportBatch) -> Verdict:
    """Say whether what went in may be taken out again."""
    verdict = may_touch(user, batch)
    if not verdict:
        return verdict
    if batch.state == State.COMMITTED and not batch.file:
        return deny("What this import brought is not known any more: its rows were let go.", fix="Change what it made by hand.")
    if batch.state == State.COMMITTED:
        return ALLOW
    return deny(f"This import is {batch.get_state_display().lower()}; only one that is in can be undone.")


def may_release(user: Any, batch: ImportBatch) -> Verdict:
    """Say whether an import may be taken out of the hands of a job that will not go on."""
    verdict = may_touch(user, batch)
    if not verdict:
        return verdict
    if batch.is_running and (batch.job is None or batch.job.is_over):
        return ALLOW
    return deny("Its job still runs.", fix="Wait, or stop the job first.")


def may_discard(user: Any, batch: ImportBatch) -> Verdict:
    """Say whether an import that did not go in may be thrown away."""
    verdict = may_touch(user, batch)
    if not verdict:
        return verdict
    if batch.is_open:
        return ALLOW
    return deny(f"This import is {batch.get_state_display().lower()} and stays on record.", fix="Undo it instead.")


def may_remove_profile(user: Any, profile: Any) -> Verdict:
    """Say whether a saved mapping may be changed or removed."""
    if roles.may_write(user) and (profile.owner_id == user.pk or roles.governs(user)):
        return ALLOW
    return deny("Only the person who saved this mapping may change it.", grantors=(str(profile.owner),))


def _again(batch: ImportBatch) -> str:
    if batch.is_running:
        return "Wait until the work that runs is done."
    return "Upload the file again to begin anew."
