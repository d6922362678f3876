"""Differences in the five parts of a contract."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from registry.contracts.diff_common import changed, fields, lines, matched, part_of
from registry.contracts.differences import Difference, Expansion
from registry.contracts.facts import Names
from registry.contracts.shape import AUDIENCES, EFFECTS, Contract, lower_first, said

Teller = Callable[[Contract, Contract, Names], Iterator[Difference]]


def plain_part(part: str, kind: str) -> Teller:
    """A teller for a part without words of its own."""

    def tell(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
        before, after = old.get(part), new.get(part)
        if isinstance(before, str) or isinstance(after, str):
            yield changed((part,), before, after, kind)
        else:
            yield from fields((part,), before or {}, after or {}, kind)

    return tell


def inputs(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Data classes one by one, what is never to be seen, sources, words."""
    before, after = part_of(old, "inputs"), part_of(new, "inputs")
    for was, now in matched(before.get("data_classes", []), after.get("data_classes", []), "key"):
        yield from _data_class(was, now, names)
    yield from lines(
        ("inputs", "never"),
        before.get("never", []),
        after.get("never", []),
        "data",
        less=Expansion("data", "Something that it must never see is no longer named."),
    )
    yield from lines(
        ("inputs", "sources"),
        before.get("sources", []),
        after.get("sources", []),
        "data",
        more=Expansion("data", "It reads from a further source."),
    )
    yield from fields(("inputs",), before, after, "data", skip=("data_classes", "never", "sources"))


def _data_class(was: Contract | None, now: Contract | None, names: Names) -> Iterator[Difference]:
    row = now or was or {}
    name = names.of("data_classes", row["key"])
    how = lower_first(said(("inputs", "data_classes", 0, "handling"), row["handling"]))
    subject = f"data class {name}"
    if was is None:
        wide = Expansion("data", f"It may see {name} data.")
        yield Difference(
            "inputs",
            subject,
            "added",
            f"{subject} added to inputs, {how}",
            ("data",),
            after=f"{name}, {how}",
            expansions=(wide,),
        )
    elif now is None:
        yield Difference("inputs", subject, "removed", f"{subject} removed from inputs", ("data",), before=f"{name}, {how}")
    else:
        for key in ("handling", "note"):
            if was.get(key) != now.get(key):
                opened = key == "handling" and now[key] == "plain"
                wide_ = (Expansion("data", f"It sees {name} data as it is, no longer redacted."),) if opened else ()
                yield changed(
                    ("inputs", "data_classes", 0, key),
                    was.get(key),
                    now.get(key),
                    "data",
                    subject=subject,
                    expands=wide_,
                )


def outputs(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Audience and part in decisions, where a step up widens; the rest field by field."""
    before, after = part_of(old, "outputs"), part_of(new, "outputs")
    for key, order, wider in (
        ("audience", AUDIENCES, Expansion("reach", "Its output reaches a wider audience.")),
        (
            "decision",
            ("none", "supports", "makes"),
            Expansion("authority", "It takes a larger part in decisions about people."),
        ),
    ):
        was, now = before.get(key), after.get(key)
        if was != now:
            up = now is not None and (was is None or order.index(now) > order.index(was)) and now != order[0]
            yield changed(("outputs", key), was, now, "output", expands=(wider,) if up else ())
    if before.get("draft") != after.get("draft"):
        freed = (Expansion("reach", "No person sends it any more; it goes out by itself."),) if before.get("draft") else ()
        yield changed(("outputs", "draft"), before.get("draft", False), after.get("draft", False), "output", expands=freed)
    yield from fields(("outputs",), before, after, "output", skip=("audience", "decision", "draft"))


def authority(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Tools one by one, then the words."""
    before, after = part_of(old, "authority"), part_of(new, "authority")
    for was, now in matched(before.get("tools", []), after.get("tools", []), "key"):
        row = now or was or {}
        name = names.of("tools", row["key"])
        subject, effect = f"tool {name}", lower_first(said(("authority", "tools", 0, "effect"), row["effect"]))
        if was is None:
            note = "A person approves each call." if row.get("approval") else "No approval for each call."
            wide = Expansion("authority", f"It may call {name} ({effect}).")
            after_ = ", ".join(filter(None, (name, effect, row.get("limits"))))
            yield Difference(
                "authority",
                subject,
                "added",
                f"{subject} added ({effect})",
                ("tool",),
                after=after_,
                note=note,
                expansions=(wide,),
            )
        elif now is None:
            yield Difference("authority", subject, "removed", f"{subject} removed", ("tool",), before=f"{name}, {effect}")
        else:
            yield from _tool(was, now, subject)
    yield from fields(("authority",), before, after, "tool", skip=("tools",))


def _tool(was: Contract, now: Contract, subject: str) -> Iterator[Difference]:
    for key in ("effect", "limits", "approval", "rate"):
        if was.get(key) == now.get(key):
            continue
        before, after = (was.get(key, False), now.get(key, False)) if key == "approval" else (was.get(key), now.get(key))
        why = _tool_widens(key, was, now)
        wide = (Expansion("authority", f"{subject[:1].upper()}{subject[1:]} {why}."),) if why else ()
        yield changed(("authority", "tools", 0, key), before, after, "tool", subject=subject, expands=wide)


def _tool_widens(key: str, was: Contract, now: Contract) -> str:
    """Why a tool's changed field lets it do more; nothing where it does not."""
    if key == "effect" and EFFECTS.index(now["effect"]) > EFFECTS.index(was["effect"]):
        return "may do more than before"
    if key == "approval" and was.get("approval"):
        return "no longer needs a person's approval for each call"
    if key == "limits" and was.get("limits"):
        return "has other limits; compare the words" if now.get("limits") else "has no limits any more"
    if key == "rate" and was.get("rate") and (not now.get("rate") or _a_day(now["rate"]) > _a_day(was["rate"])):
        return "may be called more often"
    return ""


def _a_day(rate: Contract) -> int:
    return int(rate["calls"]) * {"minute": 1440, "hour": 24, "day": 1}[rate["per"]]


def fallback(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Failure mode by failure mode; one that lost its answer is held less tightly."""
    before, after = part_of(old, "fallback"), part_of(new, "fallback")
    for one in fields(("fallback",), before, after, "fallback"):
        lost = Expansion("safeguards", f"Nothing is said any more about: {one.subject}.")
        yield replace(one, expansions=(lost,)) if one.op == "removed" else one


def auditability(old: Contract, new: Contract, names: Names) -> Iterator[Difference]:
    """Logged fields one by one; less logged, kept shorter or more raw text widen."""
    before, after = part_of(old, "auditability"), part_of(new, "auditability")
    less = Expansion("safeguards", "Less is logged than was approved.")
    yield from lines(("auditability", "fields"), before.get("fields", []), after.get("fields", []), "logging", less=less)
    for key in ("retention_days", "raw_text"):
        was, now = before.get(key), after.get(key)
        if was == now:
            continue
        order = ("none", "redacted", "full")
        shorter = key == "retention_days" and was is not None and (now or 0) < was
        rawer = key == "raw_text" and now is not None and order.index(now) > order.index(was or "none")
        why = (
            [Expansion("safeguards", "Logs are kept for a shorter time.")]
            if shorter
            else [Expansion("data", "More raw text is kept.")]
            if rawer
            else []
        )
        yield changed(("auditability", key), was, now, "logging", expands=why)
    yield from fields(("auditability",), before, after, "logging", skip=("fields", "retention_days", "raw_text"))
