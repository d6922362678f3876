"""Writing a contract: one draft for each surface, saved as often as one likes, in its canonical form."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.contracts.problems import Problem
from registry.contracts.shape import parts
from registry.contracts.validate import accept
from registry.surfaces import facts as held
from registry.surfaces.actions.common import locked, require_edit, require_open
from registry.surfaces.models import Draft, Surface


@action
def save_draft(surface: Surface, *, actor: User, contract: Mapping[str, Any], expected_version: int | None = None) -> Draft:
    """Keep a contract as the surface's draft; it may be incomplete, not wrong. `expected_version` is the draft's.

    Raises Denied, StaleState, or Invalid with every problem under its JSON pointer.
    """
    surface = locked(surface)
    require_open(surface)
    require_edit(actor, surface)
    whole, problems = accept(held.with_references(contract), known=held.known())
    if problems:
        raise Invalid(_said(problems), fields=by_pointer(problems), code="contract-invalid")
    draft = surface.drafts.select_for_update(of=("self",)).filter(kind=Draft.Kind.CONTRACT).first()
    if draft is None:
        draft = Draft(kind=Draft.Kind.CONTRACT, surface=surface, author=actor, content=whole, base=surface.in_force)
        told = {"base": surface.in_force.number if surface.in_force else 0}
        return transitions.create(draft, actor=actor, kind="draft.begun", payload=told, touches=(surface,))
    moved = [part for part in parts() if draft.content.get(part) != whole.get(part)]
    return transitions.change(
        draft,
        actor=actor,
        kind="draft.saved",
        changes={"content": whole},
        expected_version=expected_version,
        payload={"parts": moved},
        touches=(surface,),
    )


@action
def discard_draft(draft: Draft, *, actor: User, expected_version: int | None = None) -> None:
    """Throw the draft of a contract away. Raises Denied or StaleState."""
    if draft.surface is None:
        raise Invalid("This is no draft of a contract.")
    require_edit(actor, locked(draft.surface))
    if expected_version is not None and draft.version != expected_version:
        raise transitions.stale(draft)
    transitions.remove(draft, actor=actor, kind="draft.discarded")


def by_pointer(problems: list[Problem]) -> dict[str, list[str]]:
    """Return problems as an error's fields: `contract` and the JSON pointer, with all that is said about it."""
    found: dict[str, list[str]] = {}
    for each in problems:
        found.setdefault(f"contract{each.pointer}", []).append(str(each))
    return found


def _said(problems: list[Problem]) -> str:
    count = len(problems)
    return str(problems[0]) if count == 1 else f"The contract has {count} problems."
