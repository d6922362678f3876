"""From what was seen to what it means, at one moment. Pure: the same facts give the same answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.core.digest import digest
from registry.usage.matching.facts import EndpointFacts, Facts, PromptFacts, RevisionFacts, SurfaceFacts
from registry.usage.matching.standing import judge
from registry.usage.models import ClassesFrom
from registry.usage.seen import CARRIED, OTHER, Names, Seen, seen_digest

SURFACE, TEAM = "surface", "team"
CLAIM, MODEL = "claim", "model"
OF_TOOLS = frozenset({"trace"})


@dataclass(frozen=True, slots=True)
class Reach:
    """How far whoever sends may reach: one surface, surfaces of one team, or all (a gateway)."""

    source: int | None = None
    kind: str = "gateway"
    surface: int | None = None
    team: int | None = None


@dataclass(frozen=True, slots=True)
class PathFields:
    """The columns of a path, ready to be written, and the digest by which it is the same path again.

    `classes` are the keys of data classes that it touches, `missing` the logging fields that it lacks. `tier` is that of the
    revision, else the surface's; it is no part of the path.
    """

    seen: Seen
    classes: tuple[str, ...]
    classes_from: str
    missing: tuple[str, ...]
    surface: int | None
    endpoint: int | None
    revision: int | None
    prompt_version: int | None
    matched_by: str
    standing: str
    reasons: tuple[str, ...]
    tier: int | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over all of it, as canonical JSON."""
        found = [self.surface, self.endpoint, self.revision, self.prompt_version, self.matched_by]
        judged = [self.classes_from, list(self.classes), list(self.missing), self.standing, list(self.reasons)]
        return digest([seen_digest(self.seen), found, judged])


@dataclass(frozen=True, slots=True)
class NotYours:
    """The call names a surface that its sender may not send for."""

    surface: int


def match(seen: Seen, at: datetime, facts: Facts, reach: Reach) -> PathFields | NotYours:
    """Return the path of a call that was begun at a moment."""
    surface_id, matched_by = find_surface(seen.names, facts, reach)
    surface = facts.surface(surface_id) if surface_id is not None else None
    if surface is not None and not _may_name(surface, reach):
        return NotYours(surface.id)
    revision = surface.revisions.at(at) if surface else None
    candidates = candidates_of(seen.names, facts)
    endpoint = find_endpoint(seen.names, facts, revision, candidates)
    prompt = find_prompt(seen.names.prompt, revision.prompts if revision else ())
    standing, reasons = judge(facts, surface, revision, endpoint, candidates, seen, at)
    tier = revision.tier if revision else surface.tier if surface else None
    classes, classes_from = _classes(seen, revision)
    return PathFields(
        seen=seen,
        classes=classes,
        classes_from=classes_from,
        missing=_missing(seen, facts, tier, at),
        surface=surface.id if surface else None,
        endpoint=endpoint.id if endpoint else None,
        revision=revision.id if revision else None,
        prompt_version=prompt.id if prompt else None,
        matched_by=matched_by,
        standing=standing.value,
        reasons=tuple(dict.fromkeys(reasons)),
        tier=tier,
    )


def bounded(seen: Seen, at: datetime, facts: Facts, reach: Reach) -> Seen:
    """Give up every name that nothing here knows, so that a source cannot open paths without end."""
    names = seen.names
    surface_id, how = find_surface(names, facts, reach)
    surface = facts.surface(surface_id) if surface_id is not None else None
    revision = surface.revisions.at(at) if surface else None
    candidates = candidates_of(names, facts)
    endpoint = find_endpoint(names, facts, revision, candidates)
    named = facts.by_key.get(names.endpoint_said.casefold())
    known = {
        "claim": how in ("claim", "claim_alias"),
        "service": how == "service",
        "agent": how == "agent",
        "model": bool(candidates),
        "endpoint_said": named is not None,
        "region": endpoint is not None and names.region.casefold() == endpoint.region.casefold(),
        "provider": endpoint is not None and names.provider.casefold() in endpoint.vendor,
        "prompt": find_prompt(names.prompt, revision.prompts if revision else ()) is not None,
        "tool": revision is not None and names.tool in revision.tools,
    }
    kept = Names(*(text if not text or known.get(name) else OTHER for name, text in zip(Names._fields, names, strict=True)))
    of_policy = facts.policy(at).classes
    classes = seen.classes
    if classes is not None:
        classes = tuple(sorted({key if key in of_policy else OTHER for key in classes}))
    return seen._replace(names=kept, classes=classes)


def find_surface(names: Names, facts: Facts, reach: Reach) -> tuple[int | None, str]:
    """Return which surface makes the call and how it is known: by its claim, its source, its service's or agent's name."""
    if names.claim:
        claim = names.claim.casefold()
        if (found := facts.claims.get(claim)) is not None:
            return found, "claim"
        if (found := facts.aliases.get((CLAIM, claim))) is not None:
            return found, "claim_alias"
    if reach.kind == SURFACE and reach.surface is not None:
        return reach.surface, "source"
    for how, name in (("service", names.service), ("agent", names.agent)):
        if name and (found := facts.aliases.get((how, name.casefold()))) is not None:
            return found, how
    return None, ""


def _may_name(surface: SurfaceFacts, reach: Reach) -> bool:
    if reach.kind == SURFACE:
        return surface.id == reach.surface
    return reach.kind != TEAM or surface.team == reach.team


def candidates_of(names: Names, facts: Facts) -> Sequence[EndpointFacts]:
    """Return the endpoints that the model's name means, in any region: of its alias, of itself, of itself without a prefix."""
    model = names.model.casefold()
    if not model:
        return ()
    if (alias := facts.aliases.get((MODEL, model))) is not None and (meant := facts.endpoints.get(alias)) is not None:
        others = facts.by_model.get(meant.model.casefold(), ())
        return (meant, *(each for each in others if each.id != meant.id))
    found = facts.by_model.get(model)
    if found is None and "/" in model:
        found = facts.by_model.get(model.rpartition("/")[2])
    return found or ()


def find_endpoint(
    names: Names, facts: Facts, revision: RevisionFacts | None, candidates: Sequence[EndpointFacts]
) -> EndpointFacts | None:
    """Return the endpoint: that which was named, else among those of the model one in the region that was said.

    Of several, those that the revision in force routes to come first, then that in the very region, then that of the vendor
    who was said to provide it, then the route that stands first.
    """
    if names.endpoint_said and (named := facts.by_key.get(names.endpoint_said.casefold())) is not None:
        return named
    region, provider = names.region.casefold(), names.provider.casefold()
    near = [each for each in candidates if not region or not each.region or each.region.casefold() == region]
    if not near:
        return None
    routed = [key for key, _ in revision.routes] if revision else []

    def rank(each: EndpointFacts) -> tuple[bool, bool, bool, int]:
        elsewhere = bool(region) and each.region.casefold() != region
        other = bool(provider) and provider not in each.vendor
        place = routed.index(each.key) if each.key in routed else len(routed)
        return (each.key not in routed, elsewhere, other, place)

    return min(near, key=rank)


def find_prompt(said: str, prompts: Iterable[PromptFacts]) -> PromptFacts | None:
    """Return the version that a program means by `label`, `key@label`, `key:label`, or (12 digits or more of) its hash."""
    text = said.strip().casefold()
    if not text:
        return None
    for each in prompts:
        key, label = each.key.casefold(), each.label.casefold()
        if text in {label, f"{key}@{label}", f"{key}:{label}", f"{key} {label}", f"{key}/{label}"}:
            return each
        if len(text) >= 12 and each.digest.startswith(text.removeprefix("sha256:")):
            return each
    return None


def _classes(seen: Seen, revision: RevisionFacts | None) -> tuple[tuple[str, ...], str]:
    if seen.classes is not None:
        return seen.classes, ClassesFrom.SPAN.value
    if revision is not None:
        return revision.classes, ClassesFrom.CONTRACT.value
    return (), ClassesFrom.NOWHERE.value


def _missing(seen: Seen, facts: Facts, tier: int | None, at: datetime) -> tuple[str, ...]:
    """The logging fields that the tier demands of every call and this one lacks; a tool's call owes its trace alone."""
    if tier is None:
        return ()
    owed = OF_TOOLS if seen.names.tool else CARRIED
    return tuple(sorted((facts.policy(at).logging.get(tier, frozenset()) & owed) - seen.said))
