"""Reads the board's question from words. Deterministic: it says what it took them to mean, what it assumed, and what it could
not read. It never guesses in silence: where words can mean several things, or would turn the question round, it asks back.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from governance.core.errors import Invalid
from registry.board import times
from registry.board.book import Book, Match, Name, normal
from registry.board.question import NAMES, STANDINGS, STOPS, TOUCHED, Question, checked, usual

LONGEST = 400
KINDS = {
    "classes": "Data class",
    "surfaces": "Surface",
    "models": "Model",
    "vendors": "Vendor",
    "teams": "Team",
    "endpoints": "Endpoint",
    "standings": "Standing",
}
FILLER = frozenset(
    "which what who whom whose where when how many often model models vendor vendors surface surfaces endpoint endpoints"
    " team teams"
    " data information touched touch touches saw see seen used use uses using ran run runs running call calls called calling"
    " handled processed went go goes gone read reads got get did do does done has have had was were is are be been being the a an"
    " of on in at by with from to for through via and or any all our we us it its that this these those there path paths way"
    " approved approve approves approval approvals signed off under policy sent reached answer show me tell us list give ever"
    " please happened as one ones if into over during they them their company something anything class classes".split()
)
TURNS = frozenset("not no never except excluding without besides but neither nor unless other than outside".split())
"""Words that turn what follows into its opposite. Unread, they would make the answer one to another question."""
PHRASES: tuple[tuple[str, str], ...] = (
    (r"(?:had|has|with|without) (?:no |an |any )?(?:valid )?approvals?", "without"),
    (r"(?:was |were |is |are |been |being )?(?:not|never) (?:been )?approved|unapproved|no approvals?", "not_approved"),
    (r"nobody (?:has |had )?approved|no one (?:has |had )?approved|gaps?", "not_approved"),
    (r"cannot be told|can ?not be told|not known", "unknown"),
    (r"as approved", "approved"),
)
STOPPING = re.compile(
    r"(?<!\S)(?:what|which surfaces|which|who) (?:would |will )?"
    r"(?:stops?|breaks?|fails?|depends? on|relies on|rely on|needs?)(?!\S)"
)
STOPPED = re.compile(r"(?<!\S)(?:stops?|breaks?|fails?|depends?|relies|rely|needs?|would|will|down|away|out|tomorrow)(?!\S)")


@dataclass(frozen=True)
class Said:
    """Some words, and what they were taken to mean."""

    text: str
    kind: str
    means: str


@dataclass(frozen=True)
class Choice:
    """Words that can mean several things: each with the question that it would make."""

    text: str
    options: tuple[tuple[str, Question], ...]


@dataclass(frozen=True)
class Understood:
    """What was made of some words. Without a `question` there is nothing to answer, and `problem` or `choices` say why."""

    words: str
    question: Question | None = None
    said: tuple[Said, ...] = ()
    assumed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    problem: str = ""


@dataclass
class _Reading:
    """Words on their way: which places in the text are read already, and what they said."""

    text: str
    taken: list[bool]
    said: list[Said] = field(default_factory=list)
    names: dict[str, dict[str, None]] = field(default_factory=lambda: {name: {} for name in NAMES})
    open: list[tuple[str, tuple[Name, ...]]] = field(default_factory=list)

    def take(self, begin: int, until: int) -> str:
        """Mark a stretch as read and return it."""
        self.taken[begin:until] = [True] * (until - begin)
        return self.text[begin:until]

    def is_free(self, begin: int, until: int) -> bool:
        """Whether nothing in a stretch was read."""
        return not any(self.taken[begin:until])

    def add(self, text: str, name: Name) -> None:
        """Note that some words mean a name."""
        self.names[name.kind][name.key] = None
        self.said.append(Said(text, KINDS[name.kind], name.label))


def understand(words: str, book: Book, today: date) -> Understood:
    """Read a question from words, for a reader who knows the names in the book. Never raises."""
    text = normal(words[:LONGEST])
    reading = _Reading(text, [False] * len(text))
    asks = _asks(reading)
    _names(reading, book, several=True)
    span, problem = _days(reading, today)
    _standings(reading)
    _names(reading, book, several=False)
    unread = _unread(reading, asks)
    return _made(words, reading, asks, span, unread, problem, today)


def _asks(reading: _Reading) -> str:
    found = STOPPING.search(reading.text)
    if found is None:
        return TOUCHED
    reading.take(*found.span())
    for each in STOPPED.finditer(reading.text):
        reading.take(*each.span())
    return STOPS


def _places(text: str) -> list[tuple[str, int]]:
    return [(found.group(), found.start()) for found in re.finditer(r"\S+", text)]


def _names(reading: _Reading, book: Book, *, several: bool) -> None:
    """Find names: first those of several words, which may hold a month or a "not"; after days and standing all others."""
    places, at = _places(reading.text), 0
    while at < len(places):
        words = [word for word, _ in places[at:]]
        match = book.match(words, FILLER)
        length = _fitting(match, several)
        until = places[at + length - 1][1] + len(places[at + length - 1][0]) if length else 0
        if match is None or not length or not reading.is_free(places[at][1], until):
            at += 1
            continue
        _note(reading, reading.take(places[at][1], until), match)
        at += length


def _fitting(match: Match | None, several: bool) -> int:
    """Return how many words a match takes now; 0 to leave it for later."""
    if match is None or (several and not (match.length > 1 and match.whole)):
        return 0
    return match.length


def _note(reading: _Reading, text: str, match: Match) -> None:
    kinds = {name.kind for name in match.names}
    if len(match.names) == 1 or kinds == {"models"}:  # one model under several versions is meant as a whole
        for name in match.names:
            reading.add(text, name)
    else:
        reading.open.append((text, match.names))


def _days(reading: _Reading, today: date) -> tuple[times.Span | None, str]:
    blanked = "".join(" " if taken else char for char, taken in zip(reading.text, reading.taken, strict=True))
    heard = times.hear(blanked, today)
    for each in heard:
        reading.take(each.begin, each.until)
    if not heard:
        return None, ""
    spoken = [reading.text[each.begin : each.until] for each in heard]
    if len(heard) > 1:
        return None, f"Two times are named, “{spoken[0]}” and “{spoken[1]}”. Say one, from its first day to its last."
    span = heard[0].span
    if span is None:
        return None, f"“{spoken[0]}” is no time that there is. Write days as 2026-11-09."
    if span.start > today:
        return None, f"“{spoken[0]}” has not come yet: only what happened can be answered."
    span = times.Span(span.start, min(span.end, today))
    reading.said.append(Said(spoken[0], "Time", said_days(span.start, span.end)))
    return span, ""


def _standings(reading: _Reading) -> None:
    for pattern, standing in PHRASES:
        for found in re.finditer(rf"(?<!\S)(?:{pattern})(?!\S)", reading.text):
            if not reading.is_free(*found.span()):
                continue
            text = reading.take(*found.span())
            lacks = bool({"no", "without"} & set(text.split()))
            key = standing if standing != "without" else "not_approved" if lacks else "approved"
            reading.add(text, Name("standings", key, STANDINGS[key].capitalize()))


def _unread(reading: _Reading, asks: str) -> list[str]:
    known = FILLER | ({"without"} if asks == STOPS else frozenset())
    free = ((word, at) for word, at in _places(reading.text) if not any(reading.taken[at : at + len(word)]))
    return [word for word, _ in free if word not in known]


def _made(
    words: str, reading: _Reading, asks: str, span: times.Span | None, unread: list[str], problem: str, today: date
) -> Understood:
    start, end = (span.start, span.end) if span else usual(today)
    assumed = () if span else (f"No time was named: the last seven days, {said_days(start, end)}.",)
    said = tuple(sorted(reading.said, key=lambda each: reading.text.find(each.text)))
    known = Understood(words, None, said, (), tuple(dict.fromkeys(unread)))
    if not reading.said and not reading.open:
        problem = problem or "These words name no data, time, surface, model, vendor or team that is known here."
    if turned := [word for word in unread if word in TURNS]:
        problem = problem or f"“{turned[0]}” is not understood here, and without it the question would be another one."
    if problem:
        return replace(known, problem=problem)
    names = {name: tuple(sorted(reading.names[name])) for name in NAMES}
    question = Question(start, end, asks, **names)
    if reading.open:
        return replace(known, choices=tuple(_choice(text, found, question, reading.open) for text, found in reading.open))
    try:
        return replace(known, question=checked(question, today), assumed=assumed)
    except Invalid as error:
        return replace(known, problem=" ".join(text for texts in error.fields.values() for text in texts))


def _choice(text: str, found: Iterable[Name], question: Question, every: Iterable[tuple[str, tuple[Name, ...]]]) -> Choice:
    """Return what some words can mean; what else is open is left out of the offered questions and asked again."""
    offered = []
    for name in found:
        keys = tuple(sorted({*getattr(question, name.kind), name.key}))
        told = f"{name.label}, {name.key}" if name.kind == "surfaces" else name.label
        offered.append((f"{KINDS[name.kind].lower()} {told}", question.with_names({name.kind: keys})))
    return Choice(text, tuple(offered))


def said_days(start: date, end: date) -> str:
    """Say days as a person does and `times` reads them again: "9 to 15 November 2026"."""
    last = f"{end.day} {end:%B} {end.year}"
    if start == end:
        return last
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day} to {last}"
    if start.year == end.year:
        return f"{start.day} {start:%B} to {last}"
    return f"{start.day} {start:%B} {start.year} to {last}"


def sentence(question: Question, labels: Mapping[tuple[str, str], str]) -> str:
    """Return a question in words that `understand` reads as the same question, where each label means one thing."""
    named = {kind: [labels.get((kind, key), key) for key in getattr(question, kind)] for kind in NAMES}
    if question.asks == STOPS:
        stopping = [*named["vendors"], *named["endpoints"], *named["models"]]
        parts = [f"What stops if {_listed(stopping)} stops"]
    else:
        data = f" touched {_listed([each.lower() for each in named['classes']])} data" if named["classes"] else " ran"
        parts = [f"Which models{data}"]
        parts += [f"through {_listed(each)}" for each in (named["vendors"], named["endpoints"], named["models"]) if each]
    parts += [f"on {_listed(named['surfaces'])}"] if named["surfaces"] else []
    parts += [f"by {_listed(named['teams'])}"] if named["teams"] else []
    parts += [STANDINGS[each] for each in question.standings]
    days = said_days(question.start, question.end)
    return f"{', '.join(parts)}, {'on' if question.days == 1 else 'from'} {days}?"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
