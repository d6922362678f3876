"""Who may ask for an erasure to be recorded, and who decides it: pure decisions."""

from collections.abc import Sequence
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.erasure.models import Erasure
from governance.people import roles
from governance.people.models import User
from governance.retention.models import LegalHold

GOVERNORS = ("An administrator", "A risk officer")
ADMINISTRATORS = ("Another administrator",)


def may_record(user: User) -> Verdict:
    """Say whether somebody may record that a person asked to be erased: those who govern."""
    if roles.governs(user):
        return ALLOW
    return deny("Only an administrator or a risk officer records a request to be erased.", "Send it to one of them.", GOVERNORS)


def may_withdraw(user: User, erasure: Erasure) -> Verdict:
    """Say whether somebody may withdraw a request that is open."""
    if erasure.state != Erasure.State.ASKED:
        return deny(f"This request is settled: {erasure.get_state_display().lower()}.", "Record a new one.")
    return may_record(user)


def may_decide(user: User, erasure: Erasure) -> Verdict:
    """Say whether somebody may decide a request: an administrator, other than who recorded it and whom it is about."""
    if erasure.state != Erasure.State.ASKED:
        return deny(f"This request is settled: {erasure.get_state_display().lower()}.", "Record a new one.")
    if not roles.is_administrator(user):
        return deny("An administrator decides it.", "Ask one.", ("An administrator",))
    if user.pk == erasure.recorded_by_id:
        return deny("You recorded it; a second person decides.", "Ask another administrator.", ADMINISTRATORS)
    if user.pk == erasure.person_id:
        return deny("It is about you; somebody else decides.", "Ask another administrator.", ADMINISTRATORS)
    return ALLOW


def may_erase(person: User | None, *, owned: int, holds: Sequence[LegalHold]) -> Verdict:
    """Say whether a person can be erased now: gone from the company, owning nothing (R1), named by no legal hold."""
    if holds:
        keys = ", ".join(hold.key for hold in holds)
        return deny(f"The legal hold {keys} keeps it.", "It can be erased once the hold is released.")
    if person is None:
        return ALLOW
    if person.erased_at is not None:
        return deny("This person is already erased.")
    if person.is_active:
        return deny(f"{person} still has an account that is open.", "Deactivate it first.")
    if owned:
        things = "thing" if owned == 1 else "things"
        return deny(f"{person} still owns {owned} {things}.", "Give them to somebody else first.")
    return ALLOW


def wrong(person: User | None, address: str, asked_on: Any, today: Any) -> dict[str, list[str]]:
    """Return what is wrong with a new request, by field."""
    found: dict[str, list[str]] = {}
    if person is None and not address:
        found["address"] = ["Name the person, or the address."]
    if person is not None and person.kind != User.Kind.PERSON:
        found["person"] = ["A service account carries no personal data."]
    elif person is not None and person.erased_at is not None:
        found["person"] = ["This person is already erased."]
    if asked_on > today:
        found["asked_on"] = ["This day has not come yet."]
    return found
