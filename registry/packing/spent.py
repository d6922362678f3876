"""Money: limits as they stood, what was passed in the period, and reports of who was charged what."""

from collections.abc import Iterator

from governance.packs.sections import Chapter, PackSection, Records, RecordSet, Window
from registry.money import queries as money_
from registry.money.amounts import decimal
from registry.money.models import Chargeback, SpendLimit, SpendMark
from registry.packing.fields import COSTS, PEOPLE, Field, records
from registry.packing.ground import Ground
from registry.packing.moment import as_of, batches
from registry.packing.paper import Print, Sheet, chapter

LIMITS = (
    Field("key", "Limit"),
    Field("scope", "For", "get_scope_display"),
    Field("surface", "Surface", lambda row: f"S-{row.surface_id:04d}" if row.surface_id else ""),
    Field("what", "What it holds for"),
    Field("soft", "Soft limit a month", group=COSTS),
    Field("hard", "Hard limit a month", group=COSTS),
    Field("currency", "Currency", group=COSTS),
    Field("at_hard", "At the hard limit", "get_at_hard_display"),
    Field("lower_to", "Lower the mode to", lambda row: row.get_lower_to_display() if row.lower_to else ""),
    Field("owner", "Owner", "owner.name", group=PEOPLE),
    Field("state", "State", "get_state_display"),
    Field("entry", "Entry that set it", cites=True),
)
MARKS = (
    Field("limit", "Limit", lambda row: f"SL-{row.limit_id}"),
    Field("what", "What it holds for", "limit.what"),
    Field("month", "Month"),
    Field("percent", "Per cent of the hard limit"),
    Field("is_soft", "The soft limit"),
    Field("spent", "Spent by then", lambda row: decimal(row.spent), group=COSTS),
    Field("hard", "Hard limit then", group=COSTS),
    Field("did", "What followed", prose=True),
    Field("at", "When"),
)
REPORTS = (
    Field("key", "Report"),
    Field("month", "Month"),
    Field("number", "Number"),
    Field("total", "Together", group=COSTS),
    Field("currency", "Currency", group=COSTS),
    Field("unpriced", "Calls without a price"),
    Field("digest", "SHA-256 of its lines"),
    Field("at", "Made"),
    Field("entry", "Ledger entry", cites=True),
)


def money(window: Window) -> Iterator[RecordSet]:
    """Give the limits of the scope, what they passed in the period, and in a company's pack the reports."""
    ground = Ground(window)
    limits = list(_limits(ground))
    told = "How much may be spent in a calendar month, as it stood at the checkpoint, and what happens then."
    yield records(window, "spend-limits", "Spend limits", LIMITS, iter(limits), told, ground.voice)
    told = "The shares of a limit that were passed in the period, and what followed."
    yield records(window, "spend-marks", "Limits passed", MARKS, _marks(ground, limits), told, ground.voice)
    told = "What each month was charged to whom, as kept in the period; the lines are in the report under this hash."
    yield records(window, "chargebacks", "Chargeback reports", REPORTS, _reports(ground), told, ground.voice)


def _limits(ground: Ground) -> Iterator[SpendLimit]:
    window, beside = ground.window, ("surface", "team", "vendor", "owner")
    allowed = money_.visible_to(window.asked_by)
    for part in batches(window.surface_ids):
        yield from _told(ground, as_of(allowed, ground.at, beside=beside, surface__in=part))
    if window.is_company:
        yield from _told(ground, as_of(allowed, ground.at, beside=beside, surface__isnull=True))


def _told(ground: Ground, rows: list[SpendLimit]) -> Iterator[SpendLimit]:
    entries = ground.entries(("spend_limit.set",), "registry.spendlimit", [row.pk for row in rows])
    for row in rows:
        if row.created_at < ground.window.until:
            row.entry = entries.get(str(row.pk))  # type: ignore[attr-defined]
            yield row


def _marks(ground: Ground, limits: list[SpendLimit]) -> Iterator[SpendMark]:
    window = ground.window
    for part in batches(tuple(each.pk for each in limits)):
        rows = SpendMark.objects.filter(limit__in=part, at__gte=window.since, at__lt=window.until, at__lte=ground.at)
        yield from rows.select_related("limit__surface", "limit__team", "limit__vendor").order_by("pk")


def _reports(ground: Ground) -> Iterator[Chargeback]:
    window = ground.window
    if not window.is_company:
        return
    rows = money_.chargebacks(window.asked_by).filter(at__gte=window.since, at__lt=window.until, at__lte=ground.at)
    held = list(rows.order_by("pk"))
    entries = ground.entries(("chargeback.made",), "registry.chargeback", [row.pk for row in held])
    for row in held:
        row.entry = entries.get(str(row.pk))  # type: ignore[attr-defined]
        yield row


LIMITED = Sheet(
    "spend-limits",
    (
        Print("what", "What it holds for", kind="strong", width="c28", under=("key", "scope"), most=120),
        Print("hard", "Hard limit", width="c14", under=("currency",)),
        Print("soft", "Soft limit", width="c14"),
        Print("at_hard", "At the hard limit", width="c20", under=("lower_to",)),
        Print("owner", "Owner", under=("state",)),
    ),
    empty="No spend is limited.",
)


def pages(window: Window, found: Records) -> Iterator[Chapter]:
    """Set the limits."""
    lead = "How much may be spent in a month on what, who answers for it, and what happens when it is spent."
    yield chapter("money", "Money", lead, found, LIMITED)


SECTION = PackSection("money", "Money", 97, money, pages)
