"""Who decides what on one surface: overrides of the tier's defaults, with exactly one A in each row (R2)."""

from collections.abc import Mapping, Sequence

from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people_rules
from governance.people.models import Position, User
from registry.surfaces import queries, raci
from registry.surfaces.actions.common import locked, require_edit, require_open
from registry.surfaces.models import RaciRow, Surface


@action
def set_raci(
    surface: Surface,
    *,
    actor: User,
    decision: str,
    row: Mapping[str, Sequence[raci.Party]],
    expected_version: int | None = None,
    reason: str = "",
) -> Surface:
    """Say who is R, A, C and I for one kind of decision, in place of the tier's default. Raises Denied, Invalid, StaleState."""
    surface = locked(surface, expected_version)
    require_open(surface)
    require_edit(actor, surface)
    _check(decision, row)
    held = _holders(row)
    surface.raci.filter(decision=decision).delete()
    for letter in raci.LETTERS:
        for who in dict.fromkeys(row.get(letter, ())):
            RaciRow(surface=surface, decision=decision, letter=letter, **{who.kind: held[who]}).save()
    told = {letter: [who.token for who in row.get(letter, ())] for letter in raci.LETTERS}
    return transitions.change(
        surface,
        actor=actor,
        kind="surface.raci_set",
        changes={},
        payload={"decision": raci.DECISIONS[decision].lower(), **told},
        reason=reason,
    )


@action
def reset_raci(surface: Surface, *, actor: User, decision: str, expected_version: int | None = None) -> Surface:
    """Go back to the default of the tier for one kind of decision. Raises Denied, Invalid or StaleState."""
    surface = locked(surface, expected_version)
    require_open(surface)
    require_edit(actor, surface)
    if decision not in raci.DECISIONS:
        raise Invalid(f"There is no kind of decision called {decision[:40]}.", fields={"decision": ["Choose one of the list."]})
    surface.raci.filter(decision=decision).delete()
    told = {"decision": raci.DECISIONS[decision].lower()}
    return transitions.change(surface, actor=actor, kind="surface.raci_reset", changes={}, payload=told)


def _check(decision: str, row: Mapping[str, Sequence[raci.Party]]) -> None:
    if decision not in raci.DECISIONS:
        raise Invalid(f"There is no kind of decision called {decision[:40]}.", fields={"decision": ["Choose one of the list."]})
    if stray := set(row) - set(raci.LETTERS):
        raise Invalid("The letters are R, A, C and I.", fields={name: ["Unknown."] for name in sorted(stray)})
    require_one(decision, row)
    if not row.get("R"):
        raise Invalid(
            "Nobody is responsible.",
            fix="Give at least one R.",
            fields={"R": [f"{raci.DECISIONS[decision]}: give at least one R."]},
        )


def require_one(decision: str, row: Mapping[str, Sequence[raci.Party]]) -> None:
    """Raise Invalid unless exactly one is accountable."""
    verdict = raci.one_accountable(row)
    if not verdict:
        said = f"{raci.DECISIONS[decision]}: {verdict.reason}"
        raise Invalid(said, fix=verdict.fix, fields={"A": [f"{said} {verdict.fix}"]})


def _holders(row: Mapping[str, Sequence[raci.Party]]) -> dict[raci.Party, User | Position]:
    """Return the rows behind the parties. Raises Invalid for unknown ones and for people who cannot decide."""
    wanted = {who for parties in row.values() for who in parties}
    people = {each.ref: each for each in User.objects.filter(ref__in=[who.key for who in wanted if who.kind == "person"])}
    seats = {each.key: each for each in Position.objects.filter(key__in=[who.key for who in wanted if who.kind == "position"])}
    found: dict[raci.Party, User | Position] = {}
    for who in wanted:
        held = people.get(who.key) if who.kind == "person" else seats.get(who.key)
        if held is None:
            raise Invalid(
                f"There is no {who.kind} {who.key}.", fix="Choose one that exists.", fields={"row": [f"Unknown {who.kind}."]}
            )
        if isinstance(held, User):
            require(people_rules.may_own(held))
        found[who] = held
    return found


def set_matrix(
    surface: Surface,
    *,
    actor: User,
    rows: Mapping[str, Mapping[str, Sequence[raci.Party]]],
    expected_version: int | None = None,
) -> list[str]:
    """Set every row that differs from what holds, all or none; returns the changed kinds of decision in words.

    Raises Denied, Invalid or StaleState.
    """
    require_edit(actor, surface)
    held = {line.decision: line.row for line in queries.raci_of(surface)}
    differing = {
        decision: row
        for decision, row in rows.items()
        if any(set(row.get(letter, ())) != set(held.get(decision, {}).get(letter, ())) for letter in raci.LETTERS)
    }
    if differing:
        _set_all(surface, actor=actor, rows=differing, expected_version=expected_version)
    return [raci.DECISIONS[decision].lower() for decision in differing]


@action
def _set_all(
    surface: Surface,
    *,
    actor: User,
    rows: Mapping[str, Mapping[str, Sequence[raci.Party]]],
    expected_version: int | None,
) -> None:
    for decision, row in rows.items():
        surface = set_raci(surface, actor=actor, decision=decision, row=row, expected_version=expected_version)
        expected_version = None
