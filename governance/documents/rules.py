"""Who may have what made: pure decisions."""

from typing import Any

from governance.core.contributions import DocumentKind
from governance.core.verdict import ALLOW, Verdict, deny


def may_request(user: Any, kind: DocumentKind, subject: Any) -> Verdict:
    """Say whether a person may have a document made: whoever sees the subject may take it along."""
    if not user.is_authenticated or not user.is_active:
        return deny("Sign in to have a document made.")
    if not kind.visible(user, subject):
        return deny(f"You may not see what this {kind.label.lower()} is about.", fix="Ask its owner to share it with you.")
    return ALLOW


def superseded_by(document: Any, newest: Any) -> Any:
    """Return the newer document of the same kind and subject, or None when this one is the newest."""
    return newest if newest is not None and newest.number > document.number else None
