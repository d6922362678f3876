"""Puts an exception before its readers: what it covers, why, until when and why no longer, what came of it."""

from typing import Any

from governance.core import clock
from registry.exceptions import naming, queries, rules
from registry.exceptions.models import ControlException
from registry.exceptions.queries import left, standing
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


def what(user: Any, exception: ControlException) -> dict[str, Any]:
    """Return what the page and the deciding screen show of an exception."""
    covered, hidden = queries.covers_of(user, exception)
    seen = set(surfaces.visible_to(user).filter(pk__in=[each.pk for each in covered]).values_list("pk", flat=True))
    limit = rules.Longest(
        exception.tier, (exception.latest_on - exception.starts_on).days, exception.starts_on, exception.latest_on
    )
    return {
        "exception": exception,
        "controls": list(zip(exception.controls, naming.labels(exception.controls), strict=True)),
        "surfaces": [(surface, surface.pk in seen) for surface in covered],
        "hidden": hidden,
        "limit": limit,
        "left": left(exception),
        "lasts": (exception.expires_on - exception.starts_on).days,
        "is_over": standing(exception) not in ControlException.OPEN_STATES,
        "relied_on": list(queries.relied_on(exception).filter(pk__in=seen)),
        "extensions": list(exception.extensions.order_by("pk")),
    }


def of_surface(user: Any, surface: Surface) -> dict[str, Any]:
    """Return the exceptions of a surface that hold or are asked for; empty where there are none."""
    found = ControlException.objects.filter(covers__surface=surface, state__in=ControlException.OPEN_STATES)
    now = clock.now()
    rows = [each for each in found.order_by("ends_at") if each.state == ControlException.State.REQUESTED or each.holds_at(now)]
    return {"exceptions": [(each, naming.labels(each.controls), left(each)) for each in rows]} if rows else {}


def in_charter() -> list[str]:
    """Return a line for each exception in force, for the charter: what, where, until when, who answers for it."""
    found = queries.holding().select_related("owner").order_by("ends_at")
    return [f"{each.title}, until {each.expires_on:%-d %B %Y}, {each.owner.name} ({each.key})" for each in found]
