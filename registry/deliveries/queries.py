"""Reads of deployments and defects; `visible_to` is the only door."""

import re
from typing import Any

from django.db.models import QuerySet

from governance.core.errors import NotVisible
from governance.people import periods, roles
from registry.deliveries.models import Defect, Delivery, Deployment
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

DEPLOYMENT_KEY = re.compile(r"^(?:[Dd][Pp]-)?0*(\d{1,18})$")
DEFECT_KEY = re.compile(r"^(?:[Dd][Ff]-)?0*(\d{1,18})$")
RELATED = ("surface__owner", "surface__team", "change", "by", "corrects", "corrected_by")


def deployments(user: Any) -> QuerySet[Deployment]:
    """Return the deployments of the surfaces that a person may see, corrected ones too."""
    return _of(Deployment.objects.all(), user, "deployed_at")


def defects(user: Any) -> QuerySet[Defect]:
    """Return the defects of the surfaces that a person may see, corrected ones too."""
    return _of(Defect.objects.all(), user, "found_at")


def _of(rows: QuerySet[Any], user: Any, moment: str) -> QuerySet[Any]:
    if roles.reads_all(user):
        return rows
    return periods.during(rows.filter(surface__in=surfaces.visible_to(user).values("pk")), user, moment)


def get_deployment(user: Any, key: str) -> Deployment:
    """Return one deployment by its key (DP-12). Raises NotVisible."""
    found: Deployment = _get(deployments(user), DEPLOYMENT_KEY, key, "deployment")
    return found


def get_defect(user: Any, key: str) -> Defect:
    """Return one defect by its key (DF-7). Raises NotVisible."""
    found: Defect = _get(defects(user).select_related("deployment"), DEFECT_KEY, key, "defect")
    return found


def _get(rows: QuerySet[Any], pattern: re.Pattern[str], key: str, noun: str) -> Any:
    named = pattern.match(key)
    row = rows.select_related(*RELATED).filter(pk=int(named.group(1)) if named else 0).first()
    if row is None:
        raise NotVisible(f"There is no {noun} {key[:40]} that you can see.", fix="Check the key, or ask the surface's owner.")
    return row


def told_before(model: type[Delivery], surface: Surface, sender_key: str) -> Any:
    """Return what was told first of a surface under a sender's key, or None."""
    return model._default_manager.filter(surface=surface, sender_key=sender_key, corrects__isnull=True).first()


def line_of(row: Delivery) -> list[Any]:
    """Return all rows that were told under a row's key, the first one first; one query."""
    kind = type(row)
    return list(
        kind._default_manager.filter(surface=row.surface_id, sender_key=row.sender_key).select_related("by").order_by("pk")
    )
