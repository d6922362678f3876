"""The board's question as a value: what is asked, in which days, of what. Pure; names are keys, never rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from governance.core.errors import Invalid

TOUCHED, STOPS = "touched", "stops"
ASKS = {
    TOUCHED: "Which models touched it, where, and who approved that",
    STOPS: "What stops if a vendor, an endpoint or a model stops",
}
STANDINGS = {"not_approved": "not approved", "unknown": "cannot be told", "approved": "as approved"}
LONGEST = timedelta(days=1100)
"""Three years and a little: more in one answer is for the observations themselves."""
USUAL = 7
"""Days that are meant where nobody says which."""
MOST = 50
"""Names of one kind in one question."""
SURFACE = re.compile(r"^[Ss]-?0*(\d{1,18})$")


@dataclass(frozen=True)
class Question:
    """What is asked: whole UTC days, both ends included, and names by which it is narrowed.

    Several names of one kind mean any of them; several kinds must all hold. `surfaces` are keys (S-0418), `vendors`, `teams`
    and `endpoints` their keys, `classes` keys of data classes, `models` names as programs say them.
    """

    start: date
    end: date
    asks: str = TOUCHED
    classes: tuple[str, ...] = ()
    surfaces: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()

    def params(self) -> dict[str, list[str]]:
        """Return it as parameters of an address; `read` makes the same question of them."""
        found = {"from": [self.start.isoformat()], "to": [self.end.isoformat()]}
        if self.asks != TOUCHED:
            found["asks"] = [self.asks]
        return found | {PARAMS[name]: list(getattr(self, name)) for name in NAMES if getattr(self, name)}

    def query(self) -> str:
        """Return it as the query of an address."""
        return urlencode(self.params(), doseq=True)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data, for the sealed answer."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def without(self, name: str) -> "Question":
        """Return the question without one kind of name."""
        return self.with_names({name: ()})

    def with_names(self, names: Mapping[str, tuple[str, ...]]) -> "Question":
        """Return the question with other names of some kinds."""
        changed: dict[str, Any] = dict(names)
        return replace(self, **changed)

    def during(self, start: date, end: date) -> "Question":
        """Return the question about other days."""
        return replace(self, start=start, end=end)

    @property
    def days(self) -> int:
        """How many days it covers."""
        return (self.end - self.start).days + 1


NAMES = tuple(field.name for field in fields(Question) if field.name not in ("start", "end", "asks"))
PARAMS = {name: name[:-1] for name in NAMES} | {"classes": "class"}


def usual(today: date) -> tuple[date, date]:
    """Return the days that are meant where nobody says which: the last seven, today included."""
    return today - timedelta(days=USUAL - 1), today


def of_plain(held: Mapping[str, Any]) -> Question:
    """Return the question of a sealed answer."""
    names = {name: tuple(held.get(name, ())) for name in NAMES}
    return Question(date.fromisoformat(held["start"]), date.fromisoformat(held["end"]), held.get("asks", TOUCHED), **names)


def read(given: Mapping[str, Sequence[str]], today: date) -> Question:
    """Read a question from parameters of an address. Raises Invalid with a message for each that cannot be read."""
    wrong: dict[str, list[str]] = {}
    start, end = usual(today)
    if text := _one(given, "from"):
        start = _day(text, "from", wrong) or start
    if text := _one(given, "to"):
        end = _day(text, "to", wrong) or end
    elif start > end or _one(given, "from"):
        end = max(start, today)
    names = {name: _several(given.get(PARAMS[name], ())) for name in NAMES}
    names["surfaces"] = tuple(sorted({_surface_key(each) for each in names["surfaces"]}))
    asks = _one(given, "asks") or TOUCHED
    if wrong:
        raise Invalid("This question cannot be read.", fix="Correct what is marked and ask again.", fields=wrong)
    return checked(Question(start, end, asks, **names), today)


def checked(question: Question, today: date) -> Question:
    """Return a question that can be asked. Raises Invalid with a message for each part that cannot."""
    wrong: dict[str, list[str]] = {}
    if question.asks not in ASKS:
        wrong["asks"] = [f"One of {', '.join(ASKS)}."]
    elif question.asks == STOPS and not (question.vendors or question.endpoints or question.models):
        wrong["vendor"] = ["Say which vendor, endpoint or model is to stop."]
    if question.end < question.start:
        wrong["to"] = ["The last day comes before the first."]
    elif question.start > today:
        wrong["from"] = ["This time has not come yet: only what happened can be answered."]
    elif question.end - question.start > LONGEST:
        wrong["from"] = [f"At most {LONGEST.days:,} days in one answer. Ask again for the days before."]
    if unknown := [each for each in question.standings if each not in STANDINGS]:
        wrong["standing"] = [f"{unknown[0][:40]!r} is none of {', '.join(STANDINGS)}."]
    for name in NAMES:
        if len(getattr(question, name)) > MOST:
            wrong[PARAMS[name]] = [f"At most {MOST} in one question."]
    if wrong:
        raise Invalid("This question cannot be answered.", fix="Correct what is marked and ask again.", fields=wrong)
    return question


def _one(given: Mapping[str, Sequence[str]], name: str) -> str:
    found = [each.strip() for each in given.get(name, ()) if each.strip()]
    return found[0] if found else ""


def _several(given: Iterable[str]) -> tuple[str, ...]:
    """Return names that were sent one by one, or several between commas, as a line of a form has them."""
    said = (each.strip()[:300] for text in given for each in text.split(","))
    return tuple(sorted({each for each in said if each}))


def _surface_key(text: str) -> str:
    found = SURFACE.match(text)
    return f"S-{int(found.group(1)):04d}" if found else text


def _day(text: str, name: str, wrong: dict[str, list[str]]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong[name] = [f"{text[:40]!r} is no day. Write it as 2026-11-09."]
        return None
