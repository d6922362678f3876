"""Reads of suites and runs. `visible_to` is the only door: suites are the company's, runs are seen with their surface."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, TextField, Window
from django.db.models.functions import Cast, RowNumber

from governance.core.asking import asked
from governance.core.errors import NotVisible
from governance.people import periods
from registry.catalog.models import Endpoint
from registry.evals import judging
from registry.evals.judging import Standing, TierDemands
from registry.evals.models import EvalCase, EvalRun, EvalSuite, SuiteState
from registry.surfaces import queries as surfaces_
from registry.surfaces.models import Revision, Surface, SurfaceState

RUN_KEY = re.compile(r"^(?:[Rr][Uu][Nn]-)?0*(\d{1,18})$")
OPEN = ("proposed", "approved")
"""The states in which a change is on its way; what changes are is known above, not here."""
HEAVY = ("metrics", "link", "repository")

LatestRuns = Mapping[int, Mapping[str, EvalRun]]


def visible_to(user: Any) -> QuerySet[EvalSuite]:
    """Return the suites a person may see: all of them inside the company."""
    found: QuerySet[EvalSuite] = EvalSuite.objects.visible_to(user)
    return found.select_related("owner", "current")


def listed(user: Any) -> QuerySet[EvalSuite]:
    """Return the suites with what their list shows: how many runs the reader sees, and when the last one ran."""
    seen = Q(runs__surface__in=surfaces_.visible_to(user).values("pk"))
    return visible_to(user).annotate(
        run_count=Count("runs", filter=seen, distinct=True),
        last_run_at=Max("runs__started_at", filter=seen),
    )


def get(user: Any, key: str) -> EvalSuite:
    """Return a suite by its key. Raises NotVisible."""
    found = visible_to(user).filter(key=key).first()
    if found is None:
        raise NotVisible(f"There is no eval suite {key[:60]} that you can see.", fix="Choose one from the library.")
    return found


def suites() -> dict[str, EvalSuite]:
    """Return all suites by key with the version that holds, retired ones too; one query, for judging many surfaces."""
    return {suite.key: suite for suite in asked(suites_question())}


def suites_question() -> QuerySet[EvalSuite]:
    """Return what `suites` asks."""
    return EvalSuite.objects.select_related("current")


def endpoint_models() -> dict[str, str]:
    """Return the model behind each endpoint's key; one query, for judging many surfaces."""
    return dict(asked(models_question()))


def models_question() -> QuerySet[Any]:
    """Return what `endpoint_models` asks."""
    return Endpoint.objects.values_list("key", "model")


def runs_visible_to(user: Any) -> QuerySet[EvalRun]:
    """Return the runs a person may see: those of surfaces they see."""
    found: QuerySet[EvalRun] = EvalRun.objects.filter(surface__in=surfaces_.visible_to(user).values("pk"))
    found = periods.touching(found, user, "started_at")
    return found.select_related("suite", "suite_version", "surface", "revision", "by").defer("revision__contract")


def get_run(user: Any, key: str) -> EvalRun:
    """Return one run by its key (RUN-12). Raises NotVisible."""
    found = RUN_KEY.match(key)
    run = runs_visible_to(user).select_related("suite__current").filter(pk=int(found.group(1)) if found else 0).first()
    if run is None:
        raise NotVisible(f"There is no run {key[:40]} that you can see.", fix="Check the key, or ask the surface's owner.")
    return run


def cases_of(run: EvalRun) -> QuerySet[EvalCase]:
    """Return the cases of a run in the order of its file."""
    return run.cases.order_by("pk")


def latest_runs(surfaces: Iterable[Any], until: datetime | None = None) -> dict[int, dict[str, EvalRun]]:
    """Return the newest run by surface id and suite key, in one query whatever their number; of those received by `until`.

    Each carries in `alternatives` the newest runs of the same surface and suite with other prompts or models: what
    holds now and what is proposed are tried side by side, and `standing` picks the one that speaks for a contract.
    """
    found: dict[int, dict[str, EvalRun]] = {}
    for run in asked(runs_question(surfaces, until)):
        of_surface = found.setdefault(run.surface_id, {})
        first = of_surface.setdefault(run.suite.key, run)
        if first is not run:
            first.alternatives = (*first.alternatives, run)
    return found


def runs_question(surfaces: Iterable[Any], until: datetime | None = None) -> QuerySet[EvalRun]:
    """Return what `latest_runs` asks."""
    newest = Window(RowNumber(), [F("surface"), F("suite"), F("binding")], [F("started_at").desc(), F("pk").desc()])
    held = EvalRun.objects.filter(surface__in=surfaces)
    if until is not None:
        held = held.filter(received_at__lte=until)
    rows = held.annotate(place=newest).filter(place=1)
    return rows.select_related("suite", "suite_version").defer(*HEAVY).order_by("surface", "suite", "-started_at", "-pk")


def standing(
    surface_id: int,
    contract: Mapping[str, Any],
    tier_facts: TierDemands,
    runs: LatestRuns,
    suites: Mapping[str, EvalSuite],
    now: datetime,
    *,
    models: Mapping[str, str] | None = None,
) -> list[Standing]:
    """Return how each suite that a contract names stands for a surface, in the contract's order.

    `runs` is what `latest_runs` returned, `suites` what `suites` returned, `tier_facts` a Tier or TierFacts, `models`
    what `endpoint_models` returned (read here when left out: hand it in when judging many). Touches no row otherwise.
    """
    if not contract.get("evals"):
        return []
    known = endpoint_models() if models is None else models
    return judging.judge(contract, tier_facts, runs.get(surface_id, {}), suites, known, now)


def used_by(user: Any, suite: EvalSuite) -> list[Surface]:
    """Return the surfaces, as far as this person sees them, whose contract in force names a suite."""
    return _naming(surfaces_.visible_to(user), suite)


def using_surfaces(suite: EvalSuite) -> list[int]:
    """Return the ids of all surfaces whose contract in force names a suite: what its change bears on."""
    return [surface.pk for surface in _naming(Surface.objects.all(), suite)]


def _naming(rows: QuerySet[Surface], suite: EvalSuite) -> list[Surface]:
    # The text is searched first, the same on every database; the contract itself then says whether it is a suite's key.
    text = Cast("in_force__contract", TextField())
    held = rows.exclude(state=SurfaceState.RETIRED).filter(in_force__isnull=False).select_related("in_force", "owner")
    found = held.annotate(words=text).filter(words__contains=f'"suite": "{suite.key}"').order_by("name", "pk")
    return [each for each in found if each.in_force and suite.key in suite_keys(each.in_force.contract)]


def suite_keys(contract: Mapping[str, Any]) -> list[str]:
    """Return the keys of the suites that a contract names, in its order."""
    return [str(row["suite"]).strip() for row in contract.get("evals") or []]


def proposed_revision(surface: Surface) -> Revision | None:
    """Return the revision of a surface that is being proposed, if there is one."""
    return surface.revisions.filter(changes__state__in=OPEN).order_by("-number").first()


def choices(user: Any) -> QuerySet[EvalSuite]:
    """Return the suites that a new run can be of."""
    return visible_to(user).filter(state=SuiteState.ACTIVE).order_by("name")
