"""One record of a company file put in: found, added or changed through the same actions that people use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from governance.core.errors import Conflict, Invalid
from governance.people import actions as people
from governance.people import lookups
from governance.people.models import Position, Team, User
from governance.policy.models import DataClass
from registry.catalog import actions as catalog
from registry.catalog.models import DataRule, Endpoint, Tool, Vendor
from registry.company import sections as kinds
from registry.company.reading import day_of, number_of
from registry.company.sections import BY_NAME, Row
from registry.evals import actions as evals
from registry.evals.models import EvalSuite
from registry.surfaces import actions as surfaces
from registry.surfaces import raci
from registry.surfaces.models import Surface

WHY = "From a company file."
MODELS: dict[str, Any] = {"vendors": Vendor, "endpoints": Endpoint, "tools": Tool}


@dataclass
class Writer:
    """Whoever brings the file in, and what was looked up already."""

    actor: User
    _found: dict[tuple[Any, str], Any] = field(default_factory=dict)

    def person(self, email: str, name: str) -> User | None:
        """Return a person by e-mail. Raises Invalid for somebody who is not here."""
        if not email:
            return None
        key = (User, email.casefold())
        if key not in self._found:
            self._found[key] = lookups.person(email, field=name)
        person: User = self._found[key]
        return person

    def keyed(self, model: Any, key: str, name: str) -> Any:
        """Return a record by its key. Raises Invalid where there is none, in the file before this or held."""
        if not key:
            return None
        if (model, key) not in self._found:
            found = model.objects.filter(key=key).first()
            if found is None:
                said = f"There is no {model._meta.verbose_name} {key[:60]}."
                raise Invalid(said, fix="Put it into the file, above where it is named.", fields={name: [said]})
            self._found[model, key] = found
        return self._found[model, key]

    def values(self, section: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return fields as actions take them: days, prices and records instead of text."""
        kind = BY_NAME[section].fields
        models = {"team": Team, "parent": Team, "vendor": Vendor}
        told: dict[str, Any] = {}
        for name, value in row.items():
            if kind[name] == kinds.DAY:
                told[name] = day_of(value)
            elif kind[name] == kinds.NUMBER:
                told[name] = number_of(value)
            elif kind[name] == kinds.PERSON:
                told[name] = self.person(value, name)
            elif name in models:
                told[name] = self.keyed(models[name], value, name)
            else:
                told[name] = value
        return told


def add(writer: Writer, section: str, row: Row) -> None:
    """Add a record that is not held. Raises what its action raises."""
    ADD[section](writer, row)


def change(writer: Writer, section: str, obj: Any, changes: Row, row: Row) -> None:
    """Change the fields of a held record that differ. Raises what its action raises."""
    CHANGE[section](writer, obj, changes, row)


def _add_team(writer: Writer, row: Row) -> None:
    given = writer.values("teams", row)
    people.create_team(given.pop("name"), actor=writer.actor, reason=WHY, **given)


def _change_team(writer: Writer, obj: Team, changes: Row, row: Row) -> None:
    people.change_team(obj, actor=writer.actor, changes=writer.values("teams", changes), reason=WHY)


def _add_position(writer: Writer, row: Row) -> None:
    given = dict(row)
    people.create_position(given.pop("name"), actor=writer.actor, reason=WHY, **given)


def _change_position(writer: Writer, obj: Position, changes: Row, row: Row) -> None:
    if "per_team" in changes:
        said = "Whether a position is held team by team does not change once people hold it."
        raise Conflict(said, fix="Make another position.", fields={"per_team": [said]})
    people.change_position(obj, actor=writer.actor, changes=changes, reason=WHY)


def _add_item(section: str) -> Callable[[Writer, Row], None]:
    ways: dict[str, Callable[..., Any]] = {
        "vendors": catalog.add_vendor,
        "endpoints": catalog.add_endpoint,
        "tools": catalog.add_tool,
    }
    adding = ways[section]

    def put(writer: Writer, row: Row) -> None:
        given = writer.values(section, row)
        terms = given.pop("terms", None)
        made = adding(actor=writer.actor, **given)
        if terms:
            catalog.set_terms(made, actor=writer.actor, terms=_terms(terms))

    return put


def _change_item(section: str) -> Callable[[Writer, Any, Row, Row], None]:
    def put(writer: Writer, obj: Any, changes: Row, row: Row) -> None:
        given = writer.values(section, changes)
        terms, owner = given.pop("terms", None), given.pop("owner", None)
        if given:
            obj = catalog.change_item(obj, actor=writer.actor, reason=WHY, **given)
        if owner is not None:
            catalog.give_owner(obj, actor=writer.actor, to=owner, reason=WHY)
        if terms:
            catalog.set_terms(obj, actor=writer.actor, terms=_terms(terms))

    return put


def _terms(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    told = {}
    for topic, term in given.items():
        if not isinstance(term, dict) or set(term) - {"says", "source", "checked_on"}:
            said = f"The term on {topic[:40]} is not a group of says, source and checked_on."
            raise Invalid(said, fix="Write what the terms say under says.", fields={"terms": [said]})
        checked = term.get("checked_on")
        if checked and day_of(checked) is None:
            raise Invalid(f"{str(checked)[:40]} is not a day.", fix="Write it as '2026-03-31'.", fields={"terms": ["No day."]})
        told[topic] = {**term, "checked_on": day_of(checked)}
    return told


def _put_rule(writer: Writer, row: Row) -> None:
    cell = catalog.RuleChange(
        writer.keyed(Endpoint, row["endpoint"], "endpoint"),
        writer.keyed(DataClass, row["data_class"], "data_class"),
        row["rule"],
    )
    catalog.set_rules([cell], actor=writer.actor, reason=row.get("reason", ""))


def _change_rule(writer: Writer, obj: DataRule, changes: Row, row: Row) -> None:
    _put_rule(writer, row)


def _add_suite(writer: Writer, row: Row) -> None:
    evals.add_suite(actor=writer.actor, note=WHY, **writer.values("suites", row))


def _change_suite(writer: Writer, obj: EvalSuite, changes: Row, row: Row) -> None:
    given = writer.values("suites", changes)
    owner = given.pop("owner", None)
    if given:
        obj = evals.change_suite(obj, actor=writer.actor, note=WHY, **given)
    if owner is not None:
        evals.give_owner(obj, actor=writer.actor, to=owner, reason=WHY)


def _add_surface(writer: Writer, row: Row) -> None:
    given = writer.values("surfaces", row)
    rows, contract = given.pop("raci", None), given.pop("contract", None)
    given.pop("key", None)
    made = surfaces.register(actor=writer.actor, source="company file", reason=WHY, **given)
    _surface_rest(writer, made, rows, contract)


def _change_surface(writer: Writer, obj: Surface, changes: Row, row: Row) -> None:
    given = writer.values("surfaces", changes)
    rows, contract = given.pop("raci", None), given.pop("contract", None)
    owner, tier, answers = given.pop("owner", None), given.pop("tier", None), given.pop("answers", None)
    if given:
        surfaces.edit(obj, actor=writer.actor, reason=WHY, **given)
    if tier is not None or answers is not None:
        wanted = tier if tier is not None else obj.tier or 0
        surfaces.set_tier(obj, actor=writer.actor, tier=wanted, answers=answers, reason=WHY)
    if owner is not None:
        surfaces.assign_owner(obj, actor=writer.actor, owner=owner, reason=WHY)
    _surface_rest(writer, obj, rows, contract)


def _surface_rest(writer: Writer, surface: Surface, rows: Any, contract: Any) -> None:
    for decision, row in (rows or {}).items():
        if not isinstance(row, dict) or not all(isinstance(named, list) for named in row.values()):
            said = f"The RACI row {str(decision)[:40]} is not R, A, C and I with a list each."
            raise Invalid(said, fix="Write R: [position:engineering].", fields={"raci": [said]})
        parties = {letter: [_party(writer, said) for said in named] for letter, named in row.items()}
        surfaces.set_raci(surface, actor=writer.actor, decision=decision, row=parties, reason=WHY)
    if contract:
        surfaces.save_draft(surface, actor=writer.actor, contract=contract)


def _party(writer: Writer, said: Any) -> raci.Party:
    if isinstance(said, str) and "@" in said:
        person = writer.person(said, "raci")
        if person is not None:
            return raci.Party("person", person.ref)
    return raci.party(str(said))


ADD: dict[str, Callable[[Writer, Row], None]] = {
    "teams": _add_team,
    "positions": _add_position,
    "vendors": _add_item("vendors"),
    "endpoints": _add_item("endpoints"),
    "tools": _add_item("tools"),
    "data_rules": _put_rule,
    "suites": _add_suite,
    "surfaces": _add_surface,
}
CHANGE: dict[str, Callable[[Writer, Any, Row, Row], None]] = {
    "teams": _change_team,
    "positions": _change_position,
    "vendors": _change_item("vendors"),
    "endpoints": _change_item("endpoints"),
    "tools": _change_item("tools"),
    "data_rules": _change_rule,
    "suites": _change_suite,
    "surfaces": _change_surface,
}
