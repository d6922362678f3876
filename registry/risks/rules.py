"""How high a risk is, who may do what with it, and what accepting it asks for: pure decisions."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from governance.core.errors import Invalid
from governance.core.verdict import ALLOW, Verdict, deny
from governance.people import roles
from governance.people.models import Role
from registry.risks.models import HIGH, Risk

LIKELIHOOD = {
    1: ("Rare", "not expected within five years"),
    2: ("Unlikely", "once in a few years"),
    3: ("Possible", "about once a year"),
    4: ("Likely", "several times a year"),
    5: ("Almost certain", "each month or more often"),
}
IMPACT = {
    1: ("Slight", "nobody outside the team notices"),
    2: ("Minor", "a few people, put right the same day"),
    3: ("Serious", "many people, or money or trust lost"),
    4: ("Severe", "somebody harmed, or a duty under law broken"),
    5: ("Grave", "lasting harm to people, or the company's survival"),
}
BANDS = ((15, "severe", "Severe"), (HIGH, "high", "High"), (5, "moderate", "Moderate"), (1, "low", "Low"))
"""From which score on a risk is called so: the first that it reaches."""
REVIEW = timedelta(days=90)
"""When a risk is looked at again unless somebody says otherwise: policy's operations checklist is quarterly."""


def band(score: int) -> tuple[str, str]:
    """Return the key and the word of how high a score is."""
    return next((key, word) for least, key, word in BANDS if score >= least)


def areas(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the risk areas of a policy, key to name."""
    return {each["key"]: str(each["name"]) for each in document["risk_areas"]}


def check_area(area: str, document: Mapping[str, Any]) -> None:
    """Raise Invalid for an area that policy does not name."""
    if area not in areas(document):
        raise Invalid(
            f"Policy has no risk area {area[:40]!r}.",
            fix="Choose one of its areas; a risk officer adds others in the policy.",
            fields={"area": ["Policy has no such area; a risk officer adds one there."]},
        )


def check_controls(controls: Iterable[str], document: Mapping[str, Any]) -> list[str]:
    """Return linked controls, each once, in policy's order. Raises Invalid for one that policy does not have."""
    wanted, known = set(controls), [each["key"] for each in document["controls"]]
    if stray := wanted - set(known):
        said = f"Policy has no control {sorted(stray)[0][:60]!r}."
        raise Invalid(said, fix="Choose from policy's controls.", fields={"controls": [said]})
    return [key for key in known if key in wanted]


def may_keep_company_risks(user: Any) -> Verdict:
    """Say whether a person may add risks of the whole company: leaders and the keepers of policy."""
    if roles.governs(user) or (roles.may_write(user) and user.role == Role.LEADER):
        return ALLOW
    return deny(
        "Leaders and risk officers keep the risks of the whole company.",
        fix="Add it to a surface of yours, or tell a risk officer.",
        grantors=("A risk officer",),
    )


def may_edit(user: Any, risk: Risk, surface: Verdict | None) -> Verdict:
    """Say whether a person may change a risk: its owner, the keepers of policy, or who may edit its surface (`surface`)."""
    if not roles.may_write(user):
        return deny("Auditors read the register and change nothing.")
    if roles.governs(user) or user.pk == risk.owner_id or (surface is not None and surface):
        return ALLOW
    if surface is None and may_keep_company_risks(user):
        return ALLOW
    return deny("Only its owner or a risk officer changes this risk.", grantors=(str(risk.owner), "A risk officer"))


def may_accept(risk: Risk, reason: str) -> Verdict:
    """Say whether a risk can be accepted: an open one, and a high one only with a written reason."""
    if risk.state != Risk.State.OPEN:
        return deny(f"This risk is {risk.get_state_display().lower()}.", fix="Reopen it first.")
    if risk.score >= HIGH and not reason.strip():
        word = band(risk.score)[1].lower()
        return deny(f"This risk is {word} ({risk.score} of 25): accepting it needs a reason.", fix="Say why it is accepted.")
    return ALLOW


def is_reopened_by(risk: Risk, score: int) -> bool:
    """Whether another score takes back an acceptance: what was accepted was a lower one."""
    return risk.state == Risk.State.ACCEPTED and score > risk.score


def is_overdue(risk: Risk, today: date) -> bool:
    """Whether a risk should have been looked at again by a day."""
    return risk.state != Risk.State.CLOSED and risk.review_on < today
