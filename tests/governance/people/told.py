"""What tests of actions ask of the ledger."""

import json
from typing import Any

from governance.ledger.models import Entry


def last() -> Entry:
    """Return the newest entry."""
    return Entry.objects.order_by("-seq")[0]


def said(entry: Entry | None = None) -> tuple[str, str, dict[str, Any]]:
    """Return kind, actor and payload of an entry (the newest)."""
    entry = entry or last()
    return entry.kind, entry.actor_ref, json.loads(entry.body)["payload"]


def kinds(count: int) -> list[str]:
    """Return the kinds of the newest entries, oldest of them first."""
    return [entry.kind for entry in Entry.objects.order_by("-seq")[:count]][::-1]
