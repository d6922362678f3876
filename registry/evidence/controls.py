"""What evidence can serve: controls of policy, rows of the audit-trail checklist, items of the OWASP checklist."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from governance.core.errors import Invalid

AUDIT, OWASP = "audit:", "owasp:"
_ITEM = re.compile(r"^owasp:[A-Za-z0-9][A-Za-z0-9_.:-]{0,50}$")


def names(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what evidence can serve under a policy, key to name; items of OWASP are known by their pattern only."""
    found = {each["key"]: str(each["name"]) for each in document["controls"]}
    return found | {f"{AUDIT}{each['key']}": f"Audit trail: {each['what']}" for each in document["audit_trail"]}


def name_of(key: str, known: Mapping[str, str]) -> str:
    """Return how a control is called; one that policy no longer has keeps its key."""
    if key.startswith(OWASP):
        return f"OWASP {key.removeprefix(OWASP)}"
    return known.get(key, key)


def check(key: str, known: Mapping[str, str]) -> str:
    """Return the key of something that evidence can serve. Raises Invalid."""
    if key in known or _ITEM.match(key):
        return key
    raise Invalid(
        f"Policy has no control {key[:60]!r}.",
        fix="Use a control's key, audit: and a row of the audit-trail checklist, or owasp: and an item.",
        fields={"control": ["There is no such control."]},
    )


def days_of(key: str, document: Mapping[str, Any]) -> int | None:
    """Return how many days policy lets evidence of a control count; None where it says nothing."""
    return next((each.get("evidence_days") for each in document["controls"] if each["key"] == key), None)


def good_until(collected_on: date, expires_on: date | None, days: int | None) -> date | None:
    """Return the last day on which evidence counts for a control: its own, or policy's, whichever is first."""
    by_policy = collected_on + timedelta(days=days) if days else None
    return min(filter(None, (expires_on, by_policy)), default=None)


def shown_by_evidence(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what evidence is asked for under a policy, as choices: attested controls, then the audit trail."""
    return asked_of([{**each, "title": each["name"]} for each in document["controls"]], document)


def asked_of(tier_controls: Iterable[Mapping[str, Any]], document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a surface of a tier is asked to show, as choices: its attested controls, then the audit trail."""
    attested = [(str(each["key"]), str(each["title"])) for each in tier_controls if each["kind"] == "attested"]
    return attested + [(f"{AUDIT}{each['key']}", f"Audit trail: {each['what']}") for each in document["audit_trail"]]
