"""Incidents that came back: of the same kind, on the same surface, soon after one before."""

from datetime import timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import Window
from django.db.models.functions import Lag

from incidents.cases.models import Incident
from incidents.cases.moments import Seconds

WITHIN = timedelta(days=90)
"""After more than a quarter without one, the next of its kind is a new story."""


def repeats(found: QuerySet[Incident]) -> QuerySet[Incident]:
    """Return those of some incidents whose surface had one of the same category, also among them, within the 90 days before.

    Near misses count neither as repeats nor as what is repeated; nor does what names no surface or no kind.
    """
    known = found.filter(surface__isnull=False, near_miss=False).exclude(category="").order_by()
    moment = Seconds("reported_at")
    last: Any = Lag(moment)  # type: ignore[arg-type]  # an expression serves as well as a name
    before = Window(last, partition_by=[F("surface"), F("category")], order_by=[F("reported_at"), F("pk")])
    return known.annotate(moment=moment, before=before).filter(before__gte=F("moment") - int(WITHIN.total_seconds()))
