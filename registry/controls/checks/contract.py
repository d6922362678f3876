"""Checks that look at the contract alone, against what the tier demands of one."""

from registry.contracts.shape import FAILURES, lower_first, node
from registry.controls.checks.finding import Finding, many, met, names, unmet, without_contract
from registry.controls.held import Held


def no_sensitive_data(held: Held) -> Finding:
    """No data class of the contract is sensitive."""
    if not held.contract:
        return without_contract()
    found = [held.classes[key].name for key, _ in held.named_classes if key in held.classes and held.classes[key].sensitive]
    if found:
        return unmet(
            f"The contract names {names(found)} data, and tier {held.demand.number} lets no sensitive class through.",
            "Take the class out of the contract, or raise the tier.",
            "contract",
        )
    named = [held.classes[key].name.lower() if key in held.classes else key for key, _ in held.named_classes]
    return met(f"The contract names {names(named)} data only." if named else "The contract names no data class.")


def human_review(held: Held) -> Finding:
    """A person reads each output before it is sent."""
    if not held.contract:
        return without_contract()
    if held.part("human_review", "when") == "always":
        who = held.part("human_review", "who")
        return met(f"A person checks every output: {who}." if who else "A person checks every output.")
    return unmet(
        "The contract does not say that a person checks every output.", "Set human review to always, and say who.", "contract"
    )


def human_override(held: Held) -> Finding:
    """The contract says how a person overrules the outcome."""
    if not held.contract:
        return without_contract()
    said = held.part("human_review", "override")
    if said:
        return met(f"A person overrules it so: {said}")
    return unmet("The contract does not say how a person overrules it.", "Say it under human review in the contract.", "contract")


def logging_minimum(held: Held) -> Finding:
    """The logged fields cover what the tier demands."""
    if not held.contract:
        return without_contract()
    logged = held.part("auditability", "fields") or ()
    lacking = [key for key in held.demand.logging if key not in logged]
    if lacking:
        said = names(lower_first(held.demand.logging_names.get(key, key)) for key in lacking)
        many = f"{len(lacking)} of {len(held.demand.logging)} fields that tier {held.demand.number} demands are not logged"
        return unmet(f"{many}: {said}.", f"Log {said}, and add them to the contract.", "contract")
    return met(f"All {len(held.demand.logging)} fields that tier {held.demand.number} demands are logged.")


def failure_fallbacks(held: Held) -> Finding:
    """The contract says what happens in each way of failing."""
    if not held.contract:
        return without_contract()
    lacking = [mode for mode in FAILURES if not held.part("fallback", mode)]
    if lacking:
        said = names(lower_first(str((node(("fallback", mode)) or {}).get("title", mode))) for mode in lacking)
        return unmet(
            f"For {len(lacking)} of {len(FAILURES)} ways of failing nothing is said: {said}.",
            "Say in the contract what happens then.",
            "contract",
        )
    return met(f"The contract answers all {len(FAILURES)} ways of failing.")


def irreversible_approved(held: Held) -> Finding:
    """Every tool whose effect cannot be undone, by the contract or the catalogue, waits for a person."""
    if not held.contract:
        return without_contract()
    final = [row for row in held.tool_rows if _effect(held, row) == "irreversible"]
    loose = [_tool(held, row["key"]) for row in final if not row.get("approval")]
    if loose:
        verb = "does" if len(loose) == 1 else "do"
        return unmet(
            f"What {names(loose)} {verb} cannot be undone, and no person approves it first.",
            "Have a person approve each call, or take the tool out of the contract.",
            "contract",
        )
    if final:
        return met(f"A person approves each call of {names(_tool(held, row['key']) for row in final)}.")
    return met("None of its tools does what cannot be undone.")


def _effect(held: Held, row: object) -> str:
    """The heavier of what the contract and what the catalogue say of a tool."""
    assert isinstance(row, dict)  # noqa: S101 - rows of a sound contract are objects
    known = held.tools.get(row["key"])
    return "irreversible" if known is not None and known.effect == "irreversible" else str(row.get("effect", ""))


def _tool(held: Held, key: str) -> str:
    return held.tools[key].name if key in held.tools else key


def constrained_tools(held: Held) -> Finding:
    """The tools are listed, and each that changes something has limits and a rate."""
    if not held.contract:
        return without_contract()
    rows = held.tool_rows
    if not rows:
        return unmet("The contract lists no tools.", "List in the contract what it may call, with limits and a rate.", "contract")
    acting = [row for row in rows if _effect(held, row) != "read" and row.get("effect") != "read"]
    loose = [_tool(held, row["key"]) for row in acting if not (row.get("limits") and row.get("rate"))]
    if loose:
        verb = "has" if len(loose) == 1 else "have"
        return unmet(f"{names(loose)} {verb} no limits or no rate.", "Say what they are held to, and how often.", "contract")
    return met(f"It may call {many(len(rows), 'listed tool')}, and what changes something has limits and a rate.")


def rollback_artefact(held: Held) -> Finding:
    """What is needed to undo each action is said, and logged."""
    if not held.contract:
        return without_contract()
    said = held.part("rollback", "artefact")
    if not said:
        return unmet("The contract does not say what is kept to undo each action.", "Say it under rollback.", "contract")
    if "rollback_artefacts" not in (held.part("auditability", "fields") or ()):
        return unmet("What is needed to undo an action is said but not logged.", "Log rollback artefacts.", "contract")
    return met(f"Kept for each action: {lower_first(str(said)).rstrip('.')}.")


def rollback_target(held: Held) -> Finding:
    """There is a revision to go back to, or, for the first one, an answer for being switched off."""
    if not held.contract:
        return without_contract()
    target = held.part("rollback", "target")
    if not target:
        return unmet("The contract does not say to which revision to go back.", "Say it under rollback.", "contract")
    if str(target).isdecimal():
        if int(target) in held.earlier:
            return met(f"It goes back to revision {target}, which held before.")
        return unmet(f"Revision {target} never held, so there is nothing to go back to.", "Name one that did.", "contract")
    if held.earlier:
        return met(f"It goes back to revision {max(held.earlier)}, which held before.")
    instead = held.part("kill_switch", "fallback") or held.part("fallback", "description")
    if instead:
        return met(f"It is the first revision: going back means off, and then {lower_first(str(instead)).rstrip('.')}.")
    return unmet("It is the first revision, and nothing is said for when it is off.", "Say what happens without it.", "contract")


def kill_switch(held: Held) -> Finding:
    """It can be switched off, it is said who may, and what happens then."""
    if not held.contract:
        return without_contract()
    switch = held.contract.get("kill_switch") or {}
    instead = switch.get("fallback") or held.part("fallback", "description")
    lacking = [
        said
        for said, there in (
            ("how it is switched off", "off" in switch.get("rungs", ())),
            ("who may switch it off", bool(switch.get("who"))),
            ("what happens then", bool(instead)),
        )
        if not there
    ]
    if lacking:
        return unmet(f"The contract does not say {names(lacking)}.", "Say it under kill switch in the contract.", "contract")
    return met(f"It may be switched off by {names(switch['who'])}; then: {lower_first(str(instead)).rstrip('.')}.")
