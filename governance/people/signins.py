"""Listens to allauth, so that the ledger tells when somebody changes how they sign in."""

from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator

from governance.people import actions

NAMES = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def added(sender: Any, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """Tell of a new way to sign in."""
    actions.note_sign_in_change(user, actor=user, what=f"{NAMES[authenticator.type]} added")


def removed(sender: Any, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """Tell of one that is gone."""
    actions.note_sign_in_change(user, actor=user, what=f"{NAMES[authenticator.type]} removed")


def renewed(sender: Any, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """Tell of one that was made anew."""
    actions.note_sign_in_change(user, actor=user, what=f"{NAMES[authenticator.type]} renewed")


def connect() -> None:
    """Start listening."""
    signals.authenticator_added.connect(added, dispatch_uid="plumbline.authenticator_added")
    signals.authenticator_removed.connect(removed, dispatch_uid="plumbline.authenticator_removed")
    signals.authenticator_reset.connect(renewed, dispatch_uid="plumbline.authenticator_reset")
