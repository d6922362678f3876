"""Who may report, and who may hand out links: pure decisions."""

from datetime import datetime, timedelta
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import Role
from incidents.cases.rules import is_system
from incidents.filing.models import Report, ReportLink

LONGEST_TEXT = 8_000
"""Letters of an answer in the form; more goes into a file."""
LONGEST_LINK = timedelta(days=731)
"""No link is handed out for longer than two years: nobody remembers then where it hangs."""
FOLLOWED_FOR = timedelta(days=90)
"""How long a report can be followed by its secret address after the incident was closed."""
NEAR_MISSES = frozenset({Report.Harm.CAUGHT, Report.Harm.ODD})
"""Answers by which nobody came to harm: kept and told, and nobody is got out of bed for them."""
_AUDITORS = "Auditors read everything and change nothing."


def may_report(user: Any) -> Verdict:
    """Say whether somebody may report a problem under their own name: everybody who may write, and Plumbline itself."""
    if is_system(user) or roles.may_write(user):
        return ALLOW
    return deny(_AUDITORS, fix="Tell the surface's owner, or use a report link.")


def may_import(user: Any) -> Verdict:
    """Say whether a person may take past incidents over from a file: those who govern, for it becomes the company's record."""
    if roles.governs(user):
        return ALLOW
    return deny(
        "Past incidents are taken over by risk officers and administrators.",
        fix="Hand them the file.",
        grantors=("A risk officer",),
    )


def may_make_link(user: Any, *, may_edit_surface: Verdict | None, leads_team: bool, allowed: bool) -> Verdict:
    """Say whether a person may hand out a link.

    For a surface, whoever may edit it; for a team, whoever leads it; for the whole company, leaders. Those who govern may
    always. `may_edit_surface` is None where the link names no surface; `allowed` is what policy says of links at all.
    """
    if not roles.may_write(user):
        return deny(_AUDITORS)
    if not allowed:
        return deny(
            "Policy does not allow reports without an account.",
            fix="A risk officer can allow public links under incident reporting in the policy.",
            grantors=("A risk officer",),
        )
    if roles.governs(user) or user.role == Role.LEADER or leads_team or may_edit_surface:
        return ALLOW
    if may_edit_surface is not None:
        return may_edit_surface
    return deny(
        "Links that name no surface of yours are handed out by leaders and risk officers.",
        fix="Name a surface that you may edit, or the team that you lead.",
        grantors=("A leader", "A risk officer"),
    )


def may_revoke(user: Any, link: ReportLink) -> Verdict:
    """Say whether a person may close a link: who answers for it, and those who govern."""
    if not roles.may_write(user):
        return deny(_AUDITORS)
    if link.state == ReportLink.State.REVOKED:
        return deny("This link is revoked already.")
    if user.pk == link.owner_id or roles.governs(user):
        return ALLOW
    return deny("Only who handed it out, or a risk officer, may revoke it.", grantors=(str(link.owner), "A risk officer"))


def faults_of_link(name: str, expires_at: datetime, now: datetime) -> dict[str, list[str]]:
    """Return what a new link lacks, by field; nothing when it can be made."""
    found: dict[str, list[str]] = {}
    if not name.strip():
        found["name"] = ["Say where it is handed out, so that somebody can take it down again."]
    if expires_at <= now:
        found["expires_at"] = ["This moment has passed."]
    elif expires_at > now + LONGEST_LINK:
        found["expires_at"] = ["At most two years from now."]
    return found


def is_open(link: ReportLink, now: datetime) -> bool:
    """Whether a link opens its form now, as far as it is its own matter; policy may still close all of them."""
    return link.state == ReportLink.State.ACTIVE and link.expires_at > now


def can_be_followed(closed_at: datetime | None, now: datetime) -> bool:
    """Whether a report still opens by its secret address."""
    return closed_at is None or closed_at + FOLLOWED_FOR > now
