"""A receiver, and settings under which it may be reached."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.governance.channels.receiver import Receiver, receiving


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    settings.BASE_URL = "https://plumbline.example.org"
    with receiving() as running:
        yield running
