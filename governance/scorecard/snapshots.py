"""Reads of sealed months: which there are, one beside another, and as rows of a table."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from governance.core.errors import NotVisible
from governance.people import roles
from governance.scorecard import sealing, words
from governance.scorecard.models import ScoreSnapshot

KEY = re.compile(r"^(?:[Ss][Cc]-)?(\d{4})-(\d{2})$")


def visible_to(user: Any) -> QuerySet[ScoreSnapshot]:
    """Return the sealed months that a person may read: all of them for those who read everything."""
    rows: QuerySet[ScoreSnapshot] = ScoreSnapshot.objects.visible_to(user)
    return rows.select_related("sealed_by", "policy_version")


def get(user: Any, key: str) -> ScoreSnapshot:
    """Return one sealed month by its key (SC-2026-10). Raises NotVisible."""
    found = KEY.match(key)
    named = {"year": int(found.group(1)), "month": int(found.group(2))} if found else {"pk": 0}
    snapshot = visible_to(user).filter(**named).first()
    if snapshot is None:
        raise NotVisible(
            f"There is no sealed month {key[:20]} that you can see.", fix="Months are sealed two days after they end."
        )
    return snapshot


def load(key: str) -> ScoreSnapshot | None:
    """Return one by its id or key, for documents."""
    found = KEY.match(key)
    rows = ScoreSnapshot.objects.select_related("sealed_by", "policy_version")
    if found:
        return rows.filter(year=int(found.group(1)), month=int(found.group(2))).first()  # type: ignore[no-any-return]
    return rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None  # type: ignore[no-any-return]


def may_read(user: Any, snapshot: ScoreSnapshot) -> bool:
    """Whether a person may read a sealed month."""
    return roles.reads_all(user)


def holds(snapshot: ScoreSnapshot) -> bool:
    """Whether the figures still have the digest under which they were sealed."""
    return sealing.fingerprint(snapshot.figures) == snapshot.digest


def before(snapshot: ScoreSnapshot) -> ScoreSnapshot | None:
    """Return the newest month sealed before one."""
    earlier = ScoreSnapshot.objects.filter(year__lt=snapshot.year) | ScoreSnapshot.objects.filter(
        year=snapshot.year, month__lt=snapshot.month
    )
    return earlier.order_by("-year", "-month").first()  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Compared:
    """A metric of a sealed month beside that of another: both in words, against the target of its month, and what it did."""

    key: str
    label: str
    now: str
    then: str
    moved: str
    better: bool | None
    mark: str
    standing: str
    counted: str


def compared(snapshot: ScoreSnapshot, other: ScoreSnapshot | None) -> list[Compared]:
    """Return the metrics of a sealed month, DORA's apart, beside those of another."""
    known = {row["key"]: row for row in other.figures["metrics"]} if other is not None else {}
    return [_compared(row, known.get(row["key"])) for row in snapshot.figures["metrics"] if not row["family"]]


def _compared(row: dict[str, Any], other: dict[str, Any] | None) -> Compared:
    now, then = row["now"]["value"], (other["now"] or {}).get("value") if other else None
    moved, better = "", None
    if now is not None and then is not None:
        moved = "as before" if now == then else f"{'up' if now > then else 'down'} {words.apart(now, then, row['unit'])}"
        better = (now < then) == (row["better"] == "lower") if row["better"] and now != then else None
    standing = words.against(now, row["target"], row["unit"], row["better"])
    return Compared(
        row["key"],
        row["label"],
        words.said(now, row["unit"]),
        words.said(then, row["unit"]) if other else "",
        moved,
        better,
        standing.mark,
        standing.text,
        row["counted"],
    )


def rows(snapshot: ScoreSnapshot) -> list[tuple[Any, ...]]:
    """Return all sealed figures as rows: metric, by, part, value, unit, n, of, target."""
    found: list[tuple[Any, ...]] = []
    for metric in snapshot.figures["metrics"]:
        said = (metric["unit"],)
        if metric["now"] is not None:
            now = metric["now"]
            found.append((metric["label"], "all", "", now["value"], *said, now["n"], now["of"], metric["target"]))
        for by, lines in metric["parts"].items():
            found += [
                (metric["label"], by, line["name"], line["value"], *said, line["n"], line["of"], metric["target"])
                for line in lines
            ]
    return found


def applications(snapshot: ScoreSnapshot) -> list[tuple[str, list[str]]]:
    """Return DORA's figures in words for each application, those deployed most often first."""
    dora = [row for row in snapshot.figures["metrics"] if row["family"]]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    most: dict[str, int] = {}
    for metric in dora:
        for line in metric["parts"].get("surface", ()):
            found.setdefault(line["name"], {})[metric["key"]] = line
            most[line["name"]] = max(most.get(line["name"], 0), line["of"])
    rows = []
    for name in sorted(found, key=lambda name: (-most[name], name)):
        held = [found[name].get(metric["key"]) for metric in dora]
        units = [metric["unit"] if metric["unit"] in ("%", "h") else "" for metric in dora]
        rows.append((name, [words.said(line["value"] if line else None, unit) for line, unit in zip(held, units, strict=True)]))
    return rows


def url_of(pk: str) -> str:
    """Return the page of a sealed month by its id."""
    row = ScoreSnapshot.objects.filter(pk=pk).only("year", "month").first()
    return str(row.get_absolute_url()) if row is not None else ""
