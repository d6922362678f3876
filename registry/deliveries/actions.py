"""The only writers of deployments and defects: tell, and correct by a further row."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from governance.core import clock
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from registry.changes.models import Change
from registry.deliveries import queries, rules
from registry.deliveries.models import Defect, Delivery, Deployment
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface

Faults = Callable[[Mapping[str, Any], datetime], dict[str, list[str]]]
SHARED = ("change", "incident", "link", "note")
DEPLOYED = (
    *SHARED, "environment", "version", "commit", "repository", "committed_at", "deployed_at", "outcome", "failed_at",
    "restored_at", "rework",
)  # fmt: skip
FOUND = (*SHARED, "title", "severity", "found_by", "found_at", "fixed_at", "is_defect", "deployment")


def tell_deployment(surface: Surface, *, actor: User, sender_key: str, **given: Any) -> Deployment:
    """Keep a deployment; told again under the same key with the same words, the first row is the answer.

    `given` are fields of Deployment. Raises Denied by role, Invalid by field, Conflict for a key that was told with other
    words: what turned out differently is a correction.
    """
    return _told(Deployment(), surface, actor, sender_key, given, DEPLOYED)  # type: ignore[return-value]


def tell_defect(surface: Surface, *, actor: User, sender_key: str, **given: Any) -> Defect:
    """Keep a defect; as `tell_deployment`."""
    return _told(Defect(), surface, actor, sender_key, given, FOUND)  # type: ignore[return-value]


@action
def correct_deployment(deployment: Deployment, *, actor: User, reason: str, **given: Any) -> Deployment:
    """Keep what a deployment really was as a further row; what is not given stays as it was.

    Raises Denied by role, StaleState when it was corrected meanwhile, Invalid by field.
    """
    return _corrected(deployment, actor, reason, given, DEPLOYED)  # type: ignore[return-value]


@action
def correct_defect(defect: Defect, *, actor: User, reason: str, **given: Any) -> Defect:
    """Keep what a defect really was as a further row; as `correct_deployment`."""
    return _corrected(defect, actor, reason, given, FOUND)  # type: ignore[return-value]


def _told(row: Delivery, surface: Surface, actor: User, key: str, given: dict[str, Any], names: tuple[str, ...]) -> Delivery:
    require(rules.may_tell(actor))
    require(surfaces.may_edit(actor, surface))
    row.surface, row.sender_key = surface, key.strip()
    for name, value in _tidy(given).items():
        setattr(row, name, value)
    if not row.sender_key:
        raise Invalid("It has no key.", fields={"sender_key": ["Give it the sender's own key, such as a build's number."]})
    known = queries.told_before(type(row), surface, row.sender_key)
    if known is not None:
        return _same(known, row, names)
    return _keep(row, actor=actor)


def _tidy(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields as they are kept: words without blanks around them, environments in small letters."""
    tidy = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    return tidy | {name: tidy[name].lower() for name in ("environment", "commit") if name in tidy}


def _same(known: Delivery, row: Delivery, names: tuple[str, ...]) -> Delivery:
    """Return the row that was told first. Raises Conflict where it said something else."""
    other = [name for name in names if getattr(known, name) != getattr(row, name)]
    if other:
        raise Conflict(
            f"{row.sender_key} was told before, with another {', '.join(other).replace('_', ' ')}.",
            fix=f"Correct {known.key} if that was wrong, or give this one a key of its own.",
        )
    return known


@action
def _keep(row: Delivery, *, actor: User) -> Delivery:
    return _stored(row, actor, "told")


def _corrected(row: Delivery, actor: User, reason: str, given: dict[str, Any], names: tuple[str, ...]) -> Delivery:
    now: Any = type(row)._default_manager.select_related("surface__team").get(pk=row.pk)
    if getattr(now, "corrected_by", None) is not None:
        raise StaleState(f"{now.key} was corrected meanwhile.", fix=f"Look at {now.corrected_by.key}, and correct that.")
    require(rules.may_tell(actor))
    require(rules.may_correct(now, surfaces.may_edit(actor, now.surface)))
    if not reason.strip():
        raise Invalid("A correction says why.", fields={"reason": ["Say what was wrong."]})
    values = {name: getattr(now, name) for name in names} | _tidy(given)
    if all(getattr(now, name) == values[name] for name in names):
        raise Invalid("This corrects nothing.", fix="Change what was wrong.")
    made = type(now)(surface=now.surface, sender_key=now.sender_key, corrects=now, reason=reason.strip(), **values)
    return _stored(made, actor, "corrected")


def _stored(row: Delivery, actor: User, verb: str) -> Delivery:
    deployed = isinstance(row, Deployment)
    row.by, row.told_at = actor, clock.now()
    faults: Faults = rules.deployment_faults if deployed else rules.defect_faults
    wrong = faults(row.__dict__, row.told_at) | _strangers(row)
    if wrong:
        raise Invalid("This cannot be kept as it is.", fields=wrong)
    kind = f"{'deployment' if deployed else 'defect'}.{verb}"
    return transitions.create(row, actor=actor, kind=kind, payload=_payload(row), touches=row.ledger_touches)


def _strangers(row: Delivery) -> dict[str, list[str]]:
    """Return what belongs to another surface, by field."""
    wrong: dict[str, list[str]] = {}
    change: Change | None = row.change
    if change is not None and change.surface_id != row.surface_id:
        wrong["change"] = [f"{change.key} is a change of another surface."]
    deployment = getattr(row, "deployment", None)
    if deployment is not None and deployment.surface_id != row.surface_id:
        wrong["deployment"] = [f"{deployment.key} is a deployment of another surface."]
    return wrong


def _payload(row: Any) -> dict[str, Any]:
    said = {
        "surface": row.surface.key,
        "change": row.change.key if row.change else "",
        "incident": row.incident,
        "sender_key": row.sender_key,
        "reason": row.reason,
        "corrects": row.corrects.key if row.corrects else "",
    }
    found = isinstance(row, Defect)
    names = ("severity found_by found_at is_defect" if found else "version environment deployed_at outcome rework").split()
    return said | {name: getattr(row, name) for name in names}
