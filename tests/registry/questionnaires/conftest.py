"""A questionnaire that was read, for the tests that go on from there."""

import io
from typing import Any

import pytest

from governance.core import jobs
from registry.questionnaires import actions
from registry.questionnaires.models import Questionnaire
from tests.registry.questionnaires import files


def received(actor: Any, data: bytes = b"", name: str = "Northwind AI.xlsx", **more: Any) -> Questionnaire:
    """Take a file in and have it read."""
    made = actions.receive(io.BytesIO(data or files.workbook()), actor=actor, name=name, **more)
    jobs.run_pending()
    made.refresh_from_db()
    return made


@pytest.fixture
def questionnaire(world: Any) -> Questionnaire:
    """Three questions, owned by Noor."""
    return received(world.noor, buyer="Northwind Health")
