"""What a version of a suite says, checked: where its cases live, the pass rates by tier, what good means. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from governance.core.digest import digest
from governance.core.errors import Invalid
from registry.evals.models import SuiteVersion

FIELDS = ("good", "cases_at", "cases_digest", "case_count", "thresholds")
PLACES = ("repository", "path", "commit", "url")
TIERS = ("0", "1", "2", "3", "4")
_COMMIT = re.compile(r"^[0-9a-f]{7,64}$")
LONGEST = 600


def of(version: SuiteVersion | None) -> dict[str, Any]:
    """Return the content of a version; an empty one for a suite without any."""
    if version is None:
        return {"good": "", "cases_at": {}, "cases_digest": "", "case_count": None, "thresholds": {}}
    return {name: getattr(version, name) for name in FIELDS}


def checked(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content in its normal form. Raises Invalid with messages by field."""
    faults: dict[str, list[str]] = {}
    found: dict[str, Any] = {
        "good": str(content["good"]).strip(),
        "cases_at": _place(content["cases_at"], faults),
        "cases_digest": str(content["cases_digest"] or "").strip().lower().removeprefix("sha256:"),
        "case_count": content["case_count"],
        "thresholds": _thresholds(content["thresholds"], faults),
    }
    if not found["good"]:
        faults["good"] = ["Say what a good result is, so that two people judge alike."]
    if found["cases_digest"] and not re.fullmatch("[0-9a-f]{64}", found["cases_digest"]):
        faults["cases_digest"] = ["A SHA-256 has 64 hexadecimal digits."]
    if faults:
        raise Invalid("Some fields need another look.", fields=faults)
    return found


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the hash of a version's content."""
    return digest(dict(content))


def _place(given: Any, faults: dict[str, list[str]]) -> dict[str, str]:
    place = {name: str(given.get(name) or "").strip() for name in PLACES} if isinstance(given, Mapping) else {}
    place = {name: value for name, value in place.items() if value}
    if stray := set(given or ()) - set(PLACES):
        faults["cases_at"] = [f"There is no {', '.join(sorted(map(str, stray)))}; it is repository, path, commit or url."]
    elif any(len(value) > LONGEST for value in place.values()):
        faults["cases_at"] = [f"At most {LONGEST} characters each."]
    elif "commit" in place and not _COMMIT.match(place["commit"]):
        faults["cases_at"] = ["A commit is 7 to 64 hexadecimal digits, so that it cannot move as a branch does."]
    elif "url" in place and urlsplit(place["url"]).scheme not in ("http", "https"):
        faults["cases_at"] = ["An address begins with https://."]
    elif ("path" in place or "commit" in place) and "repository" not in place:
        faults["cases_at"] = ["Say in which repository the path and the commit are."]
    return place


def _thresholds(given: Any, faults: dict[str, list[str]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for tier, value in (given or {}).items():
        if value in (None, ""):
            continue
        try:
            share = Decimal(str(value))
        except InvalidOperation:
            share = Decimal(-1)
        if str(tier) not in TIERS or not 0 < share <= 1:
            faults["thresholds"] = ["A pass rate lies above 0 and is 1 at most, for a tier of 0 to 4."]
        elif share != round(share, 4):
            faults["thresholds"] = ["At most four decimals."]
        else:
            found[str(tier)] = float(share)
    return dict(sorted(found.items()))
