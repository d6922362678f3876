"""The agenda of the operations checklist: what is held on each of its five areas, counted."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse

from governance.core.contributions import AgendaLine, AgendaSection, contribute
from governance.reviews.agenda import Window
from registry.controls.models import DEMANDED, RED, ControlResult
from registry.evals.models import EvalSuite, SuiteState
from registry.findings.models import Finding, FindingKind
from registry.surfaces.models import SurfaceState

AREAS = {
    "decision_rights": ("Decision rights", ("raci_complete", "owner_active", "two_person_rule")),
    "evals": ("Evals", ("evals_above_threshold",)),
    "observability": ("Observability", ("logging_minimum",)),
    "security_privacy": ("Security and privacy", ("data_rules", "no_sensitive_data", "secrets_hygiene")),
    "cost": ("Cost", ("budget_set", "rate_limits")),
}
"""Which controls speak about which area of policy's checklist."""


def controls(area: str) -> Any:
    """Return what makes the lines of an area: of how many surfaces each of its controls is not met."""
    keys = AREAS[area][1]

    def lines(window: Window, subject: Any) -> list[AgendaLine]:
        rows = ControlResult.objects.filter(control__in=keys).exclude(surface__state=SurfaceState.RETIRED).order_by()
        counted = {"demanded": Count("pk", filter=Q(status__in=DEMANDED)), "red": Count("pk", filter=Q(status__in=RED))}
        found = {each["control"]: each for each in rows.values("control", "title").annotate(**counted)}
        made = [_line(found[key]) for key in keys if key in found and found[key]["demanded"]]
        return [*made, *MORE.get(area, list)()]

    return lines


def _line(each: dict[str, Any]) -> AgendaLine:
    asked = urlencode({"control": each["control"], "red": "true"})
    value = f"{each['red']} of {each['demanded']} not met" if each["red"] else f"{each['demanded']} of {each['demanded']} met"
    return AgendaLine(each["title"], value, url=f"{reverse('control-results')}?{asked}", level="warn" if each["red"] else "ok")


def _suites() -> list[AgendaLine]:
    held = EvalSuite.objects.filter(state=SuiteState.ACTIVE).count()
    return [AgendaLine("Eval suites in use", f"{held}", url=reverse("eval-suites"), level="" if held else "warn")]


def _open(label: str, kind: str) -> list[AgendaLine]:
    count = Finding.objects.filter(state=Finding.State.OPEN, kind=kind).count()
    asked = urlencode({"state": "open", "kind": kind})
    return [AgendaLine(label, f"{count} open", url=f"{reverse('findings')}?{asked}", level="warn" if count else "ok")]


MORE = {
    "evals": _suites,
    "observability": lambda: _open("Logging fields that calls lack", FindingKind.LOGGING_FIELD),
    "security_privacy": lambda: _open("Data classes seen where they may not go", FindingKind.DATA_CLASS),
    "cost": lambda: _open("Spend that looks like a loop", FindingKind.SPEND_LOOP),
}

for place, (key, (label, _)) in enumerate(AREAS.items()):
    contribute(AgendaSection(f"operations.{key}", label, "operations", controls(key), "Nothing is held on this.", 10 * place))
