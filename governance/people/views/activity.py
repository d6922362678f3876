"""The activity tab of everything about people."""

from collections.abc import Mapping
from typing import Any

from governance.ledger.queries import lines_for
from governance.ui.pages import ObjectPage


def activity(page: ObjectPage, obj: Any) -> Mapping[str, Any]:
    """Return one page of what happened to an object."""
    return lines_for(obj, page.request.GET.get("before"))
