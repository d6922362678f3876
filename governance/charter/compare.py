"""How a version differs from the one that holds: section by section, word by word."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from governance.charter.models import Charter
from governance.charter.printing import titled

WORDS = re.compile(r"\s+|[^\s]+")
NAMES = {
    "lead": "Opening words",
    "rules": "What we hold to",
    "incidents": "What counts as an incident",
    "response": "What we do then",
}


def texts(charter: Charter | None) -> dict[str, str]:
    """Return a version as named plain texts."""
    if charter is None:
        return {}
    sections: Mapping[str, Any] = charter.sections
    found = {
        "Title": charter.title,
        "Model-risk owner": charter.owner.name,
        NAMES["lead"]: sections["lead"],
        NAMES["rules"]: "\n".join(f"{rule['label']}: {rule['text']}" for rule in sections["rules"]),
        NAMES["incidents"]: "\n".join(sections["incidents"]),
        NAMES["response"]: sections["response"],
    }
    found |= {section["label"]: "\n".join(section["lines"]) for section in titled(sections["held"])}
    rows = (
        f"T{tier['number']} {tier['name']}: {', '.join(tier['approvers'])}; review {tier['review']}"
        for tier in charter.drafted["tiers"]
    )
    return found | {"Tiers, and who approves": "\n".join(rows)}


def differences(old: Charter | None, new: Charter) -> list[dict[str, Any]]:
    """Return the sections that differ, with insertions and deletions marked."""
    before, after = texts(old), texts(new)
    names = [*after, *(name for name in before if name not in after)]
    return [
        {"name": name, "html": marked(before.get(name, ""), after.get(name, ""))}
        for name in names
        if before.get(name, "") != after.get(name, "")
    ]


def marked(old: str, new: str) -> SafeString:
    """Return a text with what was inserted and removed marked, every word escaped."""
    a, b = WORDS.findall(old), WORDS.findall(new)
    parts: list[str] = []
    for what, a1, a2, b1, b2 in difflib.SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        gone, come = "".join(a[a1:a2]), "".join(b[b1:b2])
        parts += [escape(come)] if what == "equal" else [around("del", gone), around("ins", come)]
    return mark_safe("".join(parts).replace("\n", "<br>"))


def around(tag: str, text: str) -> str:
    """Return a text in a tag, with the white space at its ends left outside."""
    inner = text.strip()
    if not inner:
        return text if tag == "ins" else ""
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{head}<{tag}>{escape(inner)}</{tag}>{tail}"
