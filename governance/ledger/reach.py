"""Whose entries somebody sees in the ledger itself beside their own, as features above contribute it.

What happened to one thing is shown on its own page; a guest auditor also reads the ledger of what lies in their scope.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Reach:
    """Further entries: `seen(user)` matches those that a person may see, or is None where it adds nothing."""

    key: str
    seen: Callable[[Any], Q | None]
