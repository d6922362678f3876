"""What of a call's match is a finding, and what makes it the same finding again. Pure: names in, identities out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from governance.core.digest import digest
from registry.findings.models import FindingKind
from registry.usage.matching import standing
from registry.usage.seen import OTHER, Names

NEVER = "never"
"""What tells data that rules never let to an endpoint from data that a contract does not name."""
ABOUT_ENDPOINT = frozenset(
    {
        FindingKind.MODEL_NOT_APPROVED,
        FindingKind.REGION_NOT_APPROVED,
        FindingKind.OUT_OF_USE,
        FindingKind.ENDPOINT_DEPRECATED,
    }
)
"""Kinds that are about one endpoint; of data, only what may never go there."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a finding is drawn from: what was seen, what it was matched to (by id), and all that speaks against it."""

    names: Names
    source: int | None
    surface: int | None
    endpoint: int | None
    reasons: Sequence[str]
    missing: Sequence[str]
    deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was approved. `which` is the class, tool, field, model or mode that it is about."""

    kind: FindingKind
    parts: tuple[Any, ...]
    which: str = ""

    @property
    def is_about_endpoint(self) -> bool:
        """Whether it is about one endpoint, not about whatever endpoint is called."""
        return self.kind in ABOUT_ENDPOINT or NEVER in self.parts

    @property
    def identity(self) -> str:
        """SHA-256 over what makes it the same finding again."""
        return identity_of(self.kind, self.parts)


def identity_of(kind: str, parts: Sequence[Any]) -> str:
    """Return the identity of a finding: SHA-256 over its kind and the parts that tell it from others of that kind."""
    return digest([str(kind), *parts])


def program(names: Names) -> str:
    """Return what a call's program calls itself: what it claims to be, else its service's or agent's name."""
    return names.claim or names.service or names.agent


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def against(reasons: Sequence[str]) -> list[str]:
    """Return what speaks against a call as sentences without their full stop; classes, tools and fields are told together."""
    which: dict[str, list[str]] = {}
    for reason in reasons:
        code, _, about = reason.partition(":")
        which.setdefault(code, []).extend([about.replace("_", " ")] if about else [])
    return [f"{standing.in_words(code)}: {_and(abouts)}" if abouts else standing.in_words(code) for code, abouts in which.items()]


def place_of(look: Look) -> int | str:
    """Return what a call belongs to: its surface by id, else what its program calls itself."""
    return look.surface if look.surface is not None else program(look.names)


def differences(look: Look) -> Iterator[Difference]:
    """Return what of a call is a finding, each once.

    Calls of no known surface are one finding for each program and source, whatever models they call: registering it comes
    first. What is suspended, in quarantine or never lets a class of data in speaks for itself even then.
    """
    seen: set[str] = set()
    for found in _all(look):
        if found.identity not in seen:
            seen.add(found.identity)
            yield found


def _all(look: Look) -> Iterator[Difference]:
    never = [reason.partition(":")[2] for reason in look.reasons if reason.startswith(f"{standing.CLASS_NEVER_HERE}:")]
    if never:
        yield Difference(FindingKind.DATA_CLASS, (place_of(look), look.endpoint, NEVER), _and(never))
    for reason in look.reasons:
        code, _, which = reason.partition(":")
        if (found := _of(code, which, look)) is not None:
            yield found
    if look.surface is not None:
        for name in look.missing:
            yield Difference(FindingKind.LOGGING_FIELD, (look.surface, name), name)
        if look.deprecated:
            yield Difference(FindingKind.ENDPOINT_DEPRECATED, (look.surface, look.endpoint))
    if OTHER in look.names:
        yield Difference(FindingKind.TOO_MANY_NAMES, (look.source,))


def _of(code: str, which: str, look: Look) -> Difference | None:
    names, surface = look.names, look.surface
    model = names.model or names.endpoint_said
    if code == standing.UNKNOWN_SURFACE:
        return Difference(FindingKind.UNKNOWN_SURFACE, (program(names), look.source), program(names))
    if code in (standing.ENDPOINT_SUSPENDED, standing.QUARANTINED):
        return Difference(FindingKind.OUT_OF_USE, (place_of(look), look.endpoint, names.tool), code)
    if surface is None:
        return None
    of_surface: dict[str, tuple[FindingKind, tuple[Any, ...], str]] = {
        standing.NOTHING_IN_FORCE: (FindingKind.NOTHING_IN_FORCE, (), ""),
        standing.UNKNOWN_MODEL: (FindingKind.UNKNOWN_ENDPOINT, (names.provider.casefold(), model.casefold()), model),
        standing.MODEL_NOT_IN_REVISION: (FindingKind.MODEL_NOT_APPROVED, (look.endpoint,), model),
        standing.REGION_NOT_IN_REVISION: (FindingKind.REGION_NOT_APPROVED, (model.casefold(), names.region.casefold()), model),
        standing.CLASS_NOT_IN_REVISION: (FindingKind.DATA_CLASS, (which,), which),
        standing.TOOL_NOT_IN_REVISION: (FindingKind.TOOL, (which,), which),
        standing.MODE: (FindingKind.MODE_IGNORED, (which,), which),
    }
    if code not in of_surface:
        return None
    kind, parts, about = of_surface[code]
    return Difference(kind, (surface, *parts), about)


def title(found: Difference, look: Look, *, who: str, endpoint: str, region: str) -> str:
    """Say a finding in a line. `who` is the surface's name or what the program calls itself."""
    what, model = found.which.replace("_", " "), look.names.model or look.names.endpoint_said or endpoint
    region = look.names.region or region or "a region that was not said"
    said = {
        FindingKind.UNKNOWN_SURFACE: f"{who} calls models and is not registered",
        FindingKind.UNKNOWN_ENDPOINT: f"{who} calls {model}, which the catalogue does not know",
        FindingKind.NOTHING_IN_FORCE: f"{who} calls models and has nothing in force",
        FindingKind.MODEL_NOT_APPROVED: f"{who} calls {model}, which was not approved for it",
        FindingKind.REGION_NOT_APPROVED: f"{who} calls {model} in {region}, which was not approved",
        FindingKind.DATA_CLASS: f"{who} sends {what} data"
        + (f" to {endpoint or model}, where that may never go" if NEVER in found.parts else ", which was not approved"),
        FindingKind.TOOL: f"{who} calls the tool {found.which}, which was not approved",
        FindingKind.MODE_IGNORED: f"{who} goes on, though its mode is {what}",
        FindingKind.OUT_OF_USE: f"{who} uses {look.names.tool or endpoint or model}, which {_WITHDRAWN[found.which]}"
        if found.which in _WITHDRAWN
        else "",
        FindingKind.ENDPOINT_DEPRECATED: f"{who} calls {endpoint or model}, which its vendor ends",
        FindingKind.LOGGING_FIELD: f"{who} does not log the {what}",
        FindingKind.TOO_MANY_NAMES: f"{who} brings more new names than one source may",
    }[found.kind]
    return said[:300]


_WITHDRAWN = {standing.ENDPOINT_SUSPENDED: "is suspended or retired", standing.QUARANTINED: "is in quarantine"}
