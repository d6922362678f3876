"""Reads of the register; `visible_to` is the only door."""

import re
from typing import Any

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Value, When

from governance.comments.subjects import Commentable
from governance.core import clock
from governance.core.contributions import contribution
from governance.core.errors import NotVisible
from governance.core.verdict import Verdict
from governance.people import roles
from governance.policy import queries as policy
from registry.risks import rules
from registry.risks.models import Risk
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

KEY = re.compile(r"^(?:[Rr]-)?0*(\d{1,18})$")
OPEN = (Risk.State.OPEN, Risk.State.ACCEPTED)
EVIDENCE = "registry.evidence"


def visible_to(user: Any) -> QuerySet[Risk]:
    """Return the risks a person may see.

    All for readers of all. Else those of surfaces they see, or linked to such; and for people inside the company its
    own risks and those they own.
    """
    found = Risk.objects.select_related("owner", "surface")
    if roles.reads_all(user):
        return found
    if not user.is_authenticated or not user.is_active:
        return found.none()
    mine = surfaces.visible_to(user).values("pk")
    seen = Q(surface__in=mine) | Q(pk__in=Risk.objects.filter(links__surface__in=mine).values("pk"))
    if roles.may_write(user):
        seen |= Q(surface__isnull=True) | Q(owner=user)
    return found.filter(seen)


def rows(user: Any) -> QuerySet[Risk]:
    """Return the risks a person may see with what a list shows: how policy calls their area."""
    named = [When(area=key, then=Value(name)) for key, name in rules.areas(policy.document()).items()]
    return visible_to(user).annotate(area_name=Case(*named, default=F("area"), output_field=CharField()))


def get(user: Any, key: str) -> Risk:
    """Return one risk by its key (R-12). Raises NotVisible."""
    found = KEY.match(key)
    seen = visible_to(user).select_related("surface__team__lead", "surface__owner")
    risk = seen.filter(pk=int(found.group(1)) if found else 0).first()
    if risk is None:
        raise NotVisible(f"There is no risk {key[:40]} that you can see.", fix="Check the key, or ask a risk officer.")
    return risk


def may_edit(user: Any, risk: Risk) -> Verdict:
    """Say whether a person may change a risk; their hand in its surface is looked up only where it decides."""
    return rules.may_edit(user, risk, None if risk.surface is None else surfaces.may_edit(user, risk.surface))


def may_register(user: Any, surface: Surface | None) -> Verdict:
    """Say whether a person may add a risk to a surface, or to the company where none is named."""
    return rules.may_keep_company_risks(user) if surface is None else surfaces.may_edit(user, surface)


def of_surface(user: Any, surface: Surface) -> QuerySet[Risk]:
    """Return the risks of a surface, and the others that are linked to it, the highest first."""
    return visible_to(user).filter(about([surface])).distinct().order_by("-score", "pk")


def about(found: Any) -> Q:
    """Match the risks of some surfaces, and those linked to them."""
    return Q(surface__in=found) | Q(pk__in=Risk.objects.filter(links__surface__in=found).values("pk"))


def overdue(user: Any) -> QuerySet[Risk]:
    """Return the risks whose review is overdue."""
    return visible_to(user).filter(state__in=OPEN, review_on__lt=clock.today())


def to_review(user: Any) -> QuerySet[Risk]:
    """Return the risks that a person owns and has to look at again, the longest overdue first."""
    if not roles.may_write(user):
        return Risk.objects.none()
    found = Risk.objects.filter(owner=user, state__in=OPEN, review_on__lte=clock.today())
    return found.select_related("surface").order_by("review_on", "pk")


def counts(found: QuerySet[Risk]) -> dict[tuple[int, int], int]:
    """Return how many risks have each likelihood and impact."""
    cells = found.order_by().values_list("likelihood", "impact").annotate(number=Count("pk", distinct=True))
    return {(likelihood, impact): number for likelihood, impact, number in cells}


def has_company_risks() -> bool:
    """Whether the company's own register was begun."""
    return Risk.objects.filter(surface__isnull=True).exists()


def linked_surfaces(user: Any, risk: Risk) -> tuple[list[Surface], int]:
    """Return the further surfaces that a risk is about as far as a person sees them, and how many they do not."""
    linked = risk.links.values("surface")
    seen = list(surfaces.visible_to(user).filter(pk__in=linked).order_by("name"))
    return seen, risk.links.count() - len(seen)


def evidence_door(user: Any) -> QuerySet[Any]:
    """Return the evidence that a person may see, through the door that its feature contributes."""
    found: QuerySet[Any] = contribution(Commentable, EVIDENCE).visible(user)
    return found


def proofs(user: Any, risk: Risk) -> list[Any]:
    """Return the evidence attached to a risk as far as a person sees it, newest first."""
    return list(evidence_door(user).filter(risk_links__risk=risk).order_by("-pk"))


def attachable(user: Any, risk: Risk) -> QuerySet[Any]:
    """Return the current evidence that a person sees and that is not attached to a risk yet, newest first."""
    already = risk.proofs.values("evidence")
    return evidence_door(user).filter(state="current").exclude(pk__in=already).order_by("-pk")
