"""From what the API names (keys and references) to records."""

from collections.abc import Mapping
from typing import Any

from governance.core.errors import Invalid
from governance.people.models import Team, User
from registry.catalog.models import Vendor
from registry.contracts.canonical import fingerprint
from registry.contracts.completeness import completeness
from registry.contracts.diff import diff
from registry.contracts.facts import tier_of
from registry.contracts.plumbfile import from_yaml
from registry.contracts.problems import Problem
from registry.contracts.shape import Contract
from registry.contracts.tiers import implications
from registry.contracts.validate import accept
from registry.surfaces import facts as held


def person(ref: str, field: str, seen: Any) -> User:
    """Return the person with a reference. Raises Invalid."""
    found = User.objects.visible_to(seen).filter(ref=ref).first()
    if found is None:
        raise Invalid(f"There is no person {ref}.", fix="Use the reference from /people.", fields={field: ["Unknown."]})
    return found


def team(key: str) -> Team:
    """Return the team with a key. Raises Invalid."""
    found = Team.objects.filter(key=key).first()
    if found is None:
        raise Invalid(f"There is no team {key}.", fix="Use a key from /teams.", fields={"team": ["Unknown."]})
    return found


def records(data: Mapping[str, Any], seen: Any) -> dict[str, Any]:
    """Return a body with team, vendor and owner as records."""
    found = dict(data)
    if found.get("team") is not None:
        found["team"] = team(found["team"])
    if found.get("owner") is not None:
        found["owner"] = person(found["owner"], "owner", seen)
    if found.get("vendor") is not None:
        vendor = Vendor.objects.filter(key=found["vendor"]).first()
        if vendor is None:
            raise Invalid(
                f"There is no vendor {found['vendor']}.", fix="Use a key from /vendors.", fields={"vendor": ["Unknown."]}
            )
        found["vendor"] = vendor
    return found


def party(data: Mapping[str, Any], seen: Any) -> User | Team:
    """Return the person or team of a body that names one of the two. Raises Invalid."""
    if bool(data.get("person")) == bool(data.get("team")):
        raise Invalid("Name a person or a team, one of the two.", fields={"person": ["Or a team."], "team": ["Or a person."]})
    return person(data["person"], "person", seen) if data.get("person") else team(data["team"])


def read_contract(data: Mapping[str, Any], key: str = "") -> tuple[Contract, list[Problem]]:
    """Return the contract of a body, and what is wrong with it. Raises Invalid when it names none, or another surface."""
    if ("contract" in data) == ("yaml" in data):
        raise Invalid("Send a contract or a yaml, one of the two.", fields={"contract": ["Or yaml."], "yaml": ["Or contract."]})
    if "yaml" not in data:
        return accept(held.with_references(data["contract"]), known=held.known())
    read = from_yaml(data["yaml"])
    if read.surface and key and read.surface != key:
        raise Invalid(f"The file is for {read.surface[:40]}, not for {key}.", fields={"yaml": ["Another surface."]})
    if read.problems:
        return {}, list(read.problems)
    return accept(held.with_references(read.contract), known=held.known())


def judged(contract: Contract, problems: list[Problem], tier: int) -> dict[str, Any]:
    """Return what is thought of a contract, as the API shows it."""
    if problems:
        told = [{"pointer": one.pointer, "message": one.message, "fix": one.fix, "line": one.line} for one in problems]
        return {
            "problems": told,
            "missing": [],
            "differences": [],
            "minimum_tier": 0,
            "minimum_reasons": [],
            "digest": "",
        }
    missing = completeness(contract, tier_of(tier, held.tier_facts()))
    implied = list(implications(contract, held.data_class_facts()))
    minimum = max((number for number, _ in implied), default=0)
    differences = diff({}, contract, held.names())
    return {
        "problems": [],
        "missing": [{"part": one.part, "what": one.what, "why": one.why, "pointer": one.pointer} for one in missing],
        "differences": [
            {
                "part": one.part,
                "sentence": one.sentence,
                "kinds": list(one.kinds),
                "widens": [f"{wide.area}: {wide.why}" for wide in one.expansions],
            }
            for one in differences
        ],
        "minimum_tier": minimum,
        "minimum_reasons": [why for number, why in implied if number == minimum],
        "digest": fingerprint(contract),
    }
