"""The only writers of findings: open and see again, put off, wake, dismiss, hand on, settle."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from governance.core import clock
from governance.core.errors import Conflict, Invalid, StaleState
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import roles
from governance.people import rules as people_rules
from governance.people.models import User
from governance.people.system import system_actor
from registry.catalog.models import Endpoint
from registry.findings import counting, rules
from registry.findings.differences import identity_of
from registry.findings.models import Finding, FindingKind, FindingPath, FindingTally
from registry.surfaces import queries as surfaces
from registry.surfaces.models import Surface
from registry.usage.models import UsageSource

DIGEST = 64


def open_finding(
    kind: str,
    *,
    identity: str,
    title: str,
    at: datetime,
    calls: int,
    detail: str = "",
    surface: Surface | None = None,
    endpoint: Endpoint | None = None,
    source: UsageSource | None = None,
    owner: User | None = None,
    paths: Iterable[int] = (),
    first_at: datetime | None = None,
    actor: User | None = None,
) -> Finding:
    """Open a finding, or see it again: the same identity is the same finding. Returns it as it stands then.

    `identity` is a digest, or words that tell it from others of its kind. `at` is when it was last seen (aware), `calls`
    how often in all, `paths` the ids of the ways of use that it rests on. What was settled before `at` is open again; what
    was dismissed or put off stays so, and is counted on. Without an `owner`, the surface's or source's people have it.
    """
    key = identity if len(identity) == DIGEST else identity_of(kind, (identity,))
    finding = _known(key)
    if finding is None:
        finding = Finding(
            kind=FindingKind(kind), identity=key, title=title[:300], detail=detail[:4000], surface=surface, endpoint=endpoint,
            source=source, owner=owner or rules.answers_for(surface, source), opened_at=clock.now(),
        )  # fmt: skip
        finding = _opened(finding, calls, actor or system_actor())
    elif finding.state == Finding.State.ACCEPTED and finding.settled_at is not None and at > finding.settled_at:
        finding = _reopen(finding, actor=actor or system_actor())
    rest_on({finding.pk: paths})
    counting.raise_to(finding, calls=calls, first_at=first_at or at, last_at=at)
    return finding


def _known(identity: str) -> Finding | None:
    found = Finding.objects.select_related("surface__owner", "surface__team__lead", "endpoint", "owner")
    return found.filter(identity=identity).first()


def _opened(finding: Finding, calls: int, actor: User) -> Finding:
    try:
        with transaction.atomic():  # a savepoint inside an open transaction, so that a lost race does not end it
            return _open(finding, actor=actor, calls=calls)
    except Conflict:
        found = _known(finding.identity)
        if found is None:
            raise
        return found


@action
def _open(finding: Finding, *, actor: User, calls: int) -> Finding:
    told = {**_about(finding), "owner": finding.owner.ref if finding.owner else "", "calls": calls}
    made = transitions.create(finding, actor=actor, kind="finding.opened", payload=told, touches=finding.ledger_touches)
    FindingTally.objects.create(finding=made)
    return made


@action
def _reopen(finding: Finding, *, actor: User) -> Finding:
    finding = _fresh(finding)
    if finding.state != Finding.State.ACCEPTED:
        raise transitions.stale(finding)
    was = finding.get_resolution_display()
    told = {"was": was}
    back = {"state": Finding.State.OPEN, "opened_at": clock.now(), "reason": "", **_nothing_settled()}
    return _moved(finding, actor, "finding.reopened", told, **back)


def rest_on(paths: Mapping[int, Iterable[int]]) -> None:
    """Note for findings, by id, the ways of use that each rests on; those that are noted already stay."""
    rows = [FindingPath(finding_id=finding, path_id=pk) for finding, pks in paths.items() for pk in sorted(set(pks))]
    if rows:
        FindingPath.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


@action
def snooze(finding: Finding, *, actor: User, until: date, reason: str, expected_version: int | None = None) -> Finding:
    """Put a finding off until a day. Raises Denied, Invalid for the day or a missing reason, StaleState."""
    finding = _locked(finding, actor, expected_version)
    if wrong := rules.wrong_snooze(until, reason, clock.today()):
        raise Invalid("It cannot be put off like this.", fields=wrong)
    changes = {"state": Finding.State.SNOOZED, "snoozed_until": until, "reason": reason.strip()}
    return _moved(finding, actor, "finding.snoozed", {"until": until, "reason": reason.strip()}, **changes)


@action
def wake(finding: Finding, *, actor: User, expected_version: int | None = None) -> Finding:
    """Put a finding that was put off or dismissed back on the list. Raises Denied, StaleState when it is open or settled."""
    finding = _fresh(finding)
    _check_version(finding, expected_version)
    if actor.pk != system_actor().pk:
        require(rules.may_decide(actor, finding, _may_edit(actor, finding)))
    if finding.state not in (Finding.State.SNOOZED, Finding.State.DISMISSED):
        raise StaleState(f"This finding is {finding.get_state_display().lower()}.", fix="Reload it.")
    return _moved(finding, actor, "finding.woken", {}, state=Finding.State.OPEN, snoozed_until=None, reason="")


@action
def dismiss(finding: Finding, *, actor: User, reason: str, expected_version: int | None = None) -> Finding:
    """Say that a finding is none. Raises Denied, Invalid without a reason, StaleState."""
    finding = _locked(finding, actor, expected_version)
    if not reason.strip():
        raise Invalid("Say why it is no finding.", fields={"reason": ["Say why: it will not come back by itself."]})
    changes = {"state": Finding.State.DISMISSED, "snoozed_until": None, "reason": reason.strip()}
    return _moved(finding, actor, "finding.dismissed", {"reason": reason.strip()}, **changes)


@action
def reassign(finding: Finding, *, actor: User, to: User, reason: str = "", expected_version: int | None = None) -> Finding:
    """Give a finding to another person. Raises Denied, Invalid for somebody who may own nothing, StaleState."""
    finding = _locked(finding, actor, expected_version)
    if not (verdict := people_rules.may_own(to)):
        raise Invalid("This person cannot answer for it.", fields={"owner": [verdict.reason]})
    told = {"owner": to.ref, **({"reason": reason.strip()} if reason.strip() else {})}
    return _moved(finding, actor, "finding.reassigned", told, owner=to)


@action
def settle(
    finding: Finding,
    *,
    resolution: str,
    actor: User | None = None,
    change: Any = None,
    since: datetime | None = None,
    reason: str = "",
) -> Finding:
    """End a finding whose cause is gone or allowed by now, from `since` on (now). For Plumbline itself and risk officers.

    `change` is the one that allows it. Raises Denied, StaleState when it is settled or dismissed already.
    """
    by = actor or system_actor()
    finding = _fresh(finding)
    if by.pk != system_actor().pk and not roles.governs(by):
        require(rules.may_decide(by, finding, None))
    if not finding.is_open:
        raise transitions.stale(finding)
    settled_at = since or clock.now()
    changes = {
        "state": Finding.State.ACCEPTED, "resolution": Finding.Resolution(resolution), "change": change,
        "settled_at": settled_at, "snoozed_until": None, "reason": reason.strip(),
    }  # fmt: skip
    said = Finding.Resolution(resolution).label.lower()
    told = {"resolution": said, "change": change.key if change is not None else "", "from_when": settled_at}
    return _moved(finding, by, "finding.settled", told, **changes)


def settle_same(kind: str, identity: str, *, resolution: str, reason: str = "", actor: User | None = None) -> Finding | None:
    """Settle the finding of an identity, as `open_finding` takes it, if one is unsettled; return it."""
    key = identity if len(identity) == DIGEST else identity_of(kind, (identity,))
    finding = Finding.objects.filter(identity=key, state__in=Finding.UNSETTLED).first()
    return settle(finding, resolution=resolution, actor=actor or system_actor(), reason=reason) if finding is not None else None


def _fresh(finding: Finding) -> Finding:
    """Return a finding as it stands now, locked."""
    rows = Finding.objects.select_for_update(of=("self",)).select_related("surface__owner", "surface__team__lead")
    return rows.select_related("surface__owner", "surface__team__lead", "endpoint", "owner").get(pk=finding.pk)


def _check_version(finding: Finding, expected_version: int | None) -> None:
    if expected_version is not None and finding.version != expected_version:
        raise transitions.stale(finding)


def _locked(finding: Finding, actor: User, expected_version: int | None) -> Finding:
    """Return an unsettled finding that the actor may decide about. Raises Denied or StaleState."""
    now = _fresh(finding)
    require(rules.may_decide(actor, now, _may_edit(actor, now)))
    _check_version(now, expected_version)
    if not now.is_open:
        raise StaleState(f"This finding is {now.get_state_display().lower()} already.", fix="Reload it.")
    return now


def _may_edit(actor: User, finding: Finding) -> Any:
    return surfaces.may_edit(actor, finding.surface) if finding.surface is not None else None


def _moved(finding: Finding, actor: User, kind: str, told: Mapping[str, Any], **changes: Any) -> Finding:
    told, reason = dict(told), str(told.get("reason", ""))
    told.pop("reason", None)
    return transitions.change(
        finding, actor=actor, kind=kind, changes=changes, payload={**_about(finding), **told},
        touches=finding.ledger_touches, reason=reason,
    )  # fmt: skip


def _nothing_settled() -> dict[str, Any]:
    return {"resolution": Finding.Resolution.NOTHING, "change": None, "settled_at": None}


def _about(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.get_kind_display().lower(),
        "title": finding.title,
        "surface": finding.surface.key if finding.surface is not None else "",
        "endpoint": finding.endpoint.key if finding.endpoint is not None else "",
    }
