"""What other features may add before the door: a choice beside set-up (the demo company), a note on the sign-in page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SetupOffer:
    """Another way to begin. Its button posts (with the CSRF token) to `url_name`, whose view checks that all is empty."""

    key: str
    title: str
    text: str
    label: str
    url_name: str
    order: int = 100


@dataclass(frozen=True)
class DoorNote:
    """Something shown under the sign-in form while `shown()` holds, such as the demo's people to sign in as."""

    key: str
    template: str
    context: Callable[[], Mapping[str, Any]]
    shown: Callable[[], bool]
    order: int = 100


@dataclass(frozen=True)
class FoundingStep:
    """What else a new company needs from its first moment (a policy in force): `run(admin)` inside the founding action."""

    key: str
    run: Callable[[Any], Any]
    order: int = 100
