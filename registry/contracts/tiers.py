"""Which tier a surface belongs in: a short questionnaire, and what its contract implies whatever was answered.

The answers suggest; the contract sets a minimum (R4) below which a tier may lie only by an exception.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from registry.contracts.canonical import normal
from registry.contracts.facts import DataClassFacts, TierFacts, tier_of
from registry.contracts.problems import listed
from registry.contracts.shape import Contract


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the questionnaire, answered yes or no, and the tier that a yes means."""

    key: str
    text: str
    help: str
    tier: int
    because: str


QUESTIONS = (
    Question(
        "acts_alone",
        "Does it act without a person?",
        "It sends, pays, merges, deletes, approves or denies, and nobody looks first.",
        4,
        "It acts without a person.",
    ),
    Question(
        "regulated",
        "Does it take part in a regulated decision?",
        "Hiring, pay, credit, insurance, health, housing, education, benefits: where law sets rules.",
        3,
        "It takes part in a regulated decision.",
    ),
    Question(
        "reaches_customers",
        "Do customers see what it wrote, as it wrote it?",
        "A chat in the product, a generated page, a mail that goes out by itself.",
        2,
        "Customers see what it wrote.",
    ),
    Question(
        "drafts_for_customers",
        "Does it draft something for customers that a person sends?",
        "Suggested replies, offers, reports: a person reads and sends each one.",
        1,
        "It drafts for customers.",
    ),
    Question(
        "internal_only",
        "Does everything it makes stay inside the company?",
        "Notes, code, summaries for colleagues only.",
        0,
        "What it makes stays inside the company.",
    ),
)

Answers = Mapping[str, bool | None]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The tier that fits, why, the least tier that the contract allows, why, and what does not fit together."""

    tier: int
    name: str
    reasons: tuple[str, ...]
    minimum: int
    minimum_reasons: tuple[str, ...]
    conflicts: tuple[str, ...]
    unanswered: tuple[str, ...]


def suggest(
    answers: Answers, contract: Contract, *, tiers: Sequence[TierFacts], data_classes: Sequence[DataClassFacts]
) -> Suggestion:
    """Suggest a tier from the answers so far and the contract so far."""
    said = [(question.tier, question.because) for question in QUESTIONS if answers.get(question.key)]
    implied = list(implications(contract, data_classes))
    highest = max((tier.number for tier in tiers), default=4)
    by_answers = min(max((tier for tier, _ in said), default=0), highest)
    minimum = min(max((tier for tier, _ in implied), default=0), highest)
    suggested = max(by_answers, minimum)
    reasons = [why for tier, why in said if tier == by_answers] if by_answers == suggested else []
    if minimum == suggested:
        reasons += [why for tier, why in implied if min(tier, highest) == minimum]
    return Suggestion(
        tier=suggested,
        name=tier_of(suggested, tiers).name,
        reasons=tuple(reasons) or ("Nothing said so far asks for more.",),
        minimum=minimum,
        minimum_reasons=tuple(why for tier, why in implied if min(tier, highest) == minimum and minimum > 0),
        conflicts=tuple(conflicts(answers, contract)),
        unanswered=tuple(question.key for question in QUESTIONS if answers.get(question.key) is None),
    )


def implications(contract: Contract, data_classes: Sequence[DataClassFacts]) -> Iterator[tuple[int, str]]:
    """Each thing in a sound contract that implies a least tier, with the reason in words."""
    whole = normal(contract)
    yield from _tools(whole)
    yield from _outputs(whole)
    yield from _data(whole, {one.key: one for one in data_classes})


def minimum_tier(contract: Contract, data_classes: Sequence[DataClassFacts]) -> int:
    """The least tier that a contract allows."""
    return max((tier for tier, _ in implications(contract, data_classes)), default=0)


def conflicts(answers: Answers, contract: Contract) -> Iterator[str]:
    """Answers that contradict each other or the contract; a person settles them."""
    inside = answers.get("internal_only")
    outside = [key for key in ("reaches_customers", "drafts_for_customers") if answers.get(key)]
    if inside and outside:
        yield "It is said to stay inside the company, and to reach customers. One of the two is not so."
    outputs = contract.get("outputs", {})
    if inside and outputs.get("audience") in {"customer", "public"}:
        yield "It is said to stay inside the company, but the contract names an audience outside."
    if (
        answers.get("reaches_customers") is False
        and outputs.get("audience") in {"customer", "public"}
        and not outputs.get("draft")
    ):
        yield "Customers are said not to see what it wrote, but the contract names them as its audience."
    if answers.get("acts_alone") is False and any(
        row["effect"] == "irreversible" and not row.get("approval") for row in _tool_rows(contract)
    ):
        yield "It is said not to act without a person, but a tool that cannot be undone needs no person's approval."


def _tool_rows(contract: Contract) -> list[Contract]:
    rows: list[Contract] = contract.get("authority", {}).get("tools", [])
    return rows


def _tools(contract: Contract) -> Iterator[tuple[int, str]]:
    final = [row["key"] for row in _tool_rows(contract) if row["effect"] == "irreversible"]
    if final:
        verb = "does" if len(final) == 1 else "do"
        yield 4, f"What {listed(final, 'and')} {verb} cannot be undone."


def _outputs(contract: Contract) -> Iterator[tuple[int, str]]:
    outputs = contract.get("outputs", {})
    audience = outputs.get("audience")
    if audience in {"customer", "public"}:
        who = "Customers see" if audience == "customer" else "The public sees"
        if outputs.get("draft"):
            yield 1, f"{who} what it drafted, after a person."
        else:
            yield 2, f"{who} what it wrote."


def _data(contract: Contract, known: Mapping[str, DataClassFacts]) -> Iterator[tuple[int, str]]:
    named = [known[row["key"]] for row in contract.get("inputs", {}).get("data_classes", []) if row["key"] in known]
    for one in named:
        if one.minimum_tier > 0:
            yield one.minimum_tier, f"It sees {one.name.lower()} data, which asks for tier {one.minimum_tier} or above."
        elif one.sensitive:
            yield 1, f"It sees {one.name.lower()} data, which may not be in tier 0."
    decision = contract.get("outputs", {}).get("decision", "none")
    sensitive = [one.name.lower() for one in named if one.sensitive]
    if decision != "none" and sensitive:
        part = "decides" if decision == "makes" else "takes part in decisions"
        yield 3, f"It {part} about people with {listed(sensitive, 'and')} data."
