"""What the checks look at: plain facts of one surface at one moment. No database, no clock, no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

Contract = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who answers for something, and whether they are still there."""

    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class DataClass:
    """A class of data as policy knows it; `default_rule` holds where no rule is set for an endpoint."""

    name: str
    sensitive: bool
    regulated: bool
    default_rule: str


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who stands behind an endpoint or tool, and by when their terms are reviewed."""

    key: str
    name: str
    state: str
    review_on: date | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of the catalogue with its rules: data class to allowed, redacted or never."""

    name: str
    model: str
    state: str
    vendor: Vendor
    rules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of the catalogue and what it can do: read, write or irreversible."""

    name: str
    effect: str
    state: str
    vendor: Vendor | None = None


@dataclass(frozen=True, slots=True)
class RaciLine:
    """One kind of decision: who is accountable and responsible, by name, and whose seat is empty."""

    decision: str
    label: str
    accountable: tuple[str, ...]
    responsible: tuple[str, ...]
    empty: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """Evidence for one control: `expires_on` is the last day on which it counts, None when it counts for good."""

    control: str
    key: str
    title: str
    collector: str
    collected_on: date
    expires_on: date | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception that holds for a control until a moment."""

    key: str
    title: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Suite:
    """How one eval suite of a contract stands for its prompts and models: passing, below, stale, missing or unbound."""

    key: str
    name: str
    state: str
    why: str
    turns_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OnCall:
    """Who is called when it goes wrong: the paths by name, the one of most kinds of incident first.

    `unrouted` are the kinds of incident, by name, that only the fallback would answer. `empty` are the steps that reach
    nobody: the path's key and name, and the number.
    """

    paths: tuple[str, ...] = ()
    unrouted: tuple[str, ...] = ()
    kinds: int = 0
    empty: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Drill:
    """When a lever was last pulled with success."""

    key: str
    run_at: datetime


@dataclass(frozen=True, slots=True)
class Checklist:
    """The OWASP checklist of a surface: the edition, how many items it has, and those that are open, by id and title."""

    edition: str
    total: int
    open: Sequence[tuple[str, str]] = ()
    turns_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """What a tier demands: controls as policy keeps them, and the figures that checks measure against."""

    number: int
    name: str
    controls: Sequence[Mapping[str, Any]] = ()
    logging: Sequence[str] = ()
    logging_names: Mapping[str, str] = field(default_factory=dict)
    drill_days: int | None = None
    eval_threshold: Decimal | None = None
    eval_freshness_days: int | None = None
    approvers: int = 0
    two_person: bool = False

    def asks_for(self, control: str) -> bool:
        """Whether the tier demands a control, so that what it looks at has to be read."""
        return any(each["key"] == control for each in self.controls)


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that the checks of one surface ask for.

    `contract` is empty while there is none. `number` is its revision's, 0 for a contract that is none yet; `earlier` are
    the numbers of the revisions that it can go back to. `approved_by` are those who approved this very revision.
    """

    key: str
    at: datetime
    today: date
    demand: Demand
    zone: tzinfo = UTC
    contract: Contract = field(default_factory=dict)
    number: int = 0
    earlier: Sequence[int] = ()
    owner: Person | None = None
    raci: Sequence[RaciLine] = ()
    classes: Mapping[str, DataClass] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    tools: Mapping[str, Tool] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    uses: Sequence[Use] = ()
    waivers: Mapping[str, Waiver] = field(default_factory=dict)
    suites: Sequence[Suite] = ()
    drill: Drill | None = None
    checklist: Checklist | None = None
    approved_by: Sequence[str] | None = None
    on_call: OnCall = field(default_factory=OnCall)

    def after(self, day: date) -> datetime:
        """Return the moment at which a day is over in the company's zone."""
        return datetime.combine(day + timedelta(days=1), time.min, self.zone)

    def part(self, *path: str) -> Any:
        """Return a part of the contract, or None where it is not said."""
        found: Any = self.contract
        for step in path:
            if not isinstance(found, Mapping):
                return None
            found = found.get(step)
        return found

    @property
    def named_classes(self) -> list[tuple[str, str]]:
        """The data classes of the contract with how they are handled: plain or redacted."""
        return [(row["key"], row.get("handling", "plain")) for row in self.part("inputs", "data_classes") or ()]

    @property
    def tool_rows(self) -> list[Mapping[str, Any]]:
        """The tools that the contract allows."""
        return list(self.part("authority", "tools") or ())

    @property
    def route_keys(self) -> list[str]:
        """The endpoints of the routes, each once, in their order."""
        return list(dict.fromkeys(row["endpoint"] for row in self.contract.get("routes") or ()))
