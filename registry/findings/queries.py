"""Reads of findings. Who sees the surface sees what was found on it; what is on none is for those who read all, and its owner."""

import re
from typing import Any

from django.db.models import Q, QuerySet

from governance.core.errors import NotVisible
from governance.people import periods, roles
from registry.findings.models import Finding, FindingKind
from registry.surfaces import queries as surfaces
from registry.usage.models import UsagePath

KEY = re.compile(r"^[Ff]-?0*(\d{1,18})$")
BESIDE = ("surface__owner", "surface__team__lead", "endpoint", "source", "owner", "change", "tally")
RAN_AHEAD = (
    FindingKind.MODEL_NOT_APPROVED,
    FindingKind.REGION_NOT_APPROVED,
    FindingKind.DATA_CLASS,
    FindingKind.TOOL,
    FindingKind.NOTHING_IN_FORCE,
    FindingKind.UNKNOWN_ENDPOINT,
    FindingKind.MODE_IGNORED,
    FindingKind.OUT_OF_USE,
)
"""Kinds of finding that say: this runs ahead of what was approved."""


def visible_to(user: Any) -> QuerySet[Finding]:
    """Return the findings that a person may see."""
    if roles.reads_all(user):
        return Finding.objects.all()
    of_surfaces = Q(surface__in=surfaces.visible_to(user).values("pk"))
    own = Q(surface__isnull=True, owner=user) if roles.may_write(user) else Q(pk__in=[])
    return periods.touching(Finding.objects.filter(of_surfaces | own), user, "opened_at")


def rows(user: Any) -> QuerySet[Finding]:
    """Return the findings that a person may see, with what a list shows."""
    return visible_to(user).select_related("surface__team", "endpoint", "owner", "tally")


def get(user: Any, key: str) -> Finding:
    """Return one finding by its key (F-12). Raises NotVisible."""
    found = KEY.match(key)
    finding = visible_to(user).select_related(*BESIDE).filter(pk=int(found.group(1)) if found else 0).first()
    if finding is None:
        raise NotVisible(f"There is no finding {key[:40]} that you can see.", fix="Check the key, or ask its owner.")
    return finding


def open_ones(user: Any) -> QuerySet[Finding]:
    """Return what is open and not put off."""
    return visible_to(user).filter(state=Finding.State.OPEN)


def ahead(user: Any) -> QuerySet[Finding]:
    """Return open findings of registered surfaces that run ahead of what was approved."""
    return open_ones(user).filter(kind__in=RAN_AHEAD)


def unregistered(user: Any) -> QuerySet[Finding]:
    """Return open findings of programs that no surface is registered for."""
    return open_ones(user).filter(kind=FindingKind.UNKNOWN_SURFACE)


def mine(user: Any) -> QuerySet[Finding]:
    """Return open findings that a person answers for; those that nobody does are for risk officers."""
    found = open_ones(user)
    nobody = Q(owner__isnull=True) | Q(owner__is_active=False)
    return found.filter(Q(owner=user) | nobody) if roles.governs(user) else found.filter(owner=user)


def paths_of(finding: Finding) -> QuerySet[UsagePath]:
    """Return the ways of use that a finding rests on."""
    return UsagePath.objects.filter(finding_paths__finding=finding)
