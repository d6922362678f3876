"""What a deployment or a defect must say, and who may tell of it: pure decisions."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from registry.deliveries.models import Delivery, Deployment

AHEAD = timedelta(minutes=10)
"""So far may a sender's clock run ahead of ours."""


def may_tell(user: Any) -> Verdict:
    """Say whether a person may tell of deliveries at all."""
    return ALLOW if roles.may_write(user) else deny("Auditors read everything and change nothing.")


def may_correct(row: Delivery, may_edit: Verdict) -> Verdict:
    """Say whether a row may be corrected: by whoever may edit its surface, while no other row corrects it."""
    later = getattr(row, "corrected_by", None)
    if later is not None:
        return deny(f"{row.key} was corrected by {later.key}.", fix=f"Correct {later.key}, which is what counts now.")
    return may_edit


def deployment_faults(given: Mapping[str, Any], now: datetime) -> dict[str, list[str]]:
    """Return what is wrong with a deployment, by field; nothing when it can be kept."""
    wrong = _ahead(given, now, ("committed_at", "deployed_at", "failed_at", "restored_at"))
    committed, deployed = given.get("committed_at"), given.get("deployed_at")
    if deployed is None:
        return {"deployed_at": ["This is needed."]}
    failed, restored = given.get("failed_at"), given.get("restored_at")
    if committed is not None and committed > deployed:
        wrong.setdefault("committed_at", ["It was committed before it was deployed."])
    if given.get("outcome") == Deployment.Outcome.FAILED:
        if failed is None:
            wrong.setdefault("failed_at", ["Say since when the service was worse for it."])
        elif failed < deployed:
            wrong.setdefault("failed_at", ["It failed after it was deployed."])
    elif failed is not None or restored is not None:
        wrong.setdefault("outcome", ["What went well has no failure: say that it failed, or leave the two moments out."])
    if restored is not None and (failed is None or restored < failed):
        wrong.setdefault("restored_at", ["The service was well again after it failed."])
    return wrong


def defect_faults(given: Mapping[str, Any], now: datetime) -> dict[str, list[str]]:
    """Return what is wrong with a defect, by field; nothing when it can be kept."""
    if given.get("found_at") is None:
        return {"found_at": ["This is needed."]}
    wrong = _ahead(given, now, ("found_at", "fixed_at"))
    if given.get("fixed_at") is not None and given["fixed_at"] < given["found_at"]:
        wrong.setdefault("fixed_at", ["It was mended after it was found."])
    return wrong


def _ahead(given: Mapping[str, Any], now: datetime, names: tuple[str, ...]) -> dict[str, list[str]]:
    late = (name for name in names if given.get(name) is not None and given[name] > now + AHEAD)
    return {name: ["This moment lies in the future. Check the sender's clock."] for name in late}
