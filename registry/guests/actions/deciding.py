"""Guests are let in, decided on again, and their access ends: early, or by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from governance.core import clock
from governance.core.errors import Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import rules as people_rules
from governance.people.actions.guests import bind_guest
from governance.people.actions.invitations import invite, revoke_invitation
from governance.people.models import Invitation, Role, User
from governance.people.system import system_actor
from registry.guests import rules
from registry.guests.models import GuestAccess, GuestSurface, GuestTerm
from registry.surfaces.models import Surface, SurfaceUserObjectPermission
from registry.surfaces.queries import permission as permission_named
from registry.surfaces.rules import VIEW


@dataclass(frozen=True)
class Terms:
    """What is decided: which days may be read, both included, and when the access ends."""

    period_from: date
    period_until: date
    ends_at: datetime


@dataclass(frozen=True)
class LetIn:
    """An access with the secret of its invitation; empty when it goes out by mail, or when the guest is here already."""

    access: GuestAccess
    secret: str = ""


@action
def let_in(
    *,
    actor: User,
    purpose: str,
    scope: str,
    surfaces: Sequence[Surface],
    terms: Terms,
    contact: User,
    reason: str,
    email: str = "",
    name: str = "",
    person: User | None = None,
) -> LetIn:
    """Let a guest auditor look at some surfaces: one who is invited by mail address, or one who has an account.

    Raises Denied, Invalid by field, Conflict when the address or the guest is busy.
    """
    require(rules.may_decide(actor))
    _check(purpose, contact, surfaces, reason, terms, person, email)
    issued = None
    if person is None:
        issued = invite(email, actor=actor, role=Role.GUEST_AUDITOR, name=name, account_ends_at=terms.ends_at, reason=reason)
    access = GuestAccess(
        purpose=purpose.strip(),
        scope=scope,
        person=person,
        invitation=issued.invitation if issued else None,
        contact=contact,
        period_from=terms.period_from,
        period_until=terms.period_until,
        ends_at=terms.ends_at,
    )
    told = {"scope": scope, "purpose": access.purpose, "surfaces": [each.key for each in surfaces], **_told(terms)}
    transitions.create(access, actor=actor, kind="guest.invited", payload=told, touches=tuple(surfaces), reason=reason)
    GuestSurface.objects.bulk_create([GuestSurface(access=access, surface=each) for each in surfaces])
    _decide(access, 1, terms, actor, reason)
    if person is not None:
        begin(access, actor=actor)
    return LetIn(access, issued.secret if issued else "")


@action
def begin(access: GuestAccess, *, actor: User) -> GuestAccess:
    """Open the scope to a guest who is there: by accepting the invitation, or because they have an account. Harmless twice."""
    access = _locked(access)
    person = access.person or (access.invitation.accepted_by if access.invitation else None)
    if access.state != GuestAccess.State.INVITED or person is None:
        raise Invalid(f"{access.key} does not wait for its guest.", fix="Reload it.")
    held = [row.surface for row in access.surface_rows.select_related("surface")]
    told = {"scope": access.scope, "surfaces": [each.key for each in held]}
    transitions.change(
        access,
        actor=actor,
        kind="guest.began",
        changes={"person": person, "state": GuestAccess.State.ACTIVE},
        payload=told,
        touches=tuple(held),
    )
    _bind(access, actor)
    permission = permission_named(VIEW)
    known = set(SurfaceUserObjectPermission.objects.filter(user=person).values_list("content_object", flat=True))
    grants = [
        SurfaceUserObjectPermission(user=person, permission=permission, content_object=each)
        for each in held
        if each.pk not in known
    ]
    SurfaceUserObjectPermission.objects.exclude(content_object__in=[each.pk for each in held]).filter(user=person).delete()
    SurfaceUserObjectPermission.objects.bulk_create(grants, batch_size=500)
    return access


@action
def extend(access: GuestAccess, *, actor: User, terms: Terms, reason: str, expected_version: int | None = None) -> GuestAccess:
    """Decide again on the period and the end. Raises Denied, Invalid without a reason, StaleState."""
    access = _locked(access)
    require(rules.may_extend(actor, access))
    if expected_version is not None and access.version != expected_version:
        raise transitions.stale(access)
    wrong = rules.faults(terms.period_from, terms.period_until, terms.ends_at, clock.now())
    if not reason.strip():
        wrong["reason"] = ["Each decision says why."]
    if wrong:
        raise Invalid("This cannot be decided like this.", fields=wrong)
    number = access.number + 1
    _decide(access, number, terms, actor, reason)
    changes = {"number": number, **_told(terms)}
    transitions.change(access, actor=actor, kind="guest.extended", changes=changes, payload=changes, reason=reason.strip())
    if access.state == GuestAccess.State.ACTIVE:
        _bind(access, actor)
    return access


@action
def end(access: GuestAccess, *, actor: User, reason: str, expected_version: int | None = None) -> GuestAccess:
    """End an access: its grants go and the account closes, at once. Raises Denied, Invalid without a reason, StaleState."""
    access = _locked(access)
    if not people_rules.is_system(actor):
        require(rules.may_extend(actor, access))
    if expected_version is not None and access.version != expected_version:
        raise transitions.stale(access)
    if not reason.strip():
        raise Invalid("Say why it ends.", fields={"reason": ["This is needed."]})
    changes = {"state": GuestAccess.State.ENDED, "ended_because": reason.strip()}
    waiting = {"state": (GuestAccess.State.INVITED, GuestAccess.State.ACTIVE)}
    told = {"scope": access.scope}
    transitions.change(
        access, actor=actor, kind="guest.ended", changes=changes, expected=waiting, payload=told, reason=reason.strip()
    )
    if access.person is not None:
        SurfaceUserObjectPermission.objects.filter(user=access.person).delete()
        now = clock.now()
        if access.person.expires_at is None or access.person.expires_at > now:
            _bind(access, actor, ends_at=now)
    elif (
        access.invitation is not None
        and access.invitation.state == Invitation.State.OPEN
        and people_rules.may_administer_people(actor)
    ):
        revoke_invitation(access.invitation, actor=actor, reason=reason.strip())
    return access


def end_due(limit: int = 200) -> int:
    """End the accesses whose end was reached; returns how many. The accounts have been closed since that moment."""
    due = list(GuestAccess.objects.exclude(state=GuestAccess.State.ENDED).filter(ends_at__lte=clock.now())[:limit])
    for access in due:
        end(access, actor=system_actor(), reason="Its end was reached.")
    return len(due)


def begin_waiting(limit: int = 200) -> int:
    """Open their scope to guests who accepted their invitation; returns how many."""
    waiting = GuestAccess.objects.filter(state=GuestAccess.State.INVITED, invitation__state=Invitation.State.ACCEPTED)
    found = list(waiting.filter(ends_at__gt=clock.now())[:limit])
    for access in found:
        begin(access, actor=system_actor())
    return len(found)


def _bind(access: GuestAccess, actor: User, ends_at: datetime | None = None) -> None:
    person = User.objects.get(pk=access.person_id)
    bind_guest(
        person,
        actor=actor,
        reads_from=access.period_from,
        reads_until=access.period_until,
        expires_at=ends_at or access.ends_at,
    )


def _decide(access: GuestAccess, number: int, terms: Terms, actor: User, reason: str) -> None:
    GuestTerm(
        access=access, number=number, decided_by=actor, decided_at=clock.now(), reason=reason.strip(), **_told(terms)
    ).save()


def _told(terms: Terms) -> dict[str, Any]:
    return {"period_from": terms.period_from, "period_until": terms.period_until, "ends_at": terms.ends_at}


def _locked(access: GuestAccess) -> GuestAccess:
    rows = GuestAccess.objects.select_for_update(of=("self",)).select_related("person", "invitation__accepted_by")
    return rows.get(pk=access.pk)


def _check(
    purpose: str, contact: User, held: Sequence[Surface], reason: str, terms: Terms, person: User | None, email: str
) -> None:
    wrong = rules.faults(terms.period_from, terms.period_until, terms.ends_at, clock.now())
    if not purpose.strip():
        wrong["purpose"] = ["Say what they look at it for."]
    if not reason.strip():
        wrong["reason"] = ["Each decision says why."]
    if not held:
        wrong["surfaces"] = ["Name what they are to look at."]
    if not (verdict := rules.may_owe(contact)):
        wrong["contact"] = [verdict.reason]
    if person is None and not email.strip():
        wrong["email"] = ["Give the guest's address, or choose a guest who is here."]
    if person is not None and person.role != Role.GUEST_AUDITOR:
        wrong["person"] = [f"{person} is no guest auditor."]
    if wrong:
        raise Invalid("This access cannot be given like this.", fields=wrong)
