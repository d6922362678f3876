"""Binds every history row, however it came about, to the entry of its transaction."""

from typing import Any

from simple_history.signals import post_create_historical_record

from governance.ledger import journal
from governance.ledger.models import Versioned


def bind(sender: Any, instance: Any, history_instance: Any, **kwargs: Any) -> None:
    """Take note of a history row of a governed model that was just written."""
    if not isinstance(instance, Versioned):
        return
    type_, _, _ = journal.identify(instance)
    journal.bind_history(type_, str(getattr(history_instance, instance._meta.pk.attname)), history_instance)


def connect() -> None:
    """Listen to simple-history."""
    post_create_historical_record.connect(bind, dispatch_uid="plumbline.bind_history")
