"""Reads of verifications: the results, and how the ledger stands by the newest one."""

import re
from typing import Any

from django.db.models import QuerySet

from governance.core.errors import NotVisible
from governance.verification.models import AcceptedFinding, Verification

KEY = re.compile(r"^(?:[Vv][Ff]-)?0*(\d{1,18})$")


def visible_to(user: Any) -> QuerySet[Verification]:
    """Return the results that a person may see."""
    return Verification.objects.all().visible_to(user).select_related("by")  # type: ignore[no-any-return]


def get(user: Any, key: str) -> Verification:
    """Return one result by its key (VF-7). Raises NotVisible."""
    found = KEY.match(key)
    result = visible_to(user).filter(pk=int(found.group(1)) if found else 0).first()
    if result is None:
        raise NotVisible(f"There is no verification {key[:40]} that you can see.", fix="Check the key.")
    return result


def newest() -> Verification | None:
    """Return the newest result."""
    return Verification.objects.order_by("-pk").first()  # type: ignore[no-any-return]


def alarming() -> QuerySet[Verification]:
    """Return the newest result if it found something that nobody has accepted since; else nothing."""
    last = newest()
    rows: QuerySet[Verification] = Verification.objects.filter(pk=last.pk if last else 0)
    return rows if last is not None and open_findings(last) else rows.none()


def open_findings(result: Verification) -> int:
    """Return how many findings of a result nobody accepted, at that time or since."""
    if not result.problems:
        return 0
    marks = [each["mark"] for each in result.findings if not each["accepted"]]
    return result.problems - AcceptedFinding.objects.filter(mark__in=marks).count()


def with_acceptance(result: Verification) -> list[dict[str, Any]]:
    """Return the findings of a result, each with the acceptance there is of it now (None: nobody's)."""
    marks = [each["mark"] for each in result.findings]
    known = {each.mark: each for each in AcceptedFinding.objects.filter(mark__in=marks).select_related("by")}
    return [{**each, "acceptance": known.get(each["mark"])} for each in result.findings]
