"""What kind of values a column holds, guessed from the different values in it."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from itertools import islice

from governance.core.tabular import dates, numbers, yesno


class Kind(StrEnum):
    """A kind of value; also the kinds that a target field can ask for."""

    TEXT = "text"
    PROSE = "prose"
    DATE = "date"
    YES_NO = "yes-no"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    LIST = "list"
    EMAIL = "email"
    URL = "url"
    PERSON = "person"
    KEY = "key"
    EMPTY = "empty"


_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)
_KEY = re.compile(r"[A-Z]{1,8}[-_ ]?\d{1,8}|\d{4,}|[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z0-9]+(-[A-Z0-9]+)+")
_LOOK = 200
_MOST = 0.8
# A choice column repeats a few short values; more different values than this are text.
MAX_CHOICES = 40


def guess(values: Counter[str], longest: int) -> Kind:
    """The kind that most different values have."""
    if not values:
        return Kind.EMPTY
    sample = list(islice(values, _LOOK))
    total, different = sum(values.values()), len(values)
    tests = (
        (Kind.YES_NO, lambda value: yesno.read(value).value is not None),
        (Kind.DATE, lambda value: dates.looks_like_date(value)),
        (Kind.EMAIL, lambda value: _EMAIL.fullmatch(value)),
        (Kind.URL, lambda value: _URL.match(value)),
        (Kind.NUMBER, lambda value: numbers.read(value).value is not None),
    )
    for kind, test in tests:
        if sum(1 for value in sample if test(value)) >= _MOST * len(sample):
            return kind
    if different == total and sum(1 for value in sample if _KEY.fullmatch(value)) >= _MOST * len(sample):
        return Kind.KEY
    if different <= MAX_CHOICES and total >= 3 * different:
        return Kind.CHOICE
    mean = sum(map(len, sample)) / len(sample)
    return Kind.PROSE if mean > 120 or longest > 600 else Kind.TEXT
