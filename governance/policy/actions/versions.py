"""The writers of policy versions: the first one, those that are adopted, and the moment each comes into force."""

from datetime import datetime
from pathlib import Path
from typing import Any

from governance.core import clock, digest
from governance.core.errors import Conflict
from governance.ledger import transitions
from governance.ledger.journal import action, record
from governance.people.system import system_actor
from governance.policy import queries, sync, validation
from governance.policy.models import PolicyDraft, PolicyVersion

CATALOGUE = Path(__file__).parent.parent / "catalogue.yaml"


def seed(actor: Any) -> PolicyVersion:
    """Put the policy that Plumbline ships with in force as the company's first. Raises Conflict when it has one."""
    return _seed(actor=actor)


@action
def _seed(*, actor: Any) -> PolicyVersion:
    if PolicyVersion.objects.exists():
        raise Conflict("The company has a policy already.", fix="Change it by a draft.")
    document = validation.read(CATALOGUE.read_text(encoding="utf-8"))
    version = store_version(document, actor=actor, effective_at=clock.now(), summary="The policy that Plumbline ships with.")
    apply_version(version, actor=actor)
    return version


def store_version(
    document: dict[str, Any], *, actor: Any, effective_at: datetime, summary: str, draft: PolicyDraft | None = None
) -> PolicyVersion:
    """Keep a whole policy as the next version. To be called inside an action that had the right to."""
    newest = PolicyVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0
    version = PolicyVersion(
        number=newest + 1,
        label=_label(effective_at),
        document=document,
        digest=digest.digest(document),
        summary=summary,
        made_by_ref=draft.author.ref if draft else actor.ref,
        made_at=clock.now(),
        effective_at=effective_at,
    )
    told = {"label": version.label, "digest": version.digest, "effective": effective_at, "draft": draft.key if draft else ""}
    return transitions.create(version, actor=actor, kind="policy.adopted", payload=told)


def _label(effective_at: datetime) -> str:
    year = f"{effective_at.year}."
    taken = [
        int(label.removeprefix(year))
        for label in PolicyVersion.objects.filter(label__startswith=year).values_list("label", flat=True)
    ]
    return f"{year}{max(taken, default=0) + 1}"


@action
def apply_version(version: PolicyVersion, *, actor: Any) -> PolicyVersion:
    """Bring tiers, classes, categories, routes and positions in line with a version that holds from now on."""
    rows = sync.apply_rows(version, queries.document(version), actor=actor)
    told = {"label": version.label, "digest": version.digest, "rows": rows}
    record("policy.applied", actor=actor, subject=version, payload=told)
    return version


def apply_due() -> PolicyVersion | None:
    """Put the version in force that holds by its date and whose rows do not follow yet; harmless to repeat."""
    version = queries.latest()
    if version is None or queries.is_applied(version):
        return None
    return apply_version(version, actor=system_actor())
