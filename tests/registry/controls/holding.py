"""A surface of which every check is met, as plain facts, so that a test breaks one thing at a time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from registry.controls import held

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
VENDOR = held.Vendor("meridian", "Meridian AI", "approved", date(2026, 8, 1))
CONTRACT: dict[str, Any] = {
    "inputs": {"data_classes": [{"key": "customer", "handling": "redacted"}]},
    "outputs": {"audience": "internal", "draft": True, "decision": "supports"},
    "authority": {
        "tools": [
            {"key": "claims.read", "effect": "read"},
            {
                "key": "pay",
                "effect": "irreversible",
                "approval": True,
                "limits": "at most 500",
                "rate": {"calls": 4, "per": "hour"},
            },
        ]
    },
    "fallback": {
        "description": "The rules engine.",
        **{mode: {"action": "queue"} for mode in ("vendor_down", "slow", "refusal", "over_budget", "bad_output")},
    },
    "auditability": {
        "fields": ["prompt", "model", "output_fingerprint", "human_edit", "rollback_artefacts"],
        "retention_days": 365,
        "raw_text": "none",
    },
    "routes": [{"endpoint": "large", "role": "primary"}],
    "prompts": [{"key": "triage", "version": "v3", "text": "Sort."}],
    "retrieval": [{"key": "handbook", "snapshot": "2026-04", "access": "the asker's"}],
    "evals": [{"suite": "accuracy"}],
    "budget": {"amount": 2600, "currency": "EUR", "period": "month", "owner": "p_noor"},
    "kill_switch": {"rungs": ["human_review", "off"], "who": ["engineering"], "fallback": "The general queue"},
    "rollback": {"target": "previous", "artefact": "The order and its counter-order"},
    "human_review": {"when": "always", "who": "claims handlers", "override": "The handler decides."},
}
DEMAND = held.Demand(4, "Autonomous actions", logging=("prompt", "model"), drill_days=90, approvers=3, two_person=True)
HELD = held.Held(
    key="S-0001",
    at=NOW,
    today=NOW.date(),
    demand=DEMAND,
    contract=CONTRACT,
    number=2,
    earlier=(1,),
    owner=held.Person("Noor Haddad", True),
    raci=(
        held.RaciLine("model", "Model change", ("Engineering",), ("Team lead",)),
        held.RaciLine("incident", "Incident", ("Product manager",), ("Engineering",)),
    ),
    on_call=held.OnCall(("Claims on call",), kinds=10),
    classes={
        "customer": held.DataClass("Customer", True, False, "redacted"),
        "internal": held.DataClass("Internal", False, False, "allowed"),
    },
    endpoints={"large": held.Endpoint("Meridian large", "meridian-2", "approved", VENDOR)},
    tools={
        "claims.read": held.Tool("Read claims", "read", "approved"),
        "pay": held.Tool("Release payments", "irreversible", "approved"),
    },
    people={"p_noor": held.Person("Noor Haddad", True)},
    uses=(held.Use("rate_limits", "EV-1", "Gateway limits", "Priya Raman", date(2026, 1, 10), None, True),),
    suites=(held.Suite("accuracy", "Accuracy", "passing", "Accuracy: 97 % of 100 cases passed."),),
    drill=held.Drill("DR-1", datetime(2026, 5, 1, 9, tzinfo=UTC)),
    checklist=held.Checklist("OWASP Top 10 for LLM applications 2026", 10),
)


def with_contract(**parts: Any) -> held.Held:
    """The same surface with parts of its contract replaced; None takes a part out."""
    whole = {**CONTRACT, **parts}
    return replace(HELD, contract={name: part for name, part in whole.items() if part is not None})


def control(key: str, **said: Any) -> Mapping[str, Any]:
    """A control as the policy keeps it."""
    return {"key": key, "title": key.replace("_", " ").capitalize(), "why": "", "kind": "automatic", **said}
