"""What a vendor's terms say, topic by topic, and that somebody reviewed them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from governance.core import clock
from governance.core.errors import Conflict, Invalid
from governance.core.verdict import require
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.people.models import User
from governance.policy import queries as policy
from registry.catalog import queries, rules
from registry.catalog.models import Vendor, VendorTerm

PARTS = ("says", "source", "checked_on")


@action
def set_terms(
    vendor: Vendor, *, actor: User, terms: Mapping[str, Mapping[str, Any]], expected_version: int | None = None
) -> Vendor:
    """Write down what a vendor's terms say on the given topics; an empty text removes a topic. Others stay.

    Raises Conflict while the vendor waits for approval (its terms are what is approved) or when nothing differs.
    """
    require(rules.may_edit(actor, vendor))
    if expected_version is not None and vendor.version != expected_version:
        raise transitions.stale(vendor)
    unknown = sorted(set(terms) - set(VendorTerm.Topic.values))
    if unknown:
        raise Invalid(f"There is no topic {unknown[0]}.", fix=f"Topics are {', '.join(VendorTerm.Topic.values)}.")
    if request := queries.open_request(vendor):
        raise Conflict(f"{vendor} waits for approval with these terms ({request.key}).", fix="Withdraw the request first.")
    held = {term.topic: term for term in vendor.terms.select_related("vendor")}
    moved = [_set(vendor, topic, held.get(topic), given, actor) for topic, given in terms.items()]
    if not any(moved):
        raise Conflict("That is what is written down already.", fix="Change something, or leave it.")
    # The vendor's own version moves, so that whoever edits the same page at the same time learns of it.
    told = {"name": vendor.name, "topics": sum(moved)}
    return transitions.change(vendor, actor=actor, kind="vendor.terms_saved", changes={}, payload=told)


def _set(vendor: Vendor, topic: str, term: VendorTerm | None, given: Mapping[str, Any], actor: User) -> bool:
    said = str(given.get("says", "") or "").strip()
    told = {"name": vendor.name, "topic": str(VendorTerm.Topic(topic).label).lower()}
    if not said:
        if term is not None:
            transitions.remove(term, actor=actor, kind="vendor.term_removed", payload=told, touches=(vendor,))
        return term is not None
    values = {"says": said, "source": given.get("source") or "", "checked_on": given.get("checked_on")}
    try:
        if term is None:
            made = VendorTerm(vendor=vendor, topic=topic, **values)
            transitions.create(made, actor=actor, kind="vendor.term_added", payload=told, touches=(vendor,))
            return True
        if all(getattr(term, name) == values[name] for name in PARTS):
            return False
        transitions.change(term, actor=actor, kind="vendor.term_changed", changes=values, payload=told, touches=(vendor,))
    except Invalid as error:
        raise Invalid(
            error.message, fix=error.fix, fields={f"{topic}.{name}": texts for name, texts in error.fields.items()}
        ) from error
    return True


@action
def review_vendor(
    vendor: Vendor, *, actor: User, reviewed_on: date | None = None, note: str = "", expected_version: int | None = None
) -> Vendor:
    """Record that a vendor's terms were looked at; the next review follows from policy."""
    require(rules.may_edit(actor, vendor))
    day = reviewed_on or clock.today()
    if day > clock.today():
        raise Invalid("A review lies in the past.", fields={"reviewed_on": ["Today or earlier."]})
    following = day + relativedelta(months=policy.document()["vendor_review_months"])
    return transitions.change(
        vendor,
        actor=actor,
        kind="vendor.reviewed",
        changes={"reviewed_on": day, "review_on": following},
        expected_version=expected_version,
        payload={"name": vendor.name, "next": following},
        reason=note,
    )
