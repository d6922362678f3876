"""What differs between two policies, in plain words: row by row, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from governance.policy import normal, schema
from governance.policy.schema import Path_

ROW_KEYS = ("key", "number", "week", "id")
NOTHING = "nothing"
SHORT = 120


@dataclass(frozen=True, slots=True)
class Move:
    """One value that differs: what it is called, what it was, what it is. None stands for what was or is not there."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in the policy that came, went or changed."""

    section: str
    name: str
    moves: tuple[Move, ...]
    kind: str = "changed"

    @property
    def small(self) -> str:
        """The line under the name, for the diff component."""
        return self.section if self.kind == "changed" else f"{self.section}, {self.kind}"

    @property
    def html(self) -> SafeString:
        """The moves as words taken out and put in."""
        if self.kind != "changed":
            tag = "ins" if self.kind == "new" else "del"
            rows = ((move.label, tag, move.after or move.before, tag) for move in self.moves)
            return format_html_join("", '<div class="swap"><span>{}</span><{}>{}</{}></div>', rows)
        return format_html_join("", "{}", ((_swap(move),) for move in self.moves))

    def __str__(self) -> str:
        if self.kind != "changed":
            return f"{self.section}: {self.name} is {self.kind}."
        told = "; ".join(f"{m.label}: {m.before or NOTHING} becomes {m.after or NOTHING}" for m in self.moves)
        return f"{self.section}: {self.name}. {told}."


def _swap(move: Move) -> SafeString:
    before = format_html("<del>{}</del>", move.before) if move.before is not None else ""
    after = format_html("<ins>{}</ins>", move.after) if move.after is not None else ""
    arrow = " → " if before and after else ""
    return format_html('<div class="swap"><span>{}</span><span>{}{}{}</span></div>', move.label, before, arrow, after)


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Return what differs from an old policy to a new one, in the order of the file."""
    old, new = normal.filled(dict(old)), normal.filled(dict(new))  # older ones do not say what was unknown then
    found: list[Difference] = []
    for section in schema.properties():
        before, after = old.get(section), new.get(section)
        if before != after:
            found += _section((section,), before, after)
    return found


def _title(path: Path_) -> str:
    title = str(schema.node_at(path).get("title", path[-1]))
    return title[:1].upper() + title[1:]


def _section(path: Path_, old: Any, new: Any) -> Iterator[Difference]:
    if _rows_of(old, new):
        yield from _rows(path, old or [], new or [])
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in schema.properties(path):
            if old.get(name) != new.get(name):
                yield from _section((*path, name), old.get(name), new.get(name))
    else:
        yield Difference(_title(path), _title(path), tuple(_moves("", old, new, path)))


def _rows_of(*lists: Any) -> bool:
    """Whether these are lists of rows that can be told apart by a key or by what they are for."""
    return all(isinstance(one, list | None) for one in lists) and any(one and isinstance(one[0], dict) for one in lists)


def _identity(row: Mapping[str, Any]) -> tuple[Any, ...]:
    for name in ROW_KEYS:
        if name in row:
            return (row[name],)
    if "subject" in row:
        return row["subject"], row["change_kind"], row["tier"]
    if "opens_incident" in row:
        return (row["kind"],)
    return row.get("record_kind"), row.get("severity"), row.get("tier"), row.get("position")


def _rows(path: Path_, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    before, after = {_identity(row): row for row in old}, {_identity(row): row for row in new}
    section = _title(path)
    for key, row in after.items():
        if key not in before:
            yield Difference(section, name_of(row), tuple(_told(row, (*path, 0))), "new")
        elif before[key] != row:
            yield Difference(section, name_of(row), tuple(_moves("", before[key], row, (*path, 0))))
    for key, row in before.items():
        if key not in after:
            yield Difference(section, name_of(row), tuple(_told(row, (*path, 0))), "gone")
    kept_old, kept_new = [key for key in before if key in after], [key for key in after if key in before]
    if kept_old != kept_new:
        order = [", ".join(name_of(side[key]) for key in keys) for side, keys in ((before, kept_old), (after, kept_new))]
        yield Difference(section, "Order", (Move("Order", *order),))


def name_of(row: Mapping[str, Any]) -> str:
    """Return how people call a row of the policy."""
    if "number" in row:
        return f"Tier {row['number']}, {row['name']}"
    if "week" in row:
        return f"Week {row['week']}"
    if "subject" in row:
        what = row["change_kind"].replace("_", " ") or row["subject"]
        return f"{what.capitalize()}" + (f" in tier {row['tier']}" if row["tier"] is not None else "")
    if "record_kind" in row:
        kind = row["record_kind"].replace("_", " ").capitalize()
        return kind + (f" in tier {row['tier']}" if row.get("tier") is not None else "")
    if "opens_incident" in row:
        return str(row["kind"]).replace("_", " ").capitalize()
    if "severity" in row:
        return row["severity"] + (f" in tier {row['tier']}" if row.get("tier") is not None else "")
    if "target" in row:
        return f"Tier {row.get('tier')}"
    if "days" in row:
        return "Any tier" if row.get("tier") is None else f"Tier {row['tier']}"
    return str(row.get("name") or row.get("what") or row.get("area") or row.get("text") or row.get("key") or row.get("id"))


def _told(row: Mapping[str, Any], path: Path_) -> Iterator[Move]:
    """What a row that came or went says, its identity aside."""
    for name, value in row.items():
        if name not in (*ROW_KEYS, "name") and value not in (None, "", [], {}):
            yield Move(_title((*path, name)), None, say(value, (*path, name)))


def _moves(label: str, old: Any, new: Any, path: Path_) -> Iterator[Move]:
    """The values that differ, however deep."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                inner = _title((*path, name))
                yield from _moves(f"{label}, {inner.lower()}" if label else inner, old.get(name), new.get(name), (*path, name))
    elif _scalars(old) and _scalars(new):
        gone = [str(one) for one in old if one not in new]
        come = [str(one) for one in new if one not in old]
        if gone or come:
            yield Move(label or _title(path), ", ".join(gone) or None, ", ".join(come) or None)
        else:
            yield Move(label or _title(path), say(old, path), say(new, path))
    else:
        yield Move(label or _title(path), say(old, path), say(new, path))


def _scalars(value: Any) -> bool:
    return isinstance(value, list) and all(not isinstance(one, dict | list) for one in value)


def say(value: Any, path: Path_ = ()) -> str | None:
    """Say a value in words; None for what is not there."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return _mapping(value, path)
    if isinstance(value, list):
        return ", ".join(say(one, (*path, 0)) or NOTHING for one in value)
    return str(value)


def _mapping(value: Mapping[str, Any], path: Path_) -> str:
    if "position" in value:
        many = "" if value["count"] == 1 else f" × {value['count']}"
        return value["position"] + many + (" where regulated" if value["when"] == "regulated" else "")
    told = ((name, say(one, (*path, name))) for name, one in value.items())
    return ", ".join(f"{_title((*path, name)).lower()} {words}" for name, words in told if words)


def paragraph(differences: Sequence[Difference]) -> SafeString:
    """Return how many things differ, as a short line."""
    count = len(differences)
    return format_html(
        "{} {} from what holds.", count or "Nothing", "thing differs" if count == 1 else "things differ" if count else "differs"
    )
