"""The part of the facts that evals and frameworks work out themselves, put into the words of the checks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.db.models import QuerySet

from registry.controls import held
from registry.controls.ground import Ground
from registry.evals import queries as evals
from registry.frameworks import queries as frameworks
from registry.surfaces.models import Surface

EVALS, OWASP_CLEAR = "evals_above_threshold", "owasp_clear"


class Looked(Protocol):
    """A surface with the contract and the tier under which it is looked at."""

    @property
    def surface(self) -> Surface:
        """The surface."""

    @property
    def tier(self) -> int:
        """0 to 4."""

    @property
    def contract(self) -> Mapping[str, Any]:
        """What it may do."""


def suites_of(subjects: Sequence[Looked], ground: Ground) -> dict[int, list[held.Suite]]:
    """Return how the eval suites of each contract stand, by surface id."""
    naming = _naming(subjects, ground)
    if not naming:
        return {}
    runs = evals.latest_runs([subject.surface.pk for subject in naming])
    models = {key: endpoint.model for key, endpoint in ground.endpoints.items()}
    return {
        subject.surface.pk: [
            held.Suite(each.key, each.name, each.state, _why(each), each.turns_at)
            for each in evals.standing(
                subject.surface.pk,
                subject.contract,
                ground.demands[subject.tier],
                runs,
                ground.suites,
                ground.at,
                models=models,
            )
        ]
        for subject in naming
    }


def questions(subjects: Sequence[Looked], ground: Ground) -> Iterator[QuerySet[Any]]:
    """Yield what `suites_of` and `checklists_of` ask, so that it can be foretold."""
    if naming := _naming(subjects, ground):
        yield evals.runs_question([subject.surface.pk for subject in naming])
        yield evals.suites_question()
    if asking := [subject.surface.pk for subject in subjects if ground.demands[subject.tier].asks_for(OWASP_CLEAR)]:
        yield frameworks.owasp_question(asking, frameworks.edition(ground.document))


def _naming(subjects: Sequence[Looked], ground: Ground) -> list[Looked]:
    return [subject for subject in subjects if subject.contract.get("evals") and ground.demands[subject.tier].asks_for(EVALS)]


def _why(each: Any) -> str:
    """The reason, with the suite's name before it where the sentence does not say which one is meant."""
    return str(each.why) if each.suite is None else f"{each.name}: {each.why}"


def checklists_of(subjects: Sequence[Looked], ground: Ground) -> dict[int, held.Checklist]:
    """Return how the OWASP checklist of each surface stands, by surface id, in the edition that policy has in use."""
    asked = [subject.surface.pk for subject in subjects if ground.demands[subject.tier].asks_for(OWASP_CLEAR)]
    found = frameworks.owasp_standing(asked, frameworks.edition(ground.document)) if asked else {}
    return {pk: held.Checklist(each.edition, each.total, each.open) for pk, each in found.items()}
