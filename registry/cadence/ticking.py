"""How the registry ticks the steps of the thirty-day rollout: each looks at what exists."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from governance.core.contributions import RolloutCheck, contribute
from governance.policy.models import DataClass
from registry.catalog.models import CatalogState, DataRule, Endpoint
from registry.controls.models import RED, ControlResult, Status
from registry.findings.models import Finding, FindingKind
from registry.oncall.models import Route
from registry.surfaces.models import Surface, SurfaceState
from registry.switches.models import Drill

CRITICAL = 2
"""From this tier on a workflow reaches customers."""
PROVES = ("evals_above_threshold", "rollback_target")
Rows = tuple[QuerySet[Any], ...]


def known() -> QuerySet[Surface]:
    """Return the surfaces that are not retired."""
    return Surface.objects.exclude(state=SurfaceState.RETIRED)


def unmapped() -> Rows:
    """Return what was observed and belongs to no surface."""
    return (Finding.objects.filter(kind=FindingKind.UNKNOWN_SURFACE, state__in=Finding.UNSETTLED),)


def unowned() -> Rows:
    """Return the surfaces without an owner who is still here."""
    return (known().filter(Q(owner__isnull=True) | Q(owner__is_active=False)),)


def untiered() -> Rows:
    """Return the surfaces without a tier."""
    return (known().filter(tier__isnull=True),)


def ruled() -> Rows:
    """Return the data rules, and the classes that they are about."""
    return DataRule.objects.all(), DataClass.objects.filter(is_retired=False)


def results(control: str, *statuses: str) -> Rows:
    """Return where a control stands so."""
    held = ControlResult.objects.filter(control=control, status__in=statuses)
    return (held.exclude(surface__state=SurfaceState.RETIRED),)


def critical() -> Rows:
    """Return the workflows that reach customers and are in force with their evals and a rollback."""
    live = known().filter(tier__gte=CRITICAL, in_force__isnull=False)
    for control in PROVES:
        live = live.filter(pk__in=ControlResult.objects.filter(control=control, status=Status.MET).values("surface"))
    return (live,)


def drilled() -> Rows:
    """Return the drills of kill switches that passed."""
    return (Drill.objects.filter(kind=Drill.Kind.KILL_SWITCH, outcome=Drill.Outcome.PASSED),)


def surfaces() -> str:
    """Return where surfaces are listed."""
    return reverse("surfaces")


contribute(
    RolloutCheck(
        "surfaces_mapped",
        "Surfaces are registered, and nothing observed belongs to none.",
        surfaces,
        lambda: (known(),),
        unmapped,
    )
)
contribute(RolloutCheck("owners", "Every surface has an owner who is still here.", surfaces, lambda: (known(),), unowned))
contribute(RolloutCheck("tiers_set", "Every surface has its tier.", surfaces, lambda: (known(),), untiered))
contribute(RolloutCheck("data_rules", "A data rule says what may go to an endpoint.", lambda: reverse("data-rules"), ruled))
contribute(
    RolloutCheck(
        "catalogue",
        "An endpoint is approved.",
        lambda: reverse("endpoints"),
        lambda: (Endpoint.objects.filter(state=CatalogState.APPROVED),),
    )
)
contribute(
    RolloutCheck(
        "critical_workflow", "A surface of tier 2 or above is in force, with evals and a rollback met.", surfaces, critical
    )
)
contribute(RolloutCheck("kill_switch", "A drill of a kill switch passed.", lambda: reverse("drills"), drilled))
contribute(
    RolloutCheck("on_call", "A route says who is called.", lambda: reverse("on-call-routes"), lambda: (Route.objects.all(),))
)
for step, says, control in (
    ("raci", "The RACI of every surface is complete.", "raci_complete"),
    ("budgets", "Every surface that must have a budget has one.", "budget_set"),
):
    contribute(
        RolloutCheck(
            step,
            says,
            lambda control=control: f"{reverse('control-results')}?control={control}&red=true",  # type: ignore[misc]
            lambda control=control: results(control, Status.MET),  # type: ignore[misc]
            lambda control=control: results(control, *RED),  # type: ignore[misc]
        )
    )
