"""Naming places: by a team on its page, or from an export."""

from collections.abc import Iterable
from typing import Any

from governance.core import clock, digest
from governance.core.errors import Conflict
from governance.core.verdict import require
from governance.ledger import journal, transitions
from governance.ledger.journal import action
from governance.people.models import Team, User
from registry.mapping import exports, queries, recognising, rules
from registry.mapping.actions.leading import locked
from registry.mapping.exports import Export, Found
from registry.mapping.models import MappingLine, MappingSession, MappingTeam

FIELDS = ("what", "made_by", "purpose", "data_used")


@action
def say(
    session: MappingSession,
    *,
    actor: User,
    what: str,
    team: Team | None = None,
    made_by: str = "",
    purpose: str = "",
    data_used: str = "",
) -> MappingLine:
    """Name one place where a model is called. Raises Denied for another's team, Invalid for what is missing."""
    session = locked(session, None)
    require(rules.may_name(actor, session, team.pk if team else None, queries.invited(session)))
    line = MappingLine(
        session=session,
        team=team,
        what=what.strip(),
        made_by=made_by.strip(),
        purpose=purpose.strip(),
        data_used=data_used.strip(),
        product=_product(what),
        named_by=actor,
    )
    return transitions.create(line, actor=actor, kind="mapping.named", payload=_told(line), touches=(session,))


@action
def amend(line: MappingLine, *, actor: User, expected_version: int | None = None, **given: str) -> MappingLine:
    """Correct the words of a line. Raises Denied, StaleState."""
    line = held(line, expected_version)
    require(rules.may_amend(actor, line, queries.invited(line.session)))
    after: dict[str, Any] = {name: given[name].strip() for name in FIELDS if name in given}
    if "what" in after:
        after["product"] = _product(after["what"])
    told = {"what": after.get("what", line.what)}
    return transitions.change(line, actor=actor, kind="mapping.amended", changes=after, payload=told, touches=line.ledger_touches)


@action
def withdraw(line: MappingLine, *, actor: User, expected_version: int | None = None) -> None:
    """Take a line back. Raises Denied, StaleState."""
    line = held(line, expected_version)
    require(rules.may_amend(actor, line, queries.invited(line.session)))
    told = {"what": line.what}
    transitions.remove(line, actor=actor, kind="mapping.withdrawn", payload=told, touches=line.ledger_touches)


@action
def team_done(invited: MappingTeam, *, actor: User, expected_version: int | None = None) -> MappingTeam:
    """Say that a team has named everything. Raises Denied, StaleState."""
    return _mark(invited, actor, "mapping.team_done", {"done_at": clock.now(), "done_by": actor}, expected_version)


@action
def team_again(invited: MappingTeam, *, actor: User, expected_version: int | None = None) -> MappingTeam:
    """Open a team's list again. Raises Denied, StaleState."""
    return _mark(invited, actor, "mapping.team_again", {"done_at": None, "done_by": None}, expected_version)


def _mark(invited: MappingTeam, actor: User, kind: str, changes: dict[str, Any], expected_version: int | None) -> MappingTeam:
    rows = MappingTeam.objects.select_for_update(of=("self",)).select_related("team", "session__facilitator")
    now = rows.get(pk=invited.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    require(rules.may_name(actor, now.session, now.team_id, {now.team_id}))
    told = {"team": now.team.name}
    return transitions.change(now, actor=actor, kind=kind, changes=changes, payload=told, touches=now.ledger_touches)


def take_export(session: MappingSession, *, actor: User, kind: str, data: bytes, name: str) -> tuple[Export, int]:
    """Bring in an export: a line for each known product and team. Returns what was read and how many lines are new.

    Only products, teams and sums are kept; the file, and every row that is not known, is let go. What an export of the
    same kind said before is not said again. Raises Denied, Invalid for what is no such export.
    """
    require(rules.may_lead(actor, session))
    read = exports.read(kind, data, name)
    return read, len(_keep(session, read, kind=kind, sha256=digest.sha256(data), actor=actor))


@action
def _keep(session: MappingSession, read: Export, *, kind: str, sha256: str, actor: User) -> list[MappingLine]:
    session = locked(session, None)
    require(rules.may_lead(actor, session))
    if not read.found:
        raise Conflict(
            f"None of its {read.rows:,} rows is a product that is known to call a model.",
            fix="Name what you miss by hand; the list of known products is registry/mapping/known.yaml.",
        )
    teams = {name.casefold(): team for team in Team.objects.all() for name in (team.name, team.key, team.cost_centre) if name}
    before = set(session.lines.filter(origin=kind).values_list("product", "team", "currency"))
    new = [line for line in _lines(session, read.found, teams, kind, actor) if _same(line) not in before]
    told = {
        "kind": kind, "found": len(read.found), "rows": read.rows, "unknown": read.unknown, "sha256": sha256,
        "columns": dict(read.columns),
    }  # fmt: skip
    journal.record("mapping.export_taken", actor=actor, subject=session, payload=told)
    return transitions.create_many(new, actor=actor, kind="mapping.named", payload=_told)


def _lines(
    session: MappingSession, found: Iterable[Found], teams: dict[str, Team], kind: str, actor: User
) -> Iterable[MappingLine]:
    """Make a line for each product and team of ours; what two names of one team said is added up."""
    made: dict[tuple[str, int | None, str], MappingLine] = {}
    for each in found:
        team = teams.get(each.team.casefold())
        line = MappingLine(
            session=session,
            team=team,
            what=each.product.name,
            made_by=each.product.maker,
            origin=kind,
            product=each.product.key,
            people=each.users if kind == exports.SSO else None,
            spent=each.spent if kind == exports.EXPENSES else None,
            currency=each.currency if kind == exports.EXPENSES else "",
            named_by=actor,
        )
        if (same := made.get(_same(line))) is None:
            made[_same(line)] = line
            continue
        same.people = (same.people or 0) + (line.people or 0) or None
        same.spent = same.spent + line.spent if same.spent is not None and line.spent is not None else same.spent
    return made.values()


def _same(line: MappingLine) -> tuple[str, int | None, str]:
    return line.product, line.team_id, line.currency


def _product(what: str) -> str:
    found = recognising.by_app(what)
    return found.key if found else ""


def _told(line: MappingLine) -> dict[str, Any]:
    return {"what": line.what, "team": line.team.name if line.team else "", "origin": line.origin, "product": line.product}


def held(line: MappingLine, expected_version: int | None) -> MappingLine:
    """Return a line as it stands now, held until the transaction ends. Raises StaleState for an older version."""
    rows = MappingLine.objects.select_for_update(of=("self",)).select_related("session__facilitator", "team", "surface")
    now = rows.filter(pk=line.pk).first()
    if now is None or (expected_version is not None and now.version != expected_version):
        raise transitions.stale(line)
    return now
