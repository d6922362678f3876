"""Reads of coverage: for readers of all, kept until some surface's controls are looked at anew."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.db.models import Max

from governance.people import roles
from governance.policy import queries as policy
from registry.controls import queries as controls
from registry.controls.models import DEMANDED, ControlsState
from registry.coverage import counting
from registry.coverage.counting import Coverage, Meeting, Signature
from registry.exceptions import queries as exceptions
from registry.frameworks import library
from registry.frameworks import queries as frameworks
from registry.frameworks.library import Framework
from registry.frameworks.models import FrameworkAnswer
from registry.surfaces.models import SurfaceState

KEPT = 300  # seconds at the longest; a new look at any surface's controls ends it at once
CLEAR = "owasp_clear"


def of(user: Any, key: str) -> Coverage:
    """Return the coverage of one framework over the surfaces that a person sees. Raises NotVisible."""
    framework, document = library.framework(key), policy.document()
    return _count(framework, surfaces(user, document), document)


def overview(user: Any) -> list[Coverage]:
    """Return the coverage of every framework over the surfaces that a person sees."""
    document = policy.document()
    standing = surfaces(user, document)
    return [_count(framework, standing, document) for framework in library.frameworks()]


def _count(framework: Framework, standing: Mapping[Signature, int], document: Mapping[str, Any]) -> Coverage:
    crosswalk = {
        item: [Meeting(each["key"], each["name"], each["kind"] == counting.ATTESTED) for each in controls]
        for item, controls in frameworks.crosswalk(framework.key, document).items()
    }
    return counting.count(framework, crosswalk, standing, by_answers=framework.key == frameworks.edition(document).key)


def surfaces(user: Any, document: Mapping[str, Any]) -> Mapping[Signature, int]:
    """Return how the controls and answers of a person's surfaces stand, and how many surfaces stand so.

    Retired surfaces, and those without a tier, have no demands and are not counted.
    """
    if not roles.reads_all(user):
        return _surfaces(user, document)
    looked = ControlsState.objects.aggregate(last=Max("checked_at"))["last"]
    stamp = f"coverage:{policy.in_force().digest}:{looked.timestamp() if looked else 0}"
    return cache.get_or_set(stamp, lambda: _surfaces(user, document), KEPT) or {}


def _surfaces(user: Any, document: Mapping[str, Any]) -> dict[Signature, int]:
    rows = controls.visible_to(user).filter(status__in=DEMANDED).exclude(surface__state=SurfaceState.RETIRED)
    held = counting.signatures(rows.order_by().values_list("surface_id", "control", "status").iterator(chunk_size=5000))
    asked = [pk for pk, standing in held.items() if any(control == CLEAR for control, _ in standing)]
    for pk, answers in _answers(asked, frameworks.edition(document)).items():
        held[pk] += answers
    return Counter(tuple(sorted(standing)) for standing in held.values())


def _answers(asked: list[int], checklist: Framework) -> dict[int, list[tuple[str, str]]]:
    """Say how each item of the checklist in use stands on the surfaces of which it is asked."""
    given = FrameworkAnswer.objects.filter(framework=checklist.key).order_by().values_list("surface_id", "item")
    said: dict[int, set[str]] = {}
    for surface, item in given:
        said.setdefault(surface, set()).add(item)
    waived = exceptions.active_for(asked)
    return {
        pk: [
            (f"{counting.ANSWER}{item.id}", _stands(item.id, said.get(pk, set()), waived.get(pk, {}))) for item in checklist.items
        ]
        for pk in asked
    }


def _stands(item: str, said: set[str], waived: dict[str, Any]) -> str:
    if item in said:
        return counting.ATTESTED
    return counting.EXCEPTED if f"{counting.ANSWER}{item}" in waived or CLEAR in waived else "not_met"
