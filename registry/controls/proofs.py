"""The part of the facts that evals and frameworks work out themselves, put into the words of the checks."""

from collections.abc import Sequence
from typing import Any

from registry.controls import held
from registry.controls.ground import Ground


def suites_of(subjects: Sequence[Any], ground: Ground) -> dict[int, list[held.Suite]]:
    """Return how the eval suites of each contract stand, by surface id."""
    return {
        subject.surface.pk: [
            held.Suite(row["suite"], row["suite"], "missing", f"No run of {row['suite']} was received.")
            for row in subject.contract.get("evals") or ()
        ]
        for subject in subjects
    }


def checklists_of(subjects: Sequence[Any], ground: Ground) -> dict[int, held.Checklist]:
    """Return how the OWASP checklist of each surface stands, by surface id."""
    return {}
