"""How the API is tried by schemathesis: in this process, by a caller with a token, against its own schema."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from schemathesis.config import SchemathesisConfig

from governance.wsgi import application

EXAMPLES = int(os.environ.get("PLUMBLINE_FUZZ_EXAMPLES", "10"))


def load(headers: dict[str, str] | None = None) -> Any:
    """Return the published schema, ready to be tried."""
    # What is well formed may still break a rule that no schema can say (a name that is taken, a person who may not own).
    config = SchemathesisConfig.from_dict(
        {
            "generation": {"max-examples": EXAMPLES, "no-shrink": False},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", 304, 400, 401, 403, 404, 409, 412, 422, 428]},
                "missing_required_header": {"expected-statuses": [400, 401, 403, 404, 412, 415, 428]},
            },
        }
    )
    return schemathesis.openapi.from_wsgi("/api/v1/schema", application, config=config, headers=headers or {})


@contextmanager
def one_connection() -> Iterator[None]:
    """Let requests of this process keep the test's connection: each would close it before and after itself."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
