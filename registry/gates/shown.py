"""What the gate contributes: its pages, the panel on a change, search, and the API."""

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
    SearchHit,
    SearchSource,
    contribute,
)
from governance.notifications.telling import NoticeRule
from governance.ui.extensions import ObjectPanel
from registry.gates import queries, rules
from registry.gates.models import GateCheck
from registry.surfaces.models import Surface


def of_change(user: Any, change: Any) -> dict[str, Any]:
    """Return the last check of a change's revision that counts, for its page; nothing where the gate was not asked."""
    last = queries.last_for(change.revision_id)
    if last is None:
        return {}
    own = [reason for reason in last.reasons if not reason["code"].startswith(rules.CONTROL)]
    return {"check": last, "own": own, "controls": len(last.reasons) - len(own)}


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find checks by key or commit."""
    found, named = queries.visible_to(user), queries.KEY.match(words)
    found = found.filter(pk=int(named.group(1))) if named else found.filter(commit__istartswith=words)
    return [
        SearchHit(f"{each.key} {'passed' if each.passed else 'failed'}", each.get_absolute_url(), each.surface.name, "check")
        for each in found.order_by("-pk")[:limit]
    ]


def told_of_failure(entry: Any, body: dict[str, Any]) -> list[Any]:
    """Return who answers for a surface whose gate stayed closed."""
    if body["payload"]["passed"]:
        return []
    check = GateCheck.objects.select_related("surface__owner").filter(pk=entry.subject_id).first()
    return [check.surface.owner] if check is not None and check.surface.owner is not None else []


def tab_url(surface: Surface) -> str:
    """Return the address of the tab."""
    return reverse("surface-gate", args=[surface.key])


contribute(ObjectTab("gate", "registry.surface", "Gate", tab_url, order=46))
contribute(ObjectPanel("change.gate", "registry.change", "registry/gates/_of_change.html", of_change, order=30))
contribute(SearchSource("gates", "Gate checks", find, order=60))
contribute(NavItem("gates", "Gate checks", "gates", "check", group="What changes", order=50, family="evals"))
contribute(ObjectLink("registry.gatecheck", lambda pk: reverse("gate-check", args=[f"G-{pk}"])))
contribute(Commentable("registry.gatecheck", queries.visible_to))
contribute(ApiRoute("gates", r"gates/(?P<surface>[^/]+)", load=lambda: import_string("registry.gates.api.GateApi"), order=45))
contribute(ApiRoute("gate-checks", "gate-checks", load=lambda: import_string("registry.gates.api.GateCheckApi"), order=46))
contribute(
    NoticeRule(
        "gate.checked",
        told=told_of_failure,
        text=lambda entry, body: f"The gate of {body['payload']['surface']} is closed: {body['payload']['answer']}.",
        url=lambda entry, body: reverse("gate-check", args=[entry.subject_key]),
    )
)
contribute(
    BriefingLine(
        "gates.holding",
        "unapproved",
        "revisions that failed their gate and wait",
        lambda user: queries.visible_to(user).filter(pk__in=queries.holding().values("pk")),
        lambda user: f"{reverse('gates')}?holds=true",
        order=45,
        level="warn",
        one="revision that failed its gate and waits",
    )
)
