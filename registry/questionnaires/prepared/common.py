"""What several prepared answers share: vendors' terms by topic, and evidence by its words or the controls it serves."""

from collections.abc import Sequence
from typing import Any

from registry.catalog.models import VendorTerm
from registry.evidence.models import Evidence
from registry.questionnaires.models import Short
from registry.questionnaires.prepared.facts import Facts
from registry.questionnaires.prepared.saying import NAMED, Said, listed, sentence, unanswered


def terms(facts: Facts, *topics: str) -> tuple[list[str], list[VendorTerm]]:
    """Return what the terms of the vendors in use say on some topics: sentences, and the terms."""
    found = [term for topic in topics for term in facts.terms.get(topic, ())]
    said = [sentence(f"{term.vendor.name} ({term.get_topic_display().lower()}): {term.says}") for term in found[:NAMED]]
    if len(found) > NAMED:
        said.append(f"The terms of {len(found) - NAMED:,} more vendors are kept as well.")
    return said, found


def by_terms(facts: Facts, *topics: str, short: str = "") -> Said:
    """Answer by the terms of the vendors in use; unanswered where none is recorded."""
    said, found = terms(facts, *topics)
    if not found:
        names = listed(str(VendorTerm.Topic(topic).label).lower() for topic in topics)
        return unanswered(f"Record what your vendors' terms say on {names}, on each vendor's page.")
    return Said(short, said, found[:NAMED])


def by_evidence(found: Sequence[Evidence], lead: str, missing: str) -> Said:
    """Answer yes by evidence; unanswered, with what to collect, where there is none."""
    if not found:
        return unanswered(missing)
    named = listed(f"{each.title} ({each.collected_on:%-d %B %Y})" for each in found)
    return Said(Short.YES, [sentence(f"{lead}: {named}")], list(found[:NAMED]))


def also(said: Said, found: Sequence[Evidence], lead: str) -> Said:
    """Add a sentence that names evidence, where there is some."""
    if found:
        said.sentences.append(sentence(f"{lead}: {listed(each.title for each in found)}"))
        said.things += found[:NAMED]
    return said


def names(things: Sequence[Any]) -> str:
    """Return the names of surfaces, vendors or endpoints as a list in words."""
    return listed(str(each.name) for each in things)
