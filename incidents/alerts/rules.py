"""Where the calling goes next, and how bad a message says it is: pure decisions."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.channels.message import Severity
from incidents.cases.models import Incident

LOUDNESS: dict[str, Severity] = {"SEV1": "critical", "SEV2": "error", "SEV3": "warning", "SEV4": "info", "SEV5": "info"}
"""How loud a receiver is asked to be, by the policy's severity. Untriaged is as loud as SEV2: nobody knows yet."""


@dataclass(frozen=True, slots=True)
class Way:
    """An escalation path as the calling walks it: its id, the numbers of its steps in order, how often it begins anew."""

    path: int
    steps: Sequence[int]
    repeat: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where the calling is: path, number of the step that was told last (0: none), round, laps left on this path."""

    path: int
    step: int
    round: int
    laps_left: int


def following(at: Place, way: Way, fallback: Way) -> Place | None:
    """Return where the calling goes when nobody answers, or None when there is nobody left to call.

    The next step of the path; after the last one its first, as often as it repeats; then the fallback path, likewise.
    `way` is the path of `at`.
    """
    later = [number for number in way.steps if number > at.step]
    if later:
        return Place(at.path, later[0], at.round, at.laps_left)
    if at.laps_left > 0 and way.steps:
        return Place(at.path, way.steps[0], at.round + 1, at.laps_left - 1)
    if at.path == fallback.path or not fallback.steps:
        return None
    return Place(fallback.path, fallback.steps[0], at.round + 1, fallback.repeat)


def calls(incident: Incident) -> bool:
    """Whether somebody is to be called for an incident: something is still wrong, and it happened here and not only nearly."""
    return incident.is_burning and not incident.near_miss and incident.source != Incident.Source.IMPORT


def loudness(severity: str) -> Severity:
    """Return how loud a message about an incident of this severity is; blank is not triaged yet."""
    return LOUDNESS.get(severity, "error")
