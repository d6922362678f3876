"""Who may ask the board's question, and who may have its answer sealed: pure decisions."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles


def may_ask(user: Any) -> Verdict:
    """Say whether somebody may ask: whoever is signed in, about what they see."""
    if not user.is_authenticated or not user.is_active:
        return deny("Sign in to ask the board's question.")
    return ALLOW


def may_seal(user: Any) -> Verdict:
    """Say whether somebody may have an answer sealed: everybody who may write. It becomes a record of the company."""
    if not (verdict := may_ask(user)):
        return verdict
    if roles.may_write(user):
        return ALLOW
    return deny("Auditors read everything and change nothing.", fix="Take the answer as CSV, or ask a leader to seal it.")
