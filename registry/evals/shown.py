"""What evals contribute to the kernel's pages: navigation, search, owned things, briefing, a surface's tab, API."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    NavItem,
    ObjectLink,
    ObjectTab,
    OwnedSource,
    PaletteCommand,
    RetentionKind,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from governance.people.models import User
from registry.evals import actions, queries
from registry.evals.filters import UNOWNED
from registry.evals.models import EvalCase, EvalRun, EvalSuite, SuiteState

contribute(
    NavItem(
        "evals",
        "Evals",
        "eval-suites",
        "evals",
        group="What changes",
        order=40,
        count=lambda user: EvalSuite.objects.visible_to(user).filter(state=SuiteState.ACTIVE),
        visible=lambda user: user.role != "guest_auditor",
    )
)
contribute(
    PaletteCommand(
        "eval-suite.add",
        "Add an eval suite",
        lambda user: reverse("eval-suite-add"),
        words="new create test cases threshold",
        icon="plus",
        visible=roles.may_write,
    )
)


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find suites by name or key."""
    rows = queries.visible_to(user)
    near = rows.filter(name__icontains=words) | rows.filter(key__icontains=words)
    return [
        SearchHit(row.name, row.get_absolute_url(), f"Eval suite · {row.key}", "evals") for row in near.order_by("name")[:limit]
    ]


def owned(user: User) -> Iterable[EvalSuite]:
    """Return what a person owns and is not retired."""
    return EvalSuite.objects.filter(owner=user).exclude(state=SuiteState.RETIRED).select_related("owner")


def reassign(suite: EvalSuite, actor: User, to: User, reason: str) -> EvalSuite:
    """Give a suite to another person when its owner leaves."""
    return actions.give_owner(suite, actor=actor, to=to, reason=reason)


contribute(SearchSource("eval-suites", "Eval suites", find, order=40))
contribute(OwnedSource("eval-suites", "Eval suites", owned, reassign, order=50))
contribute(
    BriefingLine(
        "eval-suites.unowned",
        "unapproved",
        "eval suites that nobody answers for",
        lambda user: EvalSuite.objects.visible_to(user).filter(UNOWNED, state=SuiteState.ACTIVE),
        lambda user: f"{reverse('eval-suites')}?unowned=true&state=active",
        order=60,
        level="stop",
        one="eval suite that nobody answers for",
    )
)
contribute(
    ObjectTab("evals", "registry.surface", "Evals", lambda surface: reverse("surface-evals", args=[surface.key]), order=45)
)
contribute(Commentable("registry.evalsuite", queries.visible_to))
contribute(Commentable("registry.evalrun", queries.runs_visible_to))
contribute(ObjectLink("registry.evalrun", lambda pk: reverse("eval-run", args=[f"RUN-{pk}"])))
contribute(ApiRoute("eval-suites", "eval-suites", load=lambda: import_string("registry.evals.api.SuiteApi"), order=30))
contribute(ApiRoute("eval-runs", "eval-runs", load=lambda: import_string("registry.evals.api.RunApi"), order=31))


def with_cases() -> QuerySet[EvalRun]:
    """Return the runs whose single cases are still kept."""
    return EvalRun.objects.filter(Exists(EvalCase.objects.filter(run=OuterRef("pk")))).select_related("surface")


def cases_of(rows: Sequence[EvalRun]) -> dict[str, list[int]]:
    """Return what the ledger bound of runs that goes: their cases, by id."""
    return {"registry.evalcase": list(EvalCase.objects.filter(run__in=rows).values_list("pk", flat=True))}


def drop_cases(rows: Sequence[EvalRun]) -> int:
    """Delete the cases of runs; how many passed and failed stays with each run."""
    EvalCase.objects.filter(run__in=rows).delete()
    return len(rows)


contribute(
    RetentionKind(
        "eval_cases",
        "Single cases of eval runs",
        "How each case came out goes. The run stays, with its counts, pass rate, cost and the hash of its file.",
        rows=with_cases,
        since="received_at",
        expire=drop_cases,
        bound=cases_of,
        name=lambda row: f"{row.key}, {row.surface}",
        tier="surface__tier",
        people=("by__ref",),
        surfaces=("surface",),
        batch=50,
        order=100,
    )
)
