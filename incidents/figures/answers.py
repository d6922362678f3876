"""What incidents say to a buyer who asks how soon they are told, and what happened lately. Counted, never told one by one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from governance.core.contributions import contribute
from governance.policy import queries as policy
from incidents.cases import queries
from registry.questionnaires.extensions import PreparedAnswers
from registry.questionnaires.prepared.facts import Facts
from registry.questionnaires.prepared.saying import Prepared, Said, counted, first, unanswered

LATELY = timedelta(days=730)
CITED = 8


def notification(facts: Facts) -> Said:
    """How soon law and policy have somebody told, and how many incidents there were within 24 months."""
    if facts.version is None:
        return unanswered("Adopt a policy that says within which time incidents are told.")
    clocks = sorted(policy.incident_rules().regulatory.values(), key=lambda clock: (clock.hours, clock.key))
    said = Said("", things=[facts.version])
    if clocks:
        told = "; ".join(f"{clock.name}: {clock.hours} hours" for clock in clocks)
        said.sentences.append(f"Deadlines that run from the moment one is flagged: {told}.")
    said.sentences.append(_lately(facts, said.things))
    return said


def _lately(facts: Facts, things: list[Any]) -> str:
    rows = queries.visible_to(facts.user).filter(reported_at__gte=facts.at - LATELY, reported_at__lte=facts.at)
    found = list(rows.order_by("-reported_at", "-pk").only("pk", "title", "near_miss", "closed_at", "version"))
    near = sum(incident.near_miss for incident in found)
    closed = sum(incident.closed_at is not None for incident in found)
    things += first(found, CITED)
    if not found:
        return "No incident was reported within the last 24 months."
    return (
        f"Within the last 24 months {counted(len(found), 'incident')} {'was' if len(found) == 1 else 'were'} reported,"
        f" {near:,} of them near misses; {closed:,} {'is' if closed == 1 else 'are'} closed."
    )


def answers() -> Sequence[Prepared]:
    """Return the prepared answers that rest on incidents."""
    return (
        Prepared(
            key="incident-notification",
            number=37,
            question="How soon do you notify us of an incident, and which incidents were there in the last 24 months?",
            wordings=(
                "What is your incident notification time?",
                "Have you had any AI incidents or data breaches in the last 24 months?",
                "Within how many hours will customers be notified of an AI incident?",
            ),
            codes=(),
            answer=notification,
        ),
    )


contribute(PreparedAnswers("incidents", answers))
