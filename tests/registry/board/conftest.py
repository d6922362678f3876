"""The live surface of usage's tests, with things observed of it, and somebody's question about it."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.board import asking
from registry.board.question import Question
from registry.surfaces.models import Surface
from tests.registry.usage.conftest import approve, live
from tests.registry.usage.observing import call, deliver

__all__ = ["approve", "live"]


@pytest.fixture
def seen(live: Surface) -> Surface:
    """Claims triage as approved (three calls), in another region (two), and a program that nobody registered (one)."""
    drifted = {"claim": live.key, "region": "us-east", "classes": ("customer",)}
    deliver(
        [
            *(call(claim=live.key, classes=("internal",)) for _ in range(3)),
            *(call(**drifted) for _ in range(2)),
            call(service="notes-helper", model="lumen-1", region="", provider="lumen", classes=("customer",)),
        ]
    )
    return live


def week(**given: Any) -> Question:
    """A question about the last seven days."""
    today: date = asking.today()
    return Question(today - timedelta(days=6), today, **given)
