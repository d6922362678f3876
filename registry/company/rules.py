"""Who may take a company file out, and bring one in."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles


def may_import(user: Any) -> Verdict:
    """Say whether somebody may bring a company file in: it touches teams, positions and everybody's things."""
    if roles.governs(user):
        return ALLOW
    return deny(
        "Only risk officers and administrators bring a company file in.",
        fix="Ask one of them, or import surfaces and vendors from a table.",
        grantors=("Risk officers", "administrators"),
    )
