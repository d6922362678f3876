"""Settling a line: register it, say that it is known already, leave it out with a reason, or open it again."""

from typing import Any

from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.mapping import queries, recognising, rules
from registry.mapping.actions.naming import held
from registry.mapping.models import MappingLine
from registry.surfaces import actions as surfaces
from registry.surfaces.models import Draft, Surface

Outcome = MappingLine.Outcome


@action
def begin(line: MappingLine, *, actor: User, expected_version: int | None = None) -> Draft:
    """Begin a guided registration filled in with what the line says. Raises Denied, Conflict for a settled line."""
    line = _open(line, actor, expected_version)
    draft = surfaces.begin_registration(actor=actor)
    surfaces.keep_answers(draft, actor=actor, step="what", given=_known(line) | {"source": line.key})
    _settle(line, actor, "mapping.drafted", {"what": line.what}, outcome=Outcome.DRAFTED, draft_number=draft.pk)
    return draft


@action
def register(line: MappingLine, *, actor: User, owner: User | None = None, expected_version: int | None = None) -> Surface:
    """Register a line at once as an idea, with what it says; tier and contract follow. Raises Denied, Conflict, Invalid.

    Without an `owner` the lead of its team is named, who has to accept it; else whoever registers it.
    """
    line = _open(line, actor, expected_version)
    known = _known(line)
    named = owner or (line.team.lead if line.team else None)
    surface = surfaces.register(
        actor=actor,
        name=known["name"],
        purpose=known["purpose"],
        owner=named,
        team=line.team,
        pattern=known.get("pattern", ""),
        vendor=queries.vendor_of(line),
        source=line.key,
    )
    _registered(line, surface, actor)
    return surface


@action
def known_as(line: MappingLine, *, actor: User, surface: Surface, expected_version: int | None = None) -> MappingLine:
    """Say that a line is a surface that is registered already. Raises Denied, Conflict for a settled line."""
    line = _open(line, actor, expected_version)
    told = {"what": line.what, "surface": surface.key}
    return _settle(line, actor, "mapping.known", told, outcome=Outcome.KNOWN, surface=surface)


@action
def leave_out(line: MappingLine, *, actor: User, reason: str, expected_version: int | None = None) -> MappingLine:
    """Leave a line out, and say why. Raises Denied, Invalid without a reason, Conflict for a settled line."""
    line = _open(line, actor, expected_version)
    if not reason.strip():
        raise Invalid("Say why it is left out.", fields={"reason": ["It calls no model, nobody uses it any more, …"]})
    return _settle(line, actor, "mapping.left", {"what": line.what}, outcome=Outcome.LEFT, left_because=reason.strip())


@action
def reopen(line: MappingLine, *, actor: User, expected_version: int | None = None) -> MappingLine:
    """Open a settled line again; a surface that was registered stays. Raises Denied, Conflict where it is open."""
    line = held(line, expected_version)
    require(rules.may_settle(actor, line))
    if line.outcome == Outcome.OPEN:
        raise Conflict("This line is open already.")
    told = {"what": line.what, "before": line.get_outcome_display().lower()}
    after = {"outcome": Outcome.OPEN, "surface": None, "draft_number": None, "left_because": ""}
    return _settle(line, actor, "mapping.reopened", told, **after)


@action
def settle_registered(line: MappingLine, *, actor: User, surface: Surface) -> MappingLine:
    """Note that the registration which a line began is finished. Raises Denied, Conflict where it did not begin one."""
    line = held(line, None)
    require(rules.may_settle(actor, line))
    if line.outcome != Outcome.DRAFTED:
        raise Conflict("This line waits for no registration.")
    return _registered(line, surface, actor)


def _registered(line: MappingLine, surface: Surface, actor: User) -> MappingLine:
    told = {"what": line.what, "surface": surface.key}
    return _settle(line, actor, "mapping.registered", told, outcome=Outcome.REGISTERED, surface=surface, draft_number=None)


def _settle(line: MappingLine, actor: User, kind: str, told: dict[str, Any], **changes: Any) -> MappingLine:
    touches = (*line.ledger_touches, changes.get("surface"))
    return transitions.change(line, actor=actor, kind=kind, changes=changes, payload=told, touches=touches)


def _open(line: MappingLine, actor: User, expected_version: int | None) -> MappingLine:
    line = held(line, expected_version)
    require(rules.may_settle(actor, line))
    if line.outcome != Outcome.OPEN:
        raise Conflict(f"This is settled: {line.get_outcome_display().lower()}.", fix="Open it again first.")
    return line


def _known(line: MappingLine) -> dict[str, Any]:
    """Return what a registration can be filled in with."""
    product, vendor = recognising.by_key(line.product), queries.vendor_of(line)
    name = line.what if line.team is None or line.origin == MappingLine.Origin.SAID else f"{line.what} in {line.team.name}"
    said = [line.purpose, f"Data: {line.data_used}." if line.data_used else ""]
    found: dict[str, Any] = {"name": name, "purpose": "\n".join(each for each in said if each)}
    if product is not None:
        found["pattern"] = product.pattern
    if vendor is not None:
        found["vendor"] = vendor.pk
    if line.team_id is not None:
        found["team"] = line.team_id
    return found
