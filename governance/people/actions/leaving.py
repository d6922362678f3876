"""Leaving: deactivated at once, what was owned given to others, and in the end forgotten."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q

from governance.core import clock
from governance.core.contributions import OwnedSource, contribution
from governance.core.errors import Invalid, NotVisible
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action, record
from governance.ledger.letgo import forget_parts
from governance.ledger.models import Entry, PersonalPayload
from governance.people import queries, rules
from governance.people.actions.sessions import drop_sessions
from governance.people.actions.teams import keep_groups
from governance.people.actions.tokens import revoke_token
from governance.people.models import ApiToken, Invitation, User


@action
def deactivate(person: User, *, actor: User, expected_version: int | None = None, reason: str = "") -> User:
    """Close an account at once: sessions end, tokens are revoked, groups are left. Raises Denied or StaleState.

    What the person owns stays listed under their name and counts as unowned until it is reassigned.
    """
    others = queries.other_administrators(person, lock=True)
    require(rules.may_deactivate(actor, person, other_administrators=others))
    transitions.change(
        person,
        actor=actor,
        kind="person.deactivated",
        changes={"is_active": False, "deactivated_at": clock.now()},
        expected={"is_active": True},
        expected_version=expected_version,
        payload={"owned": queries.count_owned(person)},
        reason=reason,
    )
    for token in ApiToken.objects.filter(user=person, revoked_at=None).select_related("user"):
        revoke_token(token, actor=actor, reason="account deactivated")
    drop_sessions(person)
    keep_groups(person)
    return person


@action
def reactivate(person: User, *, actor: User, expected_version: int | None = None, reason: str = "") -> User:
    """Open an account again; tokens stay revoked. Raises Denied, Invalid (erased) or StaleState."""
    require(rules.may_administer_people(actor))
    if person.erased_at is not None:
        raise Invalid("An erased person cannot come back.", fix="Invite them anew.")
    transitions.change(
        person,
        actor=actor,
        kind="person.reactivated",
        changes={"is_active": True, "deactivated_at": None},
        expected={"is_active": False},
        expected_version=expected_version,
        reason=reason,
    )
    keep_groups(person)
    return person


@action
def reassign(person: User, *, actor: User, to: User, things: Iterable[tuple[str, str]] | None = None, reason: str = "") -> int:
    """Give what a person owns (all of it, or named as source and id) to another; return how many.

    Raises Denied, Invalid or NotVisible. All or nothing: a thing that cannot be given away stops the rest, with its reason.
    """
    require(rules.may_reassign(actor))
    verdict = rules.may_own(to)
    if not verdict:
        raise Invalid(verdict.reason, fix=verdict.fix, fields={"to": [verdict.reason]})
    if to.pk == person.pk:
        raise Invalid("They own it already.", fix="Choose somebody else.", fields={"to": ["Choose somebody else."]})
    held = {(key, str(obj.pk)): obj for key, objs in queries.owned_by(person) for obj in objs}
    chosen = list(held) if things is None else [(key, str(pk)) for key, pk in things]
    if not chosen:
        raise Invalid("Nothing is chosen.", fix="Tick what to reassign.", fields={"things": ["Choose at least one."]})
    for place in chosen:
        if place not in held:
            raise NotVisible(f"{person} does not own {place[0]} {place[1]} any more.", fix="Reload the list.")
        source = contribution(OwnedSource, place[0])
        source.reassign(held[place], actor=actor, to=to, reason=reason)
    told = {"count": len(chosen), "to": to.ref}
    record("person.reassigned", actor=actor, subject=person, payload=told, touches=(to,), reason=reason)
    return len(chosen)


@action
def erase(person: User, *, actor: User, cause: str, expected_version: int | None = None, reason: str = "") -> User:
    """Forget who a person was: name, address, ways to sign in. History and ledger keep the reference. Raises Denied.

    What the ledger held under a salted digest loses its words and its salt, so nobody can find them again by trying.
    Pages and REST come here by a request that a second person decides (governance.erasure); `cause` is its key.
    """
    require(rules.may_erase(actor, person))
    address = person.email
    person.set_unusable_password()
    transitions.change(
        person,
        actor=actor,
        kind="person.erased",
        changes={
            "name": f"Former colleague {person.ref[-4:]}",
            "email": f"{person.ref}@erased.invalid",
            "title": "",
            "time_zone": "UTC",
            "erased_at": clock.now(),
        },
        expected={"erased_at": None},
        expected_version=expected_version,
        reason=reason,
    )
    drop_sessions(person)
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=person).delete()
    _forget_words(person, address, cause)
    return person


def _forget_words(person: User, address: str, cause: str) -> None:
    invitations = list(Invitation.objects.filter(Q(accepted_by=person) | Q(email__iexact=address)))
    about = Q(subject_type="governance.user", subject_id=str(person.pk))
    for invitation in invitations:
        about |= Q(subject_type="governance.invitation", subject_id=str(invitation.pk))
        # Both columns stay out of the history, so there is nothing for a history row to tell.
        Invitation.objects.filter(pk=invitation.pk).update(name="", email=f"{person.ref}.{invitation.pk}@erased.invalid")
    forget_parts(PersonalPayload.objects.filter(entry__in=Entry.objects.filter(about)), cause=cause)
