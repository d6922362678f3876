"""What deliveries contribute to the kernel's pages: tabs beside the scorecard, palette, search, API."""

from typing import Any

from django.urls import reverse
from django.utils.module_loading import import_string

from governance.comments.subjects import Commentable
from governance.core.contributions import (
    ApiRoute,
    DemoPart,
    NavItem,
    ObjectLink,
    PaletteCommand,
    SearchHit,
    SearchSource,
    contribute,
)
from governance.people import roles
from registry.deliveries import demo, queries


def find(user: Any, words: str, limit: int) -> list[SearchHit]:
    """Find deployments and defects by key, deployments by release or commit, defects by their words."""
    if (named := queries.DEPLOYMENT_KEY.match(words)) and words[:2].upper() == "DP":
        deployments, defects = queries.deployments(user).filter(pk=int(named.group(1))), queries.defects(user).none()
    elif (named := queries.DEFECT_KEY.match(words)) and words[:2].upper() == "DF":
        deployments, defects = queries.deployments(user).none(), queries.defects(user).filter(pk=int(named.group(1)))
    else:
        deployments = queries.deployments(user).filter(version__istartswith=words, corrected_by__isnull=True)
        defects = queries.defects(user).filter(title__icontains=words, corrected_by__isnull=True)
    rows = [
        *defects.select_related("surface").order_by("-pk")[:limit],
        *deployments.select_related("surface").order_by("-pk")[:limit],
    ]
    return [SearchHit(str(row), row.get_absolute_url(), f"{row.key} · {row.surface.name}", "changes") for row in rows[:limit]]


contribute(
    NavItem("deployments", "Deployments", "deployments", "changes", group="What we can prove", order=31, family="scorecard")
)
contribute(NavItem("defects", "Defects", "defects", "flag", group="What we can prove", order=32, family="scorecard"))
contribute(
    PaletteCommand(
        "deployment.tell",
        "Tell of a deployment",
        lambda user: reverse("deployment-new"),
        words="release ci ship deploy",
        icon="plus",
        visible=roles.may_write,
    )
)
contribute(
    PaletteCommand(
        "defect.tell",
        "Tell of a defect",
        lambda user: reverse("defect-new"),
        words="bug escape ticket",
        icon="plus",
        visible=roles.may_write,
    )
)
contribute(SearchSource("deliveries", "Deployments and defects", find, order=75))
contribute(Commentable("registry.deployment", queries.deployments))
contribute(Commentable("registry.defect", queries.defects))
contribute(ObjectLink("registry.deployment", lambda pk: reverse("deployment", args=[f"DP-{pk}"])))
contribute(ObjectLink("registry.defect", lambda pk: reverse("defect", args=[f"DF-{pk}"])))
contribute(ApiRoute("deployments", "deployments", load=lambda: import_string("registry.deliveries.api.DeploymentApi"), order=48))
contribute(ApiRoute("defects", "defects", load=lambda: import_string("registry.deliveries.api.DefectApi"), order=49))
contribute(DemoPart("deliveries", demo.tell, order=60))
