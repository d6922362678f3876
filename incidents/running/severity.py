"""Proposes how bad an incident is from user harm, blast radius and tier: a pure table, which a person confirms or overrules.

Source: the product's rule that severity goes by user harm and reach, not by tokens, and policy's own words for its four
severities: people harmed, or many customers' data exposed (1); some customers harmed or misled (2); quality fell where
customers notice, nobody harmed (3); inside the company only, or caught before it reached anybody (4).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from incidents.cases.rules import HARM, RADIUS

TABLE: tuple[tuple[int, ...], ...] = (
    # blast radius: nobody, one or a few, many, a great many, everybody
    (4, 4, 4, 3, 3),  # no harm
    (4, 4, 3, 3, 3),  # slight
    (4, 3, 2, 2, 2),  # misled
    (3, 2, 1, 1, 1),  # serious
    (3, 1, 1, 1, 1),  # grave
)
"""Rows are user harm 0 to 4, columns blast radius 0 to 4; 1 is the worst. Serious harm that was only just caught is 3."""
STRICT_TIER = 3
"""From this tier on what harmed somebody counts one step worse: law protects the decision, or nobody looks first."""
REACH = ((0, 0), (5, 1), (100, 2), (1000, 3))
"""Up to so many people is such a blast radius; more is 4."""


@dataclass(frozen=True)
class Proposal:
    """A proposed severity: its rank (1 is the worst) and the words that say why."""

    rank: int
    why: str

    def key(self, severities: Sequence[str]) -> str:
        """Return the key of policy's severity of this rank, the mildest where policy has fewer."""
        return severities[min(self.rank, len(severities)) - 1] if severities else ""


def propose(user_harm: int, blast_radius: int, tier: int | None = None) -> Proposal:
    """Return the severity that harm and radius (each 0 to 4) stand for on a tier (0 to 4, None where no surface is known).

    Raises IndexError for a figure that is not on its scale.
    """
    if user_harm < 0 or blast_radius < 0:
        raise IndexError("harm and radius are 0 to 4")
    rank = TABLE[user_harm][blast_radius]
    why = f"{HARM[user_harm][0].lower()} harm to {RADIUS[blast_radius][0].lower()}"
    if tier is not None and tier >= STRICT_TIER and user_harm and blast_radius and rank > 1:
        return Proposal(rank - 1, f"{why}, one step worse on tier {tier}")
    return Proposal(rank, why)


def radius_of(people: int | None) -> int | None:
    """Return the blast radius of an estimated number of people, None where nobody estimated."""
    if people is None:
        return None
    return next((radius for most, radius in REACH if people <= most), 4)


def is_demanded(severity: str, threshold: str, severities: Sequence[str]) -> bool:
    """Whether an incident of a severity needs a postmortem where the tier asks for one from `threshold` on (R11).

    `severities` are policy's keys, the worst first. A threshold that policy no longer has demands it of all.
    """
    if severity not in severities:
        return False
    return threshold not in severities or severities.index(severity) <= severities.index(threshold)
