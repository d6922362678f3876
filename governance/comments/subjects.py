"""Finds what is spoken about. Each commentable model is contributed with its own door, so that nothing unseen is named."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from governance.core.contributions import contribution
from governance.core.errors import NotVisible


@dataclass(frozen=True)
class Commentable:
    """A model that can be spoken about: `visible(user)` is the queryset of what the person may see; key is its label."""

    key: str
    visible: Callable[[Any], Any]


def load(user: Any, model: str, pk: str) -> Any:
    """Return an object by its label (registry.surface) and id. Raises NotVisible."""
    try:
        door = contribution(Commentable, model)
    except LookupError as error:
        raise NotVisible("There is no such thing to comment on.") from error
    found = door.visible(user).filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
    if found is None:
        raise NotVisible("There is no such thing that you can see.")
    return found
