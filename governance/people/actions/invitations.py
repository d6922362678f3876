"""Invitations: sent by mail, or handed over as a link; good once and for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from governance.core import clock, jobs
from governance.core.digest import sha256
from governance.core.errors import Conflict, NotVisible
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people import keys, rules
from governance.people.actions.persons import check_expiry, check_role, store_person
from governance.people.models import Invitation, Role, Team, User

GOOD_FOR = timedelta(days=14)
MAIL_JOB = "people.invitation"


@dataclass(frozen=True)
class IssuedInvitation:
    """An invitation with the secret of its link; the secret is empty when it goes out by mail."""

    invitation: Invitation
    secret: str


@action
def invite(
    email: str,
    *,
    actor: User,
    role: str = Role.MEMBER,
    team: Team | None = None,
    name: str = "",
    account_ends_at: datetime | None = None,
    reason: str = "",
) -> IssuedInvitation:
    """Invite somebody. Raises Denied, Invalid, or Conflict for an address that is here already.

    Where mail is set up the link goes out by mail, made when it is sent; else it is returned, once.
    """
    require(rules.may_administer_people(actor))
    check_role(role)
    check_expiry(role, account_ends_at)
    address = email.strip().lower()
    _refuse_known(address)
    _close_expired(address, actor)
    link = keys.new_link()
    invitation = Invitation(
        email=address,
        name=name,
        role=role,
        team=team,
        invited_by=actor,
        token_digest=link.digest,
        expires_at=clock.now() + GOOD_FOR,
        account_ends_at=account_ends_at,
    )
    transitions.create(
        invitation,
        actor=actor,
        kind="person.invited",
        payload={"role": str(role)},
        personal={"email": address, "name": name},
        reason=reason,
    )
    mailed = can_mail()
    if mailed:
        _queue_mail(invitation)
    return IssuedInvitation(invitation, "" if mailed else link.secret)


@action
def renew_invitation(invitation: Invitation, *, actor: User, expected_version: int | None = None) -> IssuedInvitation:
    """Make a new link, good for two weeks from now; the old one ends. Raises Denied or StaleState."""
    require(rules.may_administer_people(actor))
    return _renew(invitation, actor, "hand", expected_version)


@action
def send_invitation(invitation: Invitation, *, actor: User, deliver: Callable[[Invitation, str], None]) -> Invitation:
    """Make the link and hand it to `deliver`; a mail that cannot be sent leaves the old link in force."""
    issued = _renew(invitation, actor, "mail", None)
    deliver(issued.invitation, issued.secret)
    return issued.invitation


@action
def mail_again(invitation: Invitation, *, actor: User, expected_version: int | None = None) -> Invitation:
    """Send the invitation by mail once more, with a new link. Raises Denied or StaleState."""
    require(rules.may_administer_people(actor))
    renewed = _renew(invitation, actor, "mail", expected_version).invitation
    _queue_mail(renewed)
    return renewed


@action
def revoke_invitation(
    invitation: Invitation, *, actor: User, expected_version: int | None = None, reason: str = ""
) -> Invitation:
    """Take an invitation back. Raises Denied or StaleState."""
    require(rules.may_administer_people(actor))
    return _revoke(invitation, actor, expected_version, reason)


@action
def accept_invitation(
    invitation: Invitation, *, name: str, password: str = "", time_zone: str = "", via: str = "invitation"
) -> User:
    """Let the invited person in: makes the account. Raises StaleState when the link was used meanwhile, or Invalid."""
    _require_open(invitation)
    person = store_person(
        name or invitation.name,
        actor=None,
        email=invitation.email,
        role=invitation.role,
        team=invitation.team,
        password=password,
        time_zone=time_zone,
        expires_at=invitation.account_ends_at,
        via=via,
    )
    _close(invitation, actor=person)
    return person


def can_mail() -> bool:
    """Whether invitations go out by mail: a server to send them, and an address of our own to put into them."""
    return bool(settings.MAIL_IS_SET_UP and settings.BASE_URL)


def open_invitation(secret: str) -> Invitation:
    """Return the open invitation of a link. Raises NotVisible for any other: used, taken back, too old, invented."""
    found = Invitation.objects.select_related("team", "invited_by").filter(token_digest=sha256(secret.encode())).first()
    if found is None or not _is_open(found):
        raise NotVisible("This invitation is not good any more.", fix="Ask whoever invited you for a new link.")
    return found


@action
def _close(invitation: Invitation, *, actor: User) -> Invitation:
    return transitions.change(
        invitation,
        actor=actor,
        kind="person.invitation_accepted",
        changes={"state": Invitation.State.ACCEPTED, "accepted_by": actor},
        expected={"state": Invitation.State.OPEN},
        payload={"role": invitation.role},
        touches=(actor,),
    )


def _is_open(invitation: Invitation) -> bool:
    return invitation.state == Invitation.State.OPEN and invitation.expires_at > clock.now()


def _require_open(invitation: Invitation) -> None:
    if not _is_open(invitation):
        raise transitions.stale(invitation)


def _renew(invitation: Invitation, actor: User, by: str, expected_version: int | None) -> IssuedInvitation:
    link = keys.new_link()
    changes = {"token_digest": link.digest, "expires_at": clock.now() + GOOD_FOR}
    if by == "mail":
        changes["sent_at"] = clock.now()
    transitions.change(
        invitation,
        actor=actor,
        kind="person.invitation_renewed",
        changes=changes,
        expected={"state": Invitation.State.OPEN},
        expected_version=expected_version,
        payload={"by": by},
    )
    return IssuedInvitation(invitation, link.secret)


def _revoke(invitation: Invitation, actor: User, expected_version: int | None, reason: str) -> Invitation:
    return transitions.change(
        invitation,
        actor=actor,
        kind="person.invitation_revoked",
        changes={"state": Invitation.State.REVOKED},
        expected={"state": Invitation.State.OPEN},
        expected_version=expected_version,
        reason=reason,
    )


def _refuse_known(address: str) -> None:
    if User.objects.filter(email__iexact=address).exists():
        message = "Somebody with this address has an account already."
        raise Conflict(message, fix="Find them under People.", fields={"email": [message]})


def _close_expired(address: str, actor: User) -> None:
    for old in Invitation.objects.filter(email__iexact=address, state=Invitation.State.OPEN):
        if _is_open(old):
            message = "There is already an open invitation for this address."
            raise Conflict(message, fix="Make a new link for it, or take it back.", fields={"email": [message]})
        _revoke(old, actor, None, "too old")


def _queue_mail(invitation: Invitation) -> None:
    jobs.enqueue(MAIL_JOB, args={"invitation": invitation.pk}, key=f"{invitation.pk}:{invitation.version}")
