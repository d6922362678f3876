"""Amounts of money as people read them. Inside, all of it is whole billionths of the company's currency."""

from decimal import ROUND_HALF_UP, Decimal

from governance.ui import atoms
from registry.usage.models import NANO

CENT = Decimal("0.01")


def decimal(nano: int | None) -> Decimal | None:
    """Return an amount of billionths as a number of the currency, exactly."""
    return None if nano is None else Decimal(nano) / NANO


def cents(nano: int) -> Decimal:
    """Return an amount of billionths to the cent, half up."""
    return (Decimal(nano) / NANO).quantize(CENT, ROUND_HALF_UP)


def nano(amount: Decimal) -> int:
    """Return an amount of the currency in billionths."""
    return round(amount * NANO)


def said(nano_: int | Decimal | None, currency: str) -> str:
    """Write an amount: 1,234.56 EUR; whole above 100,000, with more digits below a cent; a dash for none."""
    if nano_ is None:
        return "–"
    amount = Decimal(nano_) / NANO
    size = abs(amount)
    if size >= 100_000:
        return atoms.number(amount, currency, 0)
    if size and size < CENT:
        return atoms.number(amount, currency, 6) if size >= Decimal("0.000001") else f"under 0.000001{atoms.NBSP}{currency}"
    return atoms.number(amount, currency, 2)


def plain(value: Decimal | None) -> str:
    """Write a price or a rate without the zeros that its column keeps; nothing for none."""
    if value is None:
        return ""
    return f"{value.normalize():f}"


def allot(parts: list[int]) -> list[Decimal]:
    """Return amounts of billionths to the cent so that they add up to the cent of their sum.

    Each is cut down to whole cents; the cents that are missing go one each to those that lost most, the first of equals first.
    """
    unit = NANO // 100
    cut = [part // unit for part in parts]
    missing = int(cents(sum(parts)) * 100) - sum(cut)
    order = sorted(range(len(parts)), key=lambda place: (-(parts[place] % unit), place))
    for place in order[:missing]:
        cut[place] += 1
    return [Decimal(each) * CENT for each in cut]
