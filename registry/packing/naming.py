"""Whether policy leaves out what it means to: a name that nothing in a pack goes by would leave out nothing, in silence."""

from collections.abc import Iterator

from governance.core import clock
from governance.core.contributions import contributed
from governance.packs.sections import EDITIONS, SURFACES, PackSection, Window
from governance.people.system import system_actor
from governance.policy import queries as policy
from governance.policy.incidentrules import redactable
from registry.packing.fields import GROUPS

INCIDENTS = "incidents"
_looked: dict[str, str] = {}
"""What was found of the policy that was looked at last, by its digest."""


def known() -> set[str]:
    """Return every name by which policy can leave something out of a pack: of sections, sets, columns, groups, parts."""
    found = {*GROUPS, *(f"{INCIDENTS}.{part}" for part in redactable())}
    now = clock.now()
    for edition in EDITIONS:
        found |= set(_names(Window(SURFACES, now.date(), now.date(), edition, now, system_actor())))
    return found


def _names(window: Window) -> Iterator[str]:
    for section in contributed(PackSection):
        yield section.key
        for made in section.records(window):
            yield made.key
            for column in (*(each.name for each in made.columns), *GROUPS):
                yield column
                yield f"{made.key}.{column}"


def trouble() -> str:
    """Return which names of the policy in force leave out nothing, and what to do; empty when all do."""
    version = policy.latest()
    if version is None:
        return ""
    if version.digest not in _looked:
        named = {name for names in policy.proof_rules(version).redacted.values() for name in names}
        stray = sorted(named - known()) if named else []
        _looked.clear()
        told = f"Policy leaves {', '.join(stray)} out of audit packs, and nothing in them goes by that name. Have it put right."
        _looked[version.digest] = told if stray else ""
    return _looked[version.digest]
