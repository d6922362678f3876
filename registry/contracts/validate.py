"""What is wrong with a contract, each thing with its place, in words, and with what to do about it."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from registry.contracts.canonical import normal
from registry.contracts.consistency import inconsistencies
from registry.contracts.explain import explain
from registry.contracts.facts import Known
from registry.contracts.guard import refusals
from registry.contracts.problems import Problem
from registry.contracts.references import unknown_references
from registry.contracts.shape import Contract, schema

MOST_PROBLEMS = 100


def validate(contract: Any, *, known: Known | None = None) -> list[Problem]:
    """Everything that is wrong, in the order of the contract; empty for a sound one, however incomplete.

    With `known`, keys of endpoints, tools, data classes and suites are looked up too.
    """
    found = refusals(contract)
    if found:
        return found
    found = list(_of_schema(contract))
    if found:
        return found
    found = inconsistencies(contract)
    if known is not None:
        found += unknown_references(contract, known)
    return found[:MOST_PROBLEMS]


def accept(contract: Any, *, known: Known | None = None) -> tuple[Contract, list[Problem]]:
    """The canonical form of what came from outside, and what is wrong with it: the door for everything that is kept."""
    found = refusals(contract)
    if found:
        return {}, found
    kept = normal(contract)
    return kept, validate(kept, known=known)


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def _of_schema(contract: Any) -> Iterator[Problem]:
    count = 0
    for error in _validator().iter_errors(contract):
        for told in explain(error):
            yield told
            count += 1
            if count >= MOST_PROBLEMS:
                return
