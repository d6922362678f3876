"""Pictures as plain data, for documents: what the file carries inside is what its picture is drawn from."""

from collections.abc import Callable, Mapping
from typing import Any

from governance.ui.pictures.columns import bars, shares
from governance.ui.pictures.curves import line, spark
from governance.ui.pictures.flow import Column, Link, Node, flow
from governance.ui.pictures.frame import Picture
from governance.ui.pictures.grid import grid
from governance.ui.pictures.series import Band, Mark, Series


def drawn(data: Mapping[str, Any]) -> Picture:
    """Draw what plain data describes: `{"picture": "line", ...}` with the parameters of the function of that name.

    Series are `{"name", "points": [[label, value], ...], "tone"}`, a band `{"name", "low", "high"}`, marks
    `{"name", "value"}`, columns `{"name", "nodes": [{"key", "name", ...}]}`, links `{"start", "end", ...}`. Raises
    LookupError for an unknown picture and TypeError for an unknown parameter.
    """
    given = dict(data)
    name = given.pop("picture")
    if name not in READERS:
        raise LookupError(f"no picture named {name!r}; it is one of {', '.join(READERS)}")
    return READERS[name](given)


def _series(given: dict[str, Any]) -> dict[str, Any]:
    found = {**given, "series": [_one(each) for each in given["series"]]}
    target = given.get("target")
    if isinstance(target, list):
        found["target"] = [Mark(**each) for each in target]
    if given.get("band"):
        found["band"] = Band(**given["band"])
    return found


def _one(given: Mapping[str, Any]) -> Series:
    return Series(given["name"], [(str(at), value) for at, value in given["points"]], given.get("tone", ""))


def _line(given: dict[str, Any]) -> Picture:
    return line(**_series(given))


def _bars(given: dict[str, Any]) -> Picture:
    return bars(**_series(given))


def _shares(given: dict[str, Any]) -> Picture:
    return shares(**{**given, "rows": [tuple(row) for row in given["rows"]]})


def _flow(given: dict[str, Any]) -> Picture:
    columns = [Column(each["name"], [Node(**node) for node in each["nodes"]]) for each in given["columns"]]
    return flow(**{**given, "columns": columns, "links": [Link(**each) for each in given["links"]]})


READERS: Mapping[str, Callable[[dict[str, Any]], Picture]] = {
    "line": _line,
    "bars": _bars,
    "shares": _shares,
    "spark": lambda given: spark(**given),
    "grid": lambda given: grid(**given),
    "flow": _flow,
}
