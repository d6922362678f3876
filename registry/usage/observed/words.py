"""How what was observed is called on pages: standings, amounts, spans of time."""

from registry.usage.matching.standing import in_words
from registry.usage.models import NANO, Outcome, Standing, UsagePath

TONES = {Standing.APPROVED: "held", Standing.NOT_APPROVED: "stop", Standing.UNKNOWN: "warn"}
OUTCOMES = {
    Outcome.UNKNOWN: ("wait", "Not said"),
    Outcome.OK: ("ok", "Succeeded"),
    Outcome.ERROR: ("stop", "Failed"),
    Outcome.OVERRIDDEN: ("warn", "Changed by a person"),
    Outcome.REFUSED: ("warn", "Refused by the model"),
}


def standing_of(path: UsagePath) -> tuple[str, str]:
    """Return the mark and the words of how a path stands."""
    standing = Standing(path.standing)
    return TONES[standing], str(standing.label)


def outcome_of(outcome: int) -> tuple[str, str]:
    """Return the mark and the words of how a call ended."""
    return OUTCOMES[Outcome(outcome)]


def reasons_of(path: UsagePath) -> list[str]:
    """Return in sentences what speaks against a path."""
    return [f"{in_words(each)}." for each in path.reasons]


def money(nano: int | None, currency: str) -> str:
    """Return an amount in words: 12.40 EUR; four places below one unit."""
    if nano is None:
        return ""
    amount = nano / NANO
    return f"{amount:,.2f} {currency}" if amount >= 1 or not nano else f"{amount:.4f} {currency}"


def what(path: UsagePath) -> str:
    """Return what was called: a tool, else the model."""
    return path.tool or path.model or path.endpoint_said or "not said"


def caller(path: UsagePath) -> str:
    """Return who called, as far as anybody said."""
    if path.surface is not None:
        return path.surface.name
    return path.claim or path.service or path.agent or "Nobody said"
