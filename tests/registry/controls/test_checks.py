"""Every check: met as it stands, and red, with the reason, when the one thing that it looks at is broken."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from governance.policy.actions.versions import CATALOGUE
from governance.policy.validation import read
from registry.controls import audit, doors, held
from registry.controls.checks import CHECKS
from registry.controls.models import Status
from registry.controls.standing import Standing, applies, judge, result_of
from tests.registry.controls.holding import CONTRACT, DEMAND, HELD, NOW, VENDOR, control, with_contract

Broken = Callable[[], held.Held]
TOOLS = CONTRACT["authority"]["tools"]


def vendor(review_on: date | None) -> held.Held:
    endpoint = replace(HELD.endpoints["large"], vendor=replace(VENDOR, review_on=review_on))
    return replace(HELD, endpoints={"large": endpoint})


def suite(state: str) -> held.Held:
    return replace(HELD, suites=[held.Suite("accuracy", "Accuracy", state, "Accuracy: 90 % passed, and 97 % is asked.")])


# control: what breaks it, the status then, a part of the reason
BREAKS: list[tuple[str, Broken, str, str]] = [
    ("human_review", lambda: with_contract(human_review={"when": "sampled"}), "not_met", "does not say that a person checks"),
    ("human_override", lambda: with_contract(human_review={"when": "always"}), "not_met", "how a person overrules"),
    ("logging_minimum", lambda: with_contract(auditability={"fields": ["prompt"]}), "not_met", "1 of 2 fields"),
    ("failure_fallbacks", lambda: with_contract(fallback={"slow": {"action": "queue"}}), "not_met", "For 4 of 5 ways"),
    (
        "irreversible_approved",
        lambda: with_contract(authority={"tools": [{"key": "pay", "effect": "irreversible"}]}),
        "not_met",
        "What Release payments does cannot be undone",
    ),
    (
        "irreversible_approved",  # the catalogue knows better than the contract
        lambda: with_contract(authority={"tools": [{"key": "pay", "effect": "write"}]}),
        "not_met",
        "no person approves it first",
    ),
    ("constrained_tools", lambda: with_contract(authority={}), "not_met", "lists no tools"),
    (
        "constrained_tools",
        lambda: with_contract(authority={"tools": [TOOLS[1] | {"rate": None}]}),
        "not_met",
        "Release payments has no limits or no rate",
    ),
    ("rollback_artefact", lambda: with_contract(rollback={"target": "previous"}), "not_met", "what is kept to undo"),
    ("rollback_artefact", lambda: with_contract(auditability={"fields": []}), "not_met", "said but not logged"),
    ("rollback_target", lambda: with_contract(rollback={}), "not_met", "to which revision to go back"),
    ("rollback_target", lambda: with_contract(rollback={"target": "7"}), "not_met", "Revision 7 never held"),
    (
        "rollback_target",
        lambda: replace(with_contract(kill_switch=None, fallback=None), earlier=()),
        "not_met",
        "It is the first revision",
    ),
    ("kill_switch", lambda: with_contract(kill_switch={"rungs": ["human_review"]}), "not_met", "how it is switched off"),
    ("owner_active", lambda: replace(HELD, owner=None), "not_met", "Nobody owns it."),
    ("owner_active", lambda: replace(HELD, owner=held.Person("Noor Haddad", False)), "not_met", "Noor Haddad has left"),
    (
        "raci_complete",
        lambda: replace(HELD, raci=(held.RaciLine("model", "Model change", (), ("Team lead",)),)),
        "not_met",
        "for model change",
    ),
    (
        "raci_complete",
        lambda: replace(HELD, raci=(held.RaciLine("model", "Model change", ("Legal",), ("Team lead",), ("Legal",)),)),
        "not_met",
        "Legal is accountable, and nobody is there",
    ),
    ("on_call_route", lambda: replace(HELD, on_call=held.OnCall(kinds=10)), "not_met", "but to the fallback"),
    (
        "on_call_route",
        lambda: replace(HELD, on_call=held.OnCall(("Security",), ("Bias", "Regression"), 10)),
        "not_met",
        "For bias and regression only the fallback is called",
    ),
    (
        "on_call_route",
        lambda: replace(HELD, on_call=held.OnCall(("Security",), (), 10, (("security", "Security", 2),))),
        "not_met",
        "Step 2 of Security reaches nobody",
    ),
    ("budget_set", lambda: with_contract(budget={"amount": 5, "currency": "EUR"}), "not_met", "a period and an owner"),
    ("budget_set", lambda: replace(HELD, people={"p_noor": held.Person("Noor Haddad", False)}), "not_met", "has left"),
    ("two_person_rule", lambda: replace(HELD, demand=replace(DEMAND, approvers=1)), "not_met", "Policy asks 1"),
    ("two_person_rule", lambda: replace(HELD, approved_by=("Ingrid Aasen",)), "not_met", "Only Ingrid Aasen approved"),
    (
        "no_sensitive_data",
        lambda: HELD,
        "not_met",
        "The contract names Customer data",
    ),
    (
        "data_rules",
        lambda: with_contract(inputs={"data_classes": [{"key": "customer", "handling": "plain"}]}),
        "not_met",
        "Customer data may go to Meridian large only redacted",
    ),
    (
        "data_rules",
        lambda: replace(HELD, endpoints={"large": replace(HELD.endpoints["large"], rules={"customer": "never"})}),
        "not_met",
        "may never go to Meridian large",
    ),
    ("data_rules", lambda: with_contract(inputs={"data_classes": [{"key": "genes"}]}), "not_met", "no data class that policy"),
    ("approved_catalogue", lambda: replace(HELD, endpoints={}), "not_met", "large is not in the catalogue"),
    (
        "approved_catalogue",
        lambda: replace(HELD, endpoints={"large": replace(HELD.endpoints["large"], state="suspended")}),
        "not_met",
        "Meridian large is suspended, not approved",
    ),
    ("vendor_review", lambda: vendor(None), "not_met", "No review of Meridian AI is planned"),
    ("vendor_review", lambda: vendor(date(2026, 5, 20)), "expired", "due on 20 May 2026, 12 days ago"),
    ("evals_above_threshold", lambda: suite("below"), "not_met", "90 % passed, and 97 % is asked"),
    ("evals_above_threshold", lambda: suite("stale"), "expired", "90 % passed"),
    ("evals_above_threshold", lambda: replace(HELD, suites=()), "not_met", "names no eval suite"),
    ("owasp_clear", lambda: replace(HELD, checklist=None), "not_met", "No edition"),
    (
        "owasp_clear",
        lambda: replace(HELD, checklist=held.Checklist("OWASP 2026", 10, [("LLM03", "Supply chain")])),
        "not_met",
        "1 of 10 items of OWASP 2026 are open: LLM03 Supply chain",
    ),
    ("drilled_kill_switch", lambda: replace(HELD, drill=None), "not_met", "never drilled"),
    (
        "drilled_kill_switch",
        lambda: replace(HELD, drill=held.Drill("DR-1", NOW - timedelta(days=112))),
        "expired",
        "The last drill is 112 days old; tier 4 asks for one every 90",
    ),
]


@pytest.mark.parametrize("key", sorted(set(CHECKS) - {"no_sensitive_data"}))
def test_each_check_is_met_where_nothing_is_broken(key):
    found = result_of(HELD, control(key))
    assert (found.status, found.next_step) == (Status.MET, ""), found.why
    assert found.why.endswith(".") and found.why[0].isupper()


@pytest.mark.parametrize(("key", "broken", "status", "why"), BREAKS)
def test_each_check_turns_with_its_reason_and_the_way_out(key, broken, status, why):
    found = result_of(broken(), control(key))
    assert (found.status, why in found.why) == (status, True), found.why
    assert found.next_step.endswith(".") and found.door.partition(":")[0] in doors.DOORS


def test_every_check_is_broken_here_and_is_a_control_of_the_shipped_policy():
    shipped = {each["key"]: each for each in read(CATALOGUE.read_text(encoding="utf-8"))["controls"]}
    assert {key for key, *_ in BREAKS} == set(CHECKS)
    assert {key for key, each in shipped.items() if each["kind"] == "automatic"} == set(CHECKS)


def test_public_data_only_is_no_sensitive_data():
    internal = with_contract(inputs={"data_classes": [{"key": "internal", "handling": "plain"}]})
    assert result_of(internal, control("no_sensitive_data")).status == Status.MET


@pytest.mark.parametrize(
    ("collected", "expires_on", "days", "status", "why"),
    [
        (date(2026, 5, 1), None, 180, "met", "which counts until 28 October 2026"),
        (date(2026, 5, 1), date(2026, 6, 1), 180, "met", "which counts until 1 June 2026"),
        (date(2026, 5, 1), date(2026, 5, 31), 180, "expired", "counted until 31 May 2026, 1 day ago"),
        (date(2025, 6, 1), None, 180, "expired", "counted until 28 November 2025, 185 days ago"),
        (date(2020, 6, 1), None, None, "met", "Shown by Gateway limits (EV-1)."),
    ],
)
def test_evidence_counts_until_its_own_end_or_that_of_the_control(collected, expires_on, days, status, why):
    facts = replace(HELD, uses=(replace(HELD.uses[0], collected_on=collected, expires_on=expires_on),))
    found = result_of(facts, control("rate_limits", kind="attested", evidence_days=days))
    assert (found.status, why in found.why) == (status, True), found.why


def test_withdrawn_evidence_counts_for_nothing():
    facts = replace(HELD, uses=(replace(HELD.uses[0], is_current=False),))
    found = result_of(facts, control("rate_limits", kind="attested", evidence="Limits for each user"))
    assert (found.status, found.next_step) == (Status.NOT_MET, "Attach evidence: Limits for each user.")


def test_a_result_knows_when_time_alone_turns_it():
    facts = replace(HELD, uses=(replace(HELD.uses[0], expires_on=date(2026, 6, 3)),))
    found = result_of(facts, control("rate_limits", kind="attested"))
    assert found.expires_at == datetime(2026, 6, 4, tzinfo=UTC)
    day_after = replace(facts, at=found.expires_at, today=date(2026, 6, 4))
    assert result_of(day_after, control("rate_limits", kind="attested")).status == Status.EXPIRED


def test_an_exception_turns_red_into_excepted_until_it_ends_and_nothing_else():
    waiver = held.Waiver("X-1", "No owner for a week", NOW + timedelta(days=7))
    facts = replace(HELD, owner=None, waivers={"owner_active": waiver, "budget_set": waiver})
    found = result_of(facts, control("owner_active"))
    assert (found.status, found.expires_at, found.exception) == (Status.EXCEPTED, waiver.ends_at, waiver)
    assert "Nobody owns it." in found.why and not found.holds
    assert result_of(facts, control("budget_set")).status == Status.MET


def test_an_item_of_the_checklist_can_be_excepted_by_itself():
    waiver = held.Waiver("X-2", "Supply chain", NOW + timedelta(days=7))
    checklist = held.Checklist("OWASP 2026", 10, [("LLM03", "Supply chain")])
    found = result_of(replace(HELD, checklist=checklist, waivers={"owasp:LLM03": waiver}), control("owasp_clear"))
    assert (found.status, found.expires_at) == (Status.MET, waiver.ends_at)


@pytest.mark.parametrize(
    ("tier", "said", "holds"),
    [
        (1, {}, False),
        (2, {}, True),
        (0, {"blocks_from": 0}, True),
        (4, {"blocking": False}, False),
        (3, {"blocks_from": 4}, False),
    ],
)
def test_what_is_red_holds_from_the_tier_that_policy_says(tier, said, holds):
    facts = replace(HELD, owner=None, demand=replace(DEMAND, number=tier))
    assert result_of(facts, control("owner_active", **said)).holds is holds


@pytest.mark.parametrize(
    ("where", "parts", "does"),
    [
        ("always", {}, True),
        ("drafts", {}, True),
        ("drafts", {"outputs": {}}, False),
        ("sensitive", {}, True),
        ("regulated", {}, True),
        ("regulated", {"outputs": {"decision": "none"}}, False),
        ("tools", {"authority": {}}, False),
        ("irreversible", {}, True),
        ("irreversible", {"authority": {"tools": [TOOLS[0]]}}, False),
    ],
)
def test_a_control_applies_where_policy_says(where, parts, does):
    facts = with_contract(**parts)
    assert applies(facts, where) is does
    if not does:
        assert result_of(facts, control("owner_active", applies=where)).status == Status.NOT_APPLICABLE


def test_an_automatic_control_that_nothing_computes_is_red_and_says_so():
    found = result_of(HELD, control("cosmic_balance"))
    assert found.status == Status.NOT_MET and "there is no check of this name" in found.why


def test_a_standing_counts_what_applies_and_knows_what_holds():
    controls = [control("owner_active"), control("human_review", applies="drafts"), control("rate_limits", kind="attested")]
    facts = with_contract(outputs={})
    found: Standing = judge(replace(facts, owner=None, demand=replace(DEMAND, controls=controls)))
    assert (found.demanded, found.met, len(found.unmet)) == (2, 1, 1)
    assert [result.key for result in found.unmet_blocking] == ["owner_active"]


def document(key: str) -> dict[str, Any]:
    row = {"what": "What", "record": "r", "where_teams_fail": "w", "least_control": "Snapshots"}
    return {"audit_trail": [{"key": key, **row}]}


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("prompts", {"prompts": [{"key": "triage"}]}),
        ("routing", {"routes": []}),
        ("retrieval", {"retrieval": [{"key": "handbook"}]}),
        ("outputs", {"auditability": {"fields": []}}),
        ("overrides", {"human_review": {"when": "always"}}),
    ],
)
def test_each_row_of_the_audit_trail_is_computed_else_shown_by_evidence(key, parts):
    assert audit.trail(HELD, document(key))[0].status == Status.MET
    broken = with_contract(**parts)
    assert audit.trail(broken, document(key))[0].is_red
    shown = replace(broken, uses=(replace(HELD.uses[0], control=f"audit:{key}"),))
    assert audit.trail(shown, document(key))[0].status == Status.MET
