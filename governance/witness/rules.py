"""Who keeps targets, witnesses and watched logs, and what each needs: pure decisions."""

import re
from datetime import timedelta
from typing import Any

from governance.channels import outside
from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.proofs import notes

PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
ADMINISTRATOR = ("an administrator",)
AGAIN = timedelta(minutes=5)
"""How long after a failure it is tried again."""
EACH = timedelta(minutes=1)
"""How often a witness is asked at most."""


def may_see(user: Any) -> Verdict:
    """Whoever reads the whole ledger sees where its checkpoints go."""
    if roles.reads_all(user):
        return ALLOW
    return deny("Only those who read the whole ledger see where its checkpoints go.", grantors=ADMINISTRATOR)


def may_keep(user: Any) -> Verdict:
    """Administrators choose targets, witnesses and logs."""
    if roles.is_administrator(user):
        return ALLOW
    return deny("Only administrators choose where checkpoints go and who cosigns.", grantors=ADMINISTRATOR)


def place_fault(place: str) -> str:
    """Say what is wrong with a folder or prefix: parts of letters, digits, dot, dash and underscore; nothing when good."""
    if not place or (all(PART.fullmatch(part) for part in place.split("/")) and len(place) <= 200):
        return ""
    return "A folder reads like proof/ledger: letters, digits, dots, dashes and underscores, with / between."


def url_fault(url: str) -> str:
    """Say what is wrong with a witness's address; nothing when good."""
    try:
        outside.checked(url)
    except outside.Refused as error:
        return str(error)
    return "" if "?" not in url else "The address of a witness has no question mark."


def vkey_fault(vkey: str, kind: int) -> str:
    """Say what is wrong with a key of a kind (notes.NOTE for logs, notes.COSIGNATURE for witnesses); nothing when good."""
    try:
        found = notes.Verifier.parse(vkey)
    except notes.BadNote as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    if found.kind == kind:
        return ""
    return "This is a log's key, not a witness's." if kind == notes.COSIGNATURE else "This is a witness's key, not a log's."
