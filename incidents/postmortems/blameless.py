"""Hints that keep a postmortem on the system: words that look for who instead of how. They advise, and refuse nothing."""

import re
from collections.abc import Iterable

HINTS = (
    (re.compile(r"\b(should|could|ought to) have\b", re.I), "“{word}” tells of another past. Say what was seen and known then."),
    (
        re.compile(r"\b(careless(ly|ness)?|negligen(t|ce)|incompeten(t|ce)|stupid(ly)?|lazy|sloppy)\b", re.I),
        "“{word}” judges a person. Say what made it easy to go wrong.",
    ),
    (
        re.compile(r"\b(human|operator|user) error\b", re.I),
        "“{word}” ends the search too early. Ask what let one slip have this effect.",
    ),
    (re.compile(r"\b(fault of|to blame|blames?|guilty|culprit)\b", re.I), "“{word}” looks for who. Look for how."),
    (
        re.compile(r"\b(forgot|neglected|failed|refused) to\b", re.I),
        "“{word}” points at somebody. Which check or reminder was not there?",
    ),
    (re.compile(r"\b(obviously|simply|just had to)\b", re.I), "“{word}” holds only afterwards. What did it look like then?"),
)
MOST = 3


def hints(text: str, people: Iterable[str] = ()) -> list[str]:
    """Return at most three hints on a text, each once. `people` are names that had better be roles."""
    found: list[str] = []
    for pattern, said in HINTS:
        match = pattern.search(text)
        if match:
            found.append(said.format(word=match.group(0)))
    for name in people:
        if name and re.search(rf"\b{re.escape(name)}\b", text):
            found.append(f"{name} is named. A role says as much, and keeps the question on the system.")
            break
    return found[:MOST]
