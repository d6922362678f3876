"""The only writers of erasures: record a request, carry it out or refuse it, withdraw it."""

from datetime import date, timedelta
from typing import Any

from governance.core import clock
from governance.core.contributions import PersonalStore, contributed
from governance.core.errors import Invalid, StaleState
from governance.core.verdict import require
from governance.erasure import queries, rules
from governance.erasure.models import DAYS, Erasure
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.letgo import PART, LetGo
from governance.people.models import User


@action
def ask(
    *,
    actor: User,
    basis: str,
    identity: str,
    person: User | None = None,
    address: str = "",
    asked_on: date | None = None,
    note: str = "",
) -> Erasure:
    """Record that somebody asked to be forgotten; it is due within thirty days. Raises Denied, Invalid, Conflict.

    An address that belongs to an account means its person.
    """
    require(rules.may_record(actor))
    address = address.strip()
    if person is None and address:
        person = User.objects.filter(email__iexact=address, kind=User.Kind.PERSON).first()
    day = asked_on or clock.today()
    wrong = rules.wrong(person, address, day, clock.today())
    if basis not in Erasure.Basis.values:
        wrong["basis"] = [f"One of {', '.join(Erasure.Basis.values)}."]
    if not identity.strip():
        wrong["identity"] = ["Say how you know that it is them who asks (GDPR Art. 12(6))."]
    if wrong:
        raise Invalid("This request is not complete.", fields=wrong)
    made = Erasure(
        person=person,
        address="" if person is not None else address,
        asked_on=day,
        due_on=day + timedelta(days=DAYS),
        basis=basis,
        identity=identity.strip(),
        note=note.strip(),
        recorded_by=actor,
    )
    told = {"person": _ref(made), "basis": basis, "asked_on": made.asked_on, "due_on": made.due_on}
    return transitions.create(made, actor=actor, kind="erasure.asked", payload=told, touches=(person,))


@action
def carry_out(erasure: Erasure, *, actor: User, reason: str = "", expected_version: int | None = None) -> Erasure:
    """Erase, as a second person: every store at once, or nothing. Raises Denied, StaleState.

    Denied while a legal hold names the person, while they own something, or while their account is open.
    """
    erasure = _locked(erasure, expected_version)
    require(rules.may_decide(actor, erasure))
    require(queries.erasable(erasure))
    who, result = queries.whose(erasure, actor), []
    for store in contributed(PersonalStore):
        count = store.erase(who)
        result.append({"store": store.key, "label": store.label, "erased": count, "stays": store.stays})
    parts = LetGo.objects.filter(model=PART, cause=erasure.key).count()
    told = {"person": _ref(erasure), "stores": {each["store"]: each["erased"] for each in result}, "parts": parts}
    return _settle(erasure, actor, Erasure.State.DONE, "erasure.done", reason, told, result=result)


@action
def refuse(erasure: Erasure, *, actor: User, reason: str, expected_version: int | None = None) -> Erasure:
    """Refuse a request, as a second person, with the reason that the person has a right to (GDPR Art. 12(4)).

    Raises Denied, Invalid without a reason, StaleState.
    """
    erasure = _locked(erasure, expected_version)
    require(rules.may_decide(actor, erasure))
    if not reason.strip():
        raise Invalid("Say why: the person has a right to know.", fields={"reason": ["This is needed."]})
    return _settle(erasure, actor, Erasure.State.REFUSED, "erasure.refused", reason, {"person": _ref(erasure)})


@action
def withdraw(erasure: Erasure, *, actor: User, reason: str = "", expected_version: int | None = None) -> Erasure:
    """Withdraw a request that was recorded in error, or that the person took back. Raises Denied, StaleState."""
    erasure = _locked(erasure, expected_version)
    require(rules.may_withdraw(actor, erasure))
    changes = {"state": Erasure.State.WITHDRAWN, "address": "", "identity": "", "note": ""}
    told = {"person": _ref(erasure)}
    return transitions.change(erasure, actor=actor, kind="erasure.withdrawn", changes=changes, payload=told, reason=reason)


def _settle(erasure: Erasure, actor: User, state: str, kind: str, reason: str, told: dict[str, Any], **more: Any) -> Erasure:
    changes = {
        "state": state,
        "decided_by": actor,
        "decided_at": clock.now(),
        "decision": reason.strip(),
        "address": "",
        "identity": "",
        "note": "",
        **more,
    }
    touches = (erasure.person,)
    return transitions.change(
        erasure, actor=actor, kind=kind, changes=changes, payload=told, touches=touches, reason=reason.strip()
    )


def _locked(erasure: Erasure, expected_version: int | None) -> Erasure:
    rows = Erasure.objects.select_for_update(of=("self",)).select_related("person", "recorded_by")
    now: Erasure = rows.get(pk=erasure.pk)
    if expected_version is not None and now.version != expected_version:
        raise transitions.stale(now)
    if now.state != Erasure.State.ASKED:
        raise StaleState(
            f"This request is settled: {now.get_state_display().lower()}.", fix="Reload it; record a new one if needed."
        )
    return now


def _ref(erasure: Erasure) -> str:
    return erasure.person.ref if erasure.person else ""
