"""Tells the policy which frameworks there are, so that it can say what its controls meet and which edition is in use."""

from functools import partial

from governance.core.contributions import contribute
from governance.policy.library import FrameworkSource
from registry.frameworks import library


def titles(key: str) -> dict[str, str]:
    """Return the items of a framework as id -> title."""
    return {item.id: item.title for item in library.framework(key).items}


for _order, _each in enumerate(library.frameworks()):
    contribute(FrameworkSource(_each.key, _each.label, partial(titles, _each.key), checklist=_each.is_checklist, order=_order))
