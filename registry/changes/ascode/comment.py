"""A preview as a comment for a pull request: Markdown that any forge shows, in which nothing that was typed is markup."""

import re
from collections.abc import Iterator

from registry.changes.ascode.preview import ALREADY, NOTHING, PROBLEMS, Preview, Turn

MOST_LINES = 30
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+|~@!])")


def comment(seen: Preview) -> str:
    """Return the comment."""
    surface = seen.surface
    lines = [f"### Plumbline: {plain(surface.name)} ({surface.key})", "", _headline(seen), ""]
    lines += _problems(seen) if seen.problems else _rest(seen)
    if seen.digest:
        lines += ["", f"<sub>Contract `{seen.digest}`</sub>"]
    return "\n".join(lines).rstrip() + "\n"


def plain(text: str) -> str:
    """Return text in which nothing is markup, a mention or a line break."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def _headline(seen: Preview) -> str:
    if seen.outcome == PROBLEMS:
        return f"**{_count(len(seen.problems), 'problem')}.** The file cannot be proposed as it is."
    if seen.outcome == NOTHING:
        return "**Nothing to propose.** The file says what is in force."
    against = f"revision {seen.surface.in_force.number}" if seen.surface.in_force else "nothing, for none is in force yet"
    told = f"**{_count(len(seen.difference), 'difference')}** from {against}."
    if seen.outcome == ALREADY and seen.open_change:
        return f"{told} Exactly this waits as {seen.open_change.key}."
    if seen.open_change:
        return f"{told} {seen.open_change.key} is still open: decide, withdraw or replace it first."
    return told


def _problems(seen: Preview) -> Iterator[str]:
    for each in seen.problems[:MOST_LINES]:
        line = f"line {each.line}: " if each.line else ""
        yield f"- {line}{plain(each.message)} {plain(each.fix)}".rstrip()
    yield from _more(len(seen.problems))


def _rest(seen: Preview) -> Iterator[str]:
    if seen.outcome == NOTHING:
        return
    for one in seen.difference.differences[:MOST_LINES]:
        widens = f" ⚠ {plain(one.expansions[0].why)}" if one.expansions and seen.surface.in_force else ""
        yield f"- **{plain(one.title)}**: {plain(one.sentence)}{widens}"
    yield from _more(len(seen.difference))
    yield from _lacks(seen)
    yield from _controls(seen)
    yield from _approvals(seen)


def _lacks(seen: Preview) -> Iterator[str]:
    told = [f"{what} {why}" for what, why in seen.lacks]
    told += [f"{one.what} {one.why}" for one in seen.missing]
    told += [text for texts in (seen.record_lacks or {}).values() for text in texts]
    if not seen.tier_is_enough:
        told.append(f"The contract implies tier {seen.minimum_tier}: {' '.join(seen.minimum_reasons)}")
    if told:
        yield from ("", "**Missing before it can be proposed**", "")
        yield from (f"- {plain(text)}" for text in told[:MOST_LINES])
        yield from _more(len(told))


def _controls(seen: Preview) -> Iterator[str]:
    if not (seen.breaks or seen.mends or seen.holds):
        yield from ("", "**Controls**: none would turn, and none holds it back.")
        return
    yield from ("", "| Control | Now | With this | Why | What to do |", "| --- | --- | --- | --- | --- |")
    shown = [*seen.breaks, *seen.mends]
    told = {turn.then.key for turn in shown}
    shown += [Turn(one, one) for one in seen.holds if one.key not in told]
    for turn in shown[:MOST_LINES]:
        then, holds = turn.then, " (holds the release)" if turn.then.holds else ""
        now = turn.now.status.label if turn.now else "–"
        cells = (then.title, now, f"{then.status.label}{holds}", then.why, then.next_step)
        yield "| " + " | ".join(plain(cell) for cell in cells) + " |"


def _approvals(seen: Preview) -> Iterator[str]:
    if seen.route is None:
        return
    called = seen.positions or {}
    named = [f"{called.get(key, key)}{f' ({count} people)' if count > 1 else ''}" for key, count in seen.route.steps]
    order = "one after the other" if seen.route.in_order else "side by side"
    yield ""
    lane = f"lane {plain(seen.route.lane_name)}, {seen.route.decide_hours} hours"
    yield f"**Approvals**: {plain(', '.join(named))}, {order}; {lane}."


def _more(count: int) -> list[str]:
    return [f"- and {count - MOST_LINES} more"] if count > MOST_LINES else []


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s'[: number != 1]}"
