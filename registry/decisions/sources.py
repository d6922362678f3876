"""Where decisions come from: each type of subject has one source, registered under that type."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from governance.core.contributions import contribution
from registry.decisions.answers import Answer
from registry.decisions.questions import Question

Decide = Callable[[Any, Sequence[Question]], Sequence[Answer]]


@dataclass(frozen=True)
class DecisionSource:
    """Answers all questions about one type of subject; the key is that type.

    `decide(caller, questions)` answers in order, and never says yes about what the caller may not know of.
    The other three name candidates for a search, in a stable order; each is then decided like any question:
    `subjects(caller, after, most)` ids after one, `resources(caller, question)` ids of the question's resource type that
    its subject could reach, `actions(question)` names.
    """

    key: str
    decide: Decide
    subjects: Callable[[Any, str, int], Sequence[str]]
    resources: Callable[[Any, Question], Sequence[str]]
    actions: Callable[[Question], Sequence[str]]


def source_for(subject_type: str) -> DecisionSource | None:
    """Return who answers for a type of subject, or None."""
    try:
        return contribution(DecisionSource, subject_type)
    except LookupError:
        return None
