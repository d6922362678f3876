"""Who is mentioned in a text, and who may speak."""

import re
from collections.abc import Iterable
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny

MENTION = re.compile(r"@([\w.+-]+@[\w-]+\.[\w.-]*\w|[\w'’-]+(?: [\w'’-]+){0,3})")
MOST_MENTIONS = 20


def may_comment(user: Any) -> Verdict:
    """Say whether a person may speak; whoever sees a thing may, auditors included, for they may ask."""
    if user.is_authenticated and user.is_active:
        return ALLOW
    return deny("Sign in to comment.")


def mentioned(text: str, people: Iterable[Any]) -> list[Any]:
    """Return the people named after an @, by address or by full name, longest names first."""
    known = sorted(people, key=lambda person: -len(person.name))
    found: dict[int, Any] = {}
    for match in MENTION.finditer(text):
        said = match.group(1).casefold()
        for person in known:
            name = person.name.casefold()
            if said == person.email.casefold() or said == name or said.startswith(f"{name} "):
                found[person.pk] = person
                break
    return list(found.values())[:MOST_MENTIONS]
