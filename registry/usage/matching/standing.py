"""Whether what was seen is what was approved at that moment: a pure judgement, with every reason that speaks against it."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from registry.modes import ladder
from registry.usage.matching.facts import EndpointFacts, Facts, RevisionFacts, SurfaceFacts
from registry.usage.models import Standing
from registry.usage.seen import Seen

UNKNOWN_SURFACE = "unknown_surface"
NOTHING_IN_FORCE = "nothing_in_force"
UNKNOWN_MODEL = "unknown_model"
MODEL_NOT_IN_REVISION = "model_not_in_revision"
REGION_NOT_IN_REVISION = "region_not_in_revision"
CLASS_NOT_IN_REVISION = "class_not_in_revision"
CLASS_NEVER_HERE = "class_never_here"
TOOL_NOT_IN_REVISION = "tool_not_in_revision"
ENDPOINT_SUSPENDED = "endpoint_suspended"
QUARANTINED = "quarantined"
MODE = "mode"
MODEL_NOT_SAID = "model_not_said"
"""The one reason for which it cannot be told; all others make a path not approved."""

WORDS = {
    UNKNOWN_SURFACE: "No registered surface makes this call",
    NOTHING_IN_FORCE: "No revision of its contract was in force",
    UNKNOWN_MODEL: "No endpoint of the catalogue is this model where it was called",
    MODEL_NOT_IN_REVISION: "The revision in force has no route to this model",
    REGION_NOT_IN_REVISION: "The revision in force has a route to this model, and not in this region",
    CLASS_NOT_IN_REVISION: "The revision in force does not name this class of data",
    CLASS_NEVER_HERE: "The data rules never let this class go to this endpoint",
    TOOL_NOT_IN_REVISION: "The revision in force does not let it call this tool",
    ENDPOINT_SUSPENDED: "The endpoint, or its vendor, was suspended or retired",
    QUARANTINED: "It was in quarantine",
    MODE: "The mode of the surface did not let it",
    MODEL_NOT_SAID: "The program did not say which model it called",
}
"""Each reason in words; what follows a colon in a code is which class, tool or mode."""

MODE_REACHES = timedelta(seconds=60)
"""So long after a mode was lowered, calls may still be begun by programs that ask for it every minute."""


def in_words(reason: str) -> str:
    """Return a reason's code as a sentence without its full stop."""
    code, _, which = reason.partition(":")
    said = WORDS.get(code, code.replace("_", " ").capitalize())
    return f"{said}: {which.replace('_', ' ')}" if which else said


def judge(
    facts: Facts,
    surface: SurfaceFacts | None,
    revision: RevisionFacts | None,
    endpoint: EndpointFacts | None,
    candidates: Sequence[EndpointFacts],
    seen: Seen,
    at: datetime,
) -> tuple[Standing, list[str]]:
    """Return how a call stands and all that speaks against it, in a fixed order.

    `candidates` are the endpoints of the model that was said, in any region. Only data classes that the program itself
    named speak against it; those of the contract are there because nothing was said.
    """
    names, classes = seen.names, seen.classes or ()
    reasons: list[str] = []
    if surface is None:
        reasons.append(UNKNOWN_SURFACE)
    elif revision is None:
        reasons.append(NOTHING_IN_FORCE)
    reasons += _model(revision, endpoint, names.model or names.endpoint_said, candidates)
    if revision is not None:
        reasons += [f"{CLASS_NOT_IN_REVISION}:{key}" for key in classes if key not in revision.classes]
        if names.tool and names.tool not in revision.tools:
            reasons.append(f"{TOOL_NOT_IN_REVISION}:{names.tool}")
    reasons += _catalogue(facts, endpoint, names.tool, classes, at)
    if surface is not None and revision is not None:
        reasons += _mode(surface, revision, endpoint, names.tool, at)
    if reasons:
        return Standing.NOT_APPROVED, reasons
    return (Standing.APPROVED, []) if endpoint is not None or names.tool else (Standing.UNKNOWN, [MODEL_NOT_SAID])


def _model(
    revision: RevisionFacts | None, endpoint: EndpointFacts | None, said: str, candidates: Sequence[EndpointFacts]
) -> Iterator[str]:
    routed = {key for key, _ in revision.routes} if revision else set()
    if endpoint is None:
        if said:
            if any(each.key in routed for each in candidates):
                yield REGION_NOT_IN_REVISION
            else:
                yield MODEL_NOT_IN_REVISION if revision is not None and candidates else UNKNOWN_MODEL
    elif revision is not None and endpoint.key not in routed:
        in_other_region = any(each.key in routed and each.region != endpoint.region for each in candidates)
        yield REGION_NOT_IN_REVISION if in_other_region else MODEL_NOT_IN_REVISION


def _catalogue(facts: Facts, endpoint: EndpointFacts | None, tool: str, classes: Sequence[str], at: datetime) -> Iterator[str]:
    if endpoint is not None:
        for key in classes:
            if facts.rule(endpoint.id, key, at) == "never":
                yield f"{CLASS_NEVER_HERE}:{key}"
        if endpoint.states.at(at) is False:
            yield ENDPOINT_SUSPENDED
    held = (("endpoint", endpoint.key if endpoint else ""), ("tool", tool))
    if any(key and facts.is_held(kind, key, at) for kind, key in held):
        yield QUARANTINED


def _mode(
    surface: SurfaceFacts, revision: RevisionFacts, endpoint: EndpointFacts | None, tool: str, at: datetime
) -> Iterator[str]:
    mode = surface.modes.at(at)
    if mode is None or mode not in ladder.RUNGS:
        return
    left = ladder.allowed(mode)
    not_safer = endpoint is not None and "safer" not in revision.roles(endpoint.key)
    if not left["on"] or (tool and not left["tools"]) or (not_safer and not left["main_model"]):
        yield f"{MODE}:{mode}"
