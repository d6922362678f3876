"""Log lines: one JSON object each, with the request id and without personal data."""

import json
import logging
from typing import Any

from governance.core import context


class RequestFilter(logging.Filter):
    """Puts the request id and the way in on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add what the context knows; keep every record."""
        here = context.current()
        record.request_id, record.via = here.request_id, here.via
        return True


class Formatter(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", ""),
            "via": getattr(record, "via", ""),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
