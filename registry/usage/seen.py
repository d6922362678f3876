"""A call as it was seen, without what differs from one call to the next: what paths are told apart by."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from governance.core.digest import digest
from registry.usage.calls import Call
from registry.usage.models import ClassesFrom, UsagePath

OTHER = "(other)"
"""What stands for names beyond those that one source may bring on one day."""

CARRIED = frozenset({"prompt_version", "model", "output_fingerprint", "user", "trace"})
"""Logging fields of policy that every call of a model carries by itself; the others tell of more than one call."""

LONGEST_CLASS = 100


class Names(NamedTuple):
    """What of a call is kept on its path, as its columns are called: cut to what they hold, empty where it was not said."""

    claim: str = ""
    service: str = ""
    agent: str = ""
    feature: str = ""
    environment: str = ""
    operation: str = ""
    provider: str = ""
    model: str = ""
    region: str = ""
    prompt: str = ""
    tool: str = ""
    endpoint_said: str = ""


class Seen(NamedTuple):
    """What a program said of a call as far as a path holds it; `classes` is None where it named none.

    `said` are the logging fields among `CARRIED` that it has.
    """

    source: int | None
    names: Names
    classes: tuple[str, ...] | None
    said: frozenset[str]


_HELD = {each.attname: int(getattr(each, "max_length", None) or 0) for each in UsagePath._meta.concrete_fields}
LENGTHS = tuple(_HELD[name] for name in Names._fields)


def raw_names(call: Call) -> tuple[str, ...]:
    """Return the names of a call as they came, in the order of `Names`."""
    return (
        call.claim,
        call.service,
        call.agent,
        call.feature,
        call.environment,
        call.operation,
        call.provider,
        call.model,
        call.region,
        call.prompt,
        call.tool,
        call.endpoint,
    )


def as_seen(source: int | None, names: Iterable[str], classes: Iterable[str] | None, said: frozenset[str]) -> Seen:
    """Return what is kept of a call: names that the columns hold, data classes sorted and as many as fit."""
    held = Names(*(clean(text, longest) for text, longest in zip(names, LENGTHS, strict=True)))
    return Seen(source, held, None if classes is None else _classes(classes), said)


def _classes(given: Iterable[str]) -> tuple[str, ...]:
    kept: list[str] = []
    room = _HELD["classes"] - 1
    for key in sorted({clean("_".join(each.split()), LONGEST_CLASS) for each in given} - {""}):
        room -= len(key) + 1
        if room >= 0:
            kept.append(key)
    return tuple(kept)


def seen_of(path: UsagePath) -> Seen:
    """Return what was seen, of a path as it is stored."""
    told = tuple(path.classes.split()) if path.classes_from == ClassesFrom.SPAN else None
    names = Names(*(getattr(path, name) for name in Names._fields))
    return Seen(path.source_id, names, told, frozenset(path.carried.split()))


def clean(text: str, longest: int) -> str:
    """Return text that both databases hold: no control characters, no broken characters, not too long."""
    if not text.isprintable():
        text = "".join(each for each in text if each.isprintable())
    return text.strip()[:longest]


def said_by(call: Call) -> frozenset[str]:
    """Return which of the fields that every call carries were there."""
    return _said(call.said, bool(call.prompt), bool(call.model), bool(call.fingerprint), call.trace is not None)


@lru_cache(maxsize=4096)
def _said(given: frozenset[str], prompt: bool, model: bool, fingerprint: bool, trace: bool) -> frozenset[str]:
    there = {"prompt_version": prompt, "model": model, "output_fingerprint": fingerprint, "trace": trace}
    return CARRIED & (given | {name for name, has in there.items() if has})


def keys_text(keys: Iterable[str]) -> str:
    """Return keys as a path holds them: sorted, between spaces, one at each end; empty for none."""
    found = sorted(set(keys))
    return f" {' '.join(found)} " if found else ""


def seen_digest(seen: Seen) -> str:
    """Return what was seen as one SHA-256 over canonical JSON: it stays the same when it is matched to something else."""
    told: list[Any] = [seen.source, *seen.names, list(seen.classes) if seen.classes is not None else None, sorted(seen.said)]
    return digest(told)
