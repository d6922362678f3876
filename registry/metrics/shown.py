"""What the registry contributes to the scorecard: surfaces to read figures by. The metrics contribute themselves."""

from collections.abc import Iterable, Mapping
from typing import Any

from governance.core.contributions import ScoreCut, contribute
from registry.metrics import breaching, changing, escaping, evaluating, shipping  # noqa: F401 - each contributes its metrics
from registry.surfaces import queries


def surfaces(user: Any, ids: Iterable[int]) -> Mapping[int, tuple[str, str]]:
    """Return names and pages of the surfaces that a person may see; one query."""
    found = queries.visible_to(user).filter(pk__in=list(ids)).only("pk", "name")
    return {surface.pk: (surface.name, surface.get_absolute_url()) for surface in found}


contribute(ScoreCut("surface", "Application", surfaces, order=30))
