"""What a reader sees of the company, as the rows of the file: only visible things, people by e-mail where known to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from governance.core import company
from governance.people import queries as people
from governance.people.models import Position, Team, User
from governance.policy import queries as policy
from registry.catalog import queries as catalog
from registry.catalog.actions.facts import FIELDS
from registry.catalog.models import DataRule, Endpoint, Tool, Vendor
from registry.company.sections import SECTIONS, Row
from registry.contracts import plumbfile
from registry.evals import content
from registry.evals import queries as evals
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Draft, Surface, SurfaceState

FILE_VERSION = 1
HEAD = (
    "# A whole company as Plumbline holds it. Read back in, every difference is shown first; contracts become drafts,\n"
    "# vendors, endpoints and tools are proposed, and what the file does not say stays as it is.\n"
    "# `standing` and the policy are said for readers only.\n"
)


@dataclass
class Reader:
    """Whoever reads, and how people are named for them."""

    user: Any

    @cached_property
    def emails(self) -> dict[str, str]:
        """E-mail addresses by reference, of people whom this reader may know of."""
        return dict(people.visible_to(self.user).values_list("ref", "email"))

    def person(self, person: User | None) -> str:
        """Return somebody's e-mail address; nothing for nobody, or for whom the reader may not know."""
        return self.emails.get(person.ref, "") if person is not None else ""

    def contract(self, contract: Mapping[str, Any]) -> dict[str, Any]:
        """Return a contract in order, whoever answers for its budget by e-mail."""
        whole = plumbfile.in_order(dict(contract))
        budget = whole.get("budget")
        if isinstance(budget, dict) and budget.get("owner") in self.emails:
            whole["budget"] = {**budget, "owner": self.emails[budget["owner"]]}
        return whole


def teams(reader: Reader) -> list[Row]:
    """Teams, those above before those below."""
    found = list(Team.objects.visible_to(reader.user).select_related("parent", "lead"))
    parents = {team.key: team.parent.key if team.parent is not None else "" for team in found}

    def way(team: Team) -> tuple[str, ...]:
        steps: list[str] = [team.key]
        while (above := parents.get(steps[0], "")) and above not in steps:
            steps.insert(0, above)
        return tuple(steps)

    return [
        {
            "key": team.key,
            "name": team.name,
            "parent": parents[team.key],
            "lead": reader.person(team.lead),
            "cost_centre": team.cost_centre,
        }
        for team in sorted(found, key=lambda team: (len(way(team)), way(team)))
    ]


def positions(reader: Reader) -> list[Row]:
    """Positions; who holds them is a matter of people and stays out."""
    found = Position.objects.visible_to(reader.user).order_by("key")
    return [{name: getattr(row, name) for name in ("key", "name", "description", "per_team")} for row in found]


def vendors(reader: Reader) -> list[Row]:
    """Vendors with what their terms say."""
    found = Vendor.objects.visible_to(reader.user).select_related("owner").prefetch_related("terms").order_by("key")
    return [
        {
            **_facts(reader, row),
            "terms": {
                term.topic: {"says": term.says, "source": term.source, "checked_on": plain(term.checked_on)}
                for term in sorted(row.terms.all(), key=lambda term: term.topic)
            },
        }
        for row in found
    ]


def endpoints(reader: Reader) -> list[Row]:
    """Endpoints; what stands in `key_ref` is where a key is kept, never the key."""
    return [_facts(reader, row) for row in catalog.endpoints(reader.user).order_by("key")]


def tools(reader: Reader) -> list[Row]:
    """Tools."""
    return [_facts(reader, row) for row in catalog.tools(reader.user).order_by("key")]


def _facts(reader: Reader, row: Vendor | Endpoint | Tool) -> Row:
    told: Row = {"key": row.key, "standing": row.get_state_display().lower(), "owner": reader.person(row.owner)}
    for name in FIELDS[type(row)]:
        value = getattr(row, name)
        told[name] = value.key if isinstance(value, Vendor) else plain(value)
    return told


def data_rules(reader: Reader) -> list[Row]:
    """Data rules, cell by cell."""
    found = DataRule.objects.visible_to(reader.user).select_related("data_class", "endpoint")
    return [
        {"data_class": row.data_class.key, "endpoint": row.endpoint.key, "rule": row.rule, "reason": row.reason}
        for row in found.order_by("endpoint__key", "data_class__key")
    ]


def suites(reader: Reader) -> list[Row]:
    """Eval suites by the version that holds now."""
    found = evals.visible_to(reader.user).select_related("owner", "current").order_by("key")
    return [
        {
            "key": row.key,
            "standing": row.get_state_display().lower(),
            "name": row.name,
            "owner": reader.person(row.owner),
            "purpose": row.purpose,
            **content.of(row.current),
        }
        for row in found
    ]


def surfaces_(reader: Reader) -> list[Row]:
    """Surfaces that are not retired, each with the contract in force, or the draft where none is in force."""
    found = surfaces.visible_to(reader.user).exclude(state=SurfaceState.RETIRED).order_by("pk")
    rows = found.select_related("owner", "team", "vendor", "in_force").prefetch_related("raci__person", "raci__position")
    drafts = dict(Draft.objects.filter(kind=Draft.Kind.CONTRACT, surface__in=found).values_list("surface_id", "content"))
    return [_surface(reader, row, drafts.get(row.pk)) for row in rows]


def _surface(reader: Reader, row: Surface, draft: Any) -> Row:
    contract = row.in_force.contract if row.in_force is not None else draft
    same = ("name", "purpose", "pattern", "tier", "topic", "external_id", "answers", "attributes")
    told = {name: plain(getattr(row, name)) for name in same}
    return {
        **told,
        "key": row.key,
        "standing": _standing(row),
        "team": row.team.key if row.team is not None else "",
        "owner": reader.person(row.owner),
        "vendor": row.vendor.key if row.vendor is not None else "",
        "started_on": plain(row.started_on),
        "review_on": plain(row.review_on),
        "raci": _raci(reader, row),
        "contract": reader.contract(contract) if contract else {},
        "draft": reader.contract(draft) if draft else {},  # not in the file; a draft on top of what is in force is work
    }


def _standing(row: Surface) -> str:
    if row.in_force is None:
        return row.get_state_display().lower()
    return f"{row.get_state_display().lower()}, revision {row.in_force.number}, sha256 {row.in_force.digest}"


def _raci(reader: Reader, row: Surface) -> dict[str, dict[str, list[str]]]:
    """The surface's own rows: positions by key, people by e-mail where the reader may know them."""
    told: dict[str, dict[str, list[str]]] = {}
    for one in sorted(row.raci.all(), key=lambda one: (one.decision, "RACI".index(one.letter), one.pk)):
        who = f"position:{one.position.key}" if one.position is not None else reader.person(one.person)
        if who:
            told.setdefault(one.decision, {}).setdefault(one.letter, []).append(who)
    return told


ROWS: dict[str, Callable[[Reader], list[Row]]] = {
    "teams": teams,
    "positions": positions,
    "vendors": vendors,
    "endpoints": endpoints,
    "tools": tools,
    "data_rules": data_rules,
    "suites": suites,
    "surfaces": surfaces_,
}


def plain(value: Any) -> Any:
    """Return a value as the file holds it: days as ISO text, prices without needless zeros."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date) else value


def document(user: Any) -> dict[str, Any]:
    """Return everything that a reader sees, empty fields left out, fields and rows always in the same order."""
    reader = Reader(user)
    version = policy.latest()
    told: dict[str, Any] = {"plumbline": FILE_VERSION, "company": company.current().name}
    if version is not None:
        told["policy"] = {"label": version.label, "sha256": version.digest}
    for section in SECTIONS:
        rows = ROWS[section.name](reader)
        told[section.name] = [{name: row[name] for name in section.fields if not _says_nothing(row.get(name))} for row in rows]
    return {name: value for name, value in told.items() if value != []}


def _says_nothing(value: Any) -> bool:
    """Whether a field is left out: tier 0 says something, an empty text does not."""
    return value is None or value is False or (isinstance(value, str | list | dict) and not value)


def as_yaml(user: Any) -> str:
    """Return the file: the same holdings give the same bytes."""
    return HEAD + plumbfile.written(document(user))
