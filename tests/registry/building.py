"""Ready-made surfaces and contracts for tests of the registry, made through actions and straight rows where allowed."""

from typing import Any

from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.kinds import EventKind, register
from registry.catalog.models import Endpoint, Tool, Vendor
from registry.surfaces.models import Surface

register(EventKind("test.made", "made {subject} for a test"))

CONTRACT: dict[str, Any] = {
    "inputs": {
        "description": "Claim form and the member's plan.",
        "data_classes": [{"key": "internal", "handling": "plain"}],
        "never": ["free-text clinical notes"],
        "sources": ["claims system"],
    },
    "outputs": {"description": "One of five queues and a reason.", "audience": "internal", "decision": "none"},
    "authority": {"description": "Suggests a queue. Does not write, pay or deny."},
    "fallback": {
        "description": "The rules engine, then the general queue.",
        **{
            mode: {"action": "deterministic", "detail": "The rules engine decides the queue."}
            for mode in ("vendor_down", "slow", "refusal", "over_budget", "bad_output")
        },
    },
    "auditability": {
        "description": "Trace and sources.",
        "fields": ["prompt", "prompt_version", "model", "output_fingerprint", "user", "sources", "human_edit"],
        "retention_days": 365,
        "raw_text": "none",
        "where": "Claims log",
    },
    "routes": [{"endpoint": "meridian-large-eu", "role": "primary"}],
    "prompts": [{"key": "triage", "version": "v31", "held": "here", "text": "You sort claims. Say why."}],
    "evals": [{"suite": "triage-accuracy", "threshold": 0.95}],
    "budget": {"amount": 2000, "currency": "EUR", "period": "month", "soft_percent": 80, "hard_percent": 100},
    "kill_switch": {"rungs": ["human_review", "off"], "who": ["engineering"], "fallback": "The general queue"},
    "rollback": {"target": "previous", "how": "Re-propose the revision before.", "triggers": ["Re-queued above 4 %"]},
    "human_review": {"when": "always", "who": "claims handlers"},
    "limits": {"steps": 5, "tool_calls": 3},
}
RECORD: dict[str, Any] = {
    "worst_case": "A claim lands in the wrong queue and waits a day.",
    "blast_radius": "Six thousand claims a day.",
    "drift_signs": "Share of re-queued claims.",
    "rollback_trigger": "Re-queued above 4 % for an hour.",
}


def contract_for(owner: Any, **changes: Any) -> dict[str, Any]:
    """The contract with somebody who answers for its budget, and with parts replaced."""
    return {**CONTRACT, "budget": {**CONTRACT["budget"], "owner": owner.ref}, **changes}


@action
def make_catalog(*, actor: Any, owner: Any) -> dict[str, Any]:
    """A vendor with one endpoint and two tools."""
    vendor = Vendor(key="meridian", name="Meridian AI", owner=owner, state="approved")
    transitions.create(vendor, actor=actor, kind="test.made")
    endpoint = Endpoint(
        key="meridian-large-eu", name="Meridian large, EU", vendor=vendor, model="meridian-2.1-large", region="eu-central"
    )
    endpoint.owner, endpoint.state = owner, "approved"
    transitions.create(endpoint, actor=actor, kind="test.made")
    read = Tool(key="claims.read", name="Read claims", effect="read", owner=owner, state="approved")
    transitions.create(read, actor=actor, kind="test.made")
    pay = Tool(key="payments.release", name="Release payments", effect="irreversible", owner=owner, state="approved")
    transitions.create(pay, actor=actor, kind="test.made")
    return {"vendor": vendor, "endpoint": endpoint, "read": read, "pay": pay}


@action
def make_surface(*, actor: Any, owner: Any, team: Any, name: str = "Claims triage", tier: int | None = 0) -> Surface:
    """A surface with an owner, a team and a tier, and nothing in force."""
    surface = Surface(name=name, purpose="Suggests a queue for a claim.", owner=owner, team=team, tier=tier)
    return transitions.create(surface, actor=actor, kind="test.made")
