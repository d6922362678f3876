"""Reads exports of sign-on (who opens which app) and of expenses: which products that call a model are in them.

What is not known is counted and let go: nothing about anybody's other apps or payments is kept, and no person's name at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from governance.core.errors import Invalid
from governance.core.tabular import numbers
from governance.core.tabular.fields import TargetField
from governance.core.tabular.kinds import Kind
from governance.core.tabular.limits import Limits
from governance.core.tabular.opening import open_source
from governance.core.tabular.source import Source
from governance.core.tabular.suggestions import TAKE, suggest
from registry.mapping import recognising
from registry.mapping.models import MappingLine
from registry.mapping.recognising import Product

SMALL = Limits(bytes=5_000_000, rows=50_000)
SSO, EXPENSES = MappingLine.Origin.SSO.value, MappingLine.Origin.EXPENSES.value
TEAM = TargetField("team", "Team", aliases=("department", "cost centre", "cost center", "org unit", "group", "division"))
FIELDS: Mapping[str, tuple[TargetField, ...]] = {
    SSO: (
        TargetField(
            "what",
            "App",
            required=True,
            aliases=("application", "app name", "application name", "client name", "service", "product"),
        ),
        TEAM,
        TargetField(
            "people", "Users", Kind.NUMBER, aliases=("user count", "number of users", "active users", "assigned users", "seats")
        ),
        TargetField("person", "User", aliases=("user", "user email", "e-mail", "email", "username", "login", "principal")),
    ),
    EXPENSES: (
        TargetField(
            "what",
            "Merchant",
            required=True,
            aliases=("vendor", "supplier", "payee", "description", "merchant name", "statement"),
        ),
        TEAM,
        TargetField("amount", "Amount", Kind.NUMBER, aliases=("total", "spend", "cost", "net amount", "gross amount", "value")),
        TargetField("currency", "Currency", aliases=("currency code", "ccy")),
    ),
}


@dataclass
class Found:
    """One product as a file has it, for one team as the file calls it: how many people, how much in which currency."""

    product: Product
    team: str
    people: set[str] = field(default_factory=set)
    counted: int = 0
    spent: Decimal = Decimal(0)
    currency: str = ""

    @property
    def users(self) -> int | None:
        """How many people use it: as the file counts them, else as many as it names; None where it says neither."""
        return self.counted or len(self.people) or None


@dataclass(frozen=True)
class Export:
    """What a file has: the products in it, which columns were read, and how many rows were let go."""

    found: Sequence[Found]
    columns: Mapping[str, str]
    rows: int
    unknown: int


def read(kind: str, data: bytes, name: str) -> Export:
    """Read an export. Raises Invalid for no table, or for one without a column that names an app or a merchant."""
    if kind not in FIELDS:
        raise Invalid("Say what kind of export it is.", fields={"kind": [f"One of {', '.join(FIELDS)}."]})
    source = open_source(data, name=name, limits=SMALL)
    columns = {each.field: each.column for each in suggest(source.columns, FIELDS[kind]) if each.confidence >= TAKE}
    if "what" not in columns:
        wanted = FIELDS[kind][0]
        said = f"No column names the {wanted.label.lower()}: there are {', '.join(source.headers[:8]) or 'none'}."
        raise Invalid(said, fix=f"Call it {wanted.label}, or {wanted.aliases[0]}.", fields={"file": [said]})
    return _gather(kind, source, columns)


def _gather(kind: str, source: Source, columns: Mapping[str, str]) -> Export:
    places = {key: source.headers.index(column) for key, column in columns.items()}
    known = _recogniser(kind)
    amounts = [_cell(row.cells, places["amount"]) for row in source.rows()] if "amount" in places else []
    mark = numbers.decimal_mark(amounts)
    found: dict[tuple[str, str, str], Found] = {}
    rows = unknown = 0
    for row in source.rows():
        rows += 1
        said = {key: _cell(row.cells, place) for key, place in places.items()}
        product = known(said["what"])
        if product is None:
            unknown += 1
            continue
        currency = said.get("currency", "").upper()[:3]
        team = said.get("team", "")[:200]
        one = found.setdefault((product.key, team.casefold(), currency), Found(product, team, currency=currency))
        _count(one, said, mark)
    return Export(sorted(found.values(), key=lambda each: (each.product.name, each.team)), columns, rows, unknown)


def _recogniser(kind: str) -> Callable[[str], Product | None]:
    return recognising.by_app if kind == SSO else recognising.by_merchant


def _count(one: Found, said: Mapping[str, str], mark: str | None) -> None:
    if person := said.get("person", ""):
        one.people.add(person.casefold())
    if people := said.get("people", ""):
        number = numbers.read(people).value
        one.counted += int(number) if number is not None and 0 < number < 10_000_000 else 0
    if amount := said.get("amount", ""):
        value = numbers.read(amount, decimal=mark).value
        one.spent += value.quantize(Decimal("0.01")) if value is not None and abs(value) < 10**11 else Decimal(0)


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""
