"""Result files for tests, made in memory."""

import io
import itertools
import json
import zipfile
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parent / "samples"
MADE_WITH = {"models": ["meridian-2.1-large"], "prompts": {"triage": "v31"}}
_numbers = itertools.count(1)


def plain_run(
    passed: int = 0,
    failed: int = 0,
    *,
    cases: dict[str, str] | None = None,
    rows: list[dict[str, Any]] | None = None,
    made_with: Any = MADE_WITH,
    **more: Any,
) -> bytes:
    """A run in our own format; each file differs from the others."""
    outcomes = cases or {
        **{f"case {number}": "pass" for number in range(passed)},
        **{f"case {passed + number}": "fail" for number in range(failed)},
    }
    rows = rows or [{"name": name, "outcome": outcome} for name, outcome in outcomes.items()]
    body = {"format": "plumbline.eval-run", "version": 1, "cases": rows, "tool": f"runner {next(_numbers)}", **made_with, **more}
    return json.dumps(body).encode()


def sample(name: str) -> bytes:
    """A real result file; see samples/README.md for where each is from."""
    return (SAMPLES / name).read_bytes()


def zipped(**parts: Any) -> bytes:
    """An archive; dots in names are written as two underscores."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "."), content if isinstance(content, str | bytes) else json.dumps(content))
    return made.getvalue()
