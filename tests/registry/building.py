"""Ready-made surfaces and contracts for tests of the registry, made through actions and straight rows where allowed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from governance.core import clock
from governance.core.digest import sha256
from governance.ledger import transitions
from governance.ledger.journal import action
from governance.ledger.kinds import EventKind, register
from registry.catalog import actions as catalog
from registry.catalog.models import Endpoint, Tool, Vendor
from registry.controls import queries as controls
from registry.controls.standing import Result
from registry.evals import actions as evals
from registry.evals.formats import Case, Report
from registry.evals.models import EvalSuite
from registry.evidence import actions as evidence
from registry.frameworks import queries as frameworks
from registry.frameworks.actions import answer
from registry.oncall import actions as on_call
from registry.oncall.actions import StepTerms
from registry.surfaces.models import Surface
from registry.switches import actions as drills

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


def paperwork(surface: Surface, contract: Mapping[str, Any], *, actor: Any, tier: int | None = None) -> None:
    """Make through actions all that holds this contract back on its tier: evidence, runs, drill, reviews, answers.

    `actor` governs (a risk officer). Raises AssertionError naming what is still not met.
    """
    tier = surface.tier if tier is None else tier
    for result in controls.standing(surface, contract=contract, tier=tier).unmet:
        mend(result, surface, contract, actor=actor)
    left = controls.standing(surface, contract=contract, tier=tier).unmet_blocking
    assert not left, "\n".join(f"{result.title}: {result.why}" for result in left)


def mend(result: Result, surface: Surface, contract: Mapping[str, Any], *, actor: Any) -> None:
    """Do what a red control asks for next, where paper can mend it."""
    door, _, needs = result.door.partition(":")
    if door in ("evidence", "renew"):
        url = f"https://wiki.example.org/{surface.key}"
        evidence.collect(actor=actor, title="What was looked at", url=url, surface=surface, control=result.key)
    elif door == "vendor":
        catalog.review_vendor(Vendor.objects.get(key=needs), actor=actor)
    elif door == "evals":
        for row in contract["evals"]:
            passing_run(surface, contract, row["suite"], actor=actor)
    elif door == "drill":
        ran = clock.now() - timedelta(hours=1)
        drills.record(surface, actor=actor, kind="kill_switch", outcome="passed", seconds=41, run_at=ran, lever="off")
    elif door == "owasp":
        answer_owasp(surface, actor=actor)
    elif door == "on-call":
        path = on_call.make_path(actor=actor, name=f"On call for {surface.key}", steps=[StepTerms([actor])])
        on_call.make_route(actor=actor, path=path, surface=surface)


def passing_run(surface: Surface, contract: Mapping[str, Any], suite: str, *, actor: Any, failed: int = 0) -> Any:
    """A run of a suite (added where the library has none) with a contract's prompts and models; of 100 cases some fail."""
    known = EvalSuite.objects.filter(key=suite).first()
    known = known or evals.add_suite(actor=actor, name=suite.replace("-", " ").capitalize(), key=suite, good="As a person would.")
    endpoints = dict(Endpoint.objects.values_list("key", "model"))
    report = Report(
        format="plumbline",
        digest=sha256(f"{surface.pk} {suite} {failed} {clock.now()} {contract.get('prompts')}".encode()),
        cases=tuple(Case(f"case {number}", "fail" if number <= failed else "pass") for number in range(1, 101)),
        models=tuple(dict.fromkeys(endpoints.get(row["endpoint"], row["endpoint"]) for row in contract["routes"])),
        prompts={row["key"]: row["version"] for row in contract.get("prompts", ())},
    )
    return evals.record_run(surface, actor=actor, suite=known, report=report)


def answer_owasp(surface: Surface, *, actor: Any) -> None:
    """Say of every item of the OWASP checklist in use that it is mitigated."""
    edition = frameworks.edition()
    for item in edition.items:
        said = "Tried on staging with the attack cases."
        answer(surface, actor=actor, framework=edition.key, item=item.id, status="mitigated", reason=said)
