"""Calls and deliveries for tests: one call of the model that the fixed company's contract allows, changed as needed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from governance.core import clock
from registry.usage.calls import Call, Stored
from registry.usage.models import UsageSource
from registry.usage.storing import store

CARRIED = frozenset({"prompt_version", "model", "output_fingerprint", "user", "trace"})


def call(at: datetime | None = None, *, uid: UUID | None = None, **given: Any) -> Call:
    """A call of Meridian large in its region, just now, that carries every logging field."""
    told: dict[str, Any] = {
        "claim": "",
        "service": "claims-triage",
        "operation": "chat",
        "provider": "meridian",
        "model": "meridian-2.1-large",
        "region": "eu-central",
        "tokens_in": 1_000,
        "tokens_out": 200,
        "latency_ms": 700,
        "outcome": 1,
        "said": CARRIED,
    }
    return Call(at or clock.now(), uid or uuid4(), **{**told, **given})


def deliver(calls: Sequence[Call], *, source: UsageSource | None = None, sender: Any = None, **given: Any) -> Stored:
    """Store a delivery that came in just now."""
    told: dict[str, Any] = {"way": "otlp", "received_at": clock.now(), **given}
    return store(calls, source=source, sender=sender, **told)
