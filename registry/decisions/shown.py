"""What decisions contribute: the source that answers about surfaces, and their figures."""

from collections.abc import Sequence
from typing import Any

from governance.core.contributions import Metric, contribute
from registry.decisions import queries, rules, tally
from registry.decisions.answers import Answer
from registry.decisions.questions import Question
from registry.decisions.sources import DecisionSource


def decide(caller: Any, questions: Sequence[Question]) -> list[Answer]:
    """Answer questions about surfaces from what is held now."""
    facts = queries.facts_for(caller, questions)
    return [rules.decide(question, facts) for question in questions]


def actions(question: Question) -> list[str]:
    """Return what can be done to the question's type of resource."""
    return sorted(action for action, kind in rules.PAIRS.items() if kind == question.resource.type)


contribute(DecisionSource("surface", decide, queries.candidates, queries.reachable, actions))
contribute(Metric("decisions", tally.metrics))
