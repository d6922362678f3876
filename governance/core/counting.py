"""Counts many things in one statement, for pages that show a dozen figures and may ask the database fifteen things."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Func, IntegerField, QuerySet, Subquery

from governance.core.models import Company


def count_together(rows: Mapping[str, QuerySet[Any] | int]) -> dict[str, int]:
    """Count several querysets in one statement, each row once; numbers among them stay as they are.

    The company's one row carries the counts, so that before the company is set up nothing is counted.
    """
    counted = {key: each for key, each in rows.items() if not isinstance(each, int)}
    columns = [_counting(each) for each in counted.values()]
    found = Company.objects.filter(pk=1).values_list(*columns).first() if columns else None
    numbers = found or (0,) * len(counted)
    given = {key: each for key, each in rows.items() if isinstance(each, int)}
    return {**given, **dict(zip(counted, (each or 0 for each in numbers), strict=True))}


def _counting(rows: QuerySet[Any]) -> Subquery:
    number = Func(F("pk"), function="COUNT", template="COUNT(DISTINCT %(expressions)s)", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(counted=number).values("counted"))
