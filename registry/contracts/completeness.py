"""What a draft still lacks before it can be proposed in a tier, each with the reason why it is asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from registry.contracts.canonical import normal
from registry.contracts.facts import TierFacts
from registry.contracts.problems import listed, thousands
from registry.contracts.shape import FAILURES, Contract, Path_, logging_minimum, lower_first, node, pointer, said


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing to add: the part it belongs to, what, why it is asked for, and where it goes."""

    part: str
    what: str
    why: str
    pointer: str


def completeness(contract: Contract, tier: TierFacts) -> list[Missing]:
    """What is missing to propose a sound contract in a tier, in the order of the contract; empty when nothing is."""
    whole = normal(contract)
    return [missing for check in CHECKS for missing in check(whole, tier)]


def _lack(path: Path_, what: str, why: str) -> Missing:
    return Missing(str(path[0]), what, why, pointer(path))


def _has(contract: Contract, path: Path_) -> bool:
    found: object = contract
    for step in path:
        if not isinstance(found, dict) or step not in found:
            return False
        found = found[step]
    return True


def _said(contract: Contract, path: Path_, what: str, why: str) -> Iterator[Missing]:
    if not _has(contract, path):
        yield _lack(path, what, why)


def _inputs(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    yield from _said(contract, ("inputs", "description"), "Say what it may see.", "Approvers agree to what it sees, in words.")
    yield from _said(
        contract,
        ("inputs", "data_classes"),
        "Name the data classes.",
        "A class that is not named may not reach a model.",
    )
    if tier.number >= 3:
        yield from _said(
            contract,
            ("inputs", "never"),
            "Say what must never reach it.",
            f"{tier.name} asks for documented model behaviour.",
        )


def _outputs(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    yield from _said(
        contract,
        ("outputs", "description"),
        "Say what it may say.",
        "An output that nobody described cannot be found wrong.",
    )
    yield from _said(contract, ("outputs", "audience"), "Say who sees the output.", "Who it reaches decides the least tier.")
    audience = contract.get("outputs", {}).get("audience")
    if audience in {"customer", "public"}:
        yield from _said(
            contract,
            ("outputs", "disclosure"),
            "Say how people are told that a model wrote it.",
            "It reaches people outside.",
        )


def _authority(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    yield from _said(
        contract,
        ("authority", "description"),
        "Say what it may do, and what it may never do.",
        "Authority that is not written down grows.",
    )
    if tier.number >= 4:
        yield from _said(
            contract,
            ("authority", "tools"),
            "List the tools it may call.",
            f"{tier.name} demands an allowlist of tools.",
        )
    for index, tool in enumerate(contract.get("authority", {}).get("tools", [])):
        where: Path_ = ("authority", "tools", index)
        if tool["effect"] == "irreversible" and not tool.get("approval"):
            yield _lack(
                (*where, "approval"),
                f"Have a person approve each call of {tool['key']}.",
                "What it does cannot be undone.",
            )
        if tool["effect"] != "read" and not tool.get("limits"):
            yield _lack(
                (*where, "limits"),
                f"Say what {tool['key']} is held to.",
                "A tool that changes something needs a limit.",
            )
        if tool["effect"] != "read" and tier.number >= 4 and not tool.get("rate"):
            yield _lack((*where, "rate"), f"Say how often {tool['key']} may be called.", "A rate is what stops a loop.")


def _fallback(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    yield from _said(contract, ("fallback", "description"), "Say what happens when it cannot.", "Vendors fail on any day.")
    modes = FAILURES if tier.number >= 2 else FAILURES[:1] if tier.number == 1 else ()
    why = "Each failure mode needs an answer before it happens." if tier.number >= 2 else "People wait for its answer."
    for mode in modes:
        title = str((node(("fallback", mode)) or {})["title"])
        yield from _said(contract, ("fallback", mode), f"Say what happens: {lower_first(title)}.", why)


def _auditability(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    held = contract.get("auditability", {}).get("fields", [])
    absent = [field for field in tier.logging or logging_minimum(tier.number) if field not in held]
    if absent:
        names = listed([lower_first(said(("auditability", "fields", 0), field)) for field in absent], "and")
        yield _lack(("auditability", "fields"), f"Log {names}.", f"The logging minimum of tier {tier.number}, {tier.name}.")
    yield from _said(
        contract,
        ("auditability", "retention_days"),
        "Say for how long logs are kept.",
        "A buyer asks what logs exist, and for how long.",
    )
    yield from _said(contract, ("auditability", "raw_text"), "Say whether raw text is kept.", "Kept text is data that can leak.")


def _routes(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    if not any(route["role"] == "primary" for route in contract.get("routes", [])):
        yield _lack(("routes",), "Name the endpoint that answers.", "A model that is not in the contract is a finding.")


def _prompts(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    if tier.number >= 2:
        yield from _said(
            contract,
            ("prompts",),
            "Name the prompts and their versions.",
            "Prompts are changed as code is: by version and approval.",
        )
    for index, prompt in enumerate(contract.get("prompts", [])):
        where: Path_ = ("prompts", index)
        if not prompt.get("version"):
            yield _lack((*where, "version"), f"Give the version of prompt {prompt['key']}.", "Approval is for one version.")
        if prompt.get("held") == "repository":
            absent = [name for name in ("repository", "path", "commit") if not prompt.get(name)]
            if absent:
                yield _lack(
                    (*where, absent[0]),
                    f"Give the {listed(absent, 'and')} of prompt {prompt['key']}.",
                    "A branch can move; a commit cannot.",
                )
        elif not prompt.get("text") and not prompt.get("sha256"):
            yield _lack(
                (*where, "text"),
                f"Give the words of prompt {prompt['key']}, or where they are.",
                "The approved hash must cover them.",
            )


def _retrieval(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    for index, source in enumerate(contract.get("retrieval", [])):
        if tier.number >= 2 and not source.get("access"):
            yield _lack(
                ("retrieval", index, "access"),
                f"Say whose permissions apply to {source['key']}.",
                "It must not read what the asker may not.",
            )
        if tier.number >= 3 and not source.get("snapshot"):
            yield _lack(
                ("retrieval", index, "snapshot"),
                f"Give the snapshot of {source['key']}.",
                "Documents change, answers change, and nobody notices.",
            )


def _evals(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    least = tier.eval_threshold
    if least is None:
        return
    yield from _said(
        contract,
        ("evals",),
        "Name the eval suites that must pass.",
        f"{tier.name} demands evals at {thousands(least)} or above.",
    )
    for index, suite in enumerate(contract.get("evals", [])):
        if suite.get("threshold", 0) < least:
            yield _lack(
                ("evals", index, "threshold"),
                f"Set the threshold of {suite['suite']} to {thousands(least)} or above.",
                f"It is the least of tier {tier.number}, {tier.name}.",
            )


def _money(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    if tier.number < 1:
        return
    why = "Spend without an owner is an experiment that escaped."
    if "budget" not in contract:
        yield _lack(("budget", "amount"), "Set a budget, with an owner.", why)
        return
    wanted = {
        "amount": "Set its amount.",
        "currency": "Name its currency.",
        "period": "Name its period.",
        "owner": "Name its owner.",
    }
    for name, what in wanted.items():
        yield from _said(contract, ("budget", name), what, why)


def _recovery(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    if tier.drill_days is not None:
        if "off" not in contract.get("kill_switch", {}).get("rungs", ()):
            yield _lack(
                ("kill_switch", "rungs"),
                "Say how it is switched off.",
                f"{tier.name} demands a kill switch, drilled every {tier.drill_days} days.",
            )
        yield from _said(contract, ("kill_switch", "who"), "Say who may pull the kill switch.", "At night nobody looks this up.")
    yield from _said(contract, ("rollback", "target"), "Say which revision to go back to.", "Every release needs a way back.")
    if tier.number >= 2:
        yield from _said(
            contract,
            ("rollback", "triggers"),
            "Say what triggers a rollback.",
            "Then nobody has to argue about it while it burns.",
        )
    if tier.number >= 4:
        yield from _said(
            contract,
            ("rollback", "artefact"),
            "Say what is kept to undo each action.",
            f"{tier.name} demands a rollback artefact for each action.",
        )


def _limits(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    if tier.number >= 4:
        for name, what in (("steps", "steps"), ("tool_calls", "tool calls"), ("spend", "spend")):
            yield from _said(contract, ("limits", name), f"Limit the {what} of one run.", "A loop must stop by itself.")


def _human_review(contract: Contract, tier: TierFacts) -> Iterator[Missing]:
    when = contract.get("human_review", {}).get("when")
    if contract.get("outputs", {}).get("draft") and when != "always":
        yield _lack(
            ("human_review", "when"),
            "Say that a person checks every output.",
            "The outputs say that a person sends each one.",
        )
    elif tier.number >= 1 and when is None:
        yield _lack(("human_review", "when"), "Say when a person looks first.", "Human review is a control of tier 1 and above.")
    if tier.number >= 3:
        yield from _said(
            contract,
            ("human_review", "override"),
            "Say how a person overrules it.",
            f"{tier.name} demands a human override path.",
        )


CHECKS: tuple[Callable[[Contract, TierFacts], Iterator[Missing]], ...] = (
    _inputs, _outputs, _authority, _fallback, _auditability, _routes, _prompts, _retrieval,
    _evals, _money, _recovery, _limits, _human_review,
)  # fmt: skip
