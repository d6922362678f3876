"""promptfoo's own XML (`-o results.xml`): the same tree as its JSON, each item of a list an element of its own."""

from typing import Any
from xml.etree.ElementTree import Element

from registry.evals.formats import promptfoo
from registry.evals.formats.report import Report

LISTS = frozenset({("results", "results"), ("results", "prompts")})
_KINDS = {"true": True, "false": False}
# Branches that hold prompts, outputs and settings, and nothing that is read.
_LEFT_OUT = frozenset({"config", "env", "componentResults", "tokenUsage", "tokensUsed", "assert"})


def read(root: Element, digest: str) -> Report:
    """Return the run of a <promptfoo> tree. Raises Invalid for another version."""
    return promptfoo.read(_object(root), digest, "promptfoo-xml")


def _object(element: Element) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for child in element:
        if child.tag in _LEFT_OUT:
            continue
        value = _object(child) if len(child) else _scalar(child.text)
        if (element.tag, child.tag) in LISTS and element is not child:
            made.setdefault(child.tag, []).append(value)
        else:
            made[child.tag] = value
    if element.tag == "results" and "version" in made:
        made.setdefault("results", [])
    return made


def _scalar(text: str | None) -> Any:
    said = (text or "").strip()
    if said in _KINDS:
        return _KINDS[said]
    return int(said) if said.isascii() and said.isdigit() and len(said) < 16 else said
