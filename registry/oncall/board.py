"""The routes of some surfaces and whom their paths reach, read in one question, then asked as often as one likes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from governance.channels.models import Channel
from governance.core.asking import asked
from governance.people.models import User
from governance.people.roles import READS_ONLY
from registry.oncall.models import EscalationStep, LayerPerson, Rota

Seated = Callable[[str, int | None], bool]
"""Whether somebody is in a position (by key): for a team or one above it, else for the company."""
Named = tuple[str, int | None, int | None, int | None]
"""What a route names: category, tier, team, surface."""


@dataclass(frozen=True, slots=True)
class Call:
    """A way that is taken: the path by key and name, its team, and whether only the fallback leads to it."""

    key: str
    name: str
    team_id: int | None
    is_fallback: bool


@dataclass
class Board:
    """Routes by what they name, and for each path its steps: number, whether it reaches somebody, else whose position."""

    routes: dict[Named, Call] = field(default_factory=dict)
    steps: dict[str, set[tuple[int, bool | None, str]]] = field(default_factory=dict)

    def call(self, category: str, tier: int | None, team_id: int | None, surface_id: int | None) -> Call | None:
        """Return the way that `queries.path_for` takes, in the order of `rules.weight`; None without even a fallback."""
        for surface, team, kind, level in product((surface_id, None), (team_id, None), (category, ""), (tier, None)):
            if found := self.routes.get((kind, level, team, surface)):
                return found
        return None

    def empty_step(self, call: Call, team_id: int | None, seated: Seated) -> int:
        """Return the number of the first step that reaches nobody, at whatever hour; 0 when each reaches somebody."""
        reached: dict[int, bool] = {}
        for number, reaches, position in self.steps.get(call.key, ()):
            now = seated(position, call.team_id or team_id) if reaches is None else reaches
            reached[number] = reached.get(number, False) or now
        return min((number for number, now in reached.items() if not now), default=0)


def read(at: datetime, surfaces: Collection[int] = ()) -> Board:
    """Read the routes that name no surface or one of these, with the steps of their paths. One question."""
    made = Board()
    for *named, key, name, team_id, number, reaches, position in asked(question(at, surfaces)):
        route: Named = (named[0], named[1], named[2], named[3])
        made.routes[route] = Call(key, name, team_id, route == ("", None, None, None))
        made.steps.setdefault(key, set()).add((number, reaches, position or ""))
    return made


def question(at: datetime, surfaces: Collection[int]) -> QuerySet[Any]:
    """Return what `read` asks: the route's four names, its path's key, name and team, and the step with whom it reaches."""
    steps = EscalationStep.objects.filter(Q(path__routes__surface=None) | Q(path__routes__surface__in=surfaces))
    rows = steps.filter(path__routes__isnull=False).annotate(reaches=_reaches(at)).order_by()
    names = ("category", "tier", "team_id", "surface_id")
    told = ("path__key", "path__name", "path__team_id", "number", "reaches", "position__key")
    return rows.values_list(*(f"path__routes__{each}" for each in names), *told)


def _reaches(at: datetime) -> Case:
    """Whether a step reaches somebody at whatever hour; NULL for a position, which is looked up for the surface's team."""
    turns: QuerySet[LayerPerson] = LayerPerson.objects.filter(_works("person__", at), layer__rota=OuterRef("rota"))
    return Case(
        When(Q(position__isnull=False), then=Value(None)),
        When(Q(rota__state=Rota.State.ACTIVE) & Exists(turns), then=Value(True)),
        When(_works("person__", at), then=Value(True)),
        When(channel__state=Channel.State.ACTIVE, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(null=True),
    )


def _works(prefix: str, at: datetime) -> Q:
    """Match people whose account lets them act at a moment, as governance.people.bench.may_decide says of one."""
    said: Mapping[str, object] = {"is_active": True, "kind": User.Kind.PERSON}
    ends = Q(**{f"{prefix}expires_at": None}) | Q(**{f"{prefix}expires_at__gt": at})
    reads = Q(**{f"{prefix}role__in": sorted(READS_ONLY)})
    return Q(**{f"{prefix}{name}": value for name, value in said.items()}) & ends & ~reads
