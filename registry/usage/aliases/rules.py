"""Who may say what a name means: who edits the surface, who keeps the endpoint."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.catalog import rules as catalog
from registry.catalog.models import Endpoint
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface


def may_name(user: Any, thing: Surface | Endpoint) -> Verdict:
    """Say whether somebody may have a name mean this thing, or no longer mean it."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user):
        return ALLOW
    return surfaces.may_edit(user, thing) if isinstance(thing, Surface) else catalog.may_edit(user, thing)
