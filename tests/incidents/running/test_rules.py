"""The state machine of an incident: every step from every state, by everybody; and how bad it is proposed to be."""

from types import SimpleNamespace
from typing import Any

import pytest

from governance.people.models import Role, User
from incidents.cases.models import IncidentState
from incidents.running import rules
from incidents.running import severity as judging

STATES = [state.value for state in IncidentState]
MAY = {
    "acknowledge": {"reported", "triaged", "mitigating"},
    "triage": {"reported"},
    "set_severity": {"triaged", "mitigating", "resolved", "postmortem"},
    "start_mitigating": {"triaged"},
    "mitigated": {"triaged", "mitigating"},
    "resolve": {"triaged", "mitigating"},
    "begin_postmortem": {"resolved"},
    "reopen": {"resolved", "postmortem", "closed"},
    "edit": {"reported", "triaged", "mitigating", "resolved", "postmortem"},
}
LEADS = {
    "triage": "triaged",
    "start_mitigating": "mitigating",
    "mitigated": "mitigating",
    "resolve": "resolved",
    "begin_postmortem": "postmortem",
    "reopen": "mitigating",
}


def person(role: str = "member", pk: int = 7, kind: str = "person") -> Any:
    return SimpleNamespace(pk=pk, role=role, kind=kind, is_authenticated=True, is_active=True)


def incident(state: str = "triaged", **more: Any) -> Any:
    parts = {f"{name}_id": None for name in rules.ROLES}
    held = {"severity": "SEV2", "acknowledged_at": None, "mitigated_at": None, "owner": None, **parts, **more}
    return SimpleNamespace(state=state, **held)


def test_every_step_is_known() -> None:
    assert set(MAY) == set(rules.STEPS) == set(rules.VERBS)


@pytest.mark.parametrize("step", MAY)
@pytest.mark.parametrize("state", STATES)
def test_each_step_from_each_state(step: str, state: str) -> None:
    verdict = rules.may_step(step, incident(state))
    assert bool(verdict) is (state in MAY[step])
    assert verdict or (verdict.reason and verdict.fix)
    if verdict:
        assert rules.reaches(step, incident(state)) == LEADS.get(step, state)


def test_what_is_done_is_not_done_twice() -> None:
    assert not rules.may_step("acknowledge", incident(acknowledged_at="now"))
    assert not rules.may_step("mitigated", incident(mitigated_at="now"))


def test_what_was_never_triaged_is_reopened_as_reported() -> None:
    assert rules.reaches("reopen", incident("closed", severity="")) == "reported"


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("step", MAY)
def test_each_role_without_a_part(role: str, step: str) -> None:
    stands = incident(sorted(MAY[step])[0])
    verdict = rules.may(step, person(role), stands, rules.Standing())
    assert bool(verdict) is (role in ("administrator", "risk_officer", "leader"))
    assert verdict or verdict.reason


@pytest.mark.parametrize("part", rules.ROLES)
@pytest.mark.parametrize("role", Role.values)
def test_a_part_lets_one_act_unless_one_only_reads(part: str, role: str) -> None:
    verdict = rules.may_respond(person(role), incident(**{f"{part}_id": 7}), rules.Standing())
    assert bool(verdict) is (role not in ("auditor", "guest_auditor"))


@pytest.mark.parametrize("standing", [rules.Standing(edits_surface=True), rules.Standing(on_call=True)])
def test_a_hand_in_the_surface_or_being_on_call_lets_one_act(standing: rules.Standing) -> None:
    assert rules.may_respond(person(), incident(), standing)
    assert not rules.may_respond(person("auditor"), incident(), standing)
    assert standing.words


def test_plumbline_itself_may_act() -> None:
    assert rules.may_respond(person("service", kind=User.Kind.SYSTEM), incident(), rules.Standing())


def test_who_speaks_to_whom() -> None:
    message = {name: SimpleNamespace(state="draft", audience=name, get_audience_display=str(name).title) for name in
               ("staff", "customers", "regulators")}  # fmt: skip
    scribe, speaker = person(pk=3), person(pk=4)
    case = incident(scribe_id=3, communications_id=4, communications=None, commander=None)
    assert rules.may_send(scribe, message["staff"], case, rules.Standing())
    for audience in ("customers", "regulators"):
        assert not rules.may_send(scribe, message[audience], case, rules.Standing())
        assert rules.may_send(speaker, message[audience], case, rules.Standing())
        assert rules.may_send(person("leader"), message[audience], case, rules.Standing())
    message["staff"].state = "sent"
    assert not rules.may_send(person("leader"), message["staff"], case, rules.Standing())


def test_edits_are_merged_field_by_field() -> None:
    base = {"summary": "a", "impact": "b"}
    assert rules.clashes(base, {"summary": "x", "impact": "b"}, {"summary": "a", "impact": "y"}) == ({"summary": "x"}, [])
    assert rules.clashes(base, {"summary": "x"}, {"summary": "y"}) == ({}, ["summary"])
    assert rules.clashes(base, {"summary": "y"}, {"summary": "y"}) == ({}, [])
    assert rules.clashes(base, {"summary": "x", "impact": "z"}, {"summary": "y", "impact": "b"}) == ({"impact": "z"}, ["summary"])


@pytest.mark.parametrize("harm", range(5))
@pytest.mark.parametrize("radius", range(5))
def test_severity_never_falls_with_more_harm_reach_or_tier(harm: int, radius: int) -> None:
    here = judging.propose(harm, radius).rank
    assert 1 <= here <= 4
    assert harm == 4 or judging.propose(harm + 1, radius).rank <= here
    assert radius == 4 or judging.propose(harm, radius + 1).rank <= here
    assert judging.propose(harm, radius, 4).rank <= here
    if harm == 0 or radius == 0:
        assert judging.propose(harm, radius, 4).rank == here


def test_severity_is_what_policy_says_in_words() -> None:
    keys = ["SEV1", "SEV2", "SEV3", "SEV4"]
    assert judging.propose(2, 2).key(keys) == "SEV2"  # some customers are misled
    assert judging.propose(4, 2).key(keys) == "SEV1"  # people are harmed
    assert judging.propose(0, 2).key(keys) == "SEV4"  # inside the company only
    assert judging.propose(2, 2, 3).key(keys) == "SEV1" and "tier 3" in judging.propose(2, 2, 3).why
    assert judging.propose(0, 0).key(["BAD"]) == "BAD" and judging.propose(0, 0).key([]) == ""
    for wrong in ((5, 0), (0, 5), (-1, 0), (0, -1)):
        with pytest.raises(IndexError):
            judging.propose(*wrong)


def test_radius_by_people_and_demand_by_threshold() -> None:
    figures = {None: None, 0: 0, 1: 1, 5: 1, 6: 2, 100: 2, 214: 3, 1001: 4}
    assert {people: judging.radius_of(people) for people in figures} == figures
    keys = ["SEV1", "SEV2", "SEV3"]
    assert judging.is_demanded("SEV2", "SEV2", keys) and not judging.is_demanded("SEV3", "SEV2", keys)
    assert judging.is_demanded("SEV3", "GONE", keys) and not judging.is_demanded("", "SEV2", keys)
