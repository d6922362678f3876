"""Which run counts for which contract: the one made with its prompts and with the models behind its routes. Pure.

A run says prompts as {key: version} and models as names. A prompt's version is its version, its commit or its SHA-256,
the last two from 7 digits on. A model is an endpoint's key or the model as its vendor calls it, with or without the
provider in front (openai/gpt-4o-mini, openai:chat:gpt-4o-mini).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.core import digest

PROMPT_IDS = ("version", "commit", "sha256")
_HEX = re.compile(r"^[0-9a-f]{7,64}$")
_PREFIX = re.compile(r"[/:]")


@dataclass(frozen=True, slots=True)
class Route:
    """A route of a contract, with the model behind its endpoint."""

    endpoint: str
    model: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class Demanded:
    """What a run must have been made with to count for a contract: prompts by key with all their names, and routes."""

    prompts: Mapping[str, tuple[str, ...]]
    routes: tuple[Route, ...]

    @property
    def prompt_versions(self) -> dict[str, str]:
        """The prompts as a run states them."""
        return {key: names[0] if names else "" for key, names in self.prompts.items()}

    @property
    def models(self) -> list[str]:
        """The models as a run states them, each once."""
        return list(dict.fromkeys(route.model for route in self.routes))


def demanded(contract: Mapping[str, Any], models: Mapping[str, str]) -> Demanded:
    """Return what a contract demands; `models` maps an endpoint's key to the model behind it."""
    prompts = {
        str(row["key"]): tuple(str(row[name]) for name in PROMPT_IDS if row.get(name)) for row in contract.get("prompts") or []
    }
    routes = tuple(
        Route(str(row["endpoint"]), models.get(row["endpoint"], str(row["endpoint"])), row.get("role") == "primary")
        for row in contract.get("routes") or []
    )
    return Demanded(prompts, routes)


def binding(prompt_versions: Mapping[str, str], models: Sequence[str]) -> str:
    """Return the digest under which runs with the same prompts and models are compared."""
    return digest.digest({"prompts": dict(prompt_versions), "models": sorted({each.casefold() for each in models})})


def differences(prompt_versions: Mapping[str, str], models: Sequence[str], wanted: Demanded) -> list[str]:
    """Return why a run does not count for a contract, in sentences; nothing when it does.

    Every prompt must be stated with its version, and no other; every stated model must belong to a route, and every
    primary route's model must be stated.
    """
    return [*_prompt_differences(prompt_versions, wanted), *_model_differences(models, wanted)]


def _prompt_differences(stated: Mapping[str, str], wanted: Demanded) -> list[str]:
    found = []
    for key, names in wanted.prompts.items():
        said = stated.get(key)
        if said is None:
            found.append(f"It does not say with which version of the prompt {key} it was made.")
        elif not is_version(said, names):
            found.append(f"It was made with {key} {short(said)}; the contract has {short(names[0]) if names else 'no version'}.")
    strange = sorted(stated.keys() - wanted.prompts)
    return found + [f"It was made with a prompt {key}, which the contract does not have." for key in strange]


def _model_differences(stated: Sequence[str], wanted: Demanded) -> list[str]:
    if not wanted.routes:
        return ["The contract has no route, so no model can be the right one."]
    if not stated:
        return ["It does not say which models answered."]
    strange = [each for each in stated if not any(is_model(each, route) for route in wanted.routes)]
    uses = ", ".join(wanted.models)
    found = [f"It was made with {each}; the contract uses {uses}." for each in strange]
    untried = [route for route in wanted.routes if route.is_primary and not any(is_model(each, route) for each in stated)]
    if untried and not strange:
        found += [f"The primary route's model {route.model} was not tried." for route in untried]
    return found


def is_version(said: str, names: Sequence[str]) -> bool:
    """Whether a stated version is one of a prompt's names; commits and digests may be shortened to 7 digits."""
    lower = said.strip().casefold()
    for name in names:
        known = name.strip().casefold()
        if lower == known or (_HEX.match(lower) and _HEX.match(known) and (known.startswith(lower) or lower.startswith(known))):
            return True
    return False


def is_model(said: str, route: Route) -> bool:
    """Whether a stated model is the one behind a route."""
    return any(_same(said, known) for known in (route.endpoint, route.model))


def _same(one: str, other: str) -> bool:
    one, other = one.strip().casefold(), other.strip().casefold()
    return one == other or _tail(one, other) or _tail(other, one)


def _tail(longer: str, shorter: str) -> bool:
    return bool(shorter) and longer.endswith(shorter) and bool(_PREFIX.fullmatch(longer[-len(shorter) - 1 : -len(shorter)]))


def short(version: str) -> str:
    """Return a version as people read it: a long hexadecimal one by its first digits."""
    return version[:8] if _HEX.match(version) and len(version) > 12 else version
