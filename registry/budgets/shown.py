"""What error budgets contribute: navigation, palette, search, inbox, briefing, notices, a surface's tab, REST."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    BriefingLine,
    InboxLine,
    InboxSource,
    Metric,
    NavItem,
    ObjectLink,
    ObjectTab,
    OwnedSource,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.people import roles
from governance.people.models import User
from registry.budgets import actions, queries
from registry.budgets.models import BudgetHold, BurnAlert, Objective

LISTED = 100


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find objectives by key, name or surface."""
    found = queries.visible_to(user)
    named = queries.KEY.match(words.strip()) if words.strip()[:2].upper() == "OB" else None
    near = found.filter(name__icontains=words) | found.filter(surface__name__icontains=words)
    found = found.filter(pk=int(named.group(1))) if named else near
    return [
        SearchHit(each.name, each.get_absolute_url(), f"{each.key} · error budget of {each.surface.name}", "budget")
        for each in found.filter(state=Objective.State.ACTIVE).order_by("name", "pk")[:limit]
    ]


def spent(user: Any) -> QuerySet[Objective]:
    """Return the objectives whose budget is spent."""
    is_held = Exists(BudgetHold.objects.filter(objective=OuterRef("pk"), closed_at__isnull=True))
    return queries.visible_to(user).filter(is_held, state=Objective.State.ACTIVE)


def burning(user: Any) -> QuerySet[Objective]:
    """Return the objectives whose budget is used up too fast, and not spent yet."""
    is_burning = Exists(BurnAlert.objects.filter(objective=OuterRef("pk"), ended_at__isnull=True))
    is_held = Exists(BudgetHold.objects.filter(objective=OuterRef("pk"), closed_at__isnull=True))
    return queries.visible_to(user).filter(is_burning, ~is_held, state=Objective.State.ACTIVE)


def mine(user: Any) -> QuerySet[Objective]:
    """Return the spent budgets that a person answers for."""
    return spent(user).filter(owner=user)


def to_mend(user: Any) -> Iterable[InboxLine]:
    """Return a line for each spent budget that a person answers for."""
    for each in mine(user).order_by("pk")[:LISTED]:
        yield InboxLine(
            verb="Do",
            title=f"Mend what uses up “{each.name}” on {each.surface.name}",
            url=each.get_absolute_url(),
            detail=f"{each.key} · the budget is spent, and nothing is widened until it recovers",
            tier=each.surface.tier,
            asked_at=each.updated_at,
        )


def owned(user: User) -> Iterable[Objective]:
    """Return the objectives that a person owns and that count."""
    return Objective.objects.filter(owner=user, state=Objective.State.ACTIVE).select_related("owner", "surface")


def reassign(objective: Objective, actor: User, to: User, reason: str) -> Objective:
    """Give an objective to another person when its owner leaves."""
    return actions.give_owner(objective, actor=actor, to=to, reason=reason)


def figures() -> list[str]:
    """Return how many budgets are spent and how many burn, for Prometheus."""
    return [
        "# HELP plumbline_budgets_spent Error budgets with nothing left.",
        "# TYPE plumbline_budgets_spent gauge",
        f"plumbline_budgets_spent {BudgetHold.objects.filter(closed_at__isnull=True).count()}",
        "# HELP plumbline_budgets_burning Burn alerts that hold.",
        "# TYPE plumbline_budgets_burning gauge",
        f"plumbline_budgets_burning {BurnAlert.objects.filter(ended_at__isnull=True).count()}",
    ]


contribute(NavItem("objectives", "Error budgets", "objectives", "budget", group="What happened", order=40))
contribute(
    PaletteCommand(
        "objective.add",
        "Set an objective",
        lambda user: reverse("objective-new"),
        words="error budget slo burn",
        icon="plus",
        visible=roles.may_write,
    )
)
contribute(
    PaletteCommand("objective.list", "Error budgets", lambda user: reverse("objectives"), words="slo burn rate objectives")
)
contribute(SearchSource("objectives", "Error budgets", find, order=60))
contribute(InboxSource("budgets", to_mend, rows=lambda user: (mine(user),), order=60))
contribute(OwnedSource("objectives", "Objectives", owned, reassign, order=60))
contribute(
    BriefingLine(
        "budgets.spent",
        "burning",
        "error budgets are spent",
        spent,
        lambda user: f"{reverse('objectives')}?held=true&state=active",
        order=20,
        level="stop",
        one="error budget is spent",
    )
)
contribute(
    BriefingLine(
        "budgets.burning",
        "burning",
        "error budgets are used up too fast",
        burning,
        lambda user: f"{reverse('objectives')}?burning=true&held=false&state=active",
        order=21,
        level="warn",
        one="error budget is used up too fast",
    )
)


def _answering(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    objective = _objective(body)
    if objective is None:
        return []
    surface = objective.surface
    people = (objective.owner, surface.owner, surface.team.lead if surface.team is not None else None)
    return list({person.pk: person for person in people if person is not None}.values())


def _paged(entry: Any, body: dict[str, Any]) -> Iterable[User]:
    return _answering(entry, body) if body["payload"]["level"] == "page" else []


def _objective(body: dict[str, Any]) -> Objective | None:
    touched = [pk for type_, pk in body["touches"] if type_ == "registry.objective"]
    rows = Objective.objects.select_related("owner", "surface__owner", "surface__team__lead")
    return rows.filter(pk=touched[0]).first() if touched else None


def _page(entry: Any, body: dict[str, Any]) -> str:
    objective = _objective(body)
    return objective.get_absolute_url() if objective is not None else reverse("objectives")


def _is_spent(entry: Any, body: dict[str, Any]) -> str:
    said = body["payload"]
    return f"The error budget “{said['objective']}” of {said['surface']} is spent: nothing is widened until it recovers."


def _is_back(entry: Any, body: dict[str, Any]) -> str:
    said = body["payload"]
    return f"The error budget “{said['objective']}” of {said['surface']} has recovered: changes may widen again."


def _burns(entry: Any, body: dict[str, Any]) -> str:
    said = body["payload"]
    return f"The error budget “{said['objective']}” of {said['surface']} is used {said['rate']} times too fast."


contribute(NoticeRule("budget.spent", _answering, _is_spent, _page))
contribute(NoticeRule("budget.recovered", _answering, _is_back, _page))
contribute(NoticeRule("budget.burning", _paged, _burns, _page))
contribute(
    ObjectTab("budget", "registry.surface", "Budget", lambda surface: reverse("surface-budget", args=[surface.key]), order=47)
)
contribute(Commentable("registry.objective", queries.visible_to))
contribute(ObjectLink("registry.objective", lambda pk: reverse("objective", args=[f"OB-{pk}"])))
contribute(
    ObjectLink("registry.budgethold", lambda pk: BudgetHold.objects.select_related("objective").get(pk=pk).get_absolute_url())
)
contribute(
    ObjectLink("registry.burnalert", lambda pk: BurnAlert.objects.select_related("objective").get(pk=pk).get_absolute_url())
)
contribute(Metric("budgets", figures))
contribute(ApiRoute("objectives", "objectives", load=lambda: import_string("registry.budgets.api.ObjectiveApi"), order=50))
