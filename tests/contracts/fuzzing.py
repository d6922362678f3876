"""How the API is tried by schemathesis: in this process, by a caller with a token, against its own schema."""

import os
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.checks import negative_data_rejection
from schemathesis.config import SchemathesisConfig

from governance.wsgi import application

WISHED = os.environ.get("PLUMBLINE_FUZZ_EXAMPLES", "")
EXAMPLES = int(WISHED or 2)
ALL_UP_TO, THEN_ONE_IN = 6, 16
"""Of the systematic cases of one operation: how many are all tried, and which part of those beyond (hundreds for a wide
filter or contract, most of them alike). Whoever wishes for examples gets every one."""
DAYS = 7
"""In how many days every operation has its turn: working out the cases of seven hundred alone takes minutes."""


def load(headers: dict[str, str] | None = None) -> Any:
    """Return the published schema, ready to be tried."""
    # What is well formed may still break a rule that no schema can say (a name that is taken, a person who may not own).
    config = SchemathesisConfig.from_dict(
        {
            # The same cases every time, so that a green run stays green; who looks for more gets new ones each time.
            "generation": {"max-examples": EXAMPLES, "deterministic": not WISHED, "no-shrink": not WISHED},
            "phases": {"coverage": {"unexpected-methods": ["TRACE"]}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", 304, 400, 401, 403, 404, 409, 412, 422, 428]},
                "missing_required_header": {"expected-statuses": [400, 401, 403, 404, 412, 415, 428]},
            },
        }
    )
    return schemathesis.openapi.from_wsgi("/api/v1/schema", application, config=config, headers=headers or {})


def turn(context: Any) -> bool:
    """Say whether it is an operation's turn today; each comes once a week, and all of them for whoever asks for examples.

    What is tried of an operation is the same each time, so that what was green on its day stays green on the next.
    """
    number = zlib.crc32(context.operation.label.encode())
    return bool(WISHED) or number % DAYS == date.today().toordinal() % DAYS


class Rationed:
    """Says which of an operation's systematic cases are tried; the same ones in every run."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def wants(self, case: schemathesis.Case) -> bool:
        """Say whether to try a case; one that was thought up (an example, a random one) always is."""
        if WISHED or case.meta is None or case.meta.phase.name.value != "coverage":
            return True
        number = self.seen[case.operation.label]
        self.seen[case.operation.label] += 1
        return number < ALL_UP_TO or number % THEN_ONE_IN == 0


def call(case: schemathesis.Case, headers: dict[str, str]) -> None:
    """Send a case and check the answer. A form holds only text, so a null sent as a form is the word: not wrong."""
    excluded = [negative_data_rejection] if case.media_type == "multipart/form-data" else []
    with one_connection():
        case.call_and_validate(headers=headers, excluded_checks=excluded)


@contextmanager
def one_connection() -> Iterator[None]:
    """Let requests keep the test's connection: each would close it (and Django's own test client sees to that again)."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
