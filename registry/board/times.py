"""Days as people say them: "last week", "in October", "from 9 to 15 November", "since Monday". Pure; weeks begin on Monday."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10, "twelve": 12, "thirty": 30}
EARLIEST = 1990

MONTH = "|".join([*MONTHS, *(name[:3] for name in MONTHS), "sept"])
WEEKDAY = "|".join(DAYS)
COUNT = "|".join([r"\d{1,4}", *COUNTS])
DAY = (
    rf"(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)?(?: (?:{MONTH}))?(?: \d{{4}})?"
    rf"|(?:{MONTH}) \d{{1,2}}(?:st|nd|rd|th)?(?: \d{{4}})?"
    rf"|today|yesterday|(?:last )?(?:{WEEKDAY}))"
)


@dataclass(frozen=True)
class Span:
    """Whole days, both ends included."""

    start: date
    end: date


@dataclass(frozen=True)
class Heard:
    """Days that were found in words, and where: from one place in the text to before another."""

    span: Span | None
    begin: int
    until: int


Reader = Callable[[re.Match[str], date], Span | None]


def hear(text: str, today: date) -> list[Heard]:
    """Return every phrase of a text that names days, the longer before the shorter, none over another.

    `text` is in small letters with single spaces. A phrase that looks like days and is none ("31 February") has no span.
    """
    found: list[Heard] = []
    for pattern, read in READERS:
        for match in pattern.finditer(text):
            begin, until = match.span()
            if not any(begin < other.until and other.begin < until for other in found):
                found.append(Heard(_safely(read, match, today), begin, until))
    return sorted(found, key=lambda each: each.begin)


def _safely(read: Reader, match: re.Match[str], today: date) -> Span | None:
    try:
        return read(match, today)
    except (ValueError, OverflowError):  # 31 February, the year 0
        return None


def one_day(text: str, today: date) -> date:
    """Return the day that a phrase names: the latest one that has come, where its year is not said. Raises ValueError."""
    text = text.strip()
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
        return date(*map(int, text.split("-")))
    weekday = text.removeprefix("last ")
    if weekday in DAYS:
        back = (today.weekday() - DAYS.index(weekday)) % 7
        return today - timedelta(days=back or (7 if text.startswith("last ") else 0))
    return _of_month(text, today)


def _of_month(text: str, today: date) -> date:
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    named = re.search(rf"\b({MONTH})\b", text)
    if named is None or not numbers:
        raise ValueError(text)
    month, years = month_of(named.group(1)), [each for each in numbers if each >= EARLIEST]
    day = next(each for each in numbers if each < EARLIEST)
    if years:
        return date(years[0], month, day)
    found = date(today.year, month, day)
    return found if found <= today else date(today.year - 1, month, day)


def month_of(text: str) -> int:
    """Return the number of a month by its name, whole or cut to three letters."""
    return next(number for number, name in enumerate(MONTHS, 1) if name.startswith(text[:3]))


def month_span(year: int, month: int, months: int = 1) -> Span:
    """Return whole months."""
    first = date(year, month, 1)
    return Span(first, first + relativedelta(months=months) - timedelta(days=1))


def _range(match: re.Match[str], today: date) -> Span | None:
    first, last = match.group("first"), match.group("last")
    end = one_day(last, today)
    if not re.search(rf"{MONTH}|{WEEKDAY}|today|yesterday|-", first):  # "from 9 to 15 November 2026"
        first = f"{first} {MONTHS[end.month - 1]} {end.year}"
    start = one_day(first, end)
    return Span(start, end) if start <= end else None


def _months_range(match: re.Match[str], today: date) -> Span | None:
    end = _named_month(match.group("last"), match.group("year"), today)
    first = month_of(match.group("first"))
    year = int(match.group("first_year") or end.start.year - (first > end.start.month))
    start = date(year, first, 1)
    return Span(start, end.end) if start <= end.end else None


def _since(match: re.Match[str], today: date) -> Span | None:
    text = match.group("first")
    if re.fullmatch(MONTH, text):
        return Span(_named_month(text, None, today).start, today)
    start = one_day(text, today)
    return Span(start, today) if start <= today else None


def _last_many(match: re.Match[str], today: date) -> Span:
    count, unit = match.group("count"), match.group("unit")
    number = COUNTS.get(count) or int(count)
    if number < 1:
        raise ValueError(count)
    back = {"day": relativedelta(days=number), "week": relativedelta(weeks=number)}.get(unit)
    back = back or (relativedelta(months=number) if unit == "month" else relativedelta(years=number))
    return Span(today - back + timedelta(days=1), today)


def _unit(match: re.Match[str], today: date) -> Span:
    this, unit = match.group("which") == "this", match.group("unit")
    if unit == "week":
        first = today - timedelta(days=today.weekday())
        return Span(first, today) if this else Span(first - timedelta(days=7), first - timedelta(days=1))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    return Span(first, today) if this else Span(first - relativedelta(months=months), first - timedelta(days=1))


def _quarter(match: re.Match[str], today: date) -> Span:
    number = int(match.group("quarter"))
    year = int(match.group("year") or 0)
    found = month_span(year or today.year, number * 3 - 2, 3)
    return found if year or found.start <= today else month_span(today.year - 1, number * 3 - 2, 3)


def _named_month(name: str, year: str | None, today: date) -> Span:
    number = month_of(name)
    return month_span(int(year) if year else today.year - (number > today.month), number)


def _day_alone(match: re.Match[str], today: date) -> Span:
    found = one_day(match.group("first"), today)
    return Span(found, found)


def _compiled(*pairs: tuple[str, Reader]) -> Sequence[tuple[re.Pattern[str], Reader]]:
    return [(re.compile(rf"(?<![\w-]){pattern}(?![\w-])"), read) for pattern, read in pairs]


READERS = _compiled(
    (
        rf"(?:from |between )?(?P<first>{MONTH})(?: (?P<first_year>\d{{4}}))? (?:to|until|till|and) "
        rf"(?P<last>{MONTH})(?: (?P<year>\d{{4}}))?",
        _months_range,
    ),
    (rf"(?:from |between )?(?P<first>{DAY}) (?:to|until|till|and|through) (?P<last>{DAY})", _range),
    (rf"since (?P<first>{DAY}|{MONTH})", _since),
    (
        rf"(?:in |over |during |for )?(?:the )?(?:last|past) (?P<count>{COUNT}) (?P<unit>day|week|month|year)s?",
        _last_many,
    ),
    (r"(?:in |during )?(?:the )?(?P<which>this|last|previous) (?P<unit>week|month|quarter|year)", _unit),
    (r"(?:in |during )?(?:the )?q(?P<quarter>[1-4])(?: (?:of )?(?P<year>\d{4}))?", _quarter),
    (rf"(?:on )?(?P<first>\d{{4}}-\d{{1,2}}-\d{{1,2}}|today|yesterday|(?:last )?(?:{WEEKDAY}))", _day_alone),
    (rf"(?:on )?(?:the )?(?P<first>\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{MONTH})(?: \d{{4}})?)", _day_alone),
    (rf"(?:on )?(?P<first>(?:{MONTH}) \d{{1,2}}(?:st|nd|rd|th)?(?: \d{{4}})?)", _day_alone),
    (rf"(?:in |during )?(?P<month>{MONTH})(?: (?P<year>\d{{4}}))", lambda m, today: _named_month(m["month"], m["year"], today)),
    (rf"(?:in |during )(?P<month>{MONTH})", lambda m, today: _named_month(m["month"], None, today)),
    (
        rf"(?P<month>{'|'.join(name for name in MONTHS if name not in ('may', 'march'))})",
        lambda m, today: _named_month(m["month"], None, today),
    ),
    (r"(?:in |during )(?P<year>(?:19|20)\d{2})", lambda m, today: month_span(int(m["year"]), 1, 12)),
)
