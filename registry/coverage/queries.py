"""Reads of coverage: for readers of all, kept until some surface's controls are looked at anew."""

from collections.abc import Mapping
from typing import Any

from django.core.cache import cache
from django.db.models import Max

from governance.people import roles
from governance.policy import queries as policy
from registry.controls import queries as controls
from registry.controls.models import DEMANDED, ControlsState
from registry.coverage import counting
from registry.coverage.counting import Coverage, Meeting, Standing
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


def _count(framework: Framework, standing: Standing, document: Mapping[str, Any]) -> Coverage:
    crosswalk = {
        item: [Meeting(each["key"], each["name"], each["kind"] == counting.ATTESTED) for each in controls]
        for item, controls in frameworks.crosswalk(framework.key, document).items()
    }
    return counting.count(framework, crosswalk, standing, by_answers=framework.key == frameworks.edition(document).key)


def surfaces(user: Any, document: Mapping[str, Any]) -> Standing:
    """Return how the controls and answers of a person's surfaces stand.

    Retired surfaces, and those without a tier, have no demands and are not counted.
    """
    if not roles.reads_all(user):
        return _surfaces(user, document)
    looked = ControlsState.objects.aggregate(last=Max("checked_at"))["last"]
    stamp = f"coverage:{policy.in_force().digest}:{looked.timestamp() if looked else 0}"
    return cache.get_or_set(stamp, lambda: _surfaces(user, document), KEPT) or {}


def _surfaces(user: Any, document: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    rows = controls.visible_to(user).filter(status__in=DEMANDED).exclude(surface__state=SurfaceState.RETIRED)
    listed = rows.order_by().values_list("surface_id", "control", "status").iterator(chunk_size=5000)
    places, standing = counting.gathered(listed)
    asked = 0
    for surfaces in standing.get(CLEAR, {}).values():
        asked |= surfaces
    return standing | _answers(asked, places, frameworks.edition(document))


def _answers(asked: int, places: Mapping[int, int], checklist: Framework) -> dict[str, dict[str, int]]:
    """Say how each item of the checklist in use stands on the surfaces of which it is asked."""
    given: dict[str, list[int]] = {}
    said = FrameworkAnswer.objects.filter(framework=checklist.key).order_by().values_list("surface_id", "item")
    for surface, id_ in said:
        if surface in places:
            given.setdefault(id_, []).append(places[surface])
    waived: dict[str, list[int]] = {}
    for surface, held in exceptions.active_for(places).items():
        for key in held:
            waived.setdefault(key, []).append(places[surface])
    everything = waived.get(CLEAR, [])
    found = {}
    for item in checklist.items:
        answered = counting.packed(given.get(item.id, ()), len(places)) & asked
        excepted = counting.packed([*waived.get(f"{counting.ANSWER}{item.id}", ()), *everything], len(places)) & asked & ~answered
        stands = {counting.ATTESTED: answered, counting.EXCEPTED: excepted, "not_met": asked & ~answered & ~excepted}
        found[f"{counting.ANSWER}{item.id}"] = stands
    return found
