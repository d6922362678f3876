"""Decisions about many findings at once: one action call for each, previewed, and undone on demand."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import Verdict
from governance.people import roles
from governance.people.models import User
from governance.ui import atoms
from governance.ui.extensions import BulkAction
from registry.findings import actions, forms, rules
from registry.findings.models import Finding
from registry.findings.tables import state_of
from registry.findings.views.page import may_decide

Given = Mapping[str, Any]


def may(row: Finding, actor: User, given: Given) -> Verdict:
    """Say whether the person may decide about this one."""
    return may_decide(actor, row) and rules.is_unsettled(row)


def give(row: Finding, actor: User, given: Given) -> dict[str, Any]:
    """Give it to somebody; keep who had it."""
    before = row.owner.ref if row.owner is not None else ""
    actions.reassign(row, actor=actor, to=given["owner"], reason=given["reason"])
    return {"owner": before}


def take_back(row: Finding, actor: User, kept: Given) -> None:
    """Undo: who had it has it again."""
    earlier = User.objects.filter(ref=kept["owner"]).first()
    if earlier is None:
        raise Invalid(f"Nobody had {row.key} before.", fix="Give it to somebody else instead.")
    actions.reassign(row, actor=actor, to=earlier, reason="Undone")


def put_off(row: Finding, actor: User, given: Given) -> dict[str, Any]:
    """Put it off; nothing has to be kept to undo it."""
    actions.snooze(row, actor=actor, until=given["until"], reason=given["reason"])
    return {}


def dismiss(row: Finding, actor: User, given: Given) -> dict[str, Any]:
    """Dismiss it; nothing has to be kept to undo it."""
    actions.dismiss(row, actor=actor, reason=given["reason"])
    return {}


def wake(row: Finding, actor: User, kept: Given) -> None:
    """Undo: open again."""
    actions.wake(row, actor=actor)


BULK = (
    BulkAction(
        "owner",
        "Give to somebody",
        give,
        lambda row, given: (atoms.person(row.owner), atoms.person(given["owner"])),
        forms.OwnerForm,
        may,
        take_back,
        shown=roles.may_write,
    ),
    BulkAction(
        "snooze",
        "Put off",
        put_off,
        lambda row, given: (atoms.state(*state_of(row)), atoms.time(given["until"], "date")),
        forms.SnoozeForm,
        may,
        wake,
        shown=roles.may_write,
    ),
    BulkAction(
        "dismiss",
        "Dismiss",
        dismiss,
        lambda row, given: (atoms.state(*state_of(row)), "Dismissed"),
        forms.DismissForm,
        may,
        wake,
        shown=roles.may_write,
    ),
)
