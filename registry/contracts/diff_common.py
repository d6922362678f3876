"""What every teller of differences needs: values as people read them, and the three shapes that a difference has."""

from collections.abc import Iterator, Sequence
from typing import Any

from registry.contracts.differences import Difference, Expansion, Op
from registry.contracts.problems import listed, thousands
from registry.contracts.prose import compare
from registry.contracts.shape import Contract, Path_, lower_first, node, parts, said

LONG = 60
"""From here on a text is compared word by word rather than shown as from and to."""


def part_of(contract: Contract, part: str) -> Any:
    """A part, or an empty one of its shape."""
    return contract.get(part, [] if parts()[part]["type"] == "array" else {})


def title(path: Path_) -> str:
    """How a field is called inside a sentence."""
    return lower_first(str((node(path) or {"title": path[-1]})["title"]))


def shown(value: Any, path: Path_) -> str:
    """A value as people read it; nothing for an absent one."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return thousands(value)
    if isinstance(value, str):
        return said(path, value)
    if isinstance(value, list):
        return ", ".join(shown(one, (*path, 0)) for one in value)
    return group(value, path)


def group(value: Contract, path: Path_) -> str:
    """A small group of fields as one phrase: `60 words`, `0.2 EUR`, `40 calls an hour`."""
    keys = set(value)
    if "action" in keys:
        return ", ".join(filter(None, (said((*path, "action"), value["action"]), value.get("detail"))))
    if keys == {"count", "unit"}:
        return f"{thousands(value['count'])} {value['unit']}"
    if keys == {"amount", "currency"}:
        return f"{thousands(value['amount'])} {value['currency']}"
    if keys == {"calls", "per"}:
        return f"{thousands(value['calls'])} calls {'an' if value['per'] == 'hour' else 'a'} {value['per']}"
    return ", ".join(f"{title((*path, key))} {shown(below, (*path, key))}" for key, below in value.items())


def changed(
    path: Path_,
    before: Any,
    after: Any,
    kind: str,
    *,
    subject: str = "",
    expands: Sequence[Expansion] = (),
) -> Difference:
    """A field that has another value, was set or was taken away. `subject` says whose field: "tool claims.read"."""
    name = f"{subject}: {title(path)}" if subject else _field(path)
    old, new = shown(before, path), shown(after, path)
    told_old, told_new = (_in_sentence(one, told, path) for one, told in ((before, old), (after, new)))
    prose = isinstance(before, str) and isinstance(after, str) and (len(before) >= LONG or len(after) >= LONG)
    segments = tuple(compare(before, after)) if prose else ()
    if not old:
        sentence = f"{name} set" + (f" to {told_new}" if len(new) < LONG else "")
    elif not new:
        sentence = f"{name} removed" + (f", was {told_old}" if len(old) < LONG else "")
    else:
        sentence = f"{name} reworded" if prose else f"{name} changed from {told_old} to {told_new}"
    op: Op = "added" if not old else "removed" if not new else "changed"
    return Difference(str(path[0]), name, op, sentence, (kind,), old, new, segments, expansions=tuple(expands))


def _in_sentence(value: Any, told: str, path: Path_) -> str:
    """Choices begin small inside a sentence, free text is quoted."""
    found = node(path) or {}
    if "oneOf" in found:
        return lower_first(told)
    return f"“{told}”" if isinstance(value, str) and " " in told else told


def _field(path: Path_) -> str:
    """A field with its part before it, unless the part is the field."""
    if len(path) == 1:
        return title(path)
    words = [title(path[:end]) for end in range(1, len(path) + 1)]
    if path[-1] == "description":
        return words[-1]
    return ", ".join(words)


def lines(
    path: Path_,
    before: Sequence[str],
    after: Sequence[str],
    kind: str,
    *,
    less: Expansion | None = None,
    more: Expansion | None = None,
) -> Iterator[Difference]:
    """Entries that came to or went from a list of texts; `more` and `less` say what coming and going widens."""
    name = _field(path)
    for entry in after:
        if entry not in before:
            label = said((*path, 0), entry)
            yield Difference(
                str(path[0]),
                name,
                "added",
                f"{name}: “{label}” added",
                (kind,),
                after=label,
                expansions=(more,) if more else (),
            )
    for entry in before:
        if entry not in after:
            label = said((*path, 0), entry)
            yield Difference(
                str(path[0]),
                name,
                "removed",
                f"{name}: “{label}” removed",
                (kind,),
                before=label,
                expansions=(less,) if less else (),
            )


def fields(
    path: Path_, before: Contract, after: Contract, kind: str, *, skip: Sequence[str] = (), subject: str = ""
) -> Iterator[Difference]:
    """Every differing field of a group that has no words of its own, in the order of the schema."""
    for key, found in (node(path) or {}).get("properties", {}).items():
        if key in skip or before.get(key) == after.get(key):
            continue
        below = (*path, key)
        if found["type"] == "array":
            yield from lines(below, before.get(key, []), after.get(key, []), kind)
        elif found["type"] == "object" and not subject and "action" not in found["properties"]:
            yield changed(below, before.get(key), after.get(key), kind)
        else:
            yield changed(below, before.get(key), after.get(key), kind, subject=subject)


def matched(before: list[Contract], after: list[Contract], key: str) -> Iterator[tuple[Contract | None, Contract | None]]:
    """Rows of two lists side by side by their key: first those of the new list, then those that went."""
    old = {row[key]: row for row in before}
    new = {row[key]: row for row in after}
    for name, row in new.items():
        yield old.get(name), row
    for name, row in old.items():
        if name not in new:
            yield row, None


def join(words: Sequence[str]) -> str:
    """Words as people list them, empty ones left out."""
    return listed([word for word in words if word], "and")
