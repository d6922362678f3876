"""Listens to the rows of allauth, so that the ledger tells in the same transaction when ways to sign in change."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models.signals import post_delete, post_save

from governance.people import actions

NAMES = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


def added(sender: Any, instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """Tell of a new way to sign in; that one was used changes its row as well, and is not told."""
    if created:
        actions.note_sign_in_change(instance.user, actor=instance.user, what=f"{NAMES[instance.type]} added")


def removed(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    """Tell of one that is gone. When a person is erased, the erasure tells it."""
    if instance.user.is_active:
        actor = getattr(instance, "removed_by", instance.user)
        actions.note_sign_in_change(instance.user, actor=actor, what=f"{NAMES[instance.type]} removed")


def connect() -> None:
    """Start listening."""
    post_save.connect(added, sender=Authenticator, dispatch_uid="plumbline.authenticator_added")
    post_delete.connect(removed, sender=Authenticator, dispatch_uid="plumbline.authenticator_removed")
