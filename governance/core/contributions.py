"""Extension points: what the apps above show through the kernel's pages.

Only presentation is inverted. Each app has one `contributions.py`, imported at start; it calls `contribute(...)` with
the dataclasses below. Enforcement is never contributed: a rule is called by the action that needs it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet

T = TypeVar("T")
_items: dict[type, dict[str, Any]] = {}


def contribute(item: Any) -> Any:
    """Register a contribution. Raises ValueError when one of the same type and key exists."""
    shelf = _items.setdefault(type(item), {})
    if item.key in shelf and shelf[item.key] != item:
        raise ValueError(f"{type(item).__name__} {item.key!r} is contributed twice")
    shelf[item.key] = item
    return item


def contributed(kind: type[T]) -> list[T]:
    """Return what was contributed of a type, by its `order`, then by key."""
    return sorted(_items.get(kind, {}).values(), key=lambda item: (getattr(item, "order", 100), item.key))


def contribution(kind: type[T], key: str) -> T:
    """Return one contribution. Raises LookupError when it is unknown."""
    try:
        return _items[kind][key]
    except KeyError:
        raise LookupError(f"no {kind.__name__} named {key!r}") from None


@dataclass(frozen=True)
class NavItem:
    """A line of the main navigation. `count(user)` gives the small figure beside it, `visible(user)` whether it shows.

    A count that is only a number of rows is given as their queryset: all of those are counted in one statement.

    `tone` "stop" draws the figure red: what it counts burns. One that names another's key as its `family` has no line of
    its own: it is a tab on the pages of that family, and a place in the palette.
    """

    key: str
    label: str
    url_name: str
    icon: str
    group: str = ""
    order: int = 100
    count: Callable[[Any], int | str | QuerySet[Any] | None] | None = None
    visible: Callable[[Any], bool] | None = None
    tone: str = ""
    family: str = ""


@dataclass(frozen=True)
class PaletteCommand:
    """Something that one can do from the palette. `url(user)` is where it is done."""

    key: str
    label: str
    url: Callable[[Any], str]
    words: str = ""
    icon: str = "arrow"
    visible: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class SearchHit:
    """One found thing, for palette and search."""

    label: str
    url: str
    detail: str = ""
    icon: str = ""
    score: float = 0.0


@dataclass(frozen=True)
class SearchSource:
    """Finds things by words: `find(user, words, limit)` returns hits that the user may see."""

    key: str
    label: str
    find: Callable[[Any, str, int], list[SearchHit]]
    order: int = 100


@dataclass(frozen=True)
class InboxLine:
    """One thing that waits for a person. `verb` is Decide, Do or Review; `due` an aware datetime or None."""

    verb: str
    title: str
    url: str
    detail: str = ""
    due: Any = None
    tier: int | None = None
    asked_at: Any = None


@dataclass(frozen=True)
class InboxSource:
    """Gives a person's inbox lines, and what counts them without building them.

    `rows(user)` are the querysets whose rows become lines: those of all sources are counted in one statement, and lines
    are built only where there are some. A source whose lines are no rows gives `count(user)` instead.
    """

    key: str
    lines: Callable[[Any], Iterable[InboxLine]]
    count: Callable[[Any], int] | None = None
    rows: Callable[[Any], tuple[Any, ...]] | None = None
    order: int = 100


@dataclass(frozen=True)
class BriefingLine:
    """A counted line under one of the briefing's three questions (unapproved, due, burning); its URL opens exactly its rows.

    `rows` returns the queryset that is counted (all lines are counted in one statement), or a number; `one` is the
    label when it counts a single row.
    """

    key: str
    question: str
    label: str
    rows: Callable[[Any], Any]
    url: Callable[[Any], str]
    order: int = 100
    level: str = ""
    one: str = ""


@dataclass(frozen=True)
class OwnedSource:
    """What people own: `owned(user)` lists objects, `reassign(obj, actor, to, reason)` gives one to another person."""

    key: str
    label: str
    owned: Callable[[Any], Iterable[Any]]
    reassign: Callable[..., Any]
    order: int = 100


@dataclass(frozen=True)
class ApprovalKind:
    """A kind of thing that goes through the approval machine.

    `load(subject_id)` returns the subject, `visible(user, subject)` whether the user may see it, `url(subject)` its
    page, `settled(request, actor)` runs in the deciding transaction when the request ends (approved, rejected,
    withdrawn, expired). What must not happen without approval is refused by the action and the database, not by this.
    """

    key: str
    label: str
    load: Callable[[str], Any]
    visible: Callable[[Any, Any], bool]
    url: Callable[[Any], str]
    settled: Callable[[Any, Any], None]
    template: str = ""
    context: Callable[[Any, Any], Mapping[str, Any]] | None = None


@dataclass(frozen=True)
class DocumentKind:
    """A document that can be made.

    `load(key)` returns the subject by its id or human key, `visible(user, subject)` says who may, `context(subject,
    user)` is plain data that the template sets and the file carries inside. `pages` bounds its length. `seen(user)` is a
    query of one text column: the ids of all subjects whose documents the user may see.
    """

    key: str
    label: str
    load: Callable[[str], Any]
    context: Callable[[Any, Any], Mapping[str, Any]]
    template: str
    visible: Callable[[Any, Any], bool]
    url: Callable[[Any], str]
    seen: Callable[[Any], Any]
    pages: int | None = None
    title: Callable[[Any], str] | None = None
    order: int = 100


@dataclass(frozen=True)
class CharterSection:
    """A part of the model-risk charter drafted from what is held: `draft()` returns plain lines or rows."""

    key: str
    label: str
    draft: Callable[[], Any]
    order: int = 100


@dataclass(frozen=True)
class ImportTarget:
    """What a file can be imported as. The import feature reads `fields`, finds existing rows and applies each row."""

    key: str
    label: str
    fields: Callable[[], list[Any]]
    adapter: Any
    order: int = 100


@dataclass(frozen=True)
class HealthCheck:
    """A readiness check: returns '' when well, else what is wrong and what to do."""

    key: str
    check: Callable[[], str]


@dataclass(frozen=True)
class Metric:
    """Figures for Prometheus: `lines()` returns them in its text format, without names or personal data."""

    key: str
    lines: Callable[[], list[str]]
    order: int = 100


@dataclass(frozen=True)
class AfterEntries:
    """Work that follows at once what a transaction told the ledger: `run(entries)` is called right after its commit.

    For what is derived from governed records and shown in lists. The ledger is the outbox: what is lost here, because the
    process dies or `run` raises (which is logged), a schedule of the same feature finds again behind its own tail.
    Entries are `governance.ledger.journal.Pending`, in their order.
    """

    key: str
    run: Callable[[Sequence[Any]], None]
    order: int = 100


@dataclass(frozen=True)
class JobKind:
    """Work done outside a request: `run(job, progress)` returns a JSON result; `lease` is how long it may be silent.

    While an `alone` kind runs, no other job begins.
    """

    key: str
    run: Callable[[Any, Callable[..., None]], Any]
    label: str = ""
    lease: timedelta = timedelta(minutes=2)
    attempts: int = 5
    alone: bool = False


@dataclass(frozen=True)
class Schedule:
    """A job that the scheduler asks for again and again; `job` is the key of a JobKind."""

    key: str
    job: str
    every: timedelta
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RetentionKind:
    """A kind of record whose content is let go when policy says so; never the ledger, history or decisions.

    `rows()` are the rows that still have their content and could be let go; `since` is the path to the moment from which
    days count. `expire(rows)` lets go of the content of these rows and returns how many went, in the transaction of the
    entry that tells it (`batch` rows at most); `after(rows)` runs once that is committed (files). `tier`, `surfaces` and
    `incidents` are paths from a row to a tier's number and to ids, `people` to references (p_...), by which rules and
    legal holds find it. `bound(rows)` names what the ledger bound of them and goes with them: "file" -> SHA-256s, a
    table ("registry.evalcase") -> ids; it is noted before, so that it can be explained ever after.
    `says` tells what goes and what stays, `least_days` how long the system itself needs it, `name(row)` what a list shows.
    """

    key: str
    label: str
    says: str
    rows: Callable[[], Any]
    since: str
    expire: Callable[[Sequence[Any]], int]
    name: Callable[[Any], str] = str
    after: Callable[[Sequence[Any]], None] | None = None
    tier: str = ""
    people: tuple[str, ...] = ()
    surfaces: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    bound: Callable[[Sequence[Any]], Mapping[str, Iterable[Any]]] | None = None
    least_days: int = 1
    batch: int = 500
    order: int = 100


@dataclass(frozen=True)
class Forgotten:
    """Who is to be forgotten: a person with an account, or only an address; `cause` is the request's key (ER-3).

    `name` is what they were called before anything was erased, empty where it is not known; `actor` decides it.
    """

    person: Any
    address: str
    name: str
    cause: str
    actor: Any = None


@dataclass(frozen=True)
class PersonalStore:
    """Where a feature keeps what is personal to somebody.

    `find(who)` counts what would be erased of a `Forgotten`, or gives its rows: those of all stores are counted in one
    statement. `erase(who)` erases it inside the deciding action and returns how much it was. `stays` says what is kept all
    the same and why, empty where nothing is. Stores are erased in `order`: that of accounts, by which others find what is
    theirs, comes last.
    """

    key: str
    label: str
    find: Callable[[Forgotten], int | tuple[QuerySet[Any], ...]]
    erase: Callable[[Forgotten], int]
    stays: str = ""
    order: int = 100


@dataclass(frozen=True)
class KeptFile:
    """One file in the storage: the id of its row, what it is in a person's words, its name there, and its SHA-256."""

    id: int
    what: str
    name: str
    sha256: str


@dataclass(frozen=True)
class KeptFiles:
    """Files that a feature keeps and that the ledger binds by their hash: verification reads them again one by one.

    `files()` yields all of them, those that were let go included: verification asks whether that is explained.
    """

    key: str
    label: str
    files: Callable[[], Iterable[KeptFile]]
    order: int = 100


@dataclass(frozen=True)
class ApiRoute:
    """A viewset under /api/v1/: `load()` imports it late and returns it."""

    key: str
    prefix: str
    load: Callable[[], Any]
    basename: str = ""
    order: int = 100


@dataclass(frozen=True)
class DemoPart:
    """What an app above adds to the demo company: `load(story)` puts it on the calendar of `registry.demo.loading.Story`.

    What happens then goes through actions, each at its moment of the past; parts are asked by `order`.
    """

    key: str
    load: Callable[[Any], None]
    order: int = 100


@dataclass(frozen=True)
class ObjectTab:
    """A tab that an app above adds to another feature's object page."""

    key: str
    model: str
    label: str
    url: Callable[[Any], str]
    count: Callable[[Any, Any], int | str | None] | None = None
    order: int = 100


@dataclass(frozen=True)
class ObjectLink:
    """Where a thing's page is: the key is its model's label (registry.surface), `url(id)` its address."""

    key: str
    url: Callable[[str], str]


@dataclass(frozen=True)
class FirstStep:
    """A step of a young company: what to do, why, whether it is done (it ticks itself), and where one does it."""

    key: str
    label: str
    why: str
    done: Callable[[], bool]
    url: Callable[[], str]
    order: int = 100


@dataclass(frozen=True)
class AgendaLine:
    """One line of a review's agenda: what is said, its figure, and where its rows are.

    `about` is the label and id of the thing it tells of ("registry.surface", "12"): who does not see that thing does not
    see the line. A line about nothing single is shown to those who read everything. `owner` is who answers for it, `level`
    ok, warn or stop. Texts name no person: agendas are frozen for good.
    """

    text: str
    value: str = ""
    detail: str = ""
    url: str = ""
    level: str = ""
    about: tuple[str, str] = ("", "")
    owner: Any = None


@dataclass(frozen=True)
class AgendaSection:
    """A part of the agenda of every review of a kind (eval, vendor, operations), made from what is held.

    `lines(window, subject)` returns `AgendaLine`s for the days of the window (`since` and `until`, both dates, both
    included) and, for a review of one thing, that thing; worst first. `quiet` is said where there are none. `asks` are the
    querysets that `lines` will ask by `governance.core.asking.asked`: those of all sections are read in one statement.
    """

    key: str
    label: str
    kind: str
    lines: Callable[[Any, Any], Iterable[AgendaLine]]
    quiet: str = "Nothing in these days."
    order: int = 100
    asks: Callable[[Any, Any], Iterable[QuerySet[Any]]] = lambda window, subject: ()


@dataclass(frozen=True)
class ReviewSubject:
    """What reviews of a kind look at, one by one. `key` is the kind of review, `model` the thing's label ("registry.vendor").

    `load(id)` returns it or None, `named(user, key)` the one of that key which the user may see, or None; `due(day)` gives
    (its day, thing) of each that needs a review by then; `owner(thing)` is who leads its reviews. `held(review, actor)`
    runs in the action that closes such a review, with the permission of whoever closes it.
    """

    key: str
    model: str
    label: str
    choices: Callable[[Any], Any]
    load: Callable[[str], Any]
    named: Callable[[Any, str], Any]
    due: Callable[[Any], Iterable[tuple[Any, Any]]]
    owner: Callable[[Any], Any]
    held: Callable[[Any, Any], None]


@dataclass(frozen=True)
class RolloutCheck:
    """Whether a step of policy's rollout is done; its key is the step's key in policy.

    It is done when each queryset of `some()` has a row and none of `none()` has one: those of all checks are asked in one
    statement. `says` tells in words what has to exist, `url()` is where one does it.
    """

    key: str
    says: str
    url: Callable[[], str]
    some: Callable[[], tuple[QuerySet[Any], ...]]
    none: Callable[[], tuple[QuerySet[Any], ...]] = tuple
    order: int = 100


@dataclass(frozen=True)
class CalendarEvent:
    """Something that falls on a day or a moment: `starts` is a date, or an aware datetime; `ends` likewise (a date: included).

    `key` is the same each time the same thing is asked for, unique within its source. `mine` says that the reader answers for it.
    """

    key: str
    title: str
    starts: Any
    url: str
    detail: str = ""
    ends: Any = None
    level: str = ""
    mine: bool = False


@dataclass(frozen=True)
class CalendarSource:
    """Puts on the calendar what a reader may see between two days (dates, both included).

    `rows(user, start, end)` is the queryset of what falls there, bounded; those of all sources are read in one statement.
    `event(row, user)` gives what a row puts on the calendar. See `governance.core.calendar`, which asks.
    """

    key: str
    label: str
    rows: Callable[[Any, Any, Any], QuerySet[Any]]
    event: Callable[[Any, Any], Iterable[CalendarEvent]]
    order: int = 100


@dataclass(frozen=True, slots=True)
class Window:
    """A span of whole UTC days: from `since` up to, but without, `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Cut:
    """Of what a metric is asked: of all that `user` may see, or of one team's, one tier's or one surface's part (ids)."""

    user: Any
    team: int | None = None
    tier: int | None = None
    surface: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What one record, or one surface in one window, adds to a metric: `part` of `whole`, at a moment.

    What is measured (hours waited, points apart) stands in `part` with a `whole` of 1, and of 0 where it is not known yet;
    of a share, `part` is 1 or 0. `window` is the place of the one window that it belongs to, for what stands at its end;
    without it, a sample counts in every window in which its moment lies.
    """

    at: datetime
    part: float
    whole: float = 1
    surface: int | None = None
    team: int | None = None
    tier: int | None = None
    window: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric's value, None where nothing was there to measure: `n` of `of` records make it."""

    value: float | None
    n: int
    of: int


@dataclass(frozen=True)
class ScoreMetric:
    """A metric of the scorecard, and how it is made.

    `definition`, `formula` and `source` are read by people on its page. `unit` is "%" (values are shares, 0 to 1), "h"
    (hours), or words for a number. `better` is "lower" or "higher", empty where only the trend tells. `samples(windows,
    cut)` returns what happened between the first and the last moment of the windows, in a bounded number of queries and only
    of what `cut.user` may see; `combine` makes one figure of the samples of a window. `rows_url(window, cut)` is the list of
    exactly the records that `of` counts, `part_url` of those that `n` counts, where they differ; `rows` and `part` name
    them. Where `whole` names what a rate is held against (tasks), `rows_url` opens what `n` counts. `cuts` are the parts it
    is shown by: team, tier, surface. `family` "delivery" marks DORA's five, which are read for each application and never
    blended.
    """

    key: str
    label: str
    definition: str
    formula: str
    unit: str
    samples: Callable[[Sequence[Window], Cut], Iterable[Sample]]
    combine: Callable[[Sequence[Sample]], Figure]
    rows_url: Callable[[Window, Cut], str]
    rows: str
    part: str = ""
    part_url: Callable[[Window, Cut], str] | None = None
    whole: str = ""
    source: str = ""
    better: str = ""
    cuts: tuple[str, ...] = ("team", "tier")
    family: str = ""
    order: int = 100

    def value(self, window: Window, cut: Cut) -> Figure:
        """Return the figure of one window."""
        found = self.samples((window,), cut)
        return self.combine([each for each in found if each.window == 0 or window.since <= each.at < window.until])


@dataclass(frozen=True)
class ScoreCut:
    """What figures are shown by: `names(user, ids)` gives name and address of each value that the reader may see."""

    key: str
    label: str
    names: Callable[[Any, Iterable[int]], Mapping[int, tuple[str, str]]]
    order: int = 100
