"""Finds out whether this machine prints, by printing a page: in a worker, by schedule; pages and health read what it found."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import cache

from governance.core import clock
from governance.core.errors import PlumblineError
from governance.documents.rendering import fit

KEY = "documents-probe"
KEPT = timedelta(hours=3)


def run(job: Any, progress: Callable[..., None]) -> dict[str, str]:
    """Print one page and remember how that went."""
    said = ""
    try:
        fit("documents/probe.html", {}, made=clock.now(), pages=1)
    except PlumblineError as error:
        said = str(error)
    cache.set(KEY, {"said": said}, KEPT.total_seconds())
    return {"problem": said}


def trouble() -> str:
    """Return why documents are off, as last found; '' while they are on or nothing is known yet."""
    return str((cache.get(KEY) or {}).get("said", ""))


def banner(user: Any) -> str:
    """Tell administrators, on every page, what is missing and the command that brings it."""
    return trouble() if user.is_authenticated and getattr(user, "role", "") == "administrator" else ""
