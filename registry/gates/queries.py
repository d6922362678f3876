"""Reads of gate checks, seen with their surface."""

import re
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from governance.core.asking import asked
from governance.core.errors import NotVisible
from governance.people import periods
from registry.gates.models import GateCheck
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Revision, Surface

KEY = re.compile(r"^(?:[Gg]-)?0*(\d{1,18})$")
PROPOSED = ("proposed", "approved")


def visible_to(user: Any) -> QuerySet[GateCheck]:
    """Return the checks of the surfaces that a person may see, newest first."""
    found: QuerySet[GateCheck] = GateCheck.objects.filter(surface__in=surfaces.visible_to(user).values("pk"))
    found = periods.during(found, user, "at")
    return found.select_related("surface", "revision", "actor", "policy_version").defer(
        "revision__contract", "policy_version__document"
    )


def get(user: Any, key: str) -> GateCheck:
    """Return one check by its key (G-12). Raises NotVisible."""
    found = KEY.match(key)
    check = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if check is None:
        raise NotVisible(f"There is no gate check {key[:40]} that you can see.", fix="Check the key, or ask the surface's owner.")
    return check


def last_for(revision: Revision | int) -> GateCheck | None:
    """Return the check that decides whether a revision may come into force: the newest of those before it held."""
    pk = revision if isinstance(revision, int) else revision.pk
    return next(iter(asked(last_question(pk))), None)


def last_question(revision: int) -> QuerySet[GateCheck]:
    """Return what `last_for` asks for a revision by its id."""
    found: QuerySet[GateCheck] = GateCheck.objects.filter(revision=revision).binding().order_by("-pk")
    return found[:1]


def holding() -> QuerySet[GateCheck]:
    """Return the failed checks that hold a proposed revision back now: each the last one before it holds."""
    later = GateCheck.objects.binding().filter(revision=OuterRef("revision"), pk__gt=OuterRef("pk"))
    failed = GateCheck.objects.binding().filter(passed=False, revision__changes__state__in=PROPOSED)
    return failed.filter(~Exists(later)).distinct()


def of_surface(surface: Surface) -> QuerySet[GateCheck]:
    """Return the checks of one surface, newest first; the caller has checked that it may be seen."""
    found = GateCheck.objects.filter(surface=surface).select_related("surface", "revision", "actor")
    return found.defer("revision__contract").order_by("-pk")


def to_judge(surface: Surface, wanted: str = "") -> Revision | None:
    """Return the revision that is meant: by number or hash, else the one proposed, else the one in force."""
    rows = surface.revisions.all()
    if wanted:
        asked = rows.filter(number=int(wanted)) if wanted.isdecimal() and len(wanted) < 10 else rows.filter(digest=wanted.lower())
        return asked.order_by("-number").first()
    return rows.filter(changes__state__in=PROPOSED).order_by("-number").first() or surface.in_force
