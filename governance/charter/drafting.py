"""Writes a first text from what is held: the policy in force, and what the apps above say of what exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.charter import wording
from governance.core import clock, digest
from governance.core.contributions import CharterSection, contributed
from governance.people.models import Position
from governance.policy import queries as policy


@dataclass(frozen=True)
class Held:
    """What is held now: fixed facts and tables, and suggested lines for the sections that people edit."""

    facts: dict[str, Any]
    lines: dict[str, list[str]]


def held() -> Held:
    """Read policy and contributions. A contribution that gives a mapping gives facts; one that gives lines, a section."""
    document = policy.document()
    covers: list[str] = []
    lines: dict[str, list[str]] = {}
    for section in contributed(CharterSection):
        found = section.draft()
        if isinstance(found, Mapping):
            covers += [f"{label}: {value}" if label else str(value) for label, value in found.items()]
        else:
            lines[section.key] = [str(line) for line in found]
    facts = {
        "covers": covers,
        "tiers": tiers(document),
        "policy": policy.in_force().label,
        "read_at": digest.plain(clock.now()),
    }
    return Held(facts, lines)


def tiers(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the tiers as the charter prints them."""
    names = {position.key: position.name for position in Position.objects.all()}
    return [
        {
            "number": tier["number"],
            "name": tier["name"],
            "example": tier["example"],
            "approvers": [_approver(step, names) for step in tier["approvers"]],
            "review": f"{tier['review_months']} months",
            "evals": _threshold(tier),
            "exception": f"{tier['exception_days']} days",
        }
        for tier in document["tiers"]
    ]


def _approver(step: Mapping[str, Any], names: Mapping[str, str]) -> str:
    name = names.get(step["position"], step["position"])
    return f"{name}, {step['count']} people" if step["count"] > 1 else name


def _threshold(tier: Mapping[str, Any]) -> str:
    found = (tier.get("evals") or {}).get("threshold")
    return f"{found:.2f}" if found is not None else "–"


def first_words(now: Held) -> dict[str, Any]:
    """Return the sections of a charter that nobody has written yet."""
    incidents = policy.document()["incidents"]
    levers = ", ".join(lever["name"][0].lower() + lever["name"][1:] for lever in incidents["levers"])
    return {
        "lead": wording.LEAD,
        "rules": [{"label": label, "text": text} for label, text in wording.RULES],
        "incidents": list(incidents["counts_as"]),
        "response": wording.RESPONSE.format(levers=levers),
        "held": dict(now.lines),
    }


def next_words(now: Held, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sections of a version that follows another: its words, with what is held read anew."""
    return {**first_words(now), **before, "held": dict(now.lines)}
