"""Reads of framework answers: what is said on a surface, what is still open in the checklist in use, what meets what."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from governance.core.asking import asked
from governance.policy import queries as policy
from registry.evidence import queries as evidence
from registry.evidence.models import EvidenceUse
from registry.exceptions import queries as exceptions
from registry.exceptions.models import ControlException
from registry.exceptions.naming import OWASP
from registry.frameworks import library
from registry.frameworks.library import Framework, Item
from registry.frameworks.models import FrameworkAnswer
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

FIRST_EDITION = "owasp-llm-2026"
"""What holds under a policy that was made before it could say which edition is in use."""
FEW = 500


def visible_to(user: Any) -> QuerySet[FrameworkAnswer]:
    """Return the answers a person may see: those of the surfaces they see."""
    seen = surfaces.visible_to(user).values("pk")
    return FrameworkAnswer.objects.filter(surface__in=seen).select_related("surface")


def edition(document: Mapping[str, Any] | None = None) -> Framework:
    """Return the checklist in use under a policy (that in force)."""
    return library.framework((document or policy.document()).get("owasp_edition", FIRST_EDITION))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a surface's checklist stands: the edition by its name, its number of items, and those without an answer.

    Exceptions are not looked at: an open item may be excepted as `owasp:<id>`.
    """

    edition: str
    total: int
    open: tuple[tuple[str, str], ...]


def owasp_standing(subjects: Iterable[Surface | int], framework: Framework | None = None) -> dict[int, Standing]:
    """Return how the checklist in use stands on each surface: surface id -> what is open. One query for any number."""
    wanted = {each if isinstance(each, int) else each.pk for each in subjects}
    checklist = framework or edition()
    said: dict[int, set[str]] = {}
    for surface, item in asked(owasp_question(wanted, checklist)):
        said.setdefault(surface, set()).add(item)
    return {pk: _standing(checklist, said.get(pk, set())) for pk in wanted}


def owasp_question(wanted: Collection[int], checklist: Framework) -> QuerySet[Any]:
    """Return what `owasp_standing` asks for surfaces by their ids."""
    given = FrameworkAnswer.objects.filter(framework=checklist.key)
    if len(wanted) <= FEW:
        given = given.filter(surface__in=sorted(wanted))
    return given.order_by().values_list("surface_id", "item")


def _standing(checklist: Framework, said: set[str]) -> Standing:
    missing = tuple((item.id, item.title) for item in checklist.items if item.id not in said)
    return Standing(checklist.label, len(checklist.items), missing)


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a surface's checklist: what is said, what excepts it, what shows it, what was said of the one before."""

    item: Item
    answer: FrameworkAnswer | None
    exception: ControlException | None
    evidence: tuple[EvidenceUse, ...]
    before: FrameworkAnswer | None

    @property
    def status(self) -> str:
        """mitigated, not_applicable, excepted or open."""
        if self.answer is not None:
            return str(self.answer.status)
        return "excepted" if self.exception is not None else "open"


def checklist(surface: Surface, framework: Framework | None = None) -> list[Row]:
    """Return every item of a checklist (that in use) as it stands on a surface. Five queries at most."""
    checklist = framework or edition()
    held = list(FrameworkAnswer.objects.filter(surface=surface, framework__in=(checklist.key, checklist.follows)))
    said = {(each.framework, each.item): each for each in held}
    excepted = exceptions.active_for([surface]).get(surface.pk, {})
    uses: dict[str, list[EvidenceUse]] = {}
    for use in evidence.uses_of([surface]).get(surface.pk, []):
        uses.setdefault(use.control, []).append(use)
    return [
        Row(
            item=item,
            answer=said.get((checklist.key, item.id)),
            exception=excepted.get(f"{OWASP}{item.id}"),
            evidence=tuple(uses.get(f"{OWASP}{item.id}", ())),
            before=said.get((checklist.follows, item.was)) if item.was else None,
        )
        for item in checklist.items
    ]


def crosswalk(framework: str, document: Mapping[str, Any] | None = None) -> dict[str, list[Mapping[str, Any]]]:
    """Return item id -> the controls of policy (that in force) that say they meet it, as the document has them."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for control in (document or policy.document())["controls"]:
        for item in control["meets"].get(framework, ()):
            found.setdefault(item, []).append(control)
    return found
