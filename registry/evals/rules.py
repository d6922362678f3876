"""Who may keep suites and hand in runs: pure decisions."""

from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people import rules as people
from registry.evals.models import EvalSuite, SuiteState

KEEPERS = ("Risk officers", "administrators")


def may_add(user: Any) -> Verdict:
    """Say whether somebody may add a suite to the library."""
    return ALLOW if roles.may_write(user) else deny("Auditors read everything and add nothing.")


def may_edit(user: Any, suite: EvalSuite) -> Verdict:
    """Say whether somebody may change a suite, which makes a new version where cases, thresholds or good change."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if suite.state == SuiteState.RETIRED:
        return deny(f"{suite} is retired; its record is closed.", fix="Take it up again first.")
    if roles.governs(user) or (suite.owner_id is not None and suite.owner_id == user.pk):
        return ALLOW
    return deny("Only its owner or a risk officer may do this.", grantors=who(suite))


def may_give(user: Any, suite: EvalSuite) -> Verdict:
    """Say whether somebody may name another owner."""
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if roles.governs(user) or (suite.owner_id is not None and suite.owner_id == user.pk):
        return ALLOW
    return deny("Only its owner or a risk officer names another owner.", grantors=who(suite))


def may_reopen(user: Any, suite: EvalSuite) -> Verdict:
    """Say whether a retired suite can be taken up again."""
    if suite.state != SuiteState.RETIRED:
        return deny("It is not retired.")
    return may_give(user, suite)


def may_own(person: Any) -> Verdict:
    """Say whether a person can answer for a suite (R1)."""
    return people.may_own(person) if person is not None else deny("It needs an owner.", fix="Name one active person.")


def may_record(user: Any, suite: EvalSuite, may_edit_surface: Verdict) -> Verdict:
    """Say whether somebody may hand in a run: who may edit the surface, or the suite's owner.

    A run turns controls and gates, so seeing the surface is not enough. A service account has the surface shared with
    it for editing.
    """
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.")
    if suite.state == SuiteState.RETIRED:
        return deny(f"{suite} is retired, so no run of it is taken.", fix="Take it up again, or name another suite.")
    if suite.owner_id is not None and suite.owner_id == user.pk:
        return ALLOW
    if may_edit_surface:
        return ALLOW
    return deny(
        "Only those who may edit the surface, or the suite's owner, hand in its runs.",
        fix="Have the surface shared with the account that posts them, for editing.",
        grantors=may_edit_surface.grantors,
    )


def who(suite: EvalSuite) -> tuple[str, ...]:
    """Return who can grant what was denied."""
    return (str(suite.owner),) if suite.owner is not None and suite.owner.is_active else KEEPERS
