"""How people are called."""

from typing import Any


def name_of(user: Any) -> str:
    """Return the name that pages show for a person."""
    return str(user)
