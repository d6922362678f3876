"""Finds out whether this machine prints, by printing a page in a process of its own."""

from datetime import datetime, timedelta

from governance.core import clock
from governance.core.errors import PlumblineError
from governance.documents.rendering import fit

RECHECK = timedelta(minutes=10)
_checked: dict[str, tuple[datetime, str]] = {}


def check() -> str:
    """Return '' when this machine prints, else what is wrong and what to do. Prints at most every ten minutes."""
    if "press" in _checked and clock.now() - _checked["press"][0] < RECHECK:
        return _checked["press"][1]
    said = ""
    try:
        fit("documents/probe.html", {}, made=clock.now(), pages=1)
    except PlumblineError as error:
        said = str(error)
    _checked["press"] = (clock.now(), said)
    return said


def forget() -> None:
    """Let the next check print again."""
    _checked.clear()
