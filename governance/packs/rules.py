"""Who may ask for packs, give them and let them go, and what a scope and a period must be: pure decisions."""

from collections.abc import Collection
from datetime import date
from typing import Any

from governance.core.verdict import ALLOW, Verdict, deny
from governance.packs.models import Pack
from governance.packs.sections import EDITIONS, PackScope
from governance.people import roles

MOST_SUBJECTS = 2000
EARLIEST = date(2000, 1, 1)


def may_ask(user: Any) -> Verdict:
    """Say whether a person may have packs built at all."""
    if not user.is_authenticated or not user.is_active:
        return deny("Sign in to have an audit pack built.")
    if not roles.may_write(user):
        return deny("Auditors read everything and change nothing.", fix="Ask a risk officer for a pack; you will find it here.")
    return ALLOW


def may_choose(user: Any, scope: PackScope) -> Verdict:
    """Say whether a person may choose a kind of scope: the company is for those who read all of it."""
    if scope.allowed(user):
        return may_ask(user)
    return deny(f"{scope.label} is only for those who may read all of it.", fix="Choose what you see, or ask a risk officer.")


def may_build_again(user: Any, pack: Pack) -> Verdict:
    """Say whether a person may have a pack built again: to finish one that was not, or to compare."""
    if pack.state == Pack.State.DISCARDED:
        return deny("Its files were discarded; only its hashes are kept.", fix="Ask for another pack of the same scope.")
    return may_ask(user)


def may_give(user: Any, pack: Pack) -> Verdict:
    """Say whether a person may give a pack to others: whoever asked for it, and those who govern."""
    if roles.governs(user):
        return ALLOW
    if user.pk == pack.asked_by_id:
        return may_ask(user)
    return deny("Only who asked for a pack and those who govern give it to others.", fix=f"Ask {pack.asked_by}.")


def may_discard(user: Any, pack: Pack) -> Verdict:
    """Say whether a person may discard a pack's files."""
    if pack.state not in (Pack.State.READY, Pack.State.FAILED):
        return deny("There is nothing to discard.")
    return may_give(user, pack)


def faults(subjects: Collection[Any], scope: PackScope | None, starts_on: date, ends_on: date, edition: str, today: date) -> Any:
    """Return what is wrong with what was asked for, by field; nothing when it can be built. `today` is the UTC day."""
    found: dict[str, list[str]] = {}
    if scope is None:
        found["scope"] = ["Choose one of the scopes that are offered."]
    elif scope.named is not None and not subjects:
        found["subjects"] = ["Choose what the pack is about."]
    elif not scope.several and len(subjects) > 1:
        found["subjects"] = ["Choose one."]
    elif len(subjects) > MOST_SUBJECTS:
        found["subjects"] = [f"At most {MOST_SUBJECTS:,} at once; take a team or the company instead."]
    if ends_on < starts_on:
        found["ends_on"] = ["The last day is before the first."]
    elif ends_on > today:
        found["ends_on"] = ["A pack tells what happened: its last day is today at the latest (by UTC)."]
    elif starts_on < EARLIEST:
        found["starts_on"] = [f"The first day is {EARLIEST:%-d %B %Y} or later."]
    if edition not in EDITIONS:
        found["edition"] = ["Choose one of the editions that are offered."]
    return found
