"""Result files of eval tools, read into one shape. Pure: bytes in, a report out; no database, no clock, no network.

`read(data)` finds the format by the content, never by the name of the file. What was asked, answered, configured or
secret is not taken over at all; names and short reasons are cleaned (`words`).
"""

from governance.core.digest import sha256
from registry.evals.formats import opening
from registry.evals.formats.report import MAX_BYTES, MAX_CASES, OUTCOMES, Case, Counts, Report

NAMES = {
    "promptfoo": "promptfoo",
    "promptfoo-xml": "promptfoo, XML",
    "inspect": "Inspect",
    "deepeval": "DeepEval",
    "junit": "JUnit XML",
    "openai-evals": "OpenAI Evals",
    "plumbline": "Plumbline's JSON",
}

__all__ = ["MAX_BYTES", "MAX_CASES", "NAMES", "OUTCOMES", "Case", "Counts", "Report", "read"]


def read(data: bytes, name: str = "") -> Report:
    """Return the run that a result file tells of; `name` only serves the message when it cannot be read.

    Raises Invalid, saying what was expected, and TooLarge.
    """
    return opening.read(data, sha256(data))
