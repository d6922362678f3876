"""An answer in sentences: the headline, and why each line stands as it does. Pure; from the plain data of an answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from registry.board.question import STOPS
from registry.board.words import said_days
from registry.usage.matching.standing import in_words

SMALL = "no one two three four five six seven eight nine ten eleven twelve".split()
Parts = list[tuple[str, bool]]
"""Sentences of a headline; True for those that nobody should overlook."""


def counted(number: int, one: str, many: str = "") -> str:
    """Say a number with what is counted: "four models", "1,204 calls"."""
    said = SMALL[number] if number < len(SMALL) else f"{number:,}"
    return f"{said} {one if number == 1 else many or one + 's'}"


def times(number: int) -> str:
    """Say how often: once, twice, 195,327 times."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def share(part: int, whole: int) -> str:
    """Say a share as 98.7 %: rounded towards the middle, so that neither all nor nothing is claimed where it is not."""
    if part in (0, whole):
        return "100 %" if part and whole else "0 %"
    return f"{min(99.9, max(0.1, round(100 * part / whole, 1))):.1f} %"


def headline(content: Mapping[str, Any]) -> Parts:
    """Return the answer in three sentences or fewer."""
    if content["question"]["asks"] == STOPS:
        return _stops(content)
    totals = content["totals"]
    touched = _touched(content)
    if not totals["calls"]:
        return [(f"No call{touched} was observed {_when(content)}.", False)]
    said: Parts = [(_first(totals, touched), False)]
    if totals["lines_approved"]:
        every = totals["lines_approved"] == totals["lines"]
        which = "All of them" if every and totals["lines"] > 1 else _paths(totals["lines_approved"])
        of = "" if every else f", {share(totals['approved'], totals['calls'])} of calls,"
        said.append((f"{_capital(which)}{of} ran as approved.", False))
    if totals["lines_not_approved"]:
        text = f"{_capital(_paths(totals['lines_not_approved']))}, {_calls(totals['not_approved'])}, had no approval."
        said.append((text, True))
    if totals["lines_unknown"]:
        text = f"Of {_paths(totals['lines_unknown'])}, {_calls(totals['unknown'])}, it cannot be told."
        said.append((text, False))
    return said


def models(totals: Mapping[str, Any]) -> str:
    """Say how many models: "four models", "four models and some that were not named", "tools"."""
    said = counted(totals["models"], "model") if totals["models"] else ""
    if totals["unknown_models"]:
        return f"{said} and some that were not named" if said else "models that were not named"
    return said or "tools"


def _first(totals: Mapping[str, Any], touched: str) -> str:
    return f"{_capital(models(totals))}{touched or ' ran'}, on {_paths(totals['lines'])}, {times(totals['calls'])}."


def _touched(content: Mapping[str, Any]) -> str:
    names = [content["names"].get(f"classes {key}", key).lower() for key in content["question"]["classes"]]
    return f" touched {' or '.join(names)} data" if names else ""


def days(content: Mapping[str, Any]) -> str:
    """Say the days of an answer."""
    return said_days(*(date.fromisoformat(content["question"][name]) for name in ("start", "end")))


def _when(content: Mapping[str, Any]) -> str:
    return f"{'on' if content['question']['start'] == content['question']['end'] else 'from'} {days(content)}"


def _stops(content: Mapping[str, Any]) -> Parts:
    stop, goes_on = content["totals"]["stop"], content["totals"]["go_on"]
    if not stop and not goes_on:
        return [("Nothing stops: no surface in force is approved to use it, and no call to it was observed.", False)]
    said: Parts = []
    if stop:
        calls = content["totals"]["stop_calls"]
        seen = f", {_calls(calls)} {_when(content)}" if calls else ""
        said.append((f"{_capital(counted(stop, 'surface'))} would stop{seen}.", True))
    if goes_on:
        verb = "has" if goes_on == 1 else "have"
        said.append((f"{_capital(counted(goes_on, 'surface'))} {verb} another approved route and would go on.", False))
    return said


def _paths(number: int) -> str:
    return counted(number, "path")


def _calls(number: int) -> str:
    return f"{number:,} call{'' if number == 1 else 's'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def reasons(line: Mapping[str, Any]) -> str:
    """Return why a line is not approved, or cannot be told, in sentences; empty for one that is approved."""
    found = [in_words(each) for each in line["reasons"]]
    return " ".join(f"{each}." for each in found)


def blind(found: Mapping[str, Any]) -> list[str]:
    """Return in sentences what an answer cannot know."""
    said = []
    if paths := found["no_class"]["paths"]:
        calls = _calls(found["no_class"]["calls"])
        said.append(
            f"Of {_paths(paths)}, {calls}, it is not known which data they touched: no program said it, no contract held."
        )
    if count := found["surfaces"]["count"]:
        first = ", ".join(f"{each['name']} ({each['key']})" for each in found["surfaces"]["first"][:3])
        others = f", {first}" if count <= 3 else f", among them {first}"
        verb = "is live, and nothing was" if count == 1 else "are live, and nothing was"
        said.append(f"{_capital(counted(count, 'surface'))} {verb} observed of {'it' if count == 1 else 'them'}{others}.")
    if sources := found["sources"]:
        names = ", ".join(each["name"] for each in sources[:3])
        said.append(f"{_capital(counted(len(sources), 'source'))} may send observations and sent none: {names}{_more(sources)}.")
    return said


def _more(found: Sequence[Any]) -> str:
    return f" and {len(found) - 3} more" if len(found) > 3 else ""


def limits(content: Mapping[str, Any]) -> str:
    """Say whose answer it is, where its reader does not see everything; empty where they do."""
    if content["whole"]:
        return ""
    period = " in the days that their access covers" if content["period"] else ""
    return f"This is the answer for somebody who sees part of the company: surfaces that they may see{period}, and no others."
