"""What contract as code contributes: its address below each surface, and where a change came from on its page."""

from typing import Any

from django.utils.module_loading import import_string

from governance.core.contributions import ApiRoute, contribute
from governance.people.models import User
from governance.ui.extensions import ObjectPanel

contribute(
    ApiRoute(
        "surface-contract",
        r"surfaces/(?P<key>[^/]+)/contract",
        load=lambda: import_string("registry.changes.ascode.api.SurfaceContractApi"),
        order=13,
    )
)


def came_from(user: Any, change: Any) -> dict[str, Any]:
    """Return who wrote a change where, for its page; nothing for one that came from no repository."""
    if not (change.source_author or change.source_commit or change.source_link):
        return {}
    return {"change": change, "author": User.objects.filter(ref=change.source_author).first() if change.source_author else None}


contribute(ObjectPanel("change.source", "registry.change", "registry/changes/_source.html", came_from, order=20))
