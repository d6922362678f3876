"""The five questions that a buyer asks, answered in sentences from a contract and what stands beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from registry.contracts.canonical import normal
from registry.contracts.facts import Names
from registry.contracts.problems import listed
from registry.contracts.render import classes_of, small, years
from registry.contracts.shape import Contract, lower_first, said

UNSAID = "Not said yet."


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a sentence, strong where the eye should land."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A buyer's question and its answer, made of sentences."""

    question: str
    aside: str
    sentences: tuple[tuple[Run, ...], ...]

    @property
    def text(self) -> str:
        """The answer without emphasis."""
        return " ".join("".join(run.text for run in sentence) for sentence in self.sentences)

    @property
    def is_answered(self) -> bool:
        """Whether the contract says anything about it."""
        return self.text != UNSAID


@dataclass(frozen=True, slots=True)
class Beside:
    """What the answers need beside the contract: names, what the endpoints are, who approves, what the drill showed."""

    names: Names = field(default_factory=Names)
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """Endpoint key to what is behind it: "Meridian AI, region eu-central, our own account"."""
    vendor_terms: Sequence[str] = ()
    approvers: Sequence[str] = ()
    proposers: str = ""
    previous: int | None = None
    drill: str = ""


def five_questions(contract: Contract, beside: Beside | None = None) -> list[Answer]:
    """The five questions that a buyer asks, answered from the contract and what stands beside it."""
    whole, more = normal(contract), beside or Beside()
    asked = (
        ("What model is used?", "and through whom", _models(whole, more)),
        ("What data does it see?", "and what never", _sees(whole, more)),
        ("What logs exist?", "and for how long", _logs(whole)),
        ("Who can change prompts?", "and who must agree", _prompts(whole, more)),
        ("How do you roll back?", "and how long it takes", _rollback(whole, more)),
    )
    return [Answer(question, aside, tuple(told) or ((Run(UNSAID),),)) for question, aside, told in asked]


Sentence = tuple[Run, ...]


def _plain(text: str) -> Sentence:
    return (Run(text if text.endswith((".", "!", "?", "…")) else f"{text}."),)


def _models(contract: Contract, more: Beside) -> list[Sentence]:
    told: list[Sentence] = []
    for role, lead in (("primary", ""), ("fallback", "Falls back to "), ("safer", "Safer model: ")):
        rows = [row for row in contract.get("routes", []) if row["role"] == role]
        if not rows:
            continue
        runs = [Run(lead)] if lead else []
        for index, row in enumerate(rows):
            behind = ", ".join(filter(None, (more.endpoints.get(row["endpoint"]), row.get("condition"))))
            runs.append(Run(more.names.of("endpoints", row["endpoint"]), strong=role == "primary"))
            runs.append(Run((f", {behind}" if behind else "") + ("; " if index < len(rows) - 1 else ".")))
        told.append(tuple(runs))
    off = contract.get("fallback", {}).get("description")
    if off:
        told.append(_plain(f"When none answers: {small(off)}"))
    return told


def _sees(contract: Contract, more: Beside) -> list[Sentence]:
    inputs = contract.get("inputs", {})
    told: list[Sentence] = [_plain(inputs["description"])] if "description" in inputs else []
    classes = classes_of(inputs, more.names)
    if classes:
        told.append(_plain(f"Classes: {', '.join(classes)}"))
    if inputs.get("never"):
        told.append((Run("Never", strong=True), Run(f" {listed([small(one) for one in inputs['never']], 'or')}.")))
    return told + [_plain(term) for term in more.vendor_terms]


def _logs(contract: Contract) -> list[Sentence]:
    kept = contract.get("auditability", {})
    told: list[Sentence] = [_plain(kept["description"])] if "description" in kept else []
    fields = [lower_first(said(("auditability", "fields", 0), one)) for one in kept.get("fields", [])]
    if fields and not told:
        told.append(_plain(f"Logged: {listed(fields, 'and')}"))
    if "retention_days" in kept:
        fixed = "Immutable, kept for " if "immutable_trail" in kept.get("fields", []) else "Kept for "
        told.append((Run(fixed), Run(years(kept["retention_days"]), strong=True), Run(".")))
    if "raw_text" in kept:
        told.append(_plain(f"Raw text is {lower_first(said(('auditability', 'raw_text'), kept['raw_text']))}"))
    return told


def _prompts(contract: Contract, more: Beside) -> list[Sentence]:
    told: list[Sentence] = [_plain(f"{more.proposers} proposes")] if more.proposers else []
    if more.approvers:
        verb = "approve" if len(more.approvers) > 1 else "approves"
        told.append((Run(listed(list(more.approvers), "and"), strong=True), Run(f" {verb} one hash; who asks never approves.")))
    prompts = [" ".join(filter(None, (row["key"], row.get("version")))) for row in contract.get("prompts", [])]
    if prompts:
        held = {row.get("repository") for row in contract["prompts"]} - {None}
        told.append(_plain(f"Prompts: {', '.join(prompts)}" + (f", held in {listed(sorted(held), 'and')}" if held else "")))
    return told


def _rollback(contract: Contract, more: Beside) -> list[Sentence]:
    back, switch = contract.get("rollback", {}), contract.get("kill_switch", {})
    told: list[Sentence] = []
    target = back.get("target")
    if target:
        number = more.previous if target == "previous" else int(target)
        goal = f"revision {number}" if number else "the revision before"
        who = switch.get("who", [])
        told.append(_plain(f"To {goal}" + (f", by {listed([small(one) for one in who], 'or')}" if who else "")))
    if "how" in back:
        told.append(_plain(back["how"]))
    drill = more.drill or switch.get("drill", "")
    if drill:
        told.append((Run("Drilled: "), Run(drill.rstrip("."), strong=True), Run(".")))
    return told
