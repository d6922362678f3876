"""The sheets beside a surface's overview: what it is, its life, and with whom it is shared."""

from typing import Any

from django.urls import reverse

from governance.policy import queries as policy
from governance.ui.pages import Button
from registry.surfaces import lifecycle, queries, rules
from registry.surfaces.models import Surface, SurfaceState


def facts_panel(user: Any, surface: Surface) -> dict[str, Any]:
    """Return facts, the steps of its life, hand-over and shares, as far as this person may act on them."""
    risks = {row["key"]: row["leadership_risk"] for row in policy.document()["integration_patterns"]}
    may_edit = queries.may_edit(user, surface)
    may_own = rules.may_own_decisions(user, surface)
    transfer = queries.open_transfer(surface)
    return {
        "surface": surface,
        "risk": risks.get(surface.pattern, ""),
        "life": life(surface) if may_edit else [],
        "tier_url": reverse("surface-tier", args=[surface.key]) if may_edit else "",
        "transfer": transfer,
        "may_withdraw": transfer is not None and bool(rules.may_withdraw_transfer(user, transfer)),
        "may_own": bool(may_own),
        "hand_over": Button("Hand it over", reverse("surface-hand-over", args=[surface.key]), "person", dialog=True),
        "share": Button("Share", reverse("surface-share", args=[surface.key]), "share", dialog=True),
        "shares": [
            (with_, f"{'person' if hasattr(with_, 'ref') else 'team'}:{with_.key}", level == rules.EDIT)
            for with_, level in queries.shares_of(surface)
        ],
    }


def life(surface: Surface) -> list[Button]:
    """Return the steps of its life that people take by hand."""
    steps = [
        Button(
            verb,
            reverse("surface-move", args=[surface.key, state]),
            dialog=True,
            kind="stop" if state == SurfaceState.PAUSED else "",
        )
        for state, verb in lifecycle.offered(surface)
    ]
    if surface.state != SurfaceState.RETIRED:
        steps.append(Button("Retire", reverse("surface-retire", args=[surface.key]), kind="stop", dialog=True))
    return steps
