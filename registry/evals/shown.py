"""What evals contribute to the kernel's pages: navigation, search, owned things, briefing, a surface's tab, API."""

from collections.abc import Iterable
from typing import Any

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
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from governance.people.models import User
from registry.evals import actions, queries
from registry.evals.filters import UNOWNED
from registry.evals.models import EvalSuite, SuiteState

contribute(
    NavItem(
        "evals",
        "Evals",
        "eval-suites",
        "evals",
        group="What changes",
        order=40,
        count=lambda user: EvalSuite.objects.visible_to(user).filter(state=SuiteState.ACTIVE).count(),
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
