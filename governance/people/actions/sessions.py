"""Sessions and ways to sign in. The rows belong to allauth and Django; the ledger tells what happened to them."""

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings

from governance.core.verdict import require
from governance.ledger.journal import action, record
from governance.people import rules
from governance.people.models import User


@action
def end_session(session: UserSession, *, actor: User, reason: str = "") -> None:
    """Sign one browser out at once. Raises Denied."""
    require(rules.may_end_sessions(actor, session.user))
    record("person.session_ended", actor=actor, subject=session.user, payload={"count": 1}, reason=reason)
    _end([session])


@action
def end_sessions(person: User, *, actor: User, except_key: str = "", reason: str = "") -> int:
    """Sign all browsers of a person out, save the one at hand; return how many. Raises Denied."""
    require(rules.may_end_sessions(actor, person))
    ended = drop_sessions(person, except_key=except_key)
    record("person.session_ended", actor=actor, subject=person, payload={"count": ended}, reason=reason)
    return ended


@action
def note_sign_in_change(person: User, *, actor: User, what: str) -> None:
    """Tell the ledger that a way to sign in was added, removed or renewed."""
    record("person.sign_in_changed", actor=actor, subject=person, payload={"what": what})


@action
def note_reset_link(person: User, *, actor: User, second_step: bool = False) -> None:
    """Allow a link by which a person sets a new password, and tell the ledger. Raises Denied.

    With `second_step` their app, passkeys and recovery codes go as well, for a device that is lost; browsers in which
    somebody is signed in as them are signed out.
    """
    require(rules.may_make_reset_link(actor, person))
    record("person.reset_link_made", actor=actor, subject=person)
    if second_step:
        for authenticator in Authenticator.objects.filter(user=person):
            authenticator.removed_by = actor
            authenticator.delete()
        drop_sessions(person)


def drop_sessions(person: User, *, except_key: str = "") -> int:
    """Delete a person's sessions inside another action; return how many."""
    return _end(list(UserSession.objects.filter(user=person).exclude(session_key=except_key)))


def forget_sessions(sessions: Iterable[UserSession]) -> int:
    """Sign out browsers that were not used for long, inside another action; return how many."""
    return _end(list(sessions))


def _end(sessions: list[Any]) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in sessions:
        store(session_key=session.session_key).delete()
        session.delete()
    return len(sessions)
