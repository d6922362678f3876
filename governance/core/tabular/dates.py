"""Dates as people write them.

`read` understands one text. What it cannot understand comes back without a date and with a sentence; what it
understands only by an assumption (a two-digit year, a quarter, '22-Jul') comes back with the assumption said. Whether
7/1 is July or January is never decided by one value: `order_of` looks at the whole column.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from governance.core.tabular.blanks import Blank, blank, blank_with_remark
from governance.core.tabular.datewords import MONTHS, SEASONS


class Order(StrEnum):
    """Which number comes first in 7/1/2023."""

    DAY = "day"
    MONTH = "month"


class Precision(StrEnum):
    """How exact a date is; all but DAY give the first day of the time they name."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    SEASON = "season"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date (None when there is none), how exact it is, the end of a range, and what must be said about it."""

    value: date | None
    precision: Precision = Precision.DAY
    end: date | None = None
    warning: str = ""
    ambiguous: bool = False


NO_DATE = DateReading(None)
EARLIEST, LATEST = 1900, 2150
_MONTH_WORD = "|".join(sorted(map(re.escape, MONTHS), key=len, reverse=True))
_Y = r"(?P<y>\d{4})"
_YY = r"['’]?(?P<y>\d{4}|\d{2})"
_TIME = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
_NTH = r"(?:st|nd|rd|th|\.)?"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text + _TIME, re.IGNORECASE)


def _year(text: str) -> int:
    """A year; two digits mean 1970 to 2069."""
    number = int(text)
    return number if len(text) == 4 else number + (2000 if number < 70 else 1900)


def _day(match: re.Match[str], _: _How) -> DateReading:
    word = match.groupdict().get("w")
    month = MONTHS[word.lower().rstrip(".")] if word else int(match["m"])
    warning = "" if len(match["y"]) == 4 else f"the year '{match['y']} is read as {_year(match['y'])}"
    return DateReading(_make(_year(match["y"]), month, int(match["d"])), warning=warning)


def _month(match: re.Match[str], _: _How) -> DateReading:
    word = match.groupdict().get("w")
    month = MONTHS[word.lower().rstrip(".")] if word else int(match["m"])
    return DateReading(_make(_year(match["y"]), month, 1), Precision.MONTH)


def _year_month(match: re.Match[str], _: _How) -> DateReading:
    """'22-Jul' is how a spreadsheet shows both July 2022 and 22 July; only the first is a whole date."""
    month, year = MONTHS[match["w"].lower().rstrip(".")], _year(match["y"])
    day = "; a day without a year could also be meant" if 1 <= int(match["y"]) <= 31 else ""
    said = f"“{match[0]}” is read as the month “{match['w'].title()} {year}”{day}"
    return DateReading(_make(year, month, 1), Precision.MONTH, warning=said)


def _numeric(match: re.Match[str], how: _How) -> DateReading:
    a, b, year = int(match["a"]), int(match["b"]), _year(match["y"])
    short = "" if len(match["y"]) == 4 else f"the year '{match['y']} is read as {year}"
    if match["sep"] == "." and how.order is None:
        return DateReading(_make(year, b, a), warning=short)
    if a == b:
        return DateReading(_make(year, a, b), warning=short)
    if a > 12 or b > 12:
        order = Order.DAY if a > 12 else Order.MONTH
        if how.order and order != how.order and not (a > 12 and b > 12):
            short = f"only makes sense with the {order} first, unlike the rest of the column"
    elif how.order is None:
        return DateReading(None, warning="the day and the month cannot be told apart; say which comes first", ambiguous=True)
    else:
        order = how.order
    month, day = (b, a) if order == Order.DAY else (a, b)
    return DateReading(_make(year, month, day), warning=short)


def _quarter(match: re.Match[str], how: _How) -> DateReading:
    """A quarter, of the calendar or of a fiscal year, which is named by the year in which it ends."""
    fiscal = (match["fy"] or "").lower() == "fy"
    quarter = match["unit"].lower() == "q"
    months = (int(match["q"]) - 1) * (3 if quarter else 6)
    if months > 9:
        return NO_DATE
    start, said = _fiscal(_year(match["y"]), how) if fiscal else (date(_year(match["y"]), 1, 1), "")
    month = start.month - 1 + months
    value = date(start.year + month // 12, month % 12 + 1, 1)
    return DateReading(value, Precision.QUARTER if quarter else Precision.HALF, warning=said)


def _fiscal(year: int, how: _How) -> tuple[date, str]:
    start = how.fiscal_month
    name = date(2000, start, 1).strftime("%B")
    said = f"read with a fiscal year that starts in {name}"
    return date(year if start == 1 else year - 1, start, 1), said


def _fiscal_year(match: re.Match[str], how: _How) -> DateReading:
    value, said = _fiscal(_year(match["y"]), how)
    return DateReading(value, Precision.YEAR, warning=said)


def _season(match: re.Match[str], _: _How) -> DateReading:
    year, month = _year(match["y"]), SEASONS[match["w"].lower()]
    value = date(year, month, 1)
    return DateReading(value, Precision.SEASON, warning=f"read as {value:%B} {year}, the start of the season in the north")


def _whole_year(match: re.Match[str], _: _How) -> DateReading:
    return DateReading(_make(int(match["y"]), 1, 1), Precision.YEAR, warning="only a year; read as its first day")


def _serial(match: re.Match[str], how: _How) -> DateReading:
    number = int(match["n"])
    if not how.serials or not 18_000 <= number <= 62_000:
        return NO_DATE
    value = date(1899, 12, 30) + timedelta(days=number)
    return DateReading(value, warning=f"a spreadsheet's day number, read as {value:%d %B %Y}")


def _unix(match: re.Match[str], _: _How) -> DateReading:
    value = datetime.fromtimestamp(int(match["n"][:10]), UTC).date()
    return DateReading(value, warning=f"a computer's time stamp, read as {value:%d %B %Y} in UTC")


def _make(year: int, month: int, day: int) -> date | None:
    if not EARLIEST <= year <= LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _How:
    order: Order | None
    fiscal_month: int
    serials: bool


_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _How], DateReading]], ...] = (
    (_pattern(rf"{_Y}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})"), _day),
    (_pattern(r"(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])"), _day),
    (_pattern(rf"(?P<a>\d{{1,2}})\s?(?P<sep>[-/.])\s?(?P<b>\d{{1,2}})\s?(?P=sep)\s?{_YY}"), _numeric),
    (
        _pattern(rf"{_WEEKDAY}(?P<d>\d{{1,2}}){_NTH}[-/ ]*(?:of |de )?(?P<w>{_MONTH_WORD})\.?,?[-/ ]*(?:de )?{_YY}"),
        _day,
    ),
    (_pattern(rf"{_WEEKDAY}(?P<w>{_MONTH_WORD})\.?[-/ ]*(?P<d>\d{{1,2}}){_NTH},?[-/ ]+{_Y}"), _day),
    (_pattern(rf"{_Y}[-/ ](?P<w>{_MONTH_WORD})\.?[-/ ](?P<d>\d{{1,2}})"), _day),
    (_pattern(rf"{_Y}[-/.](?P<m>\d{{1,2}})"), _month),
    (_pattern(rf"(?P<m>\d{{1,2}})[-/.]{_Y}"), _month),
    (_pattern(rf"(?P<w>{_MONTH_WORD})\.?,?[-/ ]*{_YY}"), _month),
    (_pattern(rf"{_Y}[-/ ]*(?P<w>{_MONTH_WORD})\.?"), _month),
    (_pattern(rf"(?P<y>\d{{2}})[-/ ](?P<w>{_MONTH_WORD})\.?"), _year_month),
    (_pattern(rf"(?P<fy>FY|CY)?\s*{_YY}[-/ ,]*(?P<unit>[QH])\s?(?P<q>[1-4])"), _quarter),
    (_pattern(rf"(?P<unit>[QH])\s?(?P<q>[1-4])[-/ ,]*(?:of )?(?P<fy>FY|CY)?[-/ ]*{_YY}"), _quarter),
    (_pattern(rf"(?:FY|fiscal year)[-/ ]*{_YY}"), _fiscal_year),
    (_pattern(rf"(?P<w>{'|'.join(SEASONS)})[-/ ,]*(?:of )?{_YY}"), _season),
    (re.compile(r"(?:CY ?)?(?P<y>(?:19|20)\d\d)", re.IGNORECASE), _whole_year),
    (re.compile(r"(?P<n>\d{5})(?:\.\d+)?"), _serial),
    (re.compile(r"(?P<n>1\d{9}(?:\d{3})?)"), _unix),
)
_RANGE = re.compile(r"(.+?)\s*(?:–|—|\bto\b|\buntil\b|\bthrough\b|\bthru\b|\bbis\b|\s-\s)\s*(.+)", re.IGNORECASE | re.DOTALL)
_YEARS = re.compile(r"((?:19|20)\d\d)\s*[-–/]\s*((?:19|20)\d\d)")
_ABOUT = re.compile(
    r"(?:~|≈|c\.|ca\.?|circa|about|approx\.?|approximately|est\.?|estimated|around|early|mid|late|since|on)[\s:-]*",
    re.IGNORECASE,
)
_REMARK = re.compile(r"(?P<date>[^(;,\n]{4,30}?)\s*(?:\((?P<in>[^)]*)\)|[;,\n:]\s*(?P<after>.+))(?P<rest>.*)", re.DOTALL)
_FIRST_DATE = re.compile(r"(?P<date>\d{4}-\d{1,2}(?:-\d{1,2})?)\s+(?P<after>[A-Za-z(].*)", re.DOTALL)


def read(text: str, *, order: Order | None = None, fiscal_month: int = 1, serials: bool = True) -> DateReading:
    """Read one date. `order` is that of the column, `fiscal_month` the month in which fiscal years start."""
    text = " ".join(text.split())
    if why := blank(text):
        uncertain = why in (Blank.PENDING, Blank.UNKNOWN)
        return DateReading(None, warning=f"“{text}” says that there is no date yet") if uncertain else NO_DATE
    how = _How(order, fiscal_month, serials)
    found = _exact(text, how) or _span(text, how) or _with_remark(text, how)
    if found:
        return found
    if remark := blank_with_remark(text):
        return DateReading(None, warning=f"no date, with a remark: “{_short(remark)}”")
    return DateReading(None, warning=f"“{_short(text)}” is not a date")


def _exact(text: str, how: _How) -> DateReading | None:
    """The text is one date and nothing else. A date that does not exist, such as 31 June, is said."""
    if len(text) > 45:
        return None
    for pattern, build in _FORMS:
        if match := pattern.fullmatch(text):
            found = build(match, how)
            if found.value or found.warning:
                return found
            if build is not _serial:
                return DateReading(None, warning=f"“{text}” is not a day of the calendar")
    return None


def _span(text: str, how: _How) -> DateReading | None:
    match = _YEARS.fullmatch(text) or (_RANGE.fullmatch(text) if len(text) < 80 else None)
    if not match:
        return None
    start, end = _exact(match[1].strip(), how), _exact(match[2].strip(), how)
    if not (start and end and start.value and end.value and start.value <= end.value):
        return None
    return DateReading(start.value, start.precision, end.value, f"a range, “{text}”; its start is taken")


def _with_remark(text: str, how: _How) -> DateReading | None:
    """A date with 'about' before it or a remark behind it: the date counts, and the rest is said."""
    about = _ABOUT.match(text)
    if about and (found := _exact(text[about.end() :], how)) and found.value:
        return DateReading(found.value, found.precision, warning=f"“{text}” is not exact; read as {found.value:%d %B %Y}")
    match = _FIRST_DATE.fullmatch(text) or _REMARK.fullmatch(text)
    if not match:
        return None
    found = _exact(match["date"].strip(), how)
    if not found or not found.value:
        return None
    return DateReading(found.value, found.precision, warning=f"only the first date of “{_short(text)}” is taken")


def _short(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def looks_like_date(text: str) -> bool:
    """Whether a text is a date beyond doubt about its kind; bare numbers and years are not."""
    text = " ".join(text.split())
    if text.isdigit() or len(text) > 45:
        return False
    found = _exact(text, _How(None, 1, False))
    return bool(found and (found.value or found.ambiguous)) or bool(_YEARS.fullmatch(text))
